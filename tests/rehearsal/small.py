"""Small days for the tests."""

from dataclasses import replace

from tinghao.rehearsal.day import Clerk, Day, Demand, Habits, Minutes, Rate
from tinghao.rehearsal.halls import Service, built_hall
from tinghao.server.hall.queue_rules import QueueRules

SERVICES = (Service("A", "甲", "First", 6), Service("B", "乙", "Second", 6))


def small_day(
    windows: tuple[str, ...],
    rules: QueueRules | None = None,
    *,
    per_hour: float = 20,
    hours: tuple[str, str] = ("09:00", "10:30"),
    habits: Habits = Habits(),  # noqa: B008 -- it is frozen
    minutes: Minutes = Minutes(6, 0.6),  # noqa: B008
    seed: int = 1,
) -> Day:
    """Lines A and B with so many visitors an hour each, and a clerk at each of these windows."""
    return Day(
        built_hall(SERVICES, windows, rules or QueueRules(), (hours,)),
        tuple(
            Demand(each.matter, (Rate(hours[0], per_hour), Rate(hours[1], 0)), minutes) for each in SERVICES
        ),
        tuple(Clerk(number, (hours,)) for number in range(1, len(windows) + 1)),
        habits,
        seed,
    )


def shorter(day: Day, ends: str) -> Day:
    """The same day with nobody coming from `ends` on, and the clerks going home."""
    return replace(
        day,
        demands=tuple(
            replace(each, rates=(*(rate for rate in each.rates if rate.begins < ends), Rate(ends, 0)))
            for each in day.demands
        ),
        clerks=tuple(
            replace(
                each,
                shifts=tuple((begins, min(closes, ends)) for begins, closes in each.shifts if begins < ends),
                breaks=tuple(pause for pause in each.breaks if pause.begins < ends),
            )
            for each in day.clerks
        ),
    )
