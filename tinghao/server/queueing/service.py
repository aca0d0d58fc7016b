"""The only code that writes the queue. Each public function is one use case inside one transaction."""

import secrets
from datetime import datetime
from typing import Any

from sqlalchemy import RowMapping, insert, select
from sqlalchemy.exc import IntegrityError

from tinghao.basics.clock import hall_day
from tinghao.server.access import Caller
from tinghao.server.hall.models import Hall
from tinghao.server.hall.views import window_names
from tinghao.server.queueing import problems, statements, views
from tinghao.server.queueing.models import Shift, is_open
from tinghao.server.queueing.rules import states as rules
from tinghao.server.queueing.visitors import Visitor
from tinghao.server.store import Work, events

Json = dict[str, Any]
SECRET_BYTES = 9


# Taking a number


def issue(work: Work, caller: Caller, now: datetime, subject_code: str, visitor: Visitor | None) -> Json:
    """Gives the next number of the matter's line; returns the ticket, who is ahead of it, and how long that may take."""
    subject = _subject(work, caller.hall_id, subject_code)
    day = hall_day(now, subject.timezone)
    series = work.connection.execute(statements.NEXT_NUMBER, {"line_id": subject.line_id, "day": day}).one()
    row: Json = {
        "hall_id": caller.hall_id,
        "line_id": subject.line_id,
        "origin_line_id": subject.line_id,
        "day": day,
        "number": series.last,
        "step": 0,
        "priority": "ordinary",
        "place": 0,
        "since": now,
        "label": rules.label(subject.prefix, series.last),
        "subject_code": subject_code,
        "subject_name": subject.name,
        "secret": secrets.token_urlsafe(SECRET_BYTES),
        "visitor_digest": visitor.digest if visitor else None,
        "visitor_name": visitor.name if visitor else None,
        "visitor_tail": visitor.tail if visitor else None,
        "station_id": caller.station_id,
        "state": "waiting",
        "window_id": None,
        "issued_at": now,
        "called_at": None,
        "started_at": None,
        "ended_at": None,
        "recalls": 0,
        "print_state": "pending",
        "print_reason": None,
    }
    ticket_id = work.connection.execute(statements.INSERT_TICKET, row).scalar_one()
    ticket = {"id": ticket_id, **row}
    _begin_interval(work, ticket_id, "waiting", now)
    line = {"id": subject.line_id, "waiting": series.waiting}
    _tell(work, caller, now, "ticket.issued", ticket, line=line)
    wait = rules.expected_wait(series.waiting - 1, subject.mean_minutes, subject.windows_open)
    return {**views.kiosk_ticket(ticket), "ahead": series.waiting - 1, "wait": wait}


def _subject(work: Work, hall_id: int, code: str) -> Any:
    """The line, name and hall facts behind the code of a matter or a theme."""
    found = work.connection.execute(statements.SUBJECT, {"hall_id": hall_id, "code": code}).first()
    if found is None:
        raise problems.NoSuchSubject
    if rules.is_elsewhere(found.place, found.hall_name):
        raise problems.DoneElsewhere(place=found.place)
    return found


def report_print(
    work: Work, caller: Caller, now: datetime, ticket_id: int, outcome: str, reason: str | None
) -> Json:
    """Records whether the paper came out; only the station that issued the ticket knows."""
    ticket = _ticket(work, caller.hall_id, ticket_id)
    if ticket["station_id"] != caller.station_id:
        raise problems.NotIssuedHere
    changed = _update(work, ticket, print_state=outcome, print_reason=reason)
    _tell(work, caller, now, "ticket.printed", changed)
    return views.kiosk_ticket(changed)


# Windows


