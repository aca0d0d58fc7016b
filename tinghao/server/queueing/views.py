"""What screens and stations see of the queue."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, bindparam, func, select

from tinghao.basics.clock import iso
from tinghao.server.hall.book import HallBook
from tinghao.server.hall.models import Line, Window
from tinghao.server.hall.views import window_names
from tinghao.server.queueing import problems
from tinghao.server.queueing.models import Shift, Ticket, is_at_window, is_open, is_waiting
from tinghao.server.queueing.rules import states as rules
from tinghao.server.queueing.statements import windows_open

Json = dict[str, Any]


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
    ticket = connection.execute(_TICKET_AT, {"at_window": window_id}).mappings().first()
    if ticket is not None:
        return window_with(ticket)
    state = "open" if connection.execute(_SHIFT_AT, {"at_window": window_id}).first() else "closed"
    return {"id": window_id, "state": state, "ticket": None, "called_at": None, "recalls": 0}


def shift(shift_id: int, window_id: int, opened_at: datetime) -> Json:
    """A clerk's shift."""
    return {"id": shift_id, "window": window_id, "opened_at": iso(opened_at)}


def shift_of(connection: Connection, staff_id: int) -> Json | None:
    """The window that a clerk has open now, if any."""
    query = select(Shift.id, Shift.window_id, Shift.opened_at).where(Shift.staff_id == staff_id, is_open)
    found = connection.execute(query).first()
    return shift(*found) if found else None


# The public's own ticket


def public_ticket(connection: Connection, book: HallBook, slug: str) -> Json:
    """A ticket as its holder sees it on his phone or at a kiosk: no name, no matter."""
    ticket = _by_slug(connection, slug)
    line = connection.execute(
        select(Line.name, Line.name_en, Line.mean_minutes, windows_open).where(Line.id == ticket["line_id"])
    ).one()
    ahead = _ahead(connection, ticket) if ticket["state"] == "waiting" else None
    wait = None if ahead is None else rules.expected_wait(ahead, line.mean_minutes, line.windows_open)
    number = select(Window.number).where(Window.id == ticket["window_id"])
    window = connection.execute(number).scalar()
    word, word_en = rules.STATE_WORDS[ticket["state"]]
    hall = book.hall(connection, ticket["hall_id"])
    return {
        "hall": hall["name"],
        "hall_en": hall["name_en"],
        "number": ticket["label"],
        "state": ticket["state"],
        "state_words": word,
        "state_words_en": word_en,
        "line": line.name,
        "line_en": line.name_en,
        **book.place(connection, ticket["hall_id"], ticket["line_id"]),
        "ahead": ahead,
        "wait": wait,
        "window": window_names(window)["name"] if window else None,
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


_TICKET_AT = select(*Ticket.__table__.c).where(Ticket.window_id == bindparam("at_window"), is_at_window)
_SHIFT_AT = select(Shift.id).where(Shift.window_id == bindparam("at_window"), is_open)
