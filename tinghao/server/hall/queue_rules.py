"""A hall's own rules of queueing, as data: who comes into which line on arrival, who is called next, what the limits are.

They stand in the hall's definition file, are checked when it is read, and are kept with the hall under its version, so that an
old decision can be told by the rules it was made under. Lines are named by their prefix letter, windows by their number.
The decisions themselves are in `queueing.rules`.
"""

from functools import cached_property
from typing import Annotated, Literal

from pydantic import Field, field_serializer

from tinghao.server.hall.values import (
    Code,
    Codes,
    Day,
    Lax,
    Prefix,
    Prefixes,
    Row,
    Text,
    TimeOfDay,
    WindowNumber,
)

Status = Literal["military", "disabled", "pregnant", "infant"]
"""军人、残疾人、孕妇、带婴幼儿: said by the visitor or seen by the desk."""

AppointmentState = Literal["early", "in_time", "late"]
Minutes = Annotated[int, Field(ge=0, le=1440)]
Count = Annotated[int, Field(ge=0, le=9999)]

ORDINARY = "ordinary"


class QueueSettings(Row):
    """The hall's numbers. 0 means no limit where a limit is named."""

    outside_hours: Literal["refuse", "serve"] = "refuse"
    early_minutes: Minutes = 15
    """Numbers are given from so long before opening"""
    last_ticket_minutes: Minutes = 0
    """… and until so long before closing"""
    left_at_closing: Literal["serve", "cancel"] = "serve"
    """What becomes of those who wait when the last hours of the day end: windows go on, or tickets end with an apology"""
    open_tickets: Count = 1
    """per person and line at one time"""
    tickets_per_person: Count = 0
    """a day, in all lines together"""
    recall_limit: Count = 5
    no_show_after_recalls: Count = 2
    no_show_after_seconds: Count = 120
    no_show: Literal["offer", "automatic"] = "offer"
    return_after: Count = 3
    """A missed visitor who comes back is put behind so many others"""
    return_within_minutes: Minutes = 60
    hold_minutes: Minutes = 30
    undo_seconds: Count = 10
    booked_early_minutes: Minutes = 30
    """Who comes earlier than this before his booked time is early"""
    booked_late_minutes: Minutes = 30
    """… and who comes later than this after it is late"""
    guarantee_lead_minutes: Minutes = 10
    """A guaranteed wait is taken care of from so long before its end"""


class Priority(Row):
    """A class of visitors: `weight` × minutes waited + `head_start_minutes` is a ticket's score; the highest is called.

    Nobody of the class shall wait longer than `guarantee_minutes`, if that can be had at all.
    """

    code: Code
    name: Text
    name_en: Text
    weight: Annotated[float, Field(gt=0, le=100)] = 1.0
    head_start_minutes: Annotated[float, Field(ge=0, le=1440)] = 0.0
    guarantee_minutes: Annotated[int, Field(ge=1, le=1440)] | None = None


class ArrivalWhen(Row):
    """All that is named must hold."""

    matters: Codes | None = None
    lines: Prefixes | None = None
    departments: Codes | None = None
    zone_waiting_over: Count | None = None
    appointment: AppointmentState | None = None
    age_from: Annotated[int, Field(ge=0, le=150)] | None = None
    age_below: Annotated[int, Field(ge=0, le=150)] | None = None
    statuses: Annotated[tuple[Status, ...], Lax, Field(min_length=1)] | None = None
    """any of these"""
    language: Text | None = None
    visited_today: bool | None = None


class ArrivalThen(Row):
    """What the visitor gets."""

    line: Prefix | None = None
    priority: Code | None = None
    remark: Text | None = None
    since: Literal["arrival", "booked"] = "arrival"
    """From when his waiting counts; a booked time in the future is also the earliest time of his call"""


class ArrivalRule(Row):
    """On arrival the first rule that fits is taken."""

    name: Text
    when: ArrivalWhen
    then: ArrivalThen


class CallingWhen(Row):
    """All that is named must hold for one of the lines."""

    lines: Prefixes
    longest_wait_over: Minutes | None = None
    waiting_over: Count | None = None


