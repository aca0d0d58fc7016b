"""Codes that only their issuer can read: the contract over real HTTP, and its chain."""

import logging
import time
from collections.abc import Iterator

import pytest

from tests.kiosk.conftest import free_port
from tests.kiosk.resolver_stand_in import PEOPLE, TOKEN, ResolverStandIn, serve
from tinghao.kiosk import resolvers
from tinghao.kiosk.config import Codes
from tinghao.kiosk.resolvers import HttpCodeResolver, Resolved, ResolverChain, Unresolved, resolver_for

ZHANG = PEOPLE["ESSC:1"]


@pytest.fixture
def issuer() -> ResolverStandIn:
    return ResolverStandIn()


@pytest.fixture
def url(issuer: ResolverStandIn) -> Iterator[str]:
    server, url = serve(issuer)
    yield url
    issuer.go_on.set()
    server.shutdown()
    server.server_close()


@pytest.fixture(autouse=True)
def _says_nothing_of_the_code(caplog: pytest.LogCaptureFixture) -> Iterator[None]:
    caplog.set_level(logging.DEBUG)
    yield
    for secret in ("ESSC", ZHANG["number"], ZHANG["name"], TOKEN):
        assert secret not in caplog.text


@pytest.mark.parametrize(
    ("code", "outcome"),
    [
        ("ESSC:1", Resolved(ZHANG["number"], ZHANG["name"])),
        ("ESSC:2", Resolved(PEOPLE["ESSC:2"]["number"])),
        ("ESSC:9", Unresolved.UNKNOWN),
        ("weixin://9", None),
    ],
)
def test_answers_by_the_contract(
    url: str, issuer: ResolverStandIn, code: str, outcome: Resolved | Unresolved | None
) -> None:
    assert HttpCodeResolver(url, TOKEN).resolve(code) == outcome
    assert issuer.asked == [code]
    assert ZHANG["number"] not in repr(outcome)


@pytest.mark.parametrize("mood", ["error", "cut-off", "garbage", "moved"])
def test_whatever_is_no_answer_is_unreachable_and_not_asked_twice(
    url: str, issuer: ResolverStandIn, mood: str
) -> None:
    issuer.mood = mood  # type: ignore[assignment]
    assert HttpCodeResolver(url, TOKEN).resolve("ESSC:1") is Unresolved.UNREACHABLE
    assert issuer.asked == ["ESSC:1"]


@pytest.mark.parametrize(
    "answer",
    [
        [],
        "found",
        {},
        {"result": "perhaps"},
        {"result": "found"},
        {"result": "found", "number": 1},
        {"result": "found", "number": "110105194912310021"},
        {"result": "found", "number": ZHANG["number"], "name": ""},
        {"result": "found", "number": ZHANG["number"], "name": "张" * 61},
        {"result": "found", "number": ZHANG["number"], "name": ["张"]},
        {"result": "unknown", "more": "x" * 20_000},
    ],
)
def test_an_answer_against_the_contract_names_nobody(
    url: str, issuer: ResolverStandIn, answer: object
) -> None:
    issuer.answer = answer
    assert HttpCodeResolver(url, TOKEN).resolve("ESSC:1") is Unresolved.UNREACHABLE


def test_a_wrong_token_or_nobody_there_is_unreachable(url: str) -> None:
    assert HttpCodeResolver(url, "other").resolve("ESSC:1") is Unresolved.UNREACHABLE
    nowhere = f"http://127.0.0.1:{free_port()}/"
    assert HttpCodeResolver(nowhere, TOKEN).resolve("ESSC:1") is Unresolved.UNREACHABLE


def test_a_slow_issuer_is_given_up(
    url: str, issuer: ResolverStandIn, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(resolvers, "ANSWER_SECONDS", 0.2)
    issuer.mood = "held"
    assert HttpCodeResolver(url, TOKEN).resolve("ESSC:1") is Unresolved.UNREACHABLE


def test_an_issuer_that_drips_is_given_up_all_the_same(url: str, issuer: ResolverStandIn) -> None:
    issuer.mood = "dripping"
    before = time.monotonic()
    chain = ResolverChain([HttpCodeResolver(url, TOKEN)], seconds=0.5)
    assert chain.resolve("ESSC:1") is Unresolved.UNREACHABLE
    assert time.monotonic() - before < 6


class Says:
    """A resolver with one answer."""

    def __init__(self, answer: Resolved | Unresolved | Exception | None) -> None:
        self.answer = answer

    def resolve(self, text: str) -> Resolved | Unresolved | None:
        """See `CodeResolver`."""
        if isinstance(self.answer, Exception):
            raise self.answer
        return self.answer


KNOWN = Resolved(ZHANG["number"])


@pytest.mark.parametrize(
    ("answers", "outcome"),
    [
        ([], Unresolved.UNKNOWN),
        ([None, None], Unresolved.UNKNOWN),
        ([None, KNOWN, Unresolved.UNKNOWN], KNOWN),
        ([Unresolved.UNREACHABLE, KNOWN], KNOWN),
        ([Unresolved.UNREACHABLE, Unresolved.UNKNOWN, None], Unresolved.UNREACHABLE),
        ([RuntimeError("ESSC:1"), None], Unresolved.UNREACHABLE),
    ],
)
def test_a_chain_asks_until_one_knows(
    answers: list[Resolved | Unresolved | Exception | None], outcome: Resolved | Unresolved
) -> None:
    assert ResolverChain([Says(answer) for answer in answers]).resolve("ESSC:1") == outcome


def test_no_resolver_unless_it_is_set() -> None:
    assert resolver_for(Codes()) is None
    assert resolver_for(Codes(resolver="http://10.0.0.9/resolve", token=TOKEN)) is not None
