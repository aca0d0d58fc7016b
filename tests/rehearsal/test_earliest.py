"""The earliest deadline first, played by an event loop of its own."""

from dataclasses import replace

from tests.rehearsal.small import small_day
from tinghao.rehearsal.day import Break, Day, Habits, Minutes
from tinghao.rehearsal.earliest import missed_deadlines
from tinghao.rehearsal.figures import late
from tinghao.rehearsal.run import rehearse
from tinghao.server.hall.queue_rules import DEFAULT_ARRIVAL, Priority, QueueRules

ONE_CLASS = QueueRules(
    priorities=(Priority(code="ordinary", name="普通", name_en="Ordinary", guarantee_minutes=12),),
    arrival=(),
)
TWO_CLASSES = QueueRules(
    priorities=(
        Priority(code="ordinary", name="普通", name_en="Ordinary", guarantee_minutes=40),
        Priority(
            code="priority",
            name="优先",
            name_en="Priority",
            weight=2,
            head_start_minutes=15,
            guarantee_minutes=20,
        ),
    ),
    arrival=DEFAULT_ARRIVAL[:2],
)


def both(day: Day) -> tuple[set[int], set[int]]:
    """Who is late by our rules, and who by the earliest deadline first."""
    tickets = list(rehearse(day).record.tickets)
    ours = {ticket.id for ticket in tickets if late(ticket, day.hall.rules)}
    return ours, missed_deadlines(day, tickets)


def test_with_one_class_both_are_first_come_first_served() -> None:
    day = small_day(
        ("AB", "AB"),
        ONE_CLASS,
        per_hour=14,
        habits=Habits(patience=Minutes(30, 0.5), cancels=1, misses=0.1),
    )
    pauses = tuple(replace(clerk, breaks=(Break("09:30", 10),)) for clerk in day.clerks)
    ours, best = both(replace(day, clerks=pauses))
    assert ours == best
    assert ours, "a day without anybody late would show nothing"


def test_a_guarantee_is_kept_that_the_earliest_deadline_first_would_keep() -> None:
    for seed in (1, 2):
        day = small_day(("AB", "AB"), TWO_CLASSES, per_hour=9, habits=Habits(aged=0.3), seed=seed)
        ours, best = both(day)
        assert not best, "choose another day"
        assert not ours


def test_lines_that_no_window_takes_together_wait_for_their_own() -> None:
    day = small_day(("A", "B"), ONE_CLASS, per_hour=12)
    ours, best = both(day)
    assert ours == best
    assert ours