def open_window(work: Work, caller: Caller, now: datetime, window_id: int) -> Json:
    """Begins the clerk's shift at a window; doing it again changes nothing."""
    window = _window(work, caller.hall_id, window_id)
    _end_forgotten_shifts(work, caller, now, window_id)
    for shift in _open_shifts(work, caller, window_id):
        if shift.staff_id != caller.staff_id:
            raise problems.WindowTaken(**_window_words(window.number), clerk=shift.clerk_name)
        if shift.window_id == window_id:
            return views.shift(shift.id, window_id, shift.opened_at)
        elsewhere = _window(work, caller.hall_id, shift.window_id)
        raise problems.OpenElsewhere(**_window_words(elsewhere.number))
    row: Json = {
        "hall_id": caller.hall_id,
        "window_id": window_id,
        "staff_id": caller.staff_id,
        "clerk_name": caller.name,
        "skills": [],
        "wants_next": False,
        "turns": {},
        "opened_at": now,
    }
    shift_id = work.connection.execute(insert(Shift).values(row).returning(Shift.id)).scalar_one()
    _tell_window(work, caller, now, "window.opened", views.window_now(work.connection, window_id))
    return views.shift(shift_id, window_id, now)


def close_window(work: Work, caller: Caller, now: datetime, window_id: int) -> Json:
    """Ends the clerk's shift; not while a visitor is called or being served there."""
    _require_shift(work, caller, window_id)
    state = views.window_now(work.connection, window_id)
    if state["ticket"]:
        raise problems.WindowBusy
    work.connection.execute(statements.END_SHIFT, {"at_window": window_id, "now": now})
    _tell_window(work, caller, now, "window.closed", {**state, "state": "closed"})
    return {}


def _end_forgotten_shifts(work: Work, caller: Caller, now: datetime, window_id: int) -> None:
    """Yesterday's shift that nobody ended must not keep the window or its clerk today."""
    timezone = work.connection.execute(select(Hall.timezone).where(Hall.id == caller.hall_id)).scalar_one()
    for shift in _open_shifts(work, caller, window_id):
        if hall_day(shift.opened_at, timezone) < hall_day(now, timezone):
            work.connection.execute(statements.END_SHIFT, {"at_window": shift.window_id, "now": now})
            state = views.window_now(work.connection, shift.window_id)
            _tell_window(work, caller, now, "window.closed", state)


def _open_shifts(work: Work, caller: Caller, window_id: int) -> list[Any]:
    query = select(Shift).where(is_open, (Shift.window_id == window_id) | (Shift.staff_id == caller.staff_id))
    return list(work.connection.execute(query))


# Calling


def call_next(work: Work, caller: Caller, now: datetime, window_id: int) -> Json:
    """Claims the first waiting ticket of the window's lines for it and calls it."""
    shift = _require_shift(work, caller, window_id)
    day = hall_day(now, shift.timezone)
    try:
        claimed = (
            work.connection.execute(statements.CLAIM, {"at_window": window_id, "today": day, "now": now})
            .mappings()
            .first()
        )
    except IntegrityError as error:
        # The window's one place is taken: the unique index says so even if two presses come at once.
        raise problems.WindowBusy from error
    if claimed is None:
        if views.window_now(work.connection, window_id)["ticket"]:
            raise problems.WindowBusy
        raise problems.NobodyWaiting
    ticket = dict(claimed)
    _change_interval(work, caller, ticket, now)
    key = {"of_line": ticket["line_id"], "of_day": ticket["day"]}
    waiting = work.connection.execute(statements.ONE_LESS, key).scalar_one()
    line = {"id": ticket["line_id"], "waiting": waiting}
    return _tell(work, caller, now, "ticket.called", ticket, line, views.window_with(ticket))


def recall(work: Work, caller: Caller, now: datetime, ticket_id: int) -> Json:
    """Calls the ticket at the clerk's window once more."""
    ticket = _mine(work, caller, ticket_id)
    rules.change(ticket["label"], ticket["state"], "recall")
    changed = _update(work, ticket, recalls=ticket["recalls"] + 1)
    return _tell(work, caller, now, "ticket.recalled", changed, window=views.window_with(changed))


def start(work: Work, caller: Caller, now: datetime, ticket_id: int) -> Json:
    """The visitor has come: service begins."""
    return _move(work, caller, now, ticket_id, "start", "ticket.started", started_at=now)


def finish(work: Work, caller: Caller, now: datetime, ticket_id: int) -> Json:
    """The service is done; the window is free."""
    return _move(work, caller, now, ticket_id, "finish", "ticket.finished", ended_at=now)


