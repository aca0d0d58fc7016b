"""A log of past tickets, gone through as if it happened now."""

from dataclasses import replace
from datetime import datetime, timedelta

import pytest

from tests.server.queueing.waits.simulation import HALL_TIME, simulated
from tinghao.server.queueing.waits.past import SERVED_WITHOUT_TICKET, Past
from tinghao.server.queueing.waits.replay import OURS, Replayed, replay
from tinghao.server.queueing.waits.scoring import Score

SEED = 4
RIVALS = ("constant", "last 10", "LES", "position")
MORNING = datetime(2026, 11, 23, 9, 0, tzinfo=HALL_TIME)


@pytest.fixture(scope="module")
def log() -> list[Past]:
    return simulated(days=7, seed=SEED)


@pytest.fixture(scope="module")
def replayed(log: list[Past]) -> Replayed:
    return replay(log, score_from=log[0].issued_at.date() + timedelta(days=2))


def score_of(found: Replayed, method: str, line: str | None = None) -> Score:
    return found.scores[method, line]


@pytest.mark.parametrize("rival", RIVALS)
def test_our_error_is_smaller_than_the_simple_methods(replayed: Replayed, rival: str) -> None:
    ours, theirs = score_of(replayed, OURS), score_of(replayed, rival)
    assert ours.mean_absolute_error < 0.95 * theirs.mean_absolute_error
    assert ours.root_mean_square_error < theirs.root_mean_square_error


@pytest.mark.parametrize("line", [None, "A", "B"])
def test_the_band_holds_about_what_it_promises(replayed: Replayed, line: str | None) -> None:
    ours = score_of(replayed, OURS, line)
    assert ours.below_low == pytest.approx(0.5, abs=0.09)
    assert ours.coverage == pytest.approx(0.9, abs=0.05)


def test_nearly_everybody_is_told_something(replayed: Replayed) -> None:
    assert replayed.told > 0.95 * replayed.called
    assert replayed.compared > 0.95 * replayed.told
    assert score_of(replayed, OURS).tickets == replayed.compared
    assert sum(score_of(replayed, OURS, line).tickets for line in "AB") == replayed.compared


def test_no_estimate_knows_the_future(log: list[Past]) -> None:
    """Whatever happens later, what was told until then stays the same."""
    noon = log[0].issued_at.replace(hour=12)

    def later(at: datetime | None) -> datetime | None:
        return at + timedelta(minutes=30) if at and at >= noon else at

    early = [past for past in log if past.issued_at < noon]
    delayed = [
        replace(past, called_at=later(past.called_at), ended_at=later(past.ended_at)) for past in early
    ]
    told, told_again = (
        [(past.estimate, past.low, past.high) for past in replay(tickets).log]
        for tickets in (log[: len(early) + 50], delayed)
    )
    assert told[: len(early)] == told_again
    assert len({low for _, low, _ in told_again}) > 50


def ticket(minute: float, waited: float | None, service: float = 5, **more: object) -> Past:
    issued = MORNING + timedelta(minutes=minute)
    called = None if waited is None else issued + timedelta(minutes=waited)
    ended = called + timedelta(minutes=service) if called else issued + timedelta(minutes=60)
    state = "finished" if called else "cancelled"
    past = Past("A001", "A", "m", "ordinary", issued, called, called, ended, state, "1" if called else None)
    return replace(past, **more)  # type: ignore[arg-type]


def test_a_log_without_windows_can_be_replayed(log: list[Past]) -> None:
    few = [replace(past, window=None) for past in log[:400]]
    assert replay(few).compared > 200


def test_one_served_without_a_ticket_is_not_scored_but_keeps_his_window_busy() -> None:
    queue = [ticket(n, 5.0 * n) for n in range(1, 12)]
    direct = ticket(2, 0, number=SERVED_WITHOUT_TICKET, window="2")
    assert replay([*queue, direct]).called == len(queue)


def test_what_never_was_called_is_not_scored() -> None:
    assert replay([ticket(1, None)]).called == 0
    assert replay([]).scores == {}


def test_a_ticket_that_ended_when_it_was_called_leaves_its_window_free() -> None:
    queue = [ticket(0, 1, service=0), *(ticket(5 * n, 0.5, service=1) for n in range(1, 30))]
    found = replay(queue)
    assert score_of(found, OURS).mean_absolute_error < 1
