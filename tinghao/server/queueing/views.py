"""What screens and stations see of the queue."""

from collections.abc import Mapping
from datetime import date, datetime
from typing import Any

from sqlalchemy import Connection, func, select

from tinghao.basics.clock import hall_day, iso
from tinghao.server.hall import views as hall_views
from tinghao.server.hall.models import Line, Window, WindowLine, Zone
from tinghao.server.queueing import problems, rules
from tinghao.server.queueing.models import Series, Shift, Ticket, is_at_window, is_waiting
from tinghao.server.store import events

Json = dict[str, Any]
RECENT_CALLS = 12
RECENT_WITHIN = 5_000
CALL_KINDS = ("ticket.called", "ticket.recalled")


# Single things


def staff_ticket(ticket: Mapping[Any, Any]) -> Json:
    """A ticket as clerks see it."""
    visitor = (
        {"name": ticket["visitor_name"], "tail": ticket["visitor_tail"]} if ticket["visitor_digest"] else None
    )
    return {
        "id": ticket["id"],
        "number": ticket["label"],
        "line": ticket["line_id"],
        "matter": ticket["subject_code"],
        "matter_name": ticket["subject_name"],
        "state": ticket["state"],
        "window": ticket["window_id"],
        "visitor": visitor,
        "issued_at": iso(ticket["issued_at"]),
        "called_at": iso(ticket["called_at"]),
        "started_at": iso(ticket["started_at"]),
        "recalls": ticket["recalls"],
        "print": ticket["print_state"],
    }


def kiosk_ticket(ticket: Mapping[Any, Any]) -> Json:
    """A ticket as the kiosk that issued it sees it."""
    return {
        "id": ticket["id"],
        "number": ticket["label"],
        "line": ticket["line_id"],
        "matter": ticket["subject_code"],
        "matter_name": ticket["subject_name"],
        "state": ticket["state"],
        "issued_at": iso(ticket["issued_at"]),
        "print": ticket["print_state"],
        "slug": f"{ticket['id']:x}-{ticket['secret']}",
    }


def window_with(ticket: Mapping[Any, Any]) -> Json:
    """The window of a ticket, as it stands after the ticket's change: a ticket that is over leaves it open and empty."""
    here = ticket["state"] in rules.AT_WINDOW
    return {
        "id": ticket["window_id"],
        "state": ticket["state"] if here else "open",
        "ticket": ticket["label"] if here else None,
        "called_at": iso(ticket["called_at"]) if here else None,
        "recalls": ticket["recalls"] if here else 0,
    }


def window_now(connection: Connection, window_id: int) -> Json:
    """A window's present state, read anew."""
    query = select(*Ticket.__table__.c).where(Ticket.window_id == window_id, is_at_window)
    ticket = connection.execute(query).mappings().first()
    if ticket is not None:
        return window_with(ticket)
    shifts = select(Shift.id).where(Shift.window_id == window_id, Shift.closed_at.is_(None))
    state = "open" if connection.execute(shifts).first() else "closed"
    return {"id": window_id, "state": state, "ticket": None, "called_at": None, "recalls": 0}


def shift(shift_id: int, window_id: int, opened_at: datetime) -> Json:
    """A clerk's shift."""
    return {"id": shift_id, "window": window_id, "opened_at": iso(opened_at)}


def shift_of(connection: Connection, staff_id: int) -> Json | None:
    """The window that a clerk has open now, if any."""
    query = select(Shift.id, Shift.window_id, Shift.opened_at).where(
        Shift.staff_id == staff_id, Shift.closed_at.is_(None)
    )
    found = connection.execute(query).first()
    return shift(*found) if found else None


def where(connection: Connection, line_id: int) -> Json:
    """Where a line is served: zone, floor and windows."""
    query = (
        select(Zone.name, Zone.name_en, Zone.floor)
        .join(Line, Line.zone_id == Zone.id)
        .where(Line.id == line_id)
    )
    zone = connection.execute(query).one()
    numbers = select(Window.number).join(WindowLine).where(WindowLine.line_id == line_id, ~Window.retired)
    windows = rules.ranges(connection.execute(numbers).scalars())
    return {"zone": zone.name, "zone_en": zone.name_en, "floor": zone.floor, "windows": windows}


# The public's own ticket