def no_show(work: Work, caller: Caller, now: datetime, ticket_id: int) -> Json:
    """The visitor did not come; the window is free."""
    return _move(work, caller, now, ticket_id, "no_show", "ticket.no_show", ended_at=now)


def _move(
    work: Work, caller: Caller, now: datetime, ticket_id: int, verb: rules.Verb, kind: str, **values: Any
) -> Json:
    ticket = _mine(work, caller, ticket_id)
    after = rules.change(ticket["label"], ticket["state"], verb)
    changed = _update(work, ticket, state=after, **values)
    _change_interval(work, caller, changed, now)
    return _tell(work, caller, now, kind, changed, window=views.window_with(changed))


# What the use cases share


def _window(work: Work, hall_id: int, window_id: int) -> Any:
    found = work.connection.execute(statements.WINDOW, {"window_id": window_id, "of_hall": hall_id}).first()
    if found is None:
        raise problems.NoSuchWindow
    return found


def _window_words(number: int) -> dict[str, str]:
    names = window_names(number)
    return {"window": names["name"], "window_en": names["name_en"]}


def _require_shift(work: Work, caller: Caller, window_id: int) -> Any:
    shift = work.connection.execute(
        statements.SHIFT, {"at_window": window_id, "of_hall": caller.hall_id}
    ).first()
    if shift is None or shift.staff_id != caller.staff_id:
        _window(work, caller.hall_id, window_id)
        raise problems.WindowNotYours
    return shift


def _ticket(work: Work, hall_id: int, ticket_id: int) -> RowMapping:
    found = (
        work.connection.execute(statements.TICKET, {"ticket_id": ticket_id, "of_hall": hall_id})
        .mappings()
        .first()
    )
    if found is None:
        raise problems.NoSuchTicket
    return found


def _mine(work: Work, caller: Caller, ticket_id: int) -> RowMapping:
    ticket = _ticket(work, caller.hall_id, ticket_id)
    if ticket["window_id"] is None:
        raise problems.TicketElsewhere(number=ticket["label"])
    shift = work.connection.execute(
        statements.SHIFT, {"at_window": ticket["window_id"], "of_hall": caller.hall_id}
    ).first()
    if shift is None or shift.staff_id != caller.staff_id:
        raise problems.TicketElsewhere(number=ticket["label"])
    return ticket


def _update(work: Work, ticket: RowMapping, **values: Any) -> Json:
    work.connection.execute(statements.set_ticket(*values), {"ticket_id": ticket["id"], **values})
    return {**ticket, **values}


def _begin_interval(
    work: Work,
    ticket_id: int,
    state: str,
    now: datetime,
    window_id: int | None = None,
    staff_id: int | None = None,
) -> None:
    row = {
        "ticket_id": ticket_id,
        "state": state,
        "window_id": window_id,
        "staff_id": staff_id,
        "began_at": now,
    }
    work.connection.execute(statements.INSERT_INTERVAL, {**row, "ended_at": None})


def _change_interval(work: Work, caller: Caller, ticket: Json, now: datetime) -> None:
    work.connection.execute(statements.END_INTERVAL, {"of_ticket": ticket["id"], "now": now})
    if ticket["state"] in rules.AT_WINDOW:
        _begin_interval(work, ticket["id"], ticket["state"], now, ticket["window_id"], caller.staff_id)


def _tell(
    work: Work,
    caller: Caller,
    now: datetime,
    kind: str,
    ticket: Json,
    line: Json | None = None,
    window: Json | None = None,
) -> Json:
    """Records the event and returns the ticket as staff see it."""
    shown = views.staff_ticket(ticket)
    data: Json = {"number": ticket["label"], "ticket": shown}
    if line:
        data["line"] = line
    if window:
        data["window"] = window
    events.record(work, hall_id=ticket["hall_id"], kind=kind, at=now, actor=caller.actor, data=data)
    return shown


def _tell_window(work: Work, caller: Caller, now: datetime, kind: str, window: Json) -> None:
    events.record(
        work, hall_id=caller.hall_id, kind=kind, at=now, actor=caller.actor, data={"window": window}
    )
