"""How a hall's lines and windows stand now, read from the database by small indexes only."""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, and_, bindparam, func, select

from tinghao.basics.clock import hall_day
from tinghao.server.hall.facts import HallFacts
from tinghao.server.queueing.in_force import all_in_force
from tinghao.server.queueing.models import Shift, ShiftInterval, Ticket, is_at_window, is_open, is_waiting
from tinghao.server.queueing.waits.estimating import LineFacts
from tinghao.server.queueing.waits.windows import ACTIVE_WITHIN, ActiveWindow, at_work, shared_out
from tinghao.server.store import Prepared

_SHIFTS = (
    select(Shift.window_id, Shift.pause_reason, ShiftInterval.began_at)
    .outerjoin(ShiftInterval, and_(ShiftInterval.shift_id == Shift.id, ShiftInterval.ended_at.is_(None)))
    .where(Shift.hall_id == bindparam("of_hall"), is_open)
)
_CALLING = Prepared(
    select(Shift.window_id).where(
        Shift.hall_id == bindparam("of_hall"), is_open, Shift.pause_reason.is_(None)
    )
)
_BUSY = select(Ticket.window_id).where(is_at_window, Ticket.hall_id == bindparam("of_hall"))
_WAITING = (
    select(
        Ticket.line_id,
        Ticket.subject_code,
        func.count().label("people"),
        func.min(Ticket.issued_at).label("first"),
    )
    .where(
        is_waiting,
        Ticket.line_id.in_(bindparam("lines", expanding=True)),
        Ticket.day == bindparam("day"),
    )
    .group_by(Ticket.line_id, Ticket.subject_code)
)


@dataclass(frozen=True)
class Present:
    """All lines by prefix, when they were looked at, since when windows were seen free at every look, and whose clerks call."""

    at: datetime
    lines: dict[str, LineFacts]
    free_since: dict[int, datetime]
    calling: frozenset[int] = frozenset()

    @property
    def windows(self) -> dict[str, float]:
        """How many windows work for each line in which somebody waits or that some window serves."""
        return {prefix: line.windows for prefix, line in self.lines.items() if line.windows or line.matters}


@dataclass(frozen=True)
class _Waiting:
    """Who waits, by line's prefix: how many by matter, and since when the first."""

    matters: dict[str, Counter[str]]
    first: dict[str, datetime]


def look(connection: Connection, hall: HallFacts, now: datetime, before: Present | None = None) -> Present:
    """The hall as it stands; `before` is the last look at it, by which it knows since when a window is free."""
    shifts = connection.execute(_SHIFTS, {"of_hall": hall.id}).all()
    busy = {row.window_id for row in connection.execute(_BUSY, {"of_hall": hall.id})}
    waiting = _waiting(connection, hall, now)
    free_since = _free_since({shift.window_id for shift in shifts} - busy, now, before)
    working = list(_working(connection, hall, shifts, busy, free_since, waiting, now))
    work = {prefix: matters.total() + 1.0 for prefix, matters in waiting.matters.items()}
    shares = shared_out(working, work)
    lines = {
        line.prefix: LineFacts(
            line.prefix,
            line.mean_minutes,
            *shares.get(line.prefix, (0.0, 0.0)),
            waiting.matters[line.prefix],
        )
        for line in hall.lines.values()
    }
    return Present(now, lines, free_since, calling(connection, hall))


def calling(connection: Connection, hall: HallFacts) -> frozenset[int]:
    """The windows that are open and not paused."""
    return frozenset(row.window_id for row in _CALLING.all(connection, {"of_hall": hall.id}))


def _waiting(connection: Connection, hall: HallFacts, now: datetime) -> _Waiting:
    matters: dict[str, Counter[str]] = {line.prefix: Counter() for line in hall.lines.values()}
    first: dict[str, datetime] = {}
    row = {"lines": list(hall.lines), "day": hall_day(now, hall.timezone)}
    for line_id, matter, people, since in connection.execute(_WAITING, row):
        prefix = hall.lines[line_id].prefix
        matters[prefix][matter] = people
        first[prefix] = min(since, first.get(prefix, since))
    return _Waiting(matters, first)


def _free_since(free: set[int], now: datetime, before: Present | None) -> dict[int, datetime]:
    """After a time without looking nobody knows what a window did meanwhile."""
    known = before.free_since if before and now - before.at < ACTIVE_WITHIN / 2 else {}
    return {window: min(known.get(window, now), now) for window in free}


def _working(
    connection: Connection,
    hall: HallFacts,
    shifts: Iterable[Any],
    busy: set[int],
    free_since: dict[int, datetime],
    waiting: _Waiting,
    now: datetime,
) -> Iterable[ActiveWindow]:
    here = [shift for shift in shifts if shift.window_id in hall.windows]
    forces = all_in_force(connection, hall, [shift.window_id for shift in here], now)
    for shift in here:
        if shift.pause_reason is not None and (
            shift.began_at is None or now - shift.began_at > ACTIVE_WITHIN
        ):
            continue
        lines = forces[shift.window_id].lines
        first = min((waiting.first[line] for line in lines if line in waiting.first), default=None)
        if at_work(free_since.get(shift.window_id), first, now):
            # Whoever pauses for a moment will be back, but takes nobody now.
            free = shift.window_id not in busy and shift.pause_reason is None
            yield ActiveWindow(tuple(lines), free)
