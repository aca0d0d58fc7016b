"""A rehearsed day: the same seed gives the same record, and what must hold holds after every step."""

from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.rehearsal.small import shorter, small_day
from tinghao.rehearsal import scenarios
from tinghao.rehearsal.day import Break, Habits, Minutes
from tinghao.rehearsal.run import Rehearsal, play, rehearse
from tinghao.rehearsal.stage import stage

ALL_HABITS = Habits(
    aged=0.2,
    statuses=0.1,
    booked=0.3,
    patience=Minutes(25, 0.7),
    misses=0.2,
    returns=0.7,
    returns_after=Minutes(8, 0.5),
    held=0.15,
    held_for=Minutes(8, 0.5),
    moved=0.15,
)


@pytest.fixture(scope="module")
def county() -> Rehearsal:
    """The first hours of a tenth of a county hall; the seed brings both themes."""
    day = scenarios.county(seed=37, scale=0.1)
    livelier = replace(day, habits=replace(day.habits, held=0.15, moved=0.15, misses=0.15))
    return rehearse(shorter(livelier, "09:45"))


def test_the_same_seed_gives_the_same_record_ticket_by_ticket(county: Rehearsal) -> None:
    again = rehearse(county.day)
    assert again.record == county.record
    assert again.record.calls == county.record.calls
    assert again.steps == county.steps


def test_all_that_happens_in_a_hall_happens_here(county: Rehearsal) -> None:
    assert county.broken == ()
    tickets = county.record.tickets
    seen = {stretch.state for ticket in tickets for stretch in ticket.stretches}
    assert seen >= {"waiting", "called", "serving", "no_show", "held"}
    assert {ticket.priority for ticket in tickets} == {"ordinary", "booked", "priority"}
    assert {ticket.state for ticket in tickets} <= {"finished", "cancelled", "expired"}
    assert {ticket.subject for ticket in tickets} >= {scenarios.OPENING.code, scenarios.RETIRING.code}
    assert any(len({stretch.line for stretch in ticket.stretches}) > 1 for ticket in tickets), "moved on"


@given(
    seed=st.integers(1, 1000),
    windows=st.lists(st.sampled_from(["A", "B", "AB"]), min_size=2, max_size=4).map(tuple),
    per_hour=st.integers(8, 30),
)
@settings(max_examples=3, deadline=None, derandomize=True)
def test_what_must_hold_holds_after_every_step(seed: int, windows: tuple[str, ...], per_hour: int) -> None:
    day = small_day(windows, per_hour=per_hour, hours=("09:00", "10:00"), habits=ALL_HABITS, seed=seed)
    breaks = tuple(replace(clerk, breaks=(Break("09:20", 5), Break("09:40", 5))) for clerk in day.clerks)
    assert rehearse(replace(day, clerks=breaks)).broken == ()


def test_days_follow_one_another_in_one_hall() -> None:
    day = small_day(("AB", "AB"), hours=("09:00", "09:40"))
    with stage(day.hall) as place:
        first, second = play(day, place), play(day.another(1), place)
    alone = rehearse(day.another(1))
    assert second.record.calls == alone.record.calls, "the day before leaves nothing behind"
    assert second.record.windows == alone.record.windows
    assert {ticket.issued.date() for ticket in first.record.tickets} == {day.date}
    assert {ticket.issued.date() for ticket in second.record.tickets} == {day.another(1).date}
    assert first.record.tickets[0].label.endswith("001")
    assert second.record.tickets[0].label.endswith("001")
    assert len(first.record.windows) == len(second.record.windows) == 2


def test_who_comes_too_late_is_refused_and_counted() -> None:
    day = small_day(("AB",), hours=("09:00", "09:30"))
    closes_early = small_day(("AB",), hours=("09:00", "09:15"))
    refused = rehearse(replace(day, hall=closes_early.hall)).refused
    assert refused == {"hall-closed": refused["hall-closed"]}
    assert refused["hall-closed"] > 0
