"""Calling: the next one, a chosen one, the next one who comes; again; and taking a call back."""

from datetime import datetime, timedelta
from typing import Any

from sqlalchemy.exc import IntegrityError

from tinghao.server.access import Caller
from tinghao.server.hall.facts import HallFacts
from tinghao.server.queueing import problems, statements, views
from tinghao.server.queueing.rules import states
from tinghao.server.queueing.service import candidates, record, rights, windows
from tinghao.server.store import Work

Json = dict[str, Any]


def call_next(work: Work, hall: HallFacts, caller: Caller, now: datetime, window_id: int) -> Json:
    """Calls whom the hall's rules choose for this window, and keeps why.

    Raises `WindowNotYours`, `WindowPaused`, `WindowBusy`, `NobodyWaiting`.
    """
    shift = _ready_shift(work, hall, caller, window_id)
    called = _call_best(work, hall, caller, now, shift)
    if called is None:
        if windows.ticket_at(work, window_id):
            raise problems.WindowBusy
        raise problems.NobodyWaiting
    return called


def call_chosen(work: Work, hall: HallFacts, caller: Caller, now: datetime, ticket_id: int) -> Json:
    """Calls this very ticket to the caller's window: one who waits, is on hold or was missed.

    Raises `WindowNotYours`, `WindowPaused`, `WindowBusy`, `NotYourLine`, and `AtAnotherWindow` for a step of a journey.
    """
    ticket = record.ticket_of(work, hall.id, ticket_id)
    shift = windows.shift_of(work, hall, caller)
    if shift is None:
        raise problems.WindowNotYours
    windows.require_ready(hall, shift)
    states.change(ticket["label"], ticket["state"], "call")
    rights.require_touch(work, hall, caller, ticket, now)
    _refuse_at_another_window(work, hall, ticket)
    choice = {"by": "chosen", "lines": "", "compared": []}
    return _call(work, hall, caller, now, shift, ticket, choice)


def store_next(work: Work, hall: HallFacts, caller: Caller, now: datetime, window_id: int) -> Json:
    """Calls the next one as soon as the window is free and somebody waits: at once, if so. Returns the window."""
    shift = _ready_shift(work, hall, caller, window_id)
    windows.set_shift(work, shift, wants_next=True)
    if not call_if_wanted(work, hall, now, window_id):
        _tell_wish(work, hall, caller, now, window_id)
    return views.window_now(work.connection, hall, window_id, now)


def drop_store_next(work: Work, hall: HallFacts, caller: Caller, now: datetime, window_id: int) -> Json:
    """Takes the wish for the next one back. Returns the window."""
    shift = windows.own_shift(work, hall, caller, window_id)
    if shift.wants_next:
        windows.set_shift(work, shift, wants_next=False)
        _tell_wish(work, hall, caller, now, window_id)
    return views.window_now(work.connection, hall, window_id, now)


def recall(work: Work, hall: HallFacts, caller: Caller, now: datetime, ticket_id: int) -> Json:
    """Calls the ticket at the clerk's window once more, as often as the hall allows; raises `RecallLimit`."""
    ticket = rights.at_own_window(work, hall, caller, ticket_id)
    limit = hall.rules.settings.recall_limit
    if ticket["state"] == "called" and 0 < limit <= ticket["recalls"]:
        raise problems.RecallLimit(number=ticket["label"], count=ticket["recalls"])
    changed = record.change(work, caller, now, ticket, "recall", recalls=ticket["recalls"] + 1)
    return record.tell(work, caller, now, "ticket.recalled", changed, window=views.window_with(changed))


def undo(work: Work, hall: HallFacts, caller: Caller, now: datetime, ticket_id: int) -> Json:
    """Takes the last call of the clerk's window back within the hall's seconds: the ticket stands where it stood.

    Raises `UndoTooLate`.
    """
    ticket = rights.at_own_window(work, hall, caller, ticket_id)
    states.change(ticket["label"], ticket["state"], "undo")
    last = statements.LAST_ACT.first(work.connection, {"of_ticket": ticket_id})
    seconds = hall.rules.settings.undo_seconds
    if last is None or last.verb != "call" or now - last.at > timedelta(seconds=seconds):
        raise problems.UndoTooLate(number=ticket["label"], seconds=seconds)
    before = {**ticket, **record.revived(last.detail["before"])}
    kept = {name: before[name] for name in record.TOLD_BEFORE if before[name] != ticket[name]}
    changed = record.change(work, caller, now, ticket, "undo", **kept)
    lines = record.count(work, ticket, changed)
    window = {**views.EMPTY, "id": ticket["window_id"]}
    told = record.tell(work, caller, now, "ticket.undone", changed, lines, window)
    call_for_those_who_want(work, hall, now, but=ticket["window_id"])
    return told


