"""What screens and stations see of the queue."""

from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, select

from tinghao.basics.clock import iso
from tinghao.server.hall.book import HallBook
from tinghao.server.hall.facts import HallFacts
from tinghao.server.hall.views import window_names
from tinghao.server.queueing import problems, statements
from tinghao.server.queueing.in_force import all_in_force, in_force
from tinghao.server.queueing.models import Ticket
from tinghao.server.queueing.rules import states
from tinghao.server.queueing.rules.ahead import overtake_before
from tinghao.server.queueing.rules.profiles import InForce
from tinghao.server.queueing.waits import service as waits

__all__ = ["all_in_force", "in_force", "window_names"]

Json = dict[str, Any]

EMPTY: Json = {"state": "open", "ticket": None, "called_at": None, "recalls": 0}
"""A window that nobody is at."""


# Single things


def staff_ticket(ticket: Mapping[Any, Any]) -> Json:
    """A ticket as staff see it."""
    visitor = (
        {"name": ticket["visitor_name"], "tail": ticket["visitor_tail"]} if ticket["visitor_digest"] else None
    )
    journey = {"id": ticket["journey_id"], "step": ticket["step"] + 1, "steps": ticket["steps"]}
    return {
        "id": ticket["id"],
        "number": ticket["label"],
        "line": ticket["line_id"],
        "from_line": ticket["origin_line_id"],
        "matter": ticket["subject_code"],
        "matter_name": ticket["subject_name"],
        "state": ticket["state"],
        "window": ticket["window_id"],
        "visitor": visitor,
        "priority": ticket["priority"],
        "place": ticket["place"],
        "since": iso(ticket["since"]),
        "not_before": iso(ticket["not_before"]),
        "booked_at": iso(ticket["booked_at"]),
        "to_window": ticket["to_window_id"],
        "to_staff": ticket["to_staff_id"],
        "held_until": iso(ticket["held_until"]),
        "reason": ticket["reason"],
        "remark": ticket["remark"],
        "language": ticket["language"],
        "journey": journey if ticket["journey_id"] else None,
        "issued_at": iso(ticket["issued_at"]),
        "called_at": iso(ticket["called_at"]),
        "started_at": iso(ticket["started_at"]),
        "ended_at": iso(ticket["ended_at"]),
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
        "priority": ticket["priority"],
        "remark": ticket["remark"],
        "issued_at": iso(ticket["issued_at"]),
        "print": ticket["print_state"],
        "slug": f"{ticket['id']:x}-{ticket['secret']}",
    }


def alert(row: Mapping[Any, Any]) -> Json:
    """Something that somebody has to look at."""
    return {
        "kind": row["kind"],
        "about": row["about"],
        "sentence": row["sentence"],
        "sentence_en": row["sentence_en"],
        "raised_at": iso(row["raised_at"]),
    }


def shift(shift_id: int, window_id: int, opened_at: datetime) -> Json:
    """A clerk's shift."""
    return {"id": shift_id, "window": window_id, "opened_at": iso(opened_at)}


def shift_of(connection: Connection, staff_id: int) -> Json | None:
    """The window that a clerk has open now, if any."""
    found = statements.SHIFT_OF.first(connection, {"by_staff": staff_id})
    return shift(found.id, found.window_id, found.opened_at) if found else None


# Windows


def window_with(ticket: Mapping[Any, Any]) -> Json:
    """The window of a ticket, as it stands after the ticket's change: a ticket that is over leaves it open and empty."""
    if ticket["state"] not in states.AT_WINDOW:
        return {**EMPTY, "id": ticket["window_id"]}
    return {
        "id": ticket["window_id"],
        "state": ticket["state"],
        "ticket": ticket["label"],
        "called_at": iso(ticket["called_at"]),
        "recalls": ticket["recalls"],
    }


def window_left(ticket: Mapping[Any, Any]) -> Json | None:
    """The window that a ticket leaves, if it was at one."""
    return {**EMPTY, "id": ticket["window_id"]} if ticket["state"] in states.AT_WINDOW else None


def window_now(connection: Connection, hall: HallFacts, window_id: int, now: datetime) -> Json:
    """A window's present state, read anew."""
    shifts = statements.SHIFT.all(connection, {"at_window": window_id, "of_hall": hall.id})
    found = statements.AT_WINDOW.all(connection, {"at_window": window_id})
    tickets = [ticket._asdict() for ticket in found]
    return windows_now(connection, hall, [window_id], shifts, tickets, now)[window_id]


