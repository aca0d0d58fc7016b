"""The tables of the queue."""

from datetime import date, datetime
from typing import Any

from sqlalchemy import ForeignKey, Index, UniqueConstraint, literal_column, text
from sqlalchemy.orm import Mapped, mapped_column

from tinghao.server.store import Base
from tinghao.server.store.tables import LongId


class Series(Base):
    """A line's number series of one day, with how many wait in the line now."""

    __tablename__ = "series"
    line_id: Mapped[int] = mapped_column(ForeignKey("line.id"), primary_key=True)
    day: Mapped[date] = mapped_column(primary_key=True)
    last: Mapped[int]
    waiting: Mapped[int]


class Shift(Base):
    """A clerk at a window for a time.

    `pause_reason` is set while he pauses; `wants_next` when the next able visitor is to be called as soon as the window is free;
    `turns` counts his calls by line prefix, for profiles that serve in a ratio.
    """

    __tablename__ = "shift"
    id: Mapped[int] = mapped_column(primary_key=True)
    hall_id: Mapped[int] = mapped_column(ForeignKey("hall.id"))
    window_id: Mapped[int] = mapped_column(ForeignKey("window.id"))
    staff_id: Mapped[int]
    clerk_name: Mapped[str]
    skills: Mapped[list[str]]
    opened_at: Mapped[datetime]
    closed_at: Mapped[datetime | None]
    pause_reason: Mapped[str | None]
    wants_next: Mapped[bool]
    turns: Mapped[dict[str, Any]]


class ShiftInterval(Base):
    """A stretch of time that a clerk spent open, paused, called (waiting for a visitor) or serving."""

    __tablename__ = "shift_interval"
    id: Mapped[int] = mapped_column(primary_key=True)
    shift_id: Mapped[int] = mapped_column(ForeignKey("shift.id"), index=True)
    state: Mapped[str]
    reason: Mapped[str | None]
    began_at: Mapped[datetime]
    ended_at: Mapped[datetime | None]


class Journey(Base):
    """One visit for several lines (一件事): its steps, each the prefix of a line, in order or side by side."""

    __tablename__ = "journey"
    id: Mapped[int] = mapped_column(primary_key=True)
    hall_id: Mapped[int] = mapped_column(ForeignKey("hall.id"))
    theme_code: Mapped[str]
    together: Mapped[bool]
    steps: Mapped[list[str]]


class Ticket(Base):
    """One visit in one line. Of the visitor it keeps a keyed digest and what may be shown, no more.

    `origin_line_id` gave the number, `line_id` is where it waits now. Its waiting counts from `since`; `place` -1 stands before
    all others of the line; it is not called before `not_before`, nor by others than `to_window_id` or `to_staff_id`.
    """

    __tablename__ = "ticket"
    __table_args__ = (UniqueConstraint("origin_line_id", "day", "number", "step"),)
    id: Mapped[LongId]
    hall_id: Mapped[int] = mapped_column(ForeignKey("hall.id"))
    line_id: Mapped[int] = mapped_column(ForeignKey("line.id"))
    origin_line_id: Mapped[int] = mapped_column(ForeignKey("line.id"))
    day: Mapped[date]
    number: Mapped[int | None]
    step: Mapped[int]
    steps: Mapped[int]
    label: Mapped[str]
    subject_code: Mapped[str]
    subject_name: Mapped[str]
    skill: Mapped[str | None]
    secret: Mapped[str]
    visitor_digest: Mapped[str | None]
    visitor_name: Mapped[str | None]
    visitor_tail: Mapped[str | None]
    language: Mapped[str | None]
    remark: Mapped[str | None]
    station_id: Mapped[int]
    state: Mapped[str]
    priority: Mapped[str]
    place: Mapped[int]
    since: Mapped[datetime]
    not_before: Mapped[datetime | None]
    booked_at: Mapped[datetime | None]
    to_window_id: Mapped[int | None]
    to_staff_id: Mapped[int | None]
    return_to: Mapped[dict[str, Any] | None]
    journey_id: Mapped[int | None]
    window_id: Mapped[int | None] = mapped_column(ForeignKey("window.id"))
    staff_id: Mapped[int | None]
    issued_at: Mapped[datetime]
    called_at: Mapped[datetime | None]
    started_at: Mapped[datetime | None]
    ended_at: Mapped[datetime | None]
    held_until: Mapped[datetime | None]
    reason: Mapped[str | None]
    recalls: Mapped[int]
    print_state: Mapped[str]
    print_reason: Mapped[str | None]
    ahead: Mapped[int | None]
    wait_estimate: Mapped[float | None]
    wait_low: Mapped[float | None]
    wait_high: Mapped[float | None]


class TicketInterval(Base):
    """A stretch of time that a ticket spent in one state in one line; all statistics come from these."""

    __tablename__ = "ticket_interval"
    id: Mapped[LongId]
    ticket_id: Mapped[int] = mapped_column(ForeignKey("ticket.id"), index=True)
    line_id: Mapped[int | None]
    state: Mapped[str]
    window_id: Mapped[int | None]
    staff_id: Mapped[int | None]
    began_at: Mapped[datetime]
    ended_at: Mapped[datetime | None]


