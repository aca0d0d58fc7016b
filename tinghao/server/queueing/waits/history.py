"""Tickets that are over, read from the database day by day."""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import date, datetime
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import Connection, bindparam, select

from tinghao.server.hall.facts import HallFacts
from tinghao.server.queueing.models import Series, Ticket, TicketInterval
from tinghao.server.queueing.rules.states import AT_WINDOW
from tinghao.server.queueing.waits.past import Past

_days = (
    select(Series.day)
    .distinct()
    .where(
        Series.line_id.in_(bindparam("lines", expanding=True)),
        Series.day >= bindparam("first"),
        Series.day <= bindparam("last"),
    )
    .order_by(Series.day)
)
# The unique index of numbers finds a day's tickets, however old the database.
_of_day = (
    Ticket.origin_line_id.in_(bindparam("lines", expanding=True)),
    Ticket.day == bindparam("day"),
)
_over = (*_of_day, Ticket.ended_at > bindparam("since"), Ticket.ended_at <= bindparam("until"))


def _stays_of(*which: Any) -> Any:
    return (
        select(
            TicketInterval.ticket_id,
            TicketInterval.state,
            TicketInterval.began_at,
            TicketInterval.ended_at,
        )
        .join(Ticket, Ticket.id == TicketInterval.ticket_id)
        .where(*which, TicketInterval.state.in_(sorted(AT_WINDOW)))
        .order_by(TicketInterval.id)
    )


_TICKETS_OVER = select(Ticket.__table__).where(*_over).order_by(Ticket.ended_at, Ticket.id)
_STAYS_OVER = _stays_of(*_over)
_TICKETS = (
    select(Ticket.__table__)
    .where(*_of_day, Ticket.ended_at.is_not(None))
    .order_by(Ticket.issued_at, Ticket.id)
)
_STAYS = _stays_of(*_of_day)

Stay = tuple[datetime, datetime | None]
"""From when until when somebody was called or served at a window."""


def days_with_tickets(connection: Connection, hall: HallFacts, first: date, last: date) -> list[date]:
    """The days from `first` to `last` on which the hall gave numbers."""
    row = {"lines": list(hall.lines), "first": first, "last": last}
    return list(connection.execute(_days, row).scalars())


def ended(connection: Connection, hall: HallFacts, day: date, since: datetime, until: datetime) -> list[Past]:
    """The tickets of a day that ended after `since` and not after `until`, in that order."""
    row = {"lines": list(hall.lines), "day": day, "since": since, "until": until}
    return _read(connection, hall, _TICKETS_OVER, _STAYS_OVER, row)


def of_days(connection: Connection, hall: HallFacts, first: date | None, last: date | None) -> Iterator[Past]:
    """All tickets that are over, of the days from `first` to `last`, in the order of their issue."""
    for day in days_with_tickets(connection, hall, first or date.min, last or date.max):
        yield from _read(connection, hall, _TICKETS, _STAYS, {"lines": list(hall.lines), "day": day})


def _read(
    connection: Connection, hall: HallFacts, tickets: Any, stays: Any, row: Mapping[str, Any]
) -> list[Past]:
    by_ticket = _stays(connection.execute(stays, row))
    rows = connection.execute(tickets, row).mappings()
    return [_past(ticket, by_ticket.get(ticket["id"], ()), hall) for ticket in rows]


def _stays(intervals: Iterable[Any]) -> Mapping[int, Sequence[Stay]]:
    """By ticket: a service belongs to the call before it."""
    stays: dict[int, list[Stay]] = defaultdict(list)
    for ticket_id, state, began_at, ended_at in intervals:
        mine = stays[ticket_id]
        if state == "serving" and mine and mine[-1][1] == began_at:
            began_at = mine.pop()[0]
        mine.append((began_at, ended_at))
    return stays


def _past(ticket: Mapping[Any, Any], stays: Sequence[Stay], hall: HallFacts) -> Past:
    """One who was moved to another line, or who was at windows several times, tells nothing of how long a visit takes."""
    zone = ZoneInfo(hall.timezone)
    moved = ticket["line_id"] != ticket["origin_line_id"] or ticket["step"] > 0
    plain = len(stays) == 1 and not moved
    window = hall.windows.get(ticket["window_id"] or 0) if plain else None
    waited_for_call = not moved and (
        ticket["not_before"] is None or ticket["not_before"] <= ticket["issued_at"]
    )

    def local(instant: datetime | None) -> datetime | None:
        return None if instant is None else instant.astimezone(zone)

    return Past(
        number=ticket["label"],
        line=hall.lines[ticket["origin_line_id"]].prefix,
        matter=ticket["subject_code"],
        priority=ticket["priority"],
        issued_at=ticket["issued_at"].astimezone(zone),
        called_at=local(stays[0][0]) if stays else None,
        started_at=local(ticket["started_at"]),
        ended_at=local(stays[0][1] if plain else ticket["ended_at"]),
        state="no_show" if stays and ticket["state"] == "expired" else ticket["state"],
        window=str(window.number) if window else None,
        estimate=ticket["wait_estimate"] if waited_for_call else None,
        low=ticket["wait_low"] if waited_for_call else None,
        high=ticket["wait_high"] if waited_for_call else None,
    )
