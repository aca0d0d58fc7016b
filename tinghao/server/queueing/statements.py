"""The statements of the queue's hot paths, each compiled once.

A list of values has as many numbered parameters (`line0`, `line1`…, see `numbered`) as the statement was made for.
"""

from collections.abc import Iterable
from functools import cache
from typing import Any

from sqlalchemy import (
    Integer,
    and_,
    bindparam,
    exists,
    false,
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
from tinghao.server.store import Instant, Prepared
from tinghao.server.store.upsert import upsert


def numbered(name: str, values: Iterable[Any]) -> dict[str, Any]:
    """The values of a list as numbered parameters."""
    return {f"{name}{n}": value for n, value in enumerate(values)}


def _one_of(column: Any, name: str, count: int) -> Any:
    return column.in_([bindparam(f"{name}{n}") for n in range(count)]) if count else false()


_in_line = and_(is_waiting, Ticket.line_id == bindparam("line"), Ticket.day == bindparam("day"))
_order = (Ticket.place, Ticket.since, Ticket.id)


def _nobody_of_its_journey_at_a_window() -> Any:
    other = aliased(Ticket)
    at_window = other.state.in_((literal_column("'called'"), literal_column("'serving'")))
    return or_(
        Ticket.journey_id.is_(None),
        ~exists().where(other.journey_id == Ticket.journey_id, other.journey_id.is_not(None), at_window),
    )


def _may_be_called(skills: int) -> Any:
    return and_(
        or_(Ticket.not_before.is_(None), Ticket.not_before <= bindparam("now")),
        or_(Ticket.to_window_id.is_(None), Ticket.to_window_id == bindparam("at_window")),
        or_(Ticket.to_staff_id.is_(None), Ticket.to_staff_id == bindparam("by_staff")),
        or_(Ticket.skill.is_(None), _one_of(Ticket.skill, "skill", skills)),
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
def firsts(lines: int, priorities: int, skills: int) -> Prepared:
    """The first of each class in each of so many lines (`line0`…, `priority0`…) whom this clerk may call at this window, of each
    class at most `most0`…; and the first `:most` who were sent to this very window or clerk. One may be found twice.

    Each is a few steps in the index of those who wait, so it costs the same with 5 and with 5,000 of them.
    """
    may_be_called = _may_be_called(skills)
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
                    may_be_called,
                )
                .order_by(*_order)
                .limit(bindparam(f"most{priority}", type_=Integer))
                .subquery()
            )
            parts.append(select(first))
    most = bindparam("most", type_=Integer)
    for sent in _sent:
        known = and_(sent, sent.left.is_not(None), is_waiting, Ticket.day == bindparam("day"))
        first = select(*_candidate).where(known, may_be_called).order_by(*_order).limit(most).subquery()
        parts.append(select(first))
    return Prepared(union_all(*parts))


@cache
def set_ticket(*columns: str) -> Prepared:
    """Gives some columns of the ticket `:ticket_id` new values."""
    values: dict[str, Any] = {column: bindparam(column) for column in columns}
    return Prepared(update(Ticket).where(Ticket.id == bindparam("ticket_id")).values(values))


@cache
def ahead(priorities: int) -> Prepared:
    """Of each class how many of a line are called before a ticket at `:place`: those with `since` before that class's mark; at
    the very mark the smaller id decides. Each class is a range of the index of those who wait."""
    me: Any = bindparam("me")
    place: Any = bindparam("place")
    parts = []
    for n in range(priorities):
        mark = bindparam(f"since{n}", type_=Instant())
        of_class = and_(_in_line, Ticket.priority == bindparam(f"priority{n}"))
        for before in (
            Ticket.place < place,
            and_(Ticket.place == place, Ticket.since < mark),
            and_(Ticket.place == place, Ticket.since == mark, Ticket.id < me),
        ):
            parts.append(select(func.count().label("before")).where(of_class, before))
    return Prepared(union_all(*parts))


# Tickets


def _insert(table: Any) -> Any:
    """A whole row but for its id: what is left out is an error, not a default."""
    columns = [column.name for column in table.__table__.columns if column.name != "id"]
    return insert(table).values({name: bindparam(name) for name in columns})


