"""What every use case of the queue writes: the ticket's row, its intervals, its acts, the counts of lines, the events."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from tinghao.basics.clock import iso
from tinghao.server.access import Caller
from tinghao.server.queueing import problems, statements, views
from tinghao.server.queueing.rules import states
from tinghao.server.store import Work, events

Json = dict[str, Any]

TOLD_BEFORE = (
    "state",
    "line_id",
    "priority",
    "place",
    "since",
    "not_before",
    "to_window_id",
    "to_staff_id",
    "skill",
    "subject_code",
    "window_id",
    "staff_id",
    "recalls",
    "called_at",
    "ended_at",
    "held_until",
)
"""What an act may change and what a later question about the past, or undoing, needs to know again."""
INSTANTS = ("since", "not_before", "called_at", "ended_at", "held_until")


def ticket_of(work: Work, hall_id: int, ticket_id: int) -> Json:
    """The ticket, if it is of this hall; raises `NoSuchTicket`."""
    row = {"ticket_id": ticket_id, "of_hall": hall_id}
    found = statements.TICKET.first(work.connection, row)
    if found is None:
        raise problems.NoSuchTicket
    ticket: Json = found._asdict()
    return ticket


def begin_interval(work: Work, ticket: Mapping[str, Any], now: datetime) -> None:
    """Opens the ticket's stretch of time in its present state."""
    at_window = ticket["state"] in states.AT_WINDOW
    row = {
        "ticket_id": ticket["id"],
        "line_id": ticket["line_id"],
        "state": ticket["state"],
        "window_id": ticket["window_id"] if at_window else None,
        "staff_id": ticket["staff_id"] if at_window else None,
        "began_at": now,
        "ended_at": None,
    }
    statements.INSERT_INTERVAL.run(work.connection, row)


def change(
    work: Work,
    caller: Caller,
    now: datetime,
    ticket: Json,
    verb: states.Verb,
    *,
    because: str | None = None,
    detail: Json | None = None,
    **values: Any,
) -> Json:
    """Does `verb` to the ticket: refused unless the table of transitions knows it; returns the ticket after it.

    Writes the row, the act with what was before, the interval if state or line are others now, and the lines' counts.
    The event is the caller's to tell, for it knows the window.
    """
    state = states.change(ticket["label"], ticket["state"], verb)
    # An undone call goes back to where it came from, which only its record knows.
    after: Json = {"state": state, **values}
    statements.set_ticket(*after).run(work.connection, {"ticket_id": ticket["id"], **after})
    changed = {**ticket, **after}
    # JSON knows no instants.
    before = {
        name: iso(ticket[name]) if isinstance(ticket[name], datetime) else ticket[name]
        for name in TOLD_BEFORE
        if ticket[name] != changed[name]
    }
    act(work, caller, now, changed, verb, because, {**(detail or {}), "before": before}, ticket["window_id"])
    if (changed["state"], changed["line_id"]) != (ticket["state"], ticket["line_id"]):
        statements.END_INTERVAL.run(work.connection, {"of_ticket": ticket["id"], "now": now})
        if changed["state"] in states.UNFINISHED:
            begin_interval(work, changed, now)
    return changed


def revived(before: Mapping[str, Any]) -> Json:
    """What an act kept as `before`, with its instants as instants again."""
    return {
        name: datetime.fromisoformat(value) if name in INSTANTS and value else value
        for name, value in before.items()
    }


def act(
    work: Work,
    caller: Caller,
    now: datetime,
    ticket: Mapping[str, Any],
    verb: str,
    reason: str | None = None,
    detail: Json | None = None,
    window_id: int | None = None,
) -> None:
    """Puts on record who did what with the ticket, when, where and why."""
    row = {
        "ticket_id": ticket["id"],
        "verb": verb,
        "at": now,
        "actor": caller.actor,
        "actor_name": caller.name or None,
        "window_id": ticket["window_id"] or window_id,
        "reason": reason,
        "detail": detail,
    }
    statements.INSERT_ACT.run(work.connection, row)


def count(work: Work, before: Mapping[str, Any] | None, after: Mapping[str, Any] | None) -> list[Json]:
    """Moves a ticket from the count of one line to another's; returns the lines that changed, as events tell them."""
    left = before["line_id"] if before and before["state"] == "waiting" else None
    joined = after["line_id"] if after and after["state"] == "waiting" else None
    if left == joined:
        return []
    one = before or after
    assert one is not None
    told = []
    for line_id, by in ((left, -1), (joined, 1)):
        if line_id is not None:
            row = {"of_line": line_id, "of_day": one["day"], "by": by}
            told.append({"id": line_id, "waiting": statements.COUNT.one(work.connection, row).waiting})
    return told


def tell(
    work: Work,
    caller: Caller,
    now: datetime,
    kind: str,
    ticket: Mapping[str, Any],
    lines: list[Json] | None = None,
    window: Json | None = None,
    **more: Any,
) -> Json:
    """Records the event, and one more for each further line whose count changed; returns the ticket as staff see it."""
    shown = views.staff_ticket(ticket)
    first = lines[0] if lines else None
    data: Json = {"number": ticket["label"], "ticket": shown, **more}
    if first:
        data["line"] = first
    if window:
        data["window"] = window
    events.record(work, hall_id=ticket["hall_id"], kind=kind, at=now, actor=caller.actor, data=data)
    for line in (lines or [])[1:]:
        happened(work, caller, now, "line.changed", line=line)
    return shown


def happened(work: Work, caller: Caller, now: datetime, kind: str, **data: Any) -> None:
    """Records an event of the hall that is of no single ticket."""
    events.record(work, hall_id=caller.hall_id, kind=kind, at=now, actor=caller.actor, data=data)