# Calling without a press


def call_for_those_who_want(work: Work, hall: HallFacts, now: datetime, but: int | None = None) -> None:
    """Somebody has joined a line: calls for the windows that wait for the next one."""
    for shift in statements.SHIFTS_THAT_WANT.all(work.connection, {"of_hall": hall.id}):
        if shift.window_id != but:
            _call_if_free(work, hall, now, shift)


def call_where_he_waits_too(work: Work, hall: HallFacts, now: datetime, ticket: Json) -> None:
    """The visitor has left a window, which looks after itself: in the other lines of his journey he may be called again."""
    if ticket["journey_id"] is not None:
        call_for_those_who_want(work, hall, now, but=ticket["window_id"])


def call_if_wanted(work: Work, hall: HallFacts, now: datetime, window_id: int) -> bool:
    """The window has become free: calls the next one there if its clerk has asked for it; says whether it did."""
    shift = windows.shift_at(work, hall, window_id)
    wants = shift is not None and shift.wants_next and shift.pause_reason is None
    return wants and _call_if_free(work, hall, now, shift)


def _call_if_free(work: Work, hall: HallFacts, now: datetime, shift: Any) -> bool:
    if hall.windows[shift.window_id].retired or windows.ticket_at(work, shift.window_id):
        return False
    clerk = Caller(hall.id, 0, "counter", shift.staff_id, None, shift.clerk_name, skills=tuple(shift.skills))
    return _call_best(work, hall, clerk, now, shift) is not None


# Claiming


def _call_best(work: Work, hall: HallFacts, caller: Caller, now: datetime, shift: Any) -> Json | None:
    in_force = views.in_force(work.connection, hall, shift.window_id, now)
    choice = candidates.choose_for(work.connection, hall, shift, in_force, now)
    if choice is None:
        return None
    if in_force.choice == "ratio":
        windows.set_shift(work, shift, turns=dict(choice.turns))
    ticket = record.ticket_of(work, hall.id, choice.ticket_id)
    return _call(work, hall, caller, now, shift, ticket, choice.as_json())


def _call(
    work: Work, hall: HallFacts, caller: Caller, now: datetime, shift: Any, ticket: Json, choice: Json
) -> Json:
    detail = {"choice": choice, "rules": hall.version, "staff": shift.staff_id}
    values = {
        "window_id": shift.window_id,
        "staff_id": shift.staff_id,
        "called_at": now,
        "ended_at": None,
        "held_until": None,
        "recalls": 0,
    }
    try:
        changed = record.change(work, caller, now, ticket, "call", detail=detail, **values)
    except IntegrityError as error:
        # The window's one place is taken: the unique index says so even if two presses come at once.
        raise problems.WindowBusy from error
    lines = record.count(work, ticket, changed)
    window = views.window_with(changed)
    if shift.wants_next:
        windows.set_shift(work, shift, wants_next=False)
        window["wants_next"] = False
    return record.tell(work, caller, now, "ticket.called", changed, lines, window)


def _refuse_at_another_window(work: Work, hall: HallFacts, ticket: Json) -> None:
    if ticket["journey_id"] is None:
        return
    for step in statements.JOURNEY_TICKETS.all(work.connection, {"journey": ticket["journey_id"]}):
        if step.state in states.AT_WINDOW:
            number = hall.windows[step.window_id].number
            raise problems.AtAnotherWindow(number=step.label, **windows.window_words(number))


def _ready_shift(work: Work, hall: HallFacts, caller: Caller, window_id: int) -> Any:
    shift = windows.own_shift(work, hall, caller, window_id)
    windows.require_ready(hall, shift)
    return shift


def _tell_wish(work: Work, hall: HallFacts, caller: Caller, now: datetime, window_id: int) -> None:
    window = views.window_now(work.connection, hall, window_id, now)
    record.happened(work, caller, now, "window.wants_next", window=window)
