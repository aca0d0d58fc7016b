"""Taking a number: at a kiosk, at the desk, on a phone."""

import secrets
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import lru_cache
from typing import Any

from tinghao.basics.clock import hall_day, on_the_minute
from tinghao.server.access import Caller
from tinghao.server.hall.facts import HallFacts, Subject
from tinghao.server.queueing import problems, statements, views
from tinghao.server.queueing.rules import arrival, limits, returning, states
from tinghao.server.queueing.rules.hours import Opening, opening
from tinghao.server.queueing.service import calling, record
from tinghao.server.queueing.visitors import Visitor
from tinghao.server.queueing.waits import service as waits
from tinghao.server.store import Work

Json = dict[str, Any]
SECRET_BYTES = 9
LAST_ID = 2**62
"""Behind all that exist."""


@dataclass(frozen=True)
class Wanted:
    """What a visitor asks for, and all that is told of him. `booked_at` is the time he was promised."""

    subject_code: str
    visitor: Visitor | None = None
    age: int | None = None
    statuses: frozenset[str] = frozenset()
    language: str | None = None
    booked_at: datetime | None = None
    remark: str | None = None


def issue(work: Work, hall: HallFacts, caller: Caller, now: datetime, wanted: Wanted) -> Json:
    """Gives the next number of the line that the hall's rules choose; returns the ticket, who is ahead, how long it may take.

    Raises `NoSuchSubject`, `DoneElsewhere`, `HallClosed`, `LastTicketOver`, `AlreadyWaiting`, `PersonDailyLimit`, `LineFull`.
    """
    subject = subject_of(hall, wanted.subject_code)
    open_ = _opening(hall, on_the_minute(now))
    limits.check_hours(open_, hall.timezone, now)
    day = hall_day(now, hall.timezone)
    taken_today = _of_visitor(work, hall, day, wanted.visitor)
    admission = _admit(work, hall, day, now, subject, wanted, bool(taken_today))
    _check_limits(work, hall, now, day, subject, admission, open_, taken_today)
    line = hall.lines_by_prefix[admission.line]
    row = {
        **new_row(hall, caller, now, day, subject, wanted),
        "line_id": line.id,
        "origin_line_id": line.id,
        "priority": admission.priority,
        "since": admission.since,
        "not_before": admission.not_before,
        "remark": wanted.remark or admission.remark,
        "steps": max(1, len(subject.steps)),
        "journey_id": _begin_journey(work, hall, subject),
    }
    series = statements.NEXT_NUMBER.one(work.connection, {"line_id": line.id, "day": day, "joins": 1})
    row |= {"number": series.last, "label": states.label(line.prefix, series.last)}
    row["ahead"] = ahead = _ahead_of_new(work, hall, row, series.waiting - 1, now)
    estimate = waits.at_issue(work.connection, hall, line.id, ahead, now)
    if estimate:
        row |= {"wait_estimate": estimate.mean_minutes, "wait_low": estimate.low, "wait_high": estimate.high}
    ticket = insert(work, row, now)
    record.tell(work, caller, now, "ticket.issued", ticket, [{"id": line.id, "waiting": series.waiting}])
    _side_by_side(work, hall, caller, now, subject, ticket)
    calling.call_for_those_who_want(work, hall, now)
    return {**views.kiosk_ticket(ticket), "ahead": ahead, "wait": waits.shown(estimate)}


def subject_of(hall: HallFacts, code: str) -> Subject:
    """The matter or theme of this code; raises `NoSuchSubject` or `DoneElsewhere`."""
    found = hall.subject(code)
    if found is None:
        raise problems.NoSuchSubject
    if found.place is not None and states.is_elsewhere(found.place, hall.name):
        raise problems.DoneElsewhere(place=found.place)
    return found


def insert(work: Work, row: Json, now: datetime) -> Json:
    """Writes a new ticket and opens its first interval."""
    ticket = {**row, "id": statements.INSERT_TICKET.one(work.connection, row).id}
    record.begin_interval(work, ticket, now)
    return ticket


