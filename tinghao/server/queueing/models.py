"""The tables of the queue."""

from datetime import date, datetime
from typing import Any

from sqlalchemy import ForeignKey, Index, UniqueConstraint, literal_column, text
from sqlalchemy.orm import Mapped, mapped_column

from tinghao.server.store import Base


class Series(Base):
    """A line's number series of one day, with how many of it wait now."""

    __tablename__ = "series"
    line_id: Mapped[int] = mapped_column(ForeignKey("line.id"), primary_key=True)
    day: Mapped[date] = mapped_column(primary_key=True)
    last: Mapped[int]
    waiting: Mapped[int]


class Shift(Base):
    """A clerk at a window for a time."""

    __tablename__ = "shift"
    id: Mapped[int] = mapped_column(primary_key=True)
    hall_id: Mapped[int] = mapped_column(ForeignKey("hall.id"))
    window_id: Mapped[int] = mapped_column(ForeignKey("window.id"))
    staff_id: Mapped[int]
    clerk_name: Mapped[str]
    opened_at: Mapped[datetime]
    closed_at: Mapped[datetime | None]


class Ticket(Base):
    """One visit in one line. Of the visitor it keeps a keyed digest and what may be shown, no more."""

    __tablename__ = "ticket"
    __table_args__ = (UniqueConstraint("line_id", "day", "number"),)
    id: Mapped[int] = mapped_column(primary_key=True)
    hall_id: Mapped[int] = mapped_column(ForeignKey("hall.id"))
    line_id: Mapped[int] = mapped_column(ForeignKey("line.id"))
    day: Mapped[date]
    number: Mapped[int]
    label: Mapped[str]
    subject_code: Mapped[str]
    subject_name: Mapped[str]
    secret: Mapped[str]
    visitor_digest: Mapped[str | None]
    visitor_name: Mapped[str | None]
    visitor_tail: Mapped[str | None]
    station_id: Mapped[int]
    state: Mapped[str]
    window_id: Mapped[int | None] = mapped_column(ForeignKey("window.id"))
    issued_at: Mapped[datetime]
    called_at: Mapped[datetime | None]
    started_at: Mapped[datetime | None]
    ended_at: Mapped[datetime | None]
    recalls: Mapped[int]
    print_state: Mapped[str]
    print_reason: Mapped[str | None]


class TicketInterval(Base):
    """A stretch of time that a ticket spent in one state; all statistics come from these."""

    __tablename__ = "ticket_interval"
    id: Mapped[int] = mapped_column(primary_key=True)
    ticket_id: Mapped[int] = mapped_column(ForeignKey("ticket.id"), index=True)
    state: Mapped[str]
    window_id: Mapped[int | None]
    staff_id: Mapped[int | None]
    began_at: Mapped[datetime]
    ended_at: Mapped[datetime | None]


def _index(name: str, only: str, *columns: Any, unique: bool = False) -> None:
    Index(name, *columns, unique=unique, sqlite_where=text(only), postgresql_where=text(only))


# Small however many tickets are past: these hold only those of today that still matter.
_index("ix_ticket_waiting", "state = 'waiting'", Ticket.line_id, Ticket.day, Ticket.id)
_index("ix_ticket_at_window", "state IN ('called', 'serving')", Ticket.hall_id, Ticket.id)
_index("uq_ticket_window", "state IN ('called', 'serving')", Ticket.window_id, unique=True)
_index("uq_shift_window", "closed_at IS NULL", Shift.window_id, unique=True)
_index("uq_shift_staff", "closed_at IS NULL", Shift.staff_id, unique=True)

# Written as literals, so that the database sees that the small indexes above are enough.
is_waiting = Ticket.state == literal_column("'waiting'")
is_open = Shift.closed_at.is_(None)
is_at_window = Ticket.state.in_((literal_column("'called'"), literal_column("'serving'")))