def windows_now(
    connection: Connection,
    hall: HallFacts,
    window_ids: Iterable[int],
    shifts: Iterable[Any],
    tickets: Iterable[Mapping[Any, Any]],
    now: datetime,
) -> dict[int, Json]:
    """The states of windows by id, from their open shifts and the tickets at them."""
    ids = list(window_ids)
    forces = all_in_force(connection, hall, ids, now)
    shift_by = {each.window_id: each for each in shifts}
    at = {ticket["window_id"]: window_with(ticket) for ticket in tickets}
    return {
        window_id: {
            "id": window_id,
            **_with_shift(shift_by.get(window_id), at.get(window_id)),
            **_with_profile(hall, forces[window_id]),
        }
        for window_id in ids
    }


def _with_shift(shift: Any | None, at: Json | None) -> Json:
    idle = "closed" if shift is None else "paused" if shift.pause_reason else "open"
    return {
        **EMPTY,
        "state": idle,
        **(at or {}),
        "clerk": shift.clerk_name if shift else None,
        "clerk_id": shift.staff_id if shift else None,
        "pause_reason": shift.pause_reason if shift else None,
        "wants_next": bool(shift and shift.wants_next),
    }


def _with_profile(hall: HallFacts, in_force: InForce) -> Json:
    profile = {"code": in_force.code, "name": in_force.name, "name_en": in_force.name_en, "by": in_force.by}
    lines = [hall.lines_by_prefix[prefix].id for prefix in in_force.lines]
    return {"lines": lines, "profile": profile if in_force.code else None}


# The public's own ticket


def public_ticket(connection: Connection, book: HallBook, slug: str, now: datetime) -> Json:
    """A ticket as its holder sees it on his phone or at a kiosk: no name, no matter."""
    ticket = by_slug(connection, slug)
    hall = book.at(connection, ticket["hall_id"])
    described = book.hall(connection, ticket["hall_id"])
    line = hall.lines[ticket["line_id"]]
    waiting = ticket["state"] == "waiting"
    before = ahead(connection, hall, ticket, now) if waiting else None
    estimate = None if before is None else waits.at_issue(connection, hall, line.id, before, now)
    window = hall.windows.get(ticket["window_id"] or 0)
    word, word_en = states.STATE_WORDS[ticket["state"]]
    return {
        "hall": described["name"],
        "hall_en": described["name_en"],
        "number": ticket["label"],
        "state": ticket["state"],
        "state_words": word,
        "state_words_en": word_en,
        "line": line.name,
        "line_en": line.name_en,
        **book.place(connection, ticket["hall_id"], ticket["line_id"]),
        "ahead": before,
        "wait": waits.shown(estimate),
        "window": window_names(window.number)["name"] if window else None,
        "may_cancel": (ticket["state"], "cancel") in states.TRANSITIONS,
        "issued_at": iso(ticket["issued_at"]),
    }


def by_slug(connection: Connection, slug: str) -> Mapping[Any, Any]:
    """The ticket behind the address on its paper, of a journey the one that counts now; raises `NoSuchTicket`."""
    name, _, secret = slug.partition("-")
    try:
        ticket_id = int(name, 16)
    except ValueError:
        raise problems.NoSuchTicket from None
    query = select(*Ticket.__table__.c).where(Ticket.id == ticket_id) if ticket_id < 2**63 else None
    ticket = connection.execute(query).mappings().first() if query is not None else None
    if ticket is None or ticket["secret"] != secret:
        raise problems.NoSuchTicket
    return _counting_now(connection, ticket)


def _counting_now(connection: Connection, ticket: Mapping[Any, Any]) -> Mapping[Any, Any]:
    """Of a journey, the number at a window; else the first that waits, the first that is not over, the last."""
    if ticket["journey_id"] is None:
        return ticket

    def rank(each: Any) -> tuple[int, int]:
        if each.state not in states.UNFINISHED:
            return 3, -each.step
        where = 0 if each.state in states.AT_WINDOW else 1 if each.state == "waiting" else 2
        return where, each.step

    steps = statements.JOURNEY_TICKETS.all(connection, {"journey": ticket["journey_id"]})
    found: Mapping[Any, Any] = min(steps, key=rank)._asdict()
    return found


def ahead(connection: Connection, hall: HallFacts, ticket: Mapping[Any, Any], now: datetime) -> int:
    """How many of the ticket's line are called before it, as things stand."""
    mine = hall.rules.priority(ticket["priority"])
    row = {"me": ticket["id"], "line": ticket["line_id"], "day": ticket["day"], "place": ticket["place"]}
    lead = hall.rules.settings.guarantee_lead_minutes
    for n, code in enumerate(hall.priority_codes):
        row[f"priority{n}"] = code
        row[f"since{n}"] = overtake_before(mine, ticket["since"], hall.rules.priority(code), now, lead)
    return sum(part.before for part in statements.ahead(len(hall.priority_codes)).all(connection, row))
