"""Changing where and how a ticket waits: another line, window or person, another matter, another priority, none at all."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Literal

from tinghao.server.access import Caller
from tinghao.server.hall.facts import HallFacts
from tinghao.server.queueing import problems, statements, views
from tinghao.server.queueing.rules import states
from tinghao.server.queueing.service import calling, record, rights, taking, windows
from tinghao.server.store import Work

Json = dict[str, Any]
Position = Literal["first", "last", "keep"]


@dataclass(frozen=True)
class Target:
    """Where a ticket goes: to a line, to one window, to one person (by account); at least one of them.

    `position` in the line: before all others, behind all others, or as long as it has waited. `delay_minutes` from now it may be
    called; `comes_back` to the window that sent it, when it is finished there.
    """

    line: int | None = None
    window: int | None = None
    staff: int | None = None
    position: Position = "keep"
    delay_minutes: int = 0
    comes_back: bool = False


def transfer(
    work: Work,
    hall: HallFacts,
    caller: Caller,
    now: datetime,
    ticket_id: int,
    target: Target,
    reason: str | None,
) -> Json:
    """Sends the ticket on. Raises `NowhereToGo`, `NoSuchLine`, `NoSuchWindow`, `NotAtWork`."""
    ticket = record.ticket_of(work, hall.id, ticket_id)
    rights.require_touch(work, hall, caller, ticket, now)
    rights.require_number(ticket)
    line_id = _line_of(work, hall, ticket, target)
    comes_back = target.comes_back and ticket["state"] in states.AT_WINDOW
    values: Json = {
        "line_id": line_id,
        "to_window_id": target.window,
        "to_staff_id": target.staff,
        "return_to": {"line": ticket["line_id"], "window": ticket["window_id"]} if comes_back else None,
        "place": -1 if target.position == "first" else 0,
        "since": now if target.position == "last" else ticket["since"],
        "not_before": now + timedelta(minutes=target.delay_minutes) if target.delay_minutes else None,
        "window_id": None,
        "held_until": None,
        "reason": reason,
    }
    changed = record.change(work, caller, now, ticket, "transfer", because=reason, **values)
    return _moved(work, hall, caller, now, "ticket.transferred", ticket, changed)


def change_matter(
    work: Work, hall: HallFacts, caller: Caller, now: datetime, ticket_id: int, subject_code: str
) -> Json:
    """The visitor is here for something else: who still waits changes to its line and keeps his time of waiting."""
    ticket = record.ticket_of(work, hall.id, ticket_id)
    rights.require_touch(work, hall, caller, ticket, now)
    subject = taking.subject_of(hall, subject_code)
    moves = ticket["state"] not in states.AT_WINDOW
    values: Json = {
        "subject_code": subject.code,
        "subject_name": subject.name,
        "skill": subject.skill,
        "line_id": subject.line_id if moves else ticket["line_id"],
    }
    changed = record.change(work, caller, now, ticket, "change_matter", **values)
    return _moved(work, hall, caller, now, "ticket.changed", ticket, changed)


def prioritise(
    work: Work,
    hall: HallFacts,
    caller: Caller,
    now: datetime,
    ticket_id: int,
    priority: str,
    reason: str,
) -> Json:
    """Gives the ticket another class; the reason is on record. Raises `NoSuchPriority`."""
    if priority not in hall.rules.by_code:
        raise problems.NoSuchPriority
    ticket = record.ticket_of(work, hall.id, ticket_id)
    rights.require_touch(work, hall, caller, ticket, now)
    changed = record.change(work, caller, now, ticket, "prioritise", because=reason, priority=priority)
    return record.tell(work, caller, now, "ticket.prioritised", changed)


def cancel(
    work: Work, hall: HallFacts, caller: Caller, now: datetime, ticket_id: int, reason: str | None
) -> Json:
    """The visitor will not be served with this number."""
    ticket = record.ticket_of(work, hall.id, ticket_id)
    rights.require_touch(work, hall, caller, ticket, now)
    return drop(work, hall, caller, now, ticket, "cancel", reason)


def cancel_own(work: Work, hall: HallFacts, caller: Caller, now: datetime, ticket_id: int) -> Json:
    """The holder of the paper gives his number back."""
    ticket = record.ticket_of(work, hall.id, ticket_id)
    drop(work, hall, caller, now, ticket, "cancel", "群众自行取消")
    return {}


def drop(
    work: Work,
    hall: HallFacts,
    caller: Caller,
    now: datetime,
    ticket: Json,
    verb: Literal["cancel", "expire"],
    reason: str | None,
) -> Json:
    """Ends a ticket that is not served, and with it the same number in the other lines of its journey."""
    changed = record.change(
        work, caller, now, ticket, verb, because=reason, ended_at=now, held_until=None, reason=reason
    )
    kind = "ticket.cancelled" if verb == "cancel" else "ticket.expired"
    told = _moved(work, hall, caller, now, kind, ticket, changed)
    # Closing sends home who waits; one on hold or missed elsewhere ends with the day.
    ends = ("waiting", "held", "no_show") if verb == "cancel" else ("waiting",)
    for other in _same_number(work, ticket):
        if other["state"] in ends:
            drop(work, hall, caller, now, other, verb, reason)
    return told


def _same_number(work: Work, ticket: Json) -> list[Json]:
    if ticket["journey_id"] is None:
        return []
    row = {"journey": ticket["journey_id"]}
    found = statements.JOURNEY_TICKETS.all(work.connection, row)
    return [other._asdict() for other in found if other.id != ticket["id"]]


def _line_of(work: Work, hall: HallFacts, ticket: Json, target: Target) -> int:
    """The line in which the ticket waits for its target, whose window and person are of this hall too."""
    window_id = target.window
    if window_id is not None:
        windows.window_of(hall, window_id)
    if target.staff is not None:
        row = {"by_staff": target.staff}
        shift = statements.SHIFT_OF.first(work.connection, row)
        if shift is None or shift.window_id not in hall.windows:
            raise problems.NotAtWork
        window_id = window_id or shift.window_id
    if target.line is not None:
        line = hall.lines.get(target.line)
        if line is None or line.retired:
            raise problems.NoSuchLine
        return line.id
    if window_id is None:
        raise problems.NowhereToGo
    lines = hall.windows[window_id].lines
    own = hall.lines[ticket["line_id"]].prefix
    return hall.lines_by_prefix[own if own in lines or not lines else lines[0]].id


def _moved(
    work: Work, hall: HallFacts, caller: Caller, now: datetime, kind: str, ticket: Json, changed: Json
) -> Json:
    lines = record.count(work, ticket, changed)
    stays = changed["state"] in states.AT_WINDOW
    window = views.window_with(changed) if stays else views.window_left(ticket)
    told = record.tell(work, caller, now, kind, changed, lines, window)
    if changed["state"] == "waiting":
        calling.call_for_those_who_want(work, hall, now)
    if window and not stays:
        calling.call_if_wanted(work, hall, now, window["id"])
        calling.call_where_he_waits_too(work, hall, now, ticket)
    return told
