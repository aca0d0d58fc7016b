"""Whole pictures of a hall, as of one event number: what a screen or a clerk starts from."""

from collections.abc import Iterable, Mapping
from datetime import date, datetime
from typing import Any

from sqlalchemy import Connection

from tinghao.basics.clock import hall_day, iso
from tinghao.server.access import Caller
from tinghao.server.hall.book import HallBook
from tinghao.server.hall.facts import HallFacts
from tinghao.server.queueing import lines, statements, views
from tinghao.server.store import events

Json = dict[str, Any]

RECENT_CALLS = 12
RECENT_WITHIN = 5_000
CALL_KINDS = ("ticket.called", "ticket.recalled")
NO_LONGER = (
    "ticket.undone",
    "ticket.held",
    "ticket.transferred",
    "ticket.passed_on",
    "ticket.no_show",
    "ticket.cancelled",
)
"""After these nobody shall come any more to the window that called."""

OF_THE_HALL = ("id", "code", "name", "name_en", "timezone", "hours")
TOLD_SETTINGS = (
    "recall_limit",
    "no_show_after_recalls",
    "no_show_after_seconds",
    "no_show",
    "undo_seconds",
    "hold_minutes",
    "return_after",
    "return_within_minutes",
)


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
        hall = self._book.at(connection, caller.hall_id)
        me = {
            "clerk": {"id": caller.staff_id, "name": caller.name, "role": caller.role},
            "shift": views.shift_of(connection, caller.staff_id),
        }
        return {**picture, **_for_staff(connection, hall, now), "me": me}

    def public(self, connection: Connection, hall_id: int, now: datetime) -> Json:
        """What boards, window screens and kiosks may see."""
        hall = self._book.at(connection, hall_id)
        as_of = events.last_number(connection, hall_id), hall_day(now, hall.timezone)
        kept = self._public.get(hall_id)
        if kept is None or kept[0] != as_of:
            described = self._book.hall(connection, hall_id)
            kept = self._public[hall_id] = as_of, _draw(connection, hall, described, as_of[0], now)
        return kept[1]


def _draw(connection: Connection, hall: HallFacts, described: Json, seq: int, now: datetime) -> Json:
    standing = {each["id"]: each for each in lines.lines_now(connection, hall, now)}
    windows = _windows(connection, hall, now)
    return {
        "seq": seq,
        "hall": {name: described[name] for name in OF_THE_HALL},
        "zones": described["zones"],
        "lines": [
            {**line, **{name: standing[line["id"]][name] for name in ("waiting", "wait")}}
            for line in described["lines"]
        ],
        "windows": [
            {**window, "base_lines": window["lines"], **windows[window["id"]]}
            for window in described["windows"]
        ],
        "recent": _recent_calls(connection, hall.id),
    }


def _for_staff(connection: Connection, hall: HallFacts, now: datetime) -> Json:
    rules = hall.rules
    alerts = statements.OPEN_ALERTS.all(connection, {"of_hall": hall.id})
    return {
        "tickets": [views.staff_ticket(ticket) for ticket in _tickets(connection, hall, now)],
        "priorities": [_named(each) for each in rules.priorities],
        "profiles": [_named(each) for each in rules.profiles],
        "settings": {name: getattr(rules.settings, name) for name in TOLD_SETTINGS},
        "alerts": [views.alert(row._asdict()) for row in alerts],
    }


def _named(each: Any) -> Json:
    return {"code": each.code, "name": each.name, "name_en": each.name_en}


def _tickets(connection: Connection, hall: HallFacts, now: datetime) -> Iterable[Mapping[Any, Any]]:
    """Today's tickets that are not over."""
    day = hall_day(now, hall.timezone)
    waiting = {**statements.numbered("line", hall.lines), "day": day}
    found = [
        *statements.AT_WINDOWS.all(connection, {"of_hall": hall.id}),
        *statements.waiting(len(hall.lines)).all(connection, waiting),
        *statements.ASIDE.all(connection, {"of_hall": hall.id, "day": day}),
    ]
    return [ticket._asdict() for ticket in found]


def _windows(connection: Connection, hall: HallFacts, now: datetime) -> dict[int, Json]:
    shifts = statements.SHIFTS.all(connection, {"of_hall": hall.id})
    tickets = [ticket._asdict() for ticket in statements.AT_WINDOWS.all(connection, {"of_hall": hall.id})]
    return views.windows_now(connection, hall, hall.windows, shifts, tickets, now)


def _recent_calls(connection: Connection, hall_id: int) -> list[Json]:
    newest = events.newest(
        connection, hall_id, CALL_KINDS + NO_LONGER, within=RECENT_WITHIN, most=2 * RECENT_CALLS
    )
    over: set[str] = set()
    calls = []
    for event in newest:
        number = event.data["number"]
        if event.kind in NO_LONGER:
            over.add(number)
        elif number not in over:
            calls.append({"number": number, "window": event.data["window"]["id"], "at": iso(event.at)})
    return calls[:RECENT_CALLS]
