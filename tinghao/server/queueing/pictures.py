"""Whole pictures of a hall, as of one event number: what a screen or a clerk starts from."""

from collections.abc import Mapping
from datetime import date, datetime
from typing import Any

from sqlalchemy import Connection, select

from tinghao.basics.clock import hall_day, iso
from tinghao.server.access import Caller
from tinghao.server.hall.book import HallBook
from tinghao.server.hall.models import Line
from tinghao.server.queueing import views
from tinghao.server.queueing.models import Series, Shift, Ticket, is_at_window, is_open, is_waiting
from tinghao.server.store import events

Json = dict[str, Any]

RECENT_CALLS = 12
RECENT_WITHIN = 5_000
CALL_KINDS = ("ticket.called", "ticket.recalled")
OF_THE_HALL = ("id", "code", "name", "name_en", "timezone", "hours")


class Pictures:
    """Draws them. The public one is the same for all screens until something happens, and is drawn once."""

    def __init__(self, book: HallBook) -> None:
        self._book = book
        self._public: dict[int, tuple[tuple[int, date], Json]] = {}

    def seen_by(self, connection: Connection, caller: Caller, now: datetime) -> Json:
        """The hall as it stands, cut to what the caller may see."""
        picture = self.public(connection, caller.hall_id, now)
        if caller.staff_id is None:
            return picture
        day = hall_day(now, picture["hall"]["timezone"])
        lines = [line["id"] for line in picture["lines"]]
        tickets = [views.staff_ticket(ticket) for ticket in _tickets(connection, caller.hall_id, lines, day)]
        return {**picture, "tickets": tickets, "me": {"shift": views.shift_of(connection, caller.staff_id)}}

    def public(self, connection: Connection, hall_id: int, now: datetime) -> Json:
        """What boards, window screens and kiosks may see."""
        described = self._book.hall(connection, hall_id)
        day = hall_day(now, described["timezone"])
        as_of = events.last_number(connection, hall_id), day
        kept = self._public.get(hall_id)
        if kept is None or kept[0] != as_of:
            kept = self._public[hall_id] = as_of, _draw(connection, hall_id, described, *as_of)
        return kept[1]


def _draw(connection: Connection, hall_id: int, described: Json, seq: int, day: date) -> Json:
    waiting = _waiting(connection, hall_id, day)
    states = _window_states(connection, hall_id)
    closed: Json = {"state": "closed", "ticket": None, "called_at": None, "recalls": 0}
    return {
        "seq": seq,
        "hall": {name: described[name] for name in OF_THE_HALL},
        "zones": described["zones"],
        "lines": [{**line, "waiting": waiting.get(line["id"], 0)} for line in described["lines"]],
        "windows": [{**closed, **window, **states.get(window["id"], {})} for window in described["windows"]],
        "recent": _recent_calls(connection, hall_id),
    }


def _tickets(connection: Connection, hall_id: int, lines: list[int], day: date) -> list[Mapping[Any, Any]]:
    every = select(*Ticket.__table__.c)
    at_window = every.where(is_at_window, Ticket.hall_id == hall_id)
    waiting = every.where(is_waiting, Ticket.line_id.in_(lines), Ticket.day == day).order_by(Ticket.id)
    return [*connection.execute(at_window).mappings(), *connection.execute(waiting).mappings()]


def _waiting(connection: Connection, hall_id: int, day: date) -> dict[int, int]:
    query = select(Series.line_id, Series.waiting).join(Line, Series.line_id == Line.id)
    found = connection.execute(query.where(Line.hall_id == hall_id, Series.day == day))
    return {row.line_id: row.waiting for row in found}


def _window_states(connection: Connection, hall_id: int) -> dict[int, Json]:
    shifts = select(Shift.window_id).where(Shift.hall_id == hall_id, is_open)
    states: dict[int, Json] = {window: {"state": "open"} for window in connection.execute(shifts).scalars()}
    query = select(*Ticket.__table__.c).where(Ticket.hall_id == hall_id, is_at_window)
    for ticket in connection.execute(query).mappings():
        states[ticket["window_id"]] = views.window_with(ticket)
    return states


def _recent_calls(connection: Connection, hall_id: int) -> list[Json]:
    calls = events.newest(connection, hall_id, CALL_KINDS, within=RECENT_WITHIN, most=RECENT_CALLS)
    return [
        {"number": call.data["number"], "window": call.data["window"]["id"], "at": iso(call.at)}
        for call in calls
    ]