def report_print(
    work: Work, caller: Caller, now: datetime, ticket_id: int, outcome: str, reason: str | None
) -> Json:
    """Records whether the paper came out; only the station that issued the ticket knows."""
    ticket = record.ticket_of(work, caller.hall_id, ticket_id)
    if ticket["station_id"] != caller.station_id:
        raise problems.NotIssuedHere
    values = {"print_state": outcome, "print_reason": reason}
    statements.set_ticket(*values).run(work.connection, {"ticket_id": ticket_id, **values})
    changed = {**ticket, **values}
    record.tell(work, caller, now, "ticket.printed", changed)
    return views.kiosk_ticket(changed)


@lru_cache(maxsize=256)
def _opening(hall: HallFacts, minute: datetime) -> Opening:
    return opening(hall.hours, hall.timezone, minute, hall.rules.settings)


def _of_visitor(work: Work, hall: HallFacts, day: Any, visitor: Visitor | None) -> list[Mapping[str, Any]]:
    """The visitor's numbers of today with all steps of their journeys, if it is known who he is."""
    if visitor is None:
        return []
    row = {"digest": visitor.digest, "day": day, "of_hall": hall.id}
    return [ticket._asdict() for ticket in statements.OF_VISITOR.all(work.connection, row)]


def _admit(
    work: Work,
    hall: HallFacts,
    day: Any,
    now: datetime,
    subject: Subject,
    wanted: Wanted,
    visited_today: bool,
) -> arrival.Admission:
    prefix = subject.steps[0] if subject.steps else subject.prefix
    return arrival.admit(
        arrival.Arrival(
            matter=subject.code,
            department=subject.department,
            line=prefix,
            zone_waiting=_zone_waiting(work, hall, day, prefix),
            age=wanted.age,
            statuses=wanted.statuses,
            language=wanted.language,
            booked_at=_promised_today(hall, now, wanted.booked_at),
            visited_today=visited_today,
        ),
        hall.rules,
        now,
    )


def _promised_today(hall: HallFacts, now: datetime, booked_at: datetime | None) -> datetime | None:
    """A number is void at the day's end: what was promised for another day means nothing for it."""
    if booked_at is None or abs(booked_at - now) > timedelta(days=1):
        return None
    return booked_at if hall_day(booked_at, hall.timezone) == hall_day(now, hall.timezone) else None


def _zone_waiting(work: Work, hall: HallFacts, day: Any, prefix: str) -> int:
    """How many wait in the line's zone; asked only if a rule wants to know."""
    if not any(rule.when.zone_waiting_over is not None for rule in hall.rules.arrival):
        return 0
    zone = hall.lines_by_prefix[prefix].zone
    lines = [line.id for line in hall.lines.values() if line.zone == zone]
    asked = {**statements.numbered("line", lines), "day": day}
    rows = statements.series(len(lines)).all(work.connection, asked)
    return sum(row.waiting for row in rows)


def _check_limits(
    work: Work,
    hall: HallFacts,
    now: datetime,
    day: Any,
    subject: Subject,
    admission: arrival.Admission,
    open_: Opening,
    taken_today: list[Mapping[str, Any]],
) -> None:
    line = hall.lines_by_prefix[admission.line]
    of_line = of_subject = 0
    if limits.line_limit(hall.rules, line):
        row = statements.series(1).first(work.connection, {"line0": line.id, "day": day})
        of_line = row.last if row else 0
    if limits.subject_limit(hall.rules, subject):
        asked = {**statements.numbered("line", hall.lines), "day": day, "subject": subject.code}
        of_subject = statements.of_subject(len(hall.lines)).one(work.connection, asked).issued
    mine = [
        ticket for ticket in taken_today if ticket["line_id"] == line.id and _may_serve_him(hall, ticket, now)
    ]
    unfinished = [_open_ticket(work, hall, ticket, now) for ticket in mine]
    numbers = sum(ticket["step"] == 0 for ticket in taken_today)
    taken = limits.Taken(of_line, of_subject, numbers, unfinished)
    try:
        limits.check_limits(hall.rules, line, subject, taken, open_, hall.timezone, now)
    except problems.AlreadyWaiting as refusal:
        refusal.ticket = views.kiosk_ticket(mine[0])
        raise