class TicketAct(Base):
    """Something that was done with a ticket after it was taken: who, when, where, why; `detail` tells what was before
    (`before`), and for a call how it was chosen (`choice`)."""

    __tablename__ = "ticket_act"
    id: Mapped[LongId]
    ticket_id: Mapped[int] = mapped_column(ForeignKey("ticket.id"), index=True)
    verb: Mapped[str]
    at: Mapped[datetime]
    actor: Mapped[str]
    actor_name: Mapped[str | None]
    window_id: Mapped[int | None]
    reason: Mapped[str | None]
    detail: Mapped[dict[str, Any] | None]


class TicketOutcome(Base):
    """What came of one matter in a visit."""

    __tablename__ = "ticket_outcome"
    id: Mapped[LongId]
    ticket_id: Mapped[int] = mapped_column(ForeignKey("ticket.id"), index=True)
    matter_code: Mapped[str]
    matter_name: Mapped[str]
    outcome: Mapped[str]
    note: Mapped[str | None]


class PrintOrder(Base):
    """A ticket that a station shall print again."""

    __tablename__ = "print_order"
    id: Mapped[int] = mapped_column(primary_key=True)
    ticket_id: Mapped[int] = mapped_column(ForeignKey("ticket.id"), index=True)
    station_id: Mapped[int] = mapped_column(ForeignKey("station.id"))
    wanted_at: Mapped[datetime]
    actor: Mapped[str]
    outcome: Mapped[str | None]
    reason: Mapped[str | None]
    ended_at: Mapped[datetime | None]


class WindowProfile(Base):
    """The profile that somebody gave a window by hand, until a moment or until it is taken back."""

    __tablename__ = "window_profile"
    window_id: Mapped[int] = mapped_column(ForeignKey("window.id"), primary_key=True)
    profile: Mapped[str]
    actor: Mapped[str]
    reason: Mapped[str | None]
    set_at: Mapped[datetime]
    until: Mapped[datetime | None]


class Alert(Base):
    """Something that somebody has to look at: a waiting ticket that no open window would call, a hold that is over."""

    __tablename__ = "queue_alert"
    id: Mapped[int] = mapped_column(primary_key=True)
    hall_id: Mapped[int] = mapped_column(ForeignKey("hall.id"))
    kind: Mapped[str]
    about: Mapped[str]
    sentence: Mapped[str]
    sentence_en: Mapped[str]
    raised_at: Mapped[datetime]
    ended_at: Mapped[datetime | None]


class PlanState(Base):
    """How a plan by load stands: since when its load is over the mark, since when it is in force."""

    __tablename__ = "plan_state"
    hall_id: Mapped[int] = mapped_column(ForeignKey("hall.id"), primary_key=True)
    plan: Mapped[str] = mapped_column(primary_key=True)
    over_since: Mapped[datetime | None]
    active_since: Mapped[datetime | None]


def _index(name: str, only: str, *columns: Any, unique: bool = False) -> None:
    Index(name, *columns, unique=unique, sqlite_where=text(only), postgresql_where=text(only))


# Small however many tickets are past: these hold only those that still matter.
_index(
    "ix_ticket_waiting",
    "state = 'waiting'",
    Ticket.line_id,
    Ticket.day,
    Ticket.priority,
    Ticket.place,
    Ticket.since,
    Ticket.id,
)
_index("ix_ticket_at_window", "state IN ('called', 'serving')", Ticket.hall_id, Ticket.id)
_index("uq_ticket_window", "state IN ('called', 'serving')", Ticket.window_id, unique=True)
_index("ix_ticket_aside", "state IN ('held', 'no_show')", Ticket.hall_id, Ticket.day, Ticket.id)
_index(
    "ix_ticket_to_window", "state = 'waiting' AND to_window_id IS NOT NULL", Ticket.to_window_id, Ticket.day
)
_index("ix_ticket_to_staff", "state = 'waiting' AND to_staff_id IS NOT NULL", Ticket.to_staff_id, Ticket.day)
_index("ix_ticket_journey", "journey_id IS NOT NULL", Ticket.journey_id)
_index("ix_ticket_visitor", "visitor_digest IS NOT NULL", Ticket.day, Ticket.visitor_digest)
_index("uq_shift_window", "closed_at IS NULL", Shift.window_id, unique=True)
_index("uq_shift_staff", "closed_at IS NULL", Shift.staff_id, unique=True)
Index("ix_shift_staff_id", Shift.staff_id)
_index("uq_queue_alert_open", "ended_at IS NULL", Alert.hall_id, Alert.kind, Alert.about, unique=True)
_index("ix_print_order_open", "outcome IS NULL", PrintOrder.station_id)

# Written as literals, so that the database sees that the small indexes above are enough.
is_waiting = Ticket.state == literal_column("'waiting'")
is_open = Shift.closed_at.is_(None)
is_at_window = Ticket.state.in_((literal_column("'called'"), literal_column("'serving'")))
is_aside = Ticket.state.in_((literal_column("'held'"), literal_column("'no_show'")))
