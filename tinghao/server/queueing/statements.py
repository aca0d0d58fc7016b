"""The statements of the queue's hot paths, built once so that SQLAlchemy compiles them once."""

from functools import cache
from typing import Any

from sqlalchemy import (
    Integer,
    and_,
    bindparam,
    exists,
    func,
    insert,
    literal_column,
    or_,
    select,
    union,
    union_all,
    update,
)
from sqlalchemy.orm import aliased

from tinghao.server.hall.models import Line, WindowLine
from tinghao.server.queueing.models import (
    Alert,
    Journey,
    PlanState,
    Series,
    Shift,
    ShiftInterval,
    Ticket,
    TicketAct,
    TicketInterval,
    TicketOutcome,
    WindowProfile,
    is_aside,
    is_at_window,
    is_open,
    is_waiting,
)
from tinghao.server.store import Instant
from tinghao.server.store.upsert import upsert

_in_line = and_(is_waiting, Ticket.line_id == bindparam("line"), Ticket.day == bindparam("day"))
_order = (Ticket.place, Ticket.since, Ticket.id)


def _nobody_of_its_journey_at_a_window() -> Any:
    other = aliased(Ticket)
    at_window = other.state.in_((literal_column("'called'"), literal_column("'serving'")))
    return or_(
        Ticket.journey_id.is_(None),
        ~exists().where(other.journey_id == Ticket.journey_id, other.journey_id.is_not(None), at_window),
    )


_may_be_called = and_(
    or_(Ticket.not_before.is_(None), Ticket.not_before <= bindparam("now")),
    or_(Ticket.to_window_id.is_(None), Ticket.to_window_id == bindparam("at_window")),
    or_(Ticket.to_staff_id.is_(None), Ticket.to_staff_id == bindparam("by_staff")),
    or_(Ticket.skill.is_(None), Ticket.skill.in_(bindparam("skills", expanding=True))),
    _nobody_of_its_journey_at_a_window(),
)
_candidate = (
    Ticket.id,
    Ticket.label,
    Ticket.line_id,
    Ticket.priority,
    Ticket.place,
    Ticket.since,
)
_sent = (Ticket.to_window_id == bindparam("at_window"), Ticket.to_staff_id == bindparam("by_staff"))


@cache
def heads(lines: int, priorities: int) -> Any:
    """The first of each class in each of so many lines (`line0`…, `priority0`…) whom this clerk may call at this window, and
    the first who were sent to this very window or clerk.

    Each is one step into the index of those who wait, so it costs the same with 5 and with 5,000 of them.
    """
    parts = []
    for line in range(lines):
        for priority in range(priorities):
            first = (
                select(*_candidate)
                .where(
                    is_waiting,
                    Ticket.line_id == bindparam(f"line{line}"),
                    Ticket.day == bindparam("day"),
                    Ticket.priority == bindparam(f"priority{priority}"),
                    _may_be_called,
                )
                .order_by(*_order)
                .limit(1)
                .subquery()
            )
            parts.append(select(first))
    for sent in _sent:
        known = and_(sent, sent.left.is_not(None), is_waiting, Ticket.day == bindparam("day"))
        parts.append(
            select(select(*_candidate).where(known, _may_be_called).order_by(*_order).limit(1).subquery())
        )
    return union_all(*parts)


@cache
def set_ticket(*columns: str) -> Any:
    """Gives some columns of the ticket `:ticket_id` new values."""
    values: dict[str, Any] = {column: bindparam(column) for column in columns}
    return update(Ticket).where(Ticket.id == bindparam("ticket_id")).values(values)


@cache
def ahead(priorities: int) -> Any:
    """How many of a line are called before a ticket at `:place`: of each class those with `since` before that class's mark;
    at the very mark the smaller id decides."""
    earlier = []
    for n in range(priorities):
        mark = bindparam(f"since{n}", type_=Instant())
        older = or_(Ticket.since < mark, and_(Ticket.since == mark, Ticket.id < bindparam("me")))
        earlier.append(and_(Ticket.priority == bindparam(f"priority{n}"), older))
    before = or_(Ticket.place < bindparam("place"), and_(Ticket.place == bindparam("place"), or_(*earlier)))
    return select(func.count()).where(_in_line, Ticket.id != bindparam("me"), before)


# Tickets