_joins = bindparam("joins", type_=Integer)
NEXT_NUMBER = Prepared(
    upsert(
        Series,
        {"line_id": bindparam("line_id"), "day": bindparam("day"), "last": 1, "waiting": _joins},
        keys=("line_id", "day"),
        change={"last": Series.last + 1, "waiting": Series.waiting + _joins},
    ).returning(Series.last, Series.waiting)
)
INSERT_TICKET = Prepared(_insert(Ticket).returning(Ticket.id))
INSERT_JOURNEY = Prepared(insert(Journey).returning(Journey.id))
JOURNEY = Prepared(select(Journey.__table__).where(Journey.id == bindparam("journey")))
JOURNEY_TICKETS = Prepared(
    select(Ticket.__table__).where(Ticket.journey_id == bindparam("journey"), Ticket.journey_id.is_not(None))
)
INSERT_INTERVAL = Prepared(_insert(TicketInterval))
END_INTERVAL = Prepared(
    update(TicketInterval)
    .where(TicketInterval.ticket_id == bindparam("of_ticket"), TicketInterval.ended_at.is_(None))
    .values(ended_at=bindparam("now"))
)
INSERT_ACT = Prepared(_insert(TicketAct))
INSERT_OUTCOME = Prepared(_insert(TicketOutcome))
TICKET = Prepared(
    select(Ticket.__table__).where(
        Ticket.id == bindparam("ticket_id"), Ticket.hall_id == bindparam("of_hall")
    )
)
_by = bindparam("by", type_=Integer)
COUNT = Prepared(
    upsert(
        Series,
        {"line_id": bindparam("of_line"), "day": bindparam("of_day"), "last": 0, "waiting": _by},
        keys=("line_id", "day"),
        change={"waiting": Series.waiting + _by},
    ).returning(Series.waiting)
)


@cache
def series(lines: int) -> Prepared:
    """The number series of lines, and how many wait in each."""
    return Prepared(
        select(Series.line_id, Series.last, Series.waiting).where(
            _one_of(Series.line_id, "line", lines), Series.day == bindparam("day")
        )
    )


@cache
def of_subject(lines: int) -> Prepared:
    """How many numbers were given for a matter or theme, by all these lines together."""
    return Prepared(
        select(func.count().label("issued")).where(
            _one_of(Ticket.origin_line_id, "line", lines),
            Ticket.day == bindparam("day"),
            Ticket.subject_code == bindparam("subject"),
            Ticket.number.is_not(None),
            Ticket.step == 0,
        )
    )


def _in_lines(lines: int) -> Any:
    return and_(is_waiting, _one_of(Ticket.line_id, "line", lines), Ticket.day == bindparam("day"))


@cache
def waiting(lines: int) -> Prepared:
    """All who wait in these lines."""
    return Prepared(select(Ticket.__table__).where(_in_lines(lines)).order_by(*_order))


@cache
def standing(lines: int) -> Prepared:
    """How many wait in each of these lines where anybody does, and since when the longest."""
    return Prepared(
        select(Ticket.line_id, func.count().label("waiting"), func.min(Ticket.since).label("longest"))
        .where(_in_lines(lines))
        .group_by(Ticket.line_id)
    )


@cache
def longest(priorities: int) -> Prepared:
    """Since when the first of each class in a line waits: placed first by hand, and not."""
    parts = []
    for n in range(priorities):
        for place in (Ticket.place == 0, Ticket.place < 0):
            of_class = and_(_in_line, Ticket.priority == bindparam(f"priority{n}"), place)
            parts.append(
                select(select(Ticket.since).where(of_class).order_by(Ticket.since).limit(1).subquery())
            )
    return Prepared(union_all(*parts))


@cache
def kinds_of_waiting(lines: int) -> Prepared:
    """Who waits in these lines, by what they need of a window and its clerk."""
    kind = (Ticket.line_id, Ticket.skill, Ticket.to_window_id, Ticket.to_staff_id)
    counted = (func.count().label("waiting"), func.min(Ticket.issued_at).label("longest"))
    return Prepared(select(*kind, *counted).where(_in_lines(lines)).group_by(*kind))