class CallingRule(Row):
    """When it holds, windows that serve these lines take from them first."""

    name: Text
    when: CallingWhen
    lines: Prefixes


class Profile(Row):
    """Which lines a window serves and how it chooses between them; `matters` or `skills` left out: all."""

    code: Code
    name: Text
    name_en: Text
    lines: Prefixes
    choice: Literal["score", "order", "ratio"] = "score"
    """by score over all lines; the first line that has somebody; in turn by `ratio`"""
    ratio: Annotated[tuple[Annotated[int, Field(ge=1, le=100)], ...], Lax] = ()
    skills: Codes | None = None
    """What the window is equipped for"""


class PlanWhen(Row):
    """By load: more than `waiting_over` wait in the lines (left out: all) together for `for_minutes`, until fewer than
    `until_below` do (left out: no more than half the mark).
    By time: on `days` from `begins` to `ends`. Both may be given; then both must hold.
    """

    lines: Prefixes | None = None
    waiting_over: Count | None = None
    for_minutes: Minutes = 0
    until_below: Count | None = None
    days: Annotated[tuple[Day, ...], Lax] | None = None
    begins: TimeOfDay | None = None
    ends: TimeOfDay | None = None

    @field_serializer("begins", "ends", when_used="json")
    def _as_written(self, value: object) -> str | None:
        return None if value is None else value.isoformat("minutes")  # type: ignore[attr-defined]


class Plan(Row):
    """Elastic windows: while it holds, these windows have this profile. The first plan that holds for a window wins."""

    code: Code
    name: Text
    name_en: Text
    windows: Annotated[tuple[WindowNumber, ...], Lax, Field(min_length=1)]
    profile: Code
    when: PlanWhen


class Limit(Row):
    """So many numbers a day in a line, or for a matter or theme."""

    daily: Annotated[int, Field(ge=1, le=9999)]
    line: Prefix | None = None
    matter: Code | None = None


DEFAULT_PRIORITIES = (
    Priority(code=ORDINARY, name="普通", name_en="Ordinary"),
    Priority(code="booked", name="预约", name_en="Booked", weight=1.5, head_start_minutes=10),
    Priority(
        code="priority",
        name="优先",
        name_en="Priority",
        weight=2,
        head_start_minutes=15,
        guarantee_minutes=30,
    ),
)
DEFAULT_ARRIVAL = (
    ArrivalRule(
        name="军人、残疾人、孕妇、带婴幼儿优先",
        when=ArrivalWhen(statuses=("military", "disabled", "pregnant", "infant")),
        then=ArrivalThen(priority="priority"),
    ),
    ArrivalRule(
        name="60周岁以上老年人优先", when=ArrivalWhen(age_from=60), then=ArrivalThen(priority="priority")
    ),
    ArrivalRule(
        name="预约早到",
        when=ArrivalWhen(appointment="early"),
        then=ArrivalThen(priority="booked", since="booked"),
    ),
    ArrivalRule(
        name="预约准时",
        when=ArrivalWhen(appointment="in_time"),
        then=ArrivalThen(priority="booked", since="booked"),
    ),
)


class QueueRules(Row):
    """All rules of one hall. The first priority is the class of those whom no rule names."""

    settings: QueueSettings = QueueSettings()
    priorities: Annotated[tuple[Priority, ...], Lax, Field(min_length=1)] = DEFAULT_PRIORITIES
    arrival: Annotated[tuple[ArrivalRule, ...], Lax] = DEFAULT_ARRIVAL
    calling: Annotated[tuple[CallingRule, ...], Lax] = ()
    profiles: Annotated[tuple[Profile, ...], Lax] = ()
    plans: Annotated[tuple[Plan, ...], Lax] = ()
    limits: Annotated[tuple[Limit, ...], Lax] = ()

    @cached_property
    def by_code(self) -> dict[str, Priority]:
        """The classes by their codes."""
        return {priority.code: priority for priority in self.priorities}

    @property
    def ordinary(self) -> Priority:
        """The class of those whom no rule names."""
        return self.priorities[0]

    def priority(self, code: str) -> Priority:
        """The class of this code; a ticket whose class a newer definition no longer names counts as ordinary."""
        return self.by_code.get(code, self.ordinary)
