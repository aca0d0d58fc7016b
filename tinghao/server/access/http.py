"""What every view asks of its request: who calls, which wish it is, where the store is, what time it is."""

import hmac
from collections.abc import Callable, Mapping
from datetime import datetime, timedelta
from functools import wraps
from typing import Any, ClassVar, ParamSpec, TypeVar

from flask import Response, current_app, g, jsonify, request

from tinghao.basics.clock import Clock
from tinghao.basics.problem import Problem
from tinghao.server.access.callers import Caller, Forbidden, NotKnown
from tinghao.server.store import Store
from tinghao.server.store.wishes import Wish

P = ParamSpec("P")
R = TypeVar("R")

Resolver = Callable[[str], Caller | None]
"""Finds the caller behind a token, or nobody."""

RESOLVERS = "tinghao.resolvers"
REMEMBERED_FOR = timedelta(seconds=1)
"""How long a caller found behind a token is believed without asking the database again: a busy kiosk sends many wishes."""

MOST_REMEMBERED = 10_000
LONGEST_KEY = 100


class KeyMissing(Problem):
    code: ClassVar[str] = "idempotency-key-missing"
    status: ClassVar[int] = 400
    detail: ClassVar[str] = "请求缺少 Idempotency-Key(1 至 100 个字符)。"
    detail_en: ClassVar[str] = "The request needs an Idempotency-Key header of 1 to 100 characters."


class Resolvers:
    """Finds callers by their tokens, each kind of token by the resolver of its prefix."""

    def __init__(self, by_prefix: Mapping[str, Resolver], clock: Clock) -> None:
        self._by_prefix = by_prefix
        self._clock = clock
        self._remembered: dict[str, tuple[Caller, datetime]] = {}

    def resolve(self, token: str) -> Caller | None:
        """The caller behind `token`; one whose token was revoked may be believed for `REMEMBERED_FOR` more."""
        now = self._clock()
        remembered = self._remembered.get(token)
        if remembered and remembered[1] > now:
            return remembered[0]
        resolver = self._by_prefix.get(token.partition("_")[0])
        found = resolver(token) if resolver else None
        if len(self._remembered) > MOST_REMEMBERED:
            self._remembered.clear()
        if found:
            self._remembered[token] = found, now + REMEMBERED_FOR
        return found


def resolve(app: Any, token: str) -> Caller | None:
    """The caller behind `token`, if anybody."""
    resolvers: Resolvers = app.extensions[RESOLVERS]
    return resolvers.resolve(token)


def allow(*roles: str) -> Callable[[Callable[P, R]], Callable[P, R]]:
    """Lets only these roles call a view; `caller()` then tells who it is."""

    def decorate(view: Callable[P, R]) -> Callable[P, R]:
        @wraps(view)
        def checked(*args: P.args, **kwargs: P.kwargs) -> R:
            scheme, _, token = request.headers.get("Authorization", "").partition(" ")
            found = resolve(current_app, token.strip()) if scheme.lower() == "bearer" else None
            if found is None:
                raise NotKnown
            if found.role not in roles:
                raise Forbidden
            g.caller = found
            return view(*args, **kwargs)

        return checked

    return decorate


def let_in(who: Caller) -> None:
    """Takes the request as that of somebody who needs no token; what he may do is the view's own care."""
    g.caller = who


def store() -> Store:
    """The application's store."""
    found: Store = current_app.extensions["store"]
    return found


def clock() -> Clock:
    """The application's clock."""
    found: Clock = current_app.extensions["clock"]
    return found


def now() -> datetime:
    """The present instant by the application's clock."""
    return clock()()


def caller() -> Caller:
    """Who sent the request that is being answered."""
    found: Caller = g.caller
    return found


def wish() -> Wish:
    """The request as a wish with the key its sender gave it."""
    key = request.headers.get("Idempotency-Key", "")
    if not 0 < len(key) <= LONGEST_KEY:
        raise KeyMissing
    content = f"{request.method} {request.path}\n".encode() + request.get_data()
    # Keyed, because the content may hold an ID number, and those are few enough to be guessed from a bare hash.
    fingerprint = hmac.digest(current_app.config["SECRET_KEY"].encode(), content, "sha256").hex()
    return Wish(caller().actor, key, fingerprint, caller().hall_id)


def answer(content: Mapping[str, Any], status: int) -> Response:
    """A JSON answer that is already of its declared shape."""
    response = jsonify(content)
    response.status_code = status
    return response