_joins = bindparam("joins", type_=Integer)
NEXT_NUMBER = upsert(
    Series,
    {"line_id": bindparam("line_id"), "day": bindparam("day"), "last": 1, "waiting": _joins},
    keys=("line_id", "day"),
    change={"last": Series.last + 1, "waiting": Series.waiting + _joins},
).returning(Series.last, Series.waiting)
INSERT_TICKET = insert(Ticket).returning(Ticket.id)
INSERT_JOURNEY = insert(Journey).returning(Journey.id)
JOURNEY = select(Journey.__table__).where(Journey.id == bindparam("journey"))
JOURNEY_TICKETS = select(Ticket.__table__).where(
    Ticket.journey_id == bindparam("journey"), Ticket.journey_id.is_not(None)
)
INSERT_INTERVAL = insert(TicketInterval)
END_INTERVAL = (
    update(TicketInterval)
    .where(TicketInterval.ticket_id == bindparam("of_ticket"), TicketInterval.ended_at.is_(None))
    .values(ended_at=bindparam("now"))
)
INSERT_ACT = insert(TicketAct)
INSERT_OUTCOME = insert(TicketOutcome)
TICKET = select(Ticket.__table__).where(
    Ticket.id == bindparam("ticket_id"), Ticket.hall_id == bindparam("of_hall")
)
_by = bindparam("by", type_=Integer)
COUNT = upsert(
    Series,
    {"line_id": bindparam("of_line"), "day": bindparam("of_day"), "last": 0, "waiting": _by},
    keys=("line_id", "day"),
    change={"waiting": Series.waiting + _by},
).returning(Series.waiting)
SERIES = select(Series.line_id, Series.last, Series.waiting).where(
    Series.line_id.in_(bindparam("lines", expanding=True)), Series.day == bindparam("day")
)
OF_SUBJECT = select(func.count()).where(
    Ticket.origin_line_id == bindparam("line"),
    Ticket.day == bindparam("day"),
    Ticket.subject_code == bindparam("subject"),
    Ticket.number.is_not(None),
    Ticket.step == 0,
)
WAITING = (
    select(Ticket.__table__)
    .where(
        is_waiting,
        Ticket.line_id.in_(bindparam("lines", expanding=True)),
        Ticket.day == bindparam("day"),
    )
    .order_by(*_order)
)
KINDS_OF_WAITING = (
    select(
        Ticket.line_id,
        Ticket.skill,
        Ticket.to_window_id,
        Ticket.to_staff_id,
        func.count().label("waiting"),
        func.min(Ticket.issued_at).label("longest"),
    )
    .where(
        is_waiting,
        Ticket.line_id.in_(bindparam("lines", expanding=True)),
        Ticket.day == bindparam("day"),
    )
    .group_by(Ticket.line_id, Ticket.skill, Ticket.to_window_id, Ticket.to_staff_id)
)
CALLED = select(Ticket.__table__).where(
    is_at_window, Ticket.hall_id == bindparam("of_hall"), Ticket.state == "called"
)
ASIDE = (
    select(Ticket.__table__)
    .where(is_aside, Ticket.hall_id == bindparam("of_hall"), Ticket.day == bindparam("day"))
    .order_by(Ticket.id)
)


def _left_from_past_days() -> Any:
    """Three small indexes, one for each kind of unfinished tickets."""
    every = select(Ticket.__table__)
    waiting = every.join(Line, Ticket.line_id == Line.id).where(
        is_waiting, Line.hall_id == bindparam("of_hall"), Ticket.day < bindparam("today")
    )
    at_window = every.where(
        is_at_window, Ticket.hall_id == bindparam("of_hall"), Ticket.day < bindparam("today")
    )
    aside = every.where(is_aside, Ticket.hall_id == bindparam("of_hall"), Ticket.day < bindparam("today"))
    return union_all(waiting, at_window, aside)