def _may_serve_him(hall: HallFacts, ticket: Mapping[str, Any], now: datetime) -> bool:
    """Whether the visitor needs no other number: who was missed for too long to return does."""
    if ticket["state"] == "no_show":
        within = hall.rules.settings.return_within_minutes
        return not returning.is_too_late(ticket["ended_at"], now, within)
    return ticket["state"] in states.UNFINISHED


def _open_ticket(work: Work, hall: HallFacts, ticket: Mapping[str, Any], now: datetime) -> limits.OpenTicket:
    window = hall.windows.get(ticket["window_id"] or 0)
    names = views.window_names(window.number) if window else {"name": "", "name_en": ""}
    ahead = views.ahead(work.connection, hall, ticket, now) if ticket["state"] == "waiting" else 0
    return limits.OpenTicket(ticket["label"], ticket["state"], ahead, names["name"], names["name_en"])


def new_row(
    hall: HallFacts, caller: Caller, now: datetime, day: Any, subject: Subject, wanted: Wanted
) -> Json:
    """A ticket's row as it begins."""
    visitor = wanted.visitor
    return {
        "hall_id": hall.id,
        "day": day,
        "step": 0,
        "subject_code": subject.code,
        "subject_name": subject.name,
        "skill": subject.skill,
        "secret": secrets.token_urlsafe(SECRET_BYTES),
        "visitor_digest": visitor.digest if visitor else None,
        "visitor_name": visitor.name if visitor else None,
        "visitor_tail": visitor.tail if visitor else None,
        "language": wanted.language,
        "station_id": caller.station_id,
        "state": "waiting",
        "place": 0,
        "booked_at": wanted.booked_at,
        "to_window_id": None,
        "to_staff_id": None,
        "return_to": None,
        "window_id": None,
        "staff_id": None,
        "issued_at": now,
        "called_at": None,
        "started_at": None,
        "ended_at": None,
        "held_until": None,
        "reason": None,
        "recalls": 0,
        "print_state": "pending" if caller.role == "kiosk" else "none",
        "print_reason": None,
        "wait_estimate": None,
        "wait_low": None,
        "wait_high": None,
    }


def _ahead_of_new(work: Work, hall: HallFacts, row: Json, others: int, now: datetime) -> int:
    """How many are called before a new ticket. Whose class has no head start stands behind all who wait."""
    mine = hall.rules.priority(row["priority"])
    if row["since"] == now and all(
        mine.head_start_minutes <= each.head_start_minutes for each in hall.rules.priorities
    ):
        return others
    return views.ahead(work.connection, hall, {**row, "id": LAST_ID}, now)


# One visit for several lines


def _begin_journey(work: Work, hall: HallFacts, subject: Subject) -> int | None:
    if len(subject.steps) < 2:
        return None
    row = {
        "hall_id": hall.id,
        "theme_code": subject.code,
        "together": subject.together,
        "steps": list(subject.steps),
    }
    found: int = statements.INSERT_JOURNEY.one(work.connection, row).id
    return found


def _side_by_side(
    work: Work, hall: HallFacts, caller: Caller, now: datetime, subject: Subject, ticket: Json
) -> None:
    """The same number waits in the other lines of the journey too, and staff are told of each."""
    if ticket["journey_id"] is None or not subject.together:
        return
    for step, prefix in enumerate(subject.steps[1:], start=1):
        row = {
            **ticket,
            "line_id": hall.lines_by_prefix[prefix].id,
            "step": step,
            "secret": secrets.token_urlsafe(SECRET_BYTES),
        }
        del row["id"]
        another = insert(work, row, now)
        record.tell(work, caller, now, "ticket.issued", another, record.count(work, None, another))