def public_ticket(connection: Connection, slug: str) -> Json:
    """A ticket as its holder sees it on his phone or at a kiosk: no name, no matter."""
    ticket = _by_slug(connection, slug)
    line = connection.execute(
        select(Line.name, Line.name_en, Line.mean_minutes).where(Line.id == ticket["line_id"])
    ).one()
    ahead = _ahead(connection, ticket) if ticket["state"] == "waiting" else None
    wait = (
        None
        if ahead is None
        else rules.expected_wait(ahead, line.mean_minutes, _windows_open(connection, ticket["line_id"]))
    )
    number = select(Window.number).where(Window.id == ticket["window_id"])
    window = connection.execute(number).scalar()
    word, word_en = rules.STATE_WORDS[ticket["state"]]
    hall = hall_views.hall_row(connection, ticket["hall_id"])
    return {
        "hall": hall["name"],
        "hall_en": hall["name_en"],
        "number": ticket["label"],
        "state": ticket["state"],
        "state_words": word,
        "state_words_en": word_en,
        "line": line.name,
        "line_en": line.name_en,
        **where(connection, ticket["line_id"]),
        "ahead": ahead,
        "wait": wait,
        "window": hall_views.window_names(window)["name"] if window else None,
        "issued_at": iso(ticket["issued_at"]),
    }


def _by_slug(connection: Connection, slug: str) -> Mapping[Any, Any]:
    name, _, secret = slug.partition("-")
    try:
        ticket_id = int(name, 16)
    except ValueError:
        raise problems.NoSuchTicket from None
    query = select(*Ticket.__table__.c).where(Ticket.id == ticket_id) if ticket_id < 2**63 else None
    ticket = connection.execute(query).mappings().first() if query is not None else None
    if ticket is None or ticket["secret"] != secret:
        raise problems.NoSuchTicket
    return ticket


def _ahead(connection: Connection, ticket: Mapping[Any, Any]) -> int:
    same_line = (Ticket.line_id == ticket["line_id"], Ticket.day == ticket["day"])
    query = select(func.count()).where(is_waiting, *same_line, Ticket.id < ticket["id"])
    return connection.execute(query).scalar_one()


def _windows_open(connection: Connection, line_id: int) -> int:
    query = (
        select(func.count())
        .select_from(WindowLine)
        .join(Shift, (Shift.window_id == WindowLine.window_id) & Shift.closed_at.is_(None))
        .where(WindowLine.line_id == line_id)
    )
    return connection.execute(query).scalar_one()


# Whole pictures


def public_snapshot(connection: Connection, hall_id: int, now: datetime) -> Json:
    """Everything a board, a window screen or a kiosk needs, as of one event number."""
    described = hall_views.describe_hall(connection, hall_id)
    day = hall_day(now, described["timezone"])
    waiting = _waiting(connection, hall_id, day)
    states = _window_states(connection, hall_id)
    closed: Json = {"state": "closed", "ticket": None, "called_at": None, "recalls": 0}
    windows = [{**closed, **window, **states.get(window["id"], {})} for window in described["windows"]]
    lines = [{**line, "waiting": waiting.get(line["id"], 0)} for line in described["lines"]]
    hall = {name: described[name] for name in ("id", "code", "name", "name_en", "timezone", "hours")}
    return {
        "seq": events.last_number(connection, hall_id),
        "hall": hall,
        "zones": described["zones"],
        "lines": lines,
        "windows": windows,
        "recent": _recent_calls(connection, hall_id),
    }


def staff_snapshot(connection: Connection, hall_id: int, now: datetime) -> Json:
    """The public picture and the tickets that still matter today."""
    picture = public_snapshot(connection, hall_id, now)
    day = hall_day(now, picture["hall"]["timezone"])
    lines = [line["id"] for line in picture["lines"]]
    columns = Ticket.__table__.c
    waiting = (
        select(*columns).where(is_waiting, Ticket.line_id.in_(lines), Ticket.day == day).order_by(Ticket.id)
    )
    at_window = select(*columns).where(is_at_window, Ticket.hall_id == hall_id)
    tickets = [*connection.execute(at_window).mappings(), *connection.execute(waiting).mappings()]
    return {**picture, "tickets": [staff_ticket(ticket) for ticket in tickets]}


def _waiting(connection: Connection, hall_id: int, day: date) -> dict[int, int]:
    query = select(Series.line_id, Series.waiting).join(Line, Series.line_id == Line.id)
    return {
        row.line_id: row.waiting
        for row in connection.execute(query.where(Line.hall_id == hall_id, Series.day == day))
    }


def _window_states(connection: Connection, hall_id: int) -> dict[int, Json]:
    shifts = select(Shift.window_id, Shift.clerk_name).where(
        Shift.hall_id == hall_id, Shift.closed_at.is_(None)
    )
    states: dict[int, Json] = {row.window_id: {"state": "open"} for row in connection.execute(shifts)}
    query = select(*Ticket.__table__.c).where(Ticket.hall_id == hall_id, is_at_window)
    for ticket in connection.execute(query).mappings():
        states[ticket["window_id"]] = window_with(ticket)
    return states


def _recent_calls(connection: Connection, hall_id: int) -> list[Json]:
    calls = events.newest(connection, hall_id, CALL_KINDS, within=RECENT_WITHIN, most=RECENT_CALLS)
    return [
        {"number": call.data["number"], "window": call.data["window"]["id"], "at": iso(call.at)}
        for call in calls
    ]