AT_WINDOWS = Prepared(select(Ticket.__table__).where(is_at_window, Ticket.hall_id == bindparam("of_hall")))
CALLED = Prepared(
    select(Ticket.__table__).where(
        is_at_window, Ticket.hall_id == bindparam("of_hall"), Ticket.state == "called"
    )
)
ASIDE = Prepared(
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


LEFT_FROM_PAST_DAYS = Prepared(_left_from_past_days())
OPEN_ALERTS = Prepared(
    select(Alert.__table__).where(Alert.hall_id == bindparam("of_hall"), Alert.ended_at.is_(None))
)
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
LAST_ACT = Prepared(
    select(TicketAct.verb, TicketAct.at, TicketAct.detail)
    .where(TicketAct.ticket_id == bindparam("of_ticket"))
    .order_by(TicketAct.id.desc())
    .limit(1)
)


@cache
def candidates(lines: int, skills: int) -> Prepared:
    """All whom this clerk may call at this window, in its lines or sent to it."""
    today = and_(is_waiting, Ticket.day == bindparam("day"), _may_be_called(skills))
    return Prepared(
        union(
            select(*_candidate).where(today, _one_of(Ticket.line_id, "line", lines)),
            *(select(*_candidate).where(today, known, known.left.is_not(None)) for known in _sent),
        )
    )


OF_VISITOR = Prepared(
    select(Ticket.__table__).where(
        Ticket.visitor_digest == bindparam("digest"),
        Ticket.visitor_digest.is_not(None),
        Ticket.day == bindparam("day"),
        Ticket.hall_id == bindparam("of_hall"),
        Ticket.number.is_not(None),
    )
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
SHIFT = Prepared(
    _one_shift.where(
        Shift.window_id == bindparam("at_window"), Shift.hall_id == bindparam("of_hall"), is_open
    )
)
SHIFT_OF = Prepared(_one_shift.where(Shift.staff_id == bindparam("by_staff"), is_open))
LAST_SHIFT_OF = (
    select(Shift.clerk_name, Shift.skills)
    .where(Shift.staff_id == bindparam("by_staff"), Shift.hall_id == bindparam("of_hall"))
    .order_by(Shift.id.desc())
    .limit(1)
)
SHIFTS = Prepared(_one_shift.where(Shift.hall_id == bindparam("of_hall"), is_open))
SHIFTS_THAT_WANT = Prepared(
    _one_shift.where(
        Shift.hall_id == bindparam("of_hall"), is_open, Shift.wants_next, Shift.pause_reason.is_(None)
    )
)
INSERT_SHIFT = Prepared(insert(Shift).returning(Shift.id))
END_SHIFT = Prepared(
    update(Shift).where(Shift.id == bindparam("shift")).values(closed_at=bindparam("now"), wants_next=False)
)
INSERT_SHIFT_INTERVAL = Prepared(insert(ShiftInterval))
END_SHIFT_INTERVAL = Prepared(
    update(ShiftInterval)
    .where(ShiftInterval.shift_id == bindparam("shift"), ShiftInterval.ended_at.is_(None))
    .values(ended_at=bindparam("now"))
)
AT_WINDOW = Prepared(select(Ticket.__table__).where(Ticket.window_id == bindparam("at_window"), is_at_window))
PLANS = Prepared(
    select(PlanState.plan, PlanState.over_since, PlanState.active_since).where(
        PlanState.hall_id == bindparam("of_hall")
    )
)


@cache
def by_hand(windows: int) -> Prepared:
    """The profiles that somebody gave these windows."""
    return Prepared(
        select(WindowProfile.window_id, WindowProfile.profile, WindowProfile.until).where(
            _one_of(WindowProfile.window_id, "window", windows)
        )
    )


@cache
def serving_windows(lines: int) -> Prepared:
    """How many windows that serve one of these lines of their own are open."""
    return Prepared(
        select(func.count(Shift.window_id.distinct()).label("open"))
        .join(WindowLine, Shift.window_id == WindowLine.window_id)
        .where(_one_of(WindowLine.line_id, "line", lines), is_open, Shift.pause_reason.is_(None))
    )


@cache
def set_shift(*columns: str) -> Prepared:
    """Gives some columns of the shift `:shift` new values."""
    values: dict[str, Any] = {column: bindparam(column) for column in columns}
    return Prepared(update(Shift).where(Shift.id == bindparam("shift")).values(values))