LEFT_FROM_PAST_DAYS = _left_from_past_days()
OPEN_ALERTS = select(Alert.__table__).where(Alert.hall_id == bindparam("of_hall"), Alert.ended_at.is_(None))
ACTS = select(TicketAct.__table__).where(TicketAct.ticket_id == bindparam("of_ticket")).order_by(TicketAct.id)
INTERVALS = (
    select(TicketInterval.__table__)
    .where(TicketInterval.ticket_id == bindparam("of_ticket"))
    .order_by(TicketInterval.id)
)
OUTCOMES = (
    select(TicketOutcome.__table__)
    .where(TicketOutcome.ticket_id == bindparam("of_ticket"))
    .order_by(TicketOutcome.id)
)
BY_NUMBER = (
    select(Ticket.__table__)
    .where(
        Ticket.origin_line_id == bindparam("line"),
        Ticket.day == bindparam("day"),
        Ticket.number == bindparam("number"),
    )
    .order_by(Ticket.step)
)
BY_TAIL = (
    select(Ticket.__table__)
    .where(
        Ticket.day == bindparam("day"),
        Ticket.visitor_digest.is_not(None),
        Ticket.hall_id == bindparam("of_hall"),
        Ticket.visitor_tail == bindparam("tail"),
    )
    .order_by(Ticket.id)
)
LAST_ACT = (
    select(TicketAct.verb, TicketAct.at, TicketAct.detail)
    .where(TicketAct.ticket_id == bindparam("of_ticket"))
    .order_by(TicketAct.id.desc())
    .limit(1)
)


def _candidates() -> Any:
    today = and_(is_waiting, Ticket.day == bindparam("day"), _may_be_called)
    return union(
        select(*_candidate).where(today, Ticket.line_id.in_(bindparam("lines", expanding=True))),
        *(select(*_candidate).where(today, known, known.left.is_not(None)) for known in _sent),
    )


CANDIDATES = _candidates()
STANDING = (
    select(Ticket.line_id, func.count().label("waiting"), func.min(Ticket.since).label("longest"))
    .where(
        is_waiting,
        Ticket.line_id.in_(bindparam("lines", expanding=True)),
        Ticket.day == bindparam("day"),
    )
    .group_by(Ticket.line_id)
)
OF_VISITOR = select(Ticket.__table__).where(
    Ticket.visitor_digest == bindparam("digest"),
    Ticket.visitor_digest.is_not(None),
    Ticket.day == bindparam("day"),
    Ticket.hall_id == bindparam("of_hall"),
    Ticket.step == 0,
)

# Windows and shifts

_one_shift = select(
    Shift.id,
    Shift.window_id,
    Shift.staff_id,
    Shift.clerk_name,
    Shift.skills,
    Shift.opened_at,
    Shift.pause_reason,
    Shift.wants_next,
    Shift.turns,
)
SHIFT = _one_shift.where(
    Shift.window_id == bindparam("at_window"), Shift.hall_id == bindparam("of_hall"), is_open
)
SHIFT_OF = _one_shift.where(Shift.staff_id == bindparam("by_staff"), is_open)
LAST_SHIFT_OF = (
    select(Shift.clerk_name, Shift.skills)
    .where(Shift.staff_id == bindparam("by_staff"), Shift.hall_id == bindparam("of_hall"))
    .order_by(Shift.id.desc())
    .limit(1)
)
SHIFTS = _one_shift.where(Shift.hall_id == bindparam("of_hall"), is_open)
SHIFTS_THAT_WANT = _one_shift.where(
    Shift.hall_id == bindparam("of_hall"), is_open, Shift.wants_next, Shift.pause_reason.is_(None)
)
INSERT_SHIFT = insert(Shift).returning(Shift.id)
END_SHIFT = (
    update(Shift).where(Shift.id == bindparam("shift")).values(closed_at=bindparam("now"), wants_next=False)
)
INSERT_SHIFT_INTERVAL = insert(ShiftInterval)
END_SHIFT_INTERVAL = (
    update(ShiftInterval)
    .where(ShiftInterval.shift_id == bindparam("shift"), ShiftInterval.ended_at.is_(None))
    .values(ended_at=bindparam("now"))
)
AT_WINDOW = select(Ticket.__table__).where(Ticket.window_id == bindparam("at_window"), is_at_window)
BY_HAND = select(WindowProfile.window_id, WindowProfile.profile, WindowProfile.until).where(
    WindowProfile.window_id.in_(bindparam("windows", expanding=True))
)
PLANS = select(PlanState.plan, PlanState.over_since, PlanState.active_since).where(
    PlanState.hall_id == bindparam("of_hall")
)
SERVING_WINDOWS = (
    select(func.count(Shift.window_id.distinct()))
    .join(WindowLine, Shift.window_id == WindowLine.window_id)
    .where(
        WindowLine.line_id.in_(bindparam("lines", expanding=True)),
        is_open,
        Shift.pause_reason.is_(None),
    )
)


@cache
def set_shift(*columns: str) -> Any:
    """Gives some columns of the shift `:shift` new values."""
    values: dict[str, Any] = {column: bindparam(column) for column in columns}
    return update(Shift).where(Shift.id == bindparam("shift")).values(values)
