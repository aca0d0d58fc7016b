"""Time's part, done by the running server."""

from typing import Any

import pytest

from tests.server.conftest import Server
from tinghao.server.queueing.clockwork import QUIET_TURNS, Clockwork
from tinghao.server.queueing.service import days
from tinghao.server.store import Work


@pytest.fixture
def clockwork(server: Server) -> Clockwork:
    return Clockwork(server.store, server.app.extensions["book"], server.clock)


def test_each_turn_does_what_is_due(server: Server, clockwork: Clockwork) -> None:
    token, _ = server.at_window(3)
    server.take("shuiwu-xinxi-queren")
    server.clock.forward(minutes=3)
    clockwork.turn()
    assert [alert["kind"] for alert in server.snapshot(token)["alerts"]] == ["nobody-calls"]


def test_a_hall_that_fails_keeps_no_other_one_waiting(
    server: Server, clockwork: Clockwork, monkeypatch: pytest.MonkeyPatch
) -> None:
    ticked: list[str] = []

    def tick(work: Work, hall: Any, now: Any) -> None:
        ticked.append(hall.code)
        if len(ticked) == 1:
            raise ValueError("something is wrong with this hall")

    monkeypatch.setattr(days, "tick", tick)
    clockwork.turn()
    assert sorted(ticked) == ["hengnan", "shucheng"]


def test_a_quiet_hall_is_looked_at_now_and_then(
    server: Server, clockwork: Clockwork, monkeypatch: pytest.MonkeyPatch
) -> None:
    server.at_window(3)
    ticked: list[str] = []
    monkeypatch.setattr(days, "tick", lambda work, hall, now: ticked.append(hall.code))
    for _ in range(QUIET_TURNS):
        clockwork.turn()
    assert (ticked.count("hengnan"), ticked.count("shucheng")) == (QUIET_TURNS, 1)
