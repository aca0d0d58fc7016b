"""The statements of the queue's hot paths, built once so that SQLAlchemy compiles them once."""

from functools import cache
from typing import Any

from sqlalchemy import bindparam, func, insert, literal, select, union_all, update
from sqlalchemy.dialects import sqlite

from tinghao.server.hall.models import Hall, Line, Matter, Theme, Window, WindowLine
from tinghao.server.queueing.models import Series, Shift, Ticket, TicketInterval, is_open, is_waiting

windows_open = (
    select(func.count())
    .select_from(WindowLine)
    .join(Shift, (Shift.window_id == WindowLine.window_id) & is_open)
    .where(WindowLine.line_id == Line.id)
    .correlate(Line)
    .scalar_subquery()
    .label("windows_open")
)
"""How many windows that serve a `Line` of the query are open."""


def _next_number() -> Any:
    first = sqlite.insert(Series).values(
        line_id=bindparam("line_id"), day=bindparam("day"), last=1, waiting=1
    )
    more = {"last": Series.last + 1, "waiting": Series.waiting + 1}
    upsert = first.on_conflict_do_update(index_elements=["line_id", "day"], set_=more)
    return upsert.returning(Series.last, Series.waiting)


def _claim() -> Any:
    served = select(WindowLine.line_id).where(WindowLine.window_id == bindparam("at_window"))
    first = (
        select(Ticket.id)
        .where(is_waiting, Ticket.line_id.in_(served), Ticket.day == bindparam("today"))
        .order_by(Ticket.id)
        .limit(1)
        .with_for_update(skip_locked=True)
        .scalar_subquery()
    )
    return (
        update(Ticket)
        .where(Ticket.id == first)
        .values(state="called", window_id=bindparam("at_window"), called_at=bindparam("now"))
        .returning(*Ticket.__table__.c)
    )


def _subject_query() -> Any:
    def of(model: Any, place: Any) -> Any:
        return (
            select(
                model.name,
                place.label("place"),
                Line.id.label("line_id"),
                Line.prefix,
                Line.mean_minutes,
                Hall.timezone,
                Hall.name.label("hall_name"),
                windows_open,
            )
            .join(Line, model.line_id == Line.id)
            .join(Hall, model.hall_id == Hall.id)
            .where(model.hall_id == bindparam("hall_id"), model.code == bindparam("code"), ~model.retired)
        )

    return union_all(of(Matter, Matter.place), of(Theme, literal(None)))


@cache
def set_ticket(*columns: str) -> Any:
    """Gives some columns of the ticket `:ticket_id` new values."""
    values: dict[str, Any] = {column: bindparam(column) for column in columns}
    return update(Ticket).where(Ticket.id == bindparam("ticket_id")).values(values)


SUBJECT = _subject_query()
NEXT_NUMBER = _next_number()
CLAIM = _claim()
INSERT_TICKET = insert(Ticket).returning(Ticket.id)
INSERT_INTERVAL = insert(TicketInterval)
END_INTERVAL = (
    update(TicketInterval)
    .where(TicketInterval.ticket_id == bindparam("of_ticket"), TicketInterval.ended_at.is_(None))
    .values(ended_at=bindparam("now"))
)
ONE_LESS = (
    update(Series)
    .where(Series.line_id == bindparam("of_line"), Series.day == bindparam("of_day"))
    .values(waiting=Series.waiting - 1)
    .returning(Series.waiting)
)
TICKET = select(*Ticket.__table__.c).where(
    Ticket.id == bindparam("ticket_id"), Ticket.hall_id == bindparam("of_hall")
)
SHIFT = (
    select(Shift.id, Shift.staff_id, Hall.timezone)
    .join(Hall, Shift.hall_id == Hall.id)
    .where(
        Shift.window_id == bindparam("at_window"),
        Shift.hall_id == bindparam("of_hall"),
        is_open,
    )
)
END_SHIFT = (
    update(Shift).where(Shift.window_id == bindparam("at_window"), is_open).values(closed_at=bindparam("now"))
)
WINDOW = select(Window.id, Window.number).where(
    Window.id == bindparam("window_id"), Window.hall_id == bindparam("of_hall"), ~Window.retired
)
