"""Codes that only their issuer can read: 电子社保卡, 医保电子凭证, 皖事通, 支付宝 and the like.

Their content is an opaque token, good for a minute, that the issuer's own server turns into a person.  Who may ask such a
server, and how, differs from province to province; a hall puts a small adapter before it that speaks the contract in
`docs/devices/scanner.md`, and the kiosk asks that.

A code stands for a person: it is asked with once, never kept and never logged.
"""

import json
import logging
import queue
import threading
import time
from collections.abc import Sequence
from dataclasses import dataclass, field
from enum import Enum
from typing import Any, Protocol

import requests

from tinghao.basics.id_number import check_id_number
from tinghao.kiosk.config import Codes

CONNECT_SECONDS = 2.0
ANSWER_SECONDS = 5.0
ALL_SECONDS = 8.0
MOST_BYTES = 16_384
LONGEST_NAME = 60

log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Resolved:
    """Whose code it is."""

    number: str = field(repr=False)
    name: str | None = field(default=None, repr=False)


class Unresolved(Enum):
    """Why nobody is known: the issuer knows no such code (any more), or it could not be asked."""

    UNKNOWN = "unknown"
    UNREACHABLE = "unreachable"


class CodeResolver(Protocol):
    """Finds out whose a code is."""

    def resolve(self, text: str) -> Resolved | Unresolved | None:
        """`None` says that codes like this are not its business. Never raises."""


def resolver_for(settings: Codes) -> "ResolverChain | None":
    """The resolver that a kiosk is set to, if any."""
    return ResolverChain([HttpCodeResolver(settings.resolver, settings.token)]) if settings.resolver else None


class ResolverChain:
    """Asks one after the other until one knows, in bounded time whatever they do."""

    def __init__(self, resolvers: Sequence[CodeResolver], seconds: float = ALL_SECONDS) -> None:
        self._resolvers = resolvers
        self._seconds = seconds

    def resolve(self, text: str) -> Resolved | Unresolved:
        """See `CodeResolver`; what nobody answers for is unknown, unless one who might could not be asked."""
        until = time.monotonic() + self._seconds
        outcome = Unresolved.UNKNOWN
        for resolver in self._resolvers:
            answer = _in_time(resolver, text, until)
            if isinstance(answer, Resolved):
                return answer
            if answer is Unresolved.UNREACHABLE:
                outcome = answer
        return outcome


class HttpCodeResolver:
    """Asks an adapter over HTTP; see the contract in `docs/devices/scanner.md`."""

    def __init__(self, url: str, token: str) -> None:
        self._url = url
        self._session = requests.Session()
        # A proxy or .netrc of the machine must not come between, nor may the code be carried elsewhere.
        self._session.trust_env = False
        self._session.headers["Authorization"] = f"Bearer {token}"

    def resolve(self, text: str) -> Resolved | Unresolved | None:
        """See `CodeResolver`."""
        try:
            with self._session.post(
                self._url,
                json={"code": text},
                timeout=(CONNECT_SECONDS, ANSWER_SECONDS),
                allow_redirects=False,
                stream=True,
            ) as answer:
                return _understood(answer)
        except (requests.RequestException, OSError) as error:
            log.warning("the code resolver is away: %s", type(error).__name__)
            return Unresolved.UNREACHABLE


def _understood(answer: requests.Response) -> Resolved | Unresolved | None:
    try:
        return _outcome(_told(answer))
    except (ValueError, KeyError, RecursionError):
        log.warning("the code resolver answers against its contract, status %d", answer.status_code)
        return Unresolved.UNREACHABLE


def _told(answer: requests.Response) -> dict[str, Any]:
    if answer.status_code != 200:
        raise ValueError("status")
    body = b""
    for piece in answer.iter_content(4096):
        body += piece
        if len(body) > MOST_BYTES:
            raise ValueError("too long")
    told = json.loads(body)
    if not isinstance(told, dict):
        raise ValueError("no object")
    return told


def _outcome(told: dict[str, Any]) -> Resolved | Unresolved | None:
    match told["result"]:
        case "found":
            return _person(told["number"], told.get("name"))
        case "unknown":
            return Unresolved.UNKNOWN
        case "not-mine":
            return None
    raise ValueError("result")


def _person(number: object, name: object) -> Resolved:
    if not isinstance(number, str) or not isinstance(name, str | None):
        raise ValueError("not text")
    if name is not None and not 0 < len(name) <= LONGEST_NAME:
        raise ValueError("name")
    check_id_number(number)
    return Resolved(number, name)


def _in_time(resolver: CodeResolver, text: str, until: float) -> Resolved | Unresolved | None:
    """Its answer, if it comes in time; what comes later is not looked at."""
    answers: queue.Queue[Resolved | Unresolved | None] = queue.Queue()

    def ask() -> None:
        try:
            answers.put(resolver.resolve(text))
        except Exception as error:
            log.error("a code resolver raised %s", type(error).__name__)
            answers.put(Unresolved.UNREACHABLE)

    threading.Thread(target=ask, name="code resolver", daemon=True).start()
    try:
        return answers.get(timeout=max(0.0, until - time.monotonic()))
    except queue.Empty:
        log.warning("a code resolver did not answer in time")
        return Unresolved.UNREACHABLE
