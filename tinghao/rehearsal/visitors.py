"""The visitors of a day, drawn before it begins: whatever happens in the hall, the same people come and need the same time."""

import math
from collections.abc import Iterator
from dataclasses import dataclass
from random import Random
from typing import get_args

from tinghao.rehearsal.day import HOUR, MINUTE, Day, Demand, Minutes, Moment, moment
from tinghao.server.hall.queue_rules import Status

SLOT = 15 * MINUTE
"""Appointments are given for the quarters of an hour."""
BEFORE_HELD = 0.4
"""The part of a service that is done before the visitor is sent away or on."""


@dataclass(frozen=True)
class Visitor:
    """One visitor and all that he will do, as lengths of time and moments.

    `parts` are the stretches at a window, one for each step of his theme; `patience` counts from his coming.
    """

    name: str
    subject: str
    comes: Moment
    parts: tuple[Moment, ...]
    walk: Moment
    age: int | None = None
    statuses: frozenset[str] = frozenset()
    booked: Moment | None = None
    patience: Moment | None = None
    cancels: bool = False
    misses: bool = False
    returns_after: Moment | None = None
    held_for: Moment | None = None
    moves_to: str | None = None

    @property
    def is_interrupted(self) -> bool:
        """Whether he is sent away or on in the midst of his service."""
        return self.held_for is not None or self.moves_to is not None


def visitors(day: Day) -> list[Visitor]:
    """All who come, in the order of their coming."""
    found = [visitor for demand in day.demands for visitor in _of_demand(day, demand)]
    return sorted(found, key=lambda visitor: (visitor.comes, visitor.name))


def _of_demand(day: Day, demand: Demand) -> Iterator[Visitor]:
    # Dice of its own for each matter and purpose: a change to one does not stir the others.
    name = f"{day.seed} {day.date} {demand.subject}"
    coming, taking, being = (Random(f"{name} {purpose}") for purpose in ("comes", "takes", "is"))
    steps = next((len(theme.steps) for theme in day.hall.themes if theme.code == demand.subject), 0)
    for n, comes in enumerate(_arrivals(demand, coming)):
        parts = tuple(_drawn(demand.minutes, taking) for _ in range(max(1, steps)))
        yield _with_habits(day, f"{demand.subject}-{n}", demand.subject, comes, parts, being)


def _arrivals(demand: Demand, dice: Random) -> Iterator[Moment]:
    for rate, begins, ends in _stretches(demand):
        at = float(begins)
        while rate > 0 and (at := at + dice.expovariate(rate / HOUR)) < ends:
            yield int(at)


def _stretches(demand: Demand) -> Iterator[tuple[float, Moment, Moment]]:
    begins = [moment(rate.begins) for rate in demand.rates]
    for rate, start, end in zip(demand.rates, begins, [*begins[1:], 24 * HOUR], strict=True):
        yield rate.per_hour, start, end


def _with_habits(
    day: Day, name: str, subject: str, comes: Moment, parts: tuple[Moment, ...], dice: Random
) -> Visitor:
    habits = day.habits
    # Every visitor throws all dice, so that a share that changes leaves the other throws as they were.
    throws = {
        share: dice.random() < getattr(habits, share)
        for share in ("aged", "statuses", "booked", "cancels", "misses", "returns", "held", "moved")
    }
    age = dice.randrange(60, 88) if throws["aged"] else dice.randrange(18, 60)
    status = dice.choice(get_args(Status))
    booked = round((comes + dice.uniform(-25, 35) * MINUTE) / SLOT) * SLOT
    patience = _drawn(habits.patience or Minutes(1), dice)
    held_for = _drawn(habits.held_for, dice)
    returns_after = _drawn(habits.returns_after, dice)
    walk = _drawn(habits.walk, dice)
    other = dice.choice(day.hall.lines).prefix
    single = len(parts) == 1
    return Visitor(
        name,
        subject,
        comes,
        parts,
        walk,
        age,
        frozenset({status}) if throws["statuses"] else frozenset(),
        booked if throws["booked"] and _is_served(day, booked) else None,
        patience if habits.patience else None,
        throws["cancels"],
        throws["misses"],
        returns_after if throws["returns"] else None,
        held_for if throws["held"] and single else None,
        other if throws["moved"] and single and not throws["held"] else None,
    )


def _is_served(day: Day, at: Moment) -> bool:
    """Whether appointments are given for this moment: not for lunch, nor for the end of a stretch of hours."""
    return any(
        moment(f"{hours.opens:%H:%M}") <= at <= moment(f"{hours.closes:%H:%M}") - 2 * SLOT
        for hours in day.hall.hours
    )


def _drawn(minutes: Minutes, dice: Random) -> Moment:
    variance = math.log(1 + minutes.spread**2)
    return round(minutes.mean * MINUTE * math.exp(dice.gauss(0, 1) * math.sqrt(variance) - variance / 2))
