"""A day in a hall as data: who comes when and how long he takes, who sits at which window.

Times of day are written as in a hall definition, `"08:30"`; inside, a moment is whole milliseconds since midnight in the hall.
"""

from dataclasses import dataclass, field, replace
from datetime import date, timedelta

from tinghao.server.hall.definition import HallDefinition

Moment = int
"""Milliseconds since midnight in the hall; also a length of time."""

SECOND = 1000
MINUTE = 60 * SECOND
HOUR = 60 * MINUTE
FIRST_DAY = date(2026, 11, 23)


def moment(written: str) -> Moment:
    """`"08:30"` as a moment."""
    hours, minutes = written.split(":")
    return int(hours) * HOUR + int(minutes) * MINUTE


@dataclass(frozen=True)
class Minutes:
    """How long something takes: lognormal, with `spread` as its standard deviation ÷ mean; 0 is always the same."""

    mean: float
    spread: float = 0.0


@dataclass(frozen=True)
class Rate:
    """So many visitors an hour from `begins` on, until the next rate begins; they come independently of each other."""

    begins: str
    per_hour: float


@dataclass(frozen=True)
class Demand:
    """The visitors of one matter or theme; `minutes` at the window, at each step of a theme anew."""

    subject: str
    rates: tuple[Rate, ...]
    minutes: Minutes


@dataclass(frozen=True)
class Habits:
    """What visitors are like and do; shares are parts of all visitors.

    `patience`: who has not been called by then leaves (None: nobody does), and `cancels` of them give the number back.
    `misses` do not come when called; `returns` of those come back after `returns_after`. `held` are sent away in the midst of
    their service for `held_for`, `moved` on to another line.
    """

    aged: float = 0.0
    statuses: float = 0.0
    booked: float = 0.0
    patience: Minutes | None = None
    cancels: float = 0.5
    misses: float = 0.0
    returns: float = 0.0
    returns_after: Minutes = Minutes(10, 0.5)
    held: float = 0.0
    held_for: Minutes = Minutes(15, 0.5)
    moved: float = 0.0
    walk: Minutes = Minutes(0.5, 0.3)


@dataclass(frozen=True)
class Break:
    """A clerk's break, begun as soon as he is free after `begins`."""

    begins: str
    minutes: int
    reason: str = "休息"


@dataclass(frozen=True)
class Clerk:
    """A clerk: his window's number, his shifts (begin, end), his breaks, what he can do."""

    window: int
    shifts: tuple[tuple[str, str], ...]
    breaks: tuple[Break, ...] = ()
    skills: tuple[str, ...] = ()


@dataclass(frozen=True)
class Day:
    """One day of a hall. The same seed, date and demands bring the same visitors, whatever the windows and rules are.

    `stays`: at a shift's end clerks go on while somebody waits for them.
    """

    hall: HallDefinition
    demands: tuple[Demand, ...]
    clerks: tuple[Clerk, ...]
    habits: Habits = field(default_factory=Habits)
    seed: int = 1
    date: date = FIRST_DAY
    stays: bool = True
    absent_seconds: int = 60
    """So long, with one recall, a clerk waits for a visitor who does not come."""

    def another(self, n: int) -> "Day":
        """The n-th day after this one, with visitors of its own."""
        return replace(self, date=self.date + timedelta(days=n))
