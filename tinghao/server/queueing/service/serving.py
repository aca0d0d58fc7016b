"""At the window: begin, finish, not come, on hold; and back into the line."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from tinghao.basics.clock import hall_day
from tinghao.server.access import Caller
from tinghao.server.hall.facts import HallFacts
from tinghao.server.queueing import problems, statements, views
from tinghao.server.queueing.rules import returning
from tinghao.server.queueing.rules.ahead import overtake_before
from tinghao.server.queueing.service import calling, journeys, record, rights, taking, windows
from tinghao.server.queueing.visitors import Visitor
from tinghao.server.store import Work

Json = dict[str, Any]

NO_NUMBER = "直办"
DONE = "done"


@dataclass(frozen=True)
class Outcome:
    """What came of one matter: `outcome` is one of `schemas.OutcomeKind`."""

    matter: str
    outcome: str
    note: str | None = None


def start(work: Work, hall: HallFacts, caller: Caller, now: datetime, ticket_id: int) -> Json:
    """The visitor has come: service begins."""
    ticket = rights.at_own_window(work, hall, caller, ticket_id)
    changed = record.change(work, caller, now, ticket, "start", started_at=now)
    return record.tell(work, caller, now, "ticket.started", changed, window=views.window_with(changed))


def finish(
    work: Work,
    hall: HallFacts,
    caller: Caller,
    now: datetime,
    ticket_id: int,
    outcomes: Sequence[Outcome] = (),
    call_next: bool = False,
) -> Json:
    """The service is done, with an outcome for each matter; the window is free.

    A ticket that was lent to this window goes back to where it came from, one of a journey on to its next line. With
    `call_next` the next one is called at once: member `next` of the answer, None when nobody waits.
    """
    ticket = rights.at_own_window(work, hall, caller, ticket_id)
    lent = ticket["return_to"] and ticket["state"] == "serving"
    if lent:
        told = _give_back(work, hall, caller, now, ticket)
    else:
        changed = record.change(work, caller, now, ticket, "finish", ended_at=now)
        told = record.tell(work, caller, now, "ticket.finished", changed, window=views.window_with(changed))
    if not (outcomes or lent):
        outcomes = [Outcome(ticket["subject_code"], DONE)]
    _keep_outcomes(work, hall, ticket, outcomes)
    journeys.pass_on(work, hall, caller, now, ticket)
    window_id = ticket["window_id"]
    if not call_next:
        _window_is_free(work, hall, now, window_id)
        return told
    try:
        return {**told, "next": calling.call_next(work, hall, caller, now, window_id)}
    except (problems.NobodyWaiting, problems.WindowNotYours, problems.NoSuchWindow):
        return {**told, "next": None}


def no_show(work: Work, hall: HallFacts, caller: Caller, now: datetime, ticket_id: int) -> Json:
    """The visitor did not come; the window is free."""
    ticket = rights.at_own_window(work, hall, caller, ticket_id)
    return miss(work, hall, caller, now, ticket)


def miss(
    work: Work, hall: HallFacts, caller: Caller, now: datetime, ticket: Json, reason: str | None = None
) -> Json:
    """Marks a called ticket as missed, whoever noticed it."""
    changed = record.change(work, caller, now, ticket, "no_show", because=reason, ended_at=now)
    told = record.tell(work, caller, now, "ticket.no_show", changed, window=views.window_with(changed))
    _window_is_free(work, hall, now, ticket["window_id"])
    calling.call_where_he_waits_too(work, hall, now, ticket)
    return told


def hold(
    work: Work,
    hall: HallFacts,
    caller: Caller,
    now: datetime,
    ticket_id: int,
    reason: str,
    minutes: int | None = None,
) -> Json:
    """Sets the ticket aside for a time, until somebody resumes or calls it; it is never called by itself."""
    ticket = record.ticket_of(work, hall.id, ticket_id)
    rights.require_touch(work, hall, caller, ticket, now)
    rights.require_number(ticket)
    until = now + timedelta(minutes=minutes or hall.rules.settings.hold_minutes)
    changed = record.change(
        work, caller, now, ticket, "hold", because=reason, reason=reason, held_until=until
    )
    lines = record.count(work, ticket, changed)
    told = record.tell(work, caller, now, "ticket.held", changed, lines, views.window_left(ticket))
    _window_is_free(work, hall, now, ticket["window_id"])
    calling.call_where_he_waits_too(work, hall, now, ticket)
    return told


def resume(work: Work, hall: HallFacts, caller: Caller, now: datetime, ticket_id: int) -> Json:
    """Who was on hold waits again, in the place that his time of waiting gives him."""
    ticket = record.ticket_of(work, hall.id, ticket_id)
    rights.require_touch(work, hall, caller, ticket, now)
    changed = record.change(work, caller, now, ticket, "resume", held_until=None, window_id=None)
    return _back_in_line(work, hall, caller, now, "ticket.resumed", ticket, changed)


def call_back(
    work: Work,
    hall: HallFacts,
    caller: Caller,
    now: datetime,
    ticket_id: int,
    after: int | None = None,
) -> Json:
    """A missed one waits again, behind `after` others; raises `ReturnTooLate` when he was away for too long."""
    ticket = record.ticket_of(work, hall.id, ticket_id)
    rights.require_touch(work, hall, caller, ticket, now)
    settings = hall.rules.settings
    within = settings.return_within_minutes
    if ticket["state"] == "no_show" and returning.is_too_late(ticket["ended_at"], now, within):
        raise problems.ReturnTooLate(number=ticket["label"], minutes=within)
    others = settings.return_after if after is None else after
    since = _since_behind(work, hall, ticket, now, others)
    changed = record.change(
        work, caller, now, ticket, "call_back", since=since, place=0, ended_at=None, window_id=None
    )
    return _back_in_line(work, hall, caller, now, "ticket.called_back", ticket, changed)


def serve_without_ticket(
    work: Work,
    hall: HallFacts,
    caller: Caller,
    now: datetime,
    window_id: int,
    subject_code: str,
    visitor: Visitor | None = None,
) -> Json:
    """Serves somebody who stands at the window without a number: on record like any other visit."""
    shift = windows.own_shift(work, hall, caller, window_id)
    windows.require_ready(hall, shift)
    windows.require_free(work, window_id)
    subject = taking.subject_of(hall, subject_code)
    wanted = taking.Wanted(subject_code, visitor)
    row = {
        **taking.new_row(hall, caller, now, hall_day(now, hall.timezone), subject, wanted),
        "line_id": subject.line_id,
        "origin_line_id": subject.line_id,
        "number": None,
        "label": NO_NUMBER,
        "steps": 1,
        "journey_id": None,
        "priority": hall.rules.ordinary.code,
        "since": now,
        "not_before": None,
        "remark": None,
        "ahead": None,
        "state": "serving",
        "window_id": window_id,
        "staff_id": shift.staff_id,
        "called_at": now,
        "started_at": now,
        "print_state": "none",
    }
    ticket = taking.insert(work, row, now)
    record.act(work, caller, now, ticket, "serve")
    return record.tell(work, caller, now, "ticket.started", ticket, window=views.window_with(ticket))


def _give_back(work: Work, hall: HallFacts, caller: Caller, now: datetime, ticket: Json) -> Json:
    home = ticket["return_to"]
    changed = record.change(
        work,
        caller,
        now,
        ticket,
        "give_back",
        line_id=home["line"],
        to_window_id=home["window"],
        to_staff_id=None,
        return_to=None,
        place=-1,
        window_id=None,
    )
    lines = record.count(work, ticket, changed)
    window = views.window_left(ticket)
    told = record.tell(work, caller, now, "ticket.transferred", changed, lines, window)
    calling.call_for_those_who_want(work, hall, now, but=ticket["window_id"])
    return told


def _keep_outcomes(work: Work, hall: HallFacts, ticket: Json, outcomes: Sequence[Outcome]) -> None:
    for outcome in outcomes:
        subject = hall.subject(outcome.matter)
        if subject is None and outcome.matter != ticket["subject_code"]:
            raise problems.NoSuchSubject
        row = {
            "ticket_id": ticket["id"],
            "matter_code": outcome.matter,
            "matter_name": subject.name if subject else ticket["subject_name"],
            "outcome": outcome.outcome,
            "note": outcome.note,
        }
        statements.INSERT_OUTCOME.run(work.connection, row)


def _since_behind(work: Work, hall: HallFacts, ticket: Json, now: datetime, others: int) -> datetime:
    """From when his waiting counts, so that he stands behind so many others of his line, whatever their class."""
    own: datetime = ticket["since"]
    if others == 0:
        return own
    mine = hall.rules.priority(ticket["priority"])
    row = {"line0": ticket["line_id"], "day": ticket["day"]}
    waiting = sorted(
        overtake_before(hall.rules.priority(each.priority), each.since, mine, now)
        for each in statements.waiting(1).all(work.connection, row)
    )
    return returning.behind(waiting[others - 1] if len(waiting) >= others else None, now, own)


def _back_in_line(
    work: Work, hall: HallFacts, caller: Caller, now: datetime, kind: str, ticket: Json, changed: Json
) -> Json:
    lines = record.count(work, ticket, changed)
    told = record.tell(work, caller, now, kind, changed, lines)
    calling.call_for_those_who_want(work, hall, now)
    return told


def _window_is_free(work: Work, hall: HallFacts, now: datetime, window_id: int | None) -> None:
    if window_id is not None:
        calling.call_if_wanted(work, hall, now, window_id)
