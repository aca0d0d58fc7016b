"""Who may do something with a ticket."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from tinghao.server.access import Caller
from tinghao.server.hall.facts import HallFacts
from tinghao.server.queueing import problems, views
from tinghao.server.queueing.rules import states
from tinghao.server.queueing.service import record, windows
from tinghao.server.store import Work

Json = dict[str, Any]


def at_own_window(work: Work, hall: HallFacts, caller: Caller, ticket_id: int) -> Json:
    """The ticket, if it is or was last at the caller's open window; a manager may stand in. Raises `TicketElsewhere`."""
    ticket = record.ticket_of(work, hall.id, ticket_id)
    if not (caller.role == "manager" or _is_at_own(work, hall, caller, ticket)):
        raise problems.TicketElsewhere(number=ticket["label"])
    return ticket


def require_touch(
    work: Work, hall: HallFacts, caller: Caller, ticket: Mapping[str, Any], now: datetime
) -> None:
    """A ticket at a window is its clerk's; any other is the desk's and of clerks whose window serves its line.

    A manager may do all. Raises `TicketElsewhere` or `NotYourLine`.
    """
    if caller.role == "manager":
        return
    if ticket["state"] in states.AT_WINDOW:
        if not _is_at_own(work, hall, caller, ticket):
            raise problems.TicketElsewhere(number=ticket["label"])
    elif caller.role != "guide" and not _serves(work, hall, caller, ticket, now):
        raise problems.NotYourLine(number=ticket["label"])


def require_number(ticket: Mapping[str, Any]) -> None:
    """Who came without a number can't be called again: raises `WithoutNumber`."""
    if ticket["number"] is None:
        raise problems.WithoutNumber


def _is_at_own(work: Work, hall: HallFacts, caller: Caller, ticket: Mapping[str, Any]) -> bool:
    if ticket["window_id"] is None or caller.staff_id is None:
        return False
    shift = windows.shift_at(work, hall, ticket["window_id"])
    return shift is not None and shift.staff_id == caller.staff_id


def _serves(work: Work, hall: HallFacts, caller: Caller, ticket: Mapping[str, Any], now: datetime) -> bool:
    shift = windows.shift_of(work, hall, caller)
    if shift is None:
        return False
    if ticket["to_window_id"] == shift.window_id or caller.staff_id in (
        ticket["to_staff_id"],
        ticket["staff_id"],
    ):
        return True
    in_force = views.in_force(work.connection, hall, shift.window_id, now)
    return hall.lines[ticket["line_id"]].prefix in in_force.lines
