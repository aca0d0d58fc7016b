"""The watch sees what must not be."""

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from tests.rehearsal.small import small_day
from tinghao.rehearsal.day import Habits
from tinghao.rehearsal.record import Record
from tinghao.rehearsal.run import rehearse
from tinghao.rehearsal.stage import stage
from tinghao.rehearsal.watch import Watch
from tinghao.server.queueing.service import calling


def test_a_window_that_is_left_idle_is_seen(monkeypatch: pytest.MonkeyPatch) -> None:
    day = small_day(("A", "B"), per_hour=10, hours=("09:00", "09:30"), habits=Habits(booked=0.5))
    assert rehearse(day).broken == ()
    monkeypatch.setattr(calling, "call_for_those_who_want", lambda *_, **__: None)
    assert any("is idle while" in sentence for sentence in rehearse(day).broken)


def test_a_window_or_visitor_taken_twice_is_seen() -> None:
    day = small_day(("A", "B"))
    with stage(day.hall) as place:
        watch = Watch(place, day)
        watch.heard("ticket.called", told(1, window=1))
        watch.heard("ticket.called", told(1, window=2))
        watch.heard("ticket.called", told(2, window=2))
        assert [sentence.split(",")[0] for sentence in watch.broken] == [
            "A001 is called to 2 while at 1",
            "A002 is called to 2",
        ]
        for ticket in (1, 2):
            watch.heard("ticket.finished", {**told(ticket, window=2), "state": "finished"})
        watch.heard("ticket.called", told(3, window=2))
        assert len(watch.broken) == 2


def test_a_record_with_two_at_one_window_or_with_a_gap_is_seen() -> None:
    day = small_day(("AB",), hours=("09:00", "09:30"))
    with stage(day.hall) as place:
        watch = Watch(place, day)
        good = rehearse(day).record
        watch.went_through(good)
        assert watch.broken == []
        first = good.tickets[0]
        longer = replace(first.stretches[-1], ended=first.stretches[-1].ended + timedelta(minutes=30))
        watch.went_through(with_first(good, replace(first, stretches=(*first.stretches[:-1], longer))))
        assert any("at one time" in sentence for sentence in watch.broken)
        watch.broken.clear()
        watch.went_through(with_first(good, replace(first, stretches=first.stretches[::2])))
        assert any("time is lost" in sentence for sentence in watch.broken)


def told(ticket: int, window: int) -> dict[str, Any]:
    return {"id": ticket, "number": f"A{ticket:03}", "window": window, "state": "called"}


def with_first(record: Record, first: Any) -> Record:
    return replace(record, tickets=(first, *record.tickets[1:]))
