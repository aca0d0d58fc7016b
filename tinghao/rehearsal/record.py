"""What the database itself has kept of a day: every ticket with its stretches of time, every clerk's time at his window."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from sqlalchemy import Connection, select

from tinghao.basics.clock import hall_day
from tinghao.server.hall.facts import HallFacts
from tinghao.server.queueing.models import Shift, ShiftInterval, Ticket, TicketAct, TicketInterval
from tinghao.server.queueing.waits.scoring import Outcome

MINUTE = timedelta(minutes=1)
Json = dict[str, Any]


@dataclass(frozen=True)
class Stretch:
    """A stretch of time that a ticket spent in a state in a line; `window` is the window's number."""

    state: str
    line: str
    window: int | None
    began: datetime
    ended: datetime


@dataclass(frozen=True)
class Told:
    """What a visitor was told about his wait when he took his number, in minutes."""

    mean: float
    low: float
    high: float


@dataclass(frozen=True)
class TicketRecord:
    """One ticket: `line` gave the number, its waiting counted from `since` at first, `state` is its last."""

    id: int
    label: str
    line: str
    subject: str
    priority: str
    state: str
    issued: datetime
    since: datetime
    stretches: tuple[Stretch, ...]
    told: Told | None

    @property
    def called(self) -> datetime | None:
        """The first call."""
        return next((each.began for each in self.stretches if each.state == "called"), None)

    @property
    def wait(self) -> float | None:
        """Minutes from the number to the first call."""
        return None if self.called is None else (self.called - self.issued) / MINUTE

    @property
    def counted_wait(self) -> float | None:
        """The same from when its waiting counted, which is what a guarantee is about."""
        return None if self.called is None else (self.called - self.since) / MINUTE

    @property
    def outcome(self) -> Outcome | None:
        """What was told against what came, for those who were told something and called."""
        if self.told is None or self.wait is None:
            return None
        return Outcome(self.wait, self.told.mean, self.told.low, self.told.high)


@dataclass(frozen=True)
class WindowRecord:
    """How long a window was open (pauses left out) and how long somebody was at it, in minutes."""

    number: int
    open: float
    busy: float


@dataclass(frozen=True)
class Record:
    """One day: all tickets in the order of their numbers' giving, all windows that were open."""

    tickets: tuple[TicketRecord, ...]
    windows: tuple[WindowRecord, ...]

    @property
    def calls(self) -> list[tuple[datetime, str, int | None]]:
        """All calls in their order: when, whom, to which window."""
        found = [
            (stretch.began, ticket.label, stretch.window)
            for ticket in self.tickets
            for stretch in ticket.stretches
            if stretch.state == "called"
        ]
        return sorted(found, key=lambda call: (call[0], call[2] or 0))


def read_record(connection: Connection, hall: HallFacts, day: date) -> Record:
    """The record of a day that is over."""
    tickets = select(Ticket.__table__).where(Ticket.hall_id == hall.id, Ticket.day == day)
    rows = connection.execute(tickets.order_by(Ticket.issued_at, Ticket.id)).mappings().all()
    stretches = _stretches(connection, hall, day)
    since = _first_since(connection, day)
    found = tuple(_ticket(hall, row, stretches.get(row["id"], []), since) for row in rows)
    return Record(found, _windows(connection, hall, found, day))


def _ticket(
    hall: HallFacts, row: Mapping[Any, Any], stretches: Sequence[Stretch], since: Mapping[int, datetime]
) -> TicketRecord:
    told = None
    if row["wait_high"] is not None:
        told = Told(row["wait_estimate"], row["wait_low"], row["wait_high"])
    return TicketRecord(
        row["id"],
        row["label"],
        hall.lines[row["origin_line_id"]].prefix,
        row["subject_code"],
        row["priority"],
        row["state"],
        row["issued_at"],
        since.get(row["id"], row["since"]),
        tuple(stretches),
        told,
    )


def _stretches(connection: Connection, hall: HallFacts, day: date) -> dict[int, list[Stretch]]:
    query = (
        select(TicketInterval.__table__)
        .join(Ticket, TicketInterval.ticket_id == Ticket.id)
        .where(Ticket.hall_id == hall.id, Ticket.day == day)
        .order_by(TicketInterval.ticket_id, TicketInterval.id)
    )
    found: dict[int, list[Stretch]] = {}
    for row in connection.execute(query):
        window = hall.windows[row.window_id].number if row.window_id else None
        stretch = Stretch(row.state, hall.lines[row.line_id].prefix, window, row.began_at, row.ended_at)
        found.setdefault(row.ticket_id, []).append(stretch)
    return found


def _first_since(connection: Connection, day: date) -> dict[int, datetime]:
    """For those whose waiting was counted anew later on, from when it had counted at first."""
    acts = (
        select(TicketAct.ticket_id, TicketAct.detail)
        .join(Ticket, TicketAct.ticket_id == Ticket.id)
        .where(Ticket.day == day)
        .order_by(TicketAct.id.desc())
    )
    return {
        act.ticket_id: datetime.fromisoformat(act.detail["before"]["since"])
        for act in connection.execute(acts)
        if act.detail and "since" in act.detail.get("before", {})
    }


def _windows(
    connection: Connection, hall: HallFacts, tickets: Sequence[TicketRecord], day: date
) -> tuple[WindowRecord, ...]:
    query = (
        select(Shift.window_id, ShiftInterval.began_at, ShiftInterval.ended_at)
        .join(Shift, ShiftInterval.shift_id == Shift.id)
        .where(Shift.hall_id == hall.id, ShiftInterval.state == "open")
    )
    opened: dict[int, float] = {}
    for row in connection.execute(query):
        if hall_day(row.began_at, hall.timezone) == day:
            number = hall.windows[row.window_id].number
            opened[number] = opened.get(number, 0) + (row.ended_at - row.began_at) / MINUTE
    busy: dict[int | None, float] = {}
    for ticket in tickets:
        for each in ticket.stretches:
            busy[each.window] = busy.get(each.window, 0) + (each.ended - each.began) / MINUTE
    return tuple(
        WindowRecord(number, minutes, busy.get(number, 0)) for number, minutes in sorted(opened.items())
    )
