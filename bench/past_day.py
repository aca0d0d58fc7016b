"""One past day of a hall, row by row: what `bench.past` repeats."""

import json
import random
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any

from sqlalchemy import Connection, Table, select

from tinghao.server.devices.models import Station
from tinghao.server.hall.facts import HallFacts
from tinghao.server.hall.models import Hall
from tinghao.server.hall.reading import read_facts
from tinghao.server.queueing import models, views
from tinghao.server.queueing.rules.choosing import Choice, Compared
from tinghao.server.queueing.rules.states import label
from tinghao.server.staff.models import Staff

Json = dict[str, Any]

OPENS = 30 * 60
"""Seconds after midnight UTC: half past eight in the hall's time zone."""

CLOSES = OPENS + 9 * 3600
PACE = 12
"""Seconds from one ticket to the next; the windows take them in turn."""

WAITED, CAME, SERVED = 1200, 30, 480
"""Seconds that each one waits, comes and is served: done before the window's next one is called."""

EVENTS_EACH = 5
CLASSES = ("ordinary",) * 7 + ("priority",) * 2 + ("booked",)


@dataclass(frozen=True)
class Moves:
    """How much an id grows with each ticket, or else with each day, before this day."""

    of_ticket: int = 0
    of_day: int = 0


@dataclass
class Rows:
    """A table's rows of one day. Each has its place `k` and the `turn` of the ticket that it belongs to (0: of the day).

    Instants are times of day, JSON is text; `ids` says how the ids in its columns move from day to day.
    """

    table: Table
    ids: Mapping[str, Moves]
    windows: int
    rows: list[Json] = field(default_factory=list)

    def add(self, turn: int, **values: Any) -> None:
        """Adds a row; its id is its place."""
        k = len(self.rows)
        empty = {column.name: None for column in self.table.columns if column.name != "day"}
        self.rows.append({**empty, "k": k, "turn": turn, "id": k + 1, **values})


@dataclass(frozen=True)
class _Place:
    """A window of the hall with its clerk, and what people come there for."""

    window_id: int
    staff_id: int
    clerk: str
    line_id: int
    prefix: str
    matter: str
    matter_name: str


def hall_of(connection: Connection) -> HallFacts:
    """The only hall in the database."""
    return read_facts(connection, connection.execute(select(Hall.id)).scalar_one())


def rows_of_a_day(connection: Connection, hall: HallFacts, tickets: int) -> list[Rows]:
    """So many tickets of one day, all finished, with all that belongs to them, and the shifts; the tickets come first."""
    day = _Day(_places(connection, hall), hall)
    station = connection.execute(select(Station.id).where(Station.kind == "kiosk").limit(1)).scalar_one()
    for turn in range(tickets):
        day.visit(turn, station)
    day.shifts_open()
    return day.all


class _Day:
    def __init__(self, places: list[_Place], hall: HallFacts) -> None:
        self._places = places
        self._hall = hall
        self._numbers: dict[int, int] = {}
        self._random = random.Random(1)
        windows = len(places)
        each, thrice, of_ticket = Moves(of_ticket=1), Moves(of_ticket=3), Moves(of_ticket=1)
        shift = Moves(of_day=windows)

        def rows(model: Any, **ids: Moves) -> Rows:
            return Rows(model.__table__, ids, windows)

        self._tickets = rows(models.Ticket, id=each)
        self._intervals = rows(models.TicketInterval, id=thrice, ticket_id=of_ticket)
        self._acts = rows(models.TicketAct, id=thrice, ticket_id=of_ticket)
        self._outcomes = rows(models.TicketOutcome, id=each, ticket_id=of_ticket)
        self._shifts = rows(models.Shift, id=shift)
        self._stretches = rows(models.ShiftInterval, id=Moves(of_day=3 * windows), shift_id=shift)
        self.all = [
            self._tickets,
            self._intervals,
            self._acts,
            self._outcomes,
            self._shifts,
            self._stretches,
        ]

    def visit(self, turn: int, station: int) -> None:
        """A visitor takes a number, waits, is called, served and done."""
        place = self._places[turn % len(self._places)]
        issued = OPENS + PACE * turn
        called = issued + WAITED
        started = called + CAME
        ended = started + SERVED
        self._ticket(turn, place, station, issued, called, started, ended)
        for state, began, until in (
            ("waiting", issued, called),
            ("called", called, started),
            ("serving", started, ended),
        ):
            at = {} if state == "waiting" else {"window_id": place.window_id, "staff_id": place.staff_id}
            self._intervals.add(
                turn,
                ticket_id=turn + 1,
                line_id=place.line_id,
                state=state,
                began_at=_at(began),
                ended_at=_at(until),
                **at,
            )
        self._act(turn, place, "call", called, self._why(turn, place))
        self._act(turn, place, "start", started, {"before": {"state": "called"}})
        self._act(turn, place, "finish", ended, {"before": {"state": "serving", "ended_at": None}})
        self._outcomes.add(
            turn,
            ticket_id=turn + 1,
            matter_code=place.matter,
            matter_name=place.matter_name,
            outcome="done",
        )

    def shifts_open(self) -> None:
        """One clerk at each window all day, with a pause at noon."""
        noon, back = OPENS + 4 * 3600, OPENS + 5 * 3600
        for n, place in enumerate(self._places):
            self._shifts.add(
                0,
                hall_id=self._hall.id,
                window_id=place.window_id,
                staff_id=place.staff_id,
                clerk_name=place.clerk,
                skills="[]",
                opened_at=_at(OPENS),
                closed_at=_at(CLOSES),
                wants_next=False,
                turns="{}",
            )
            for state, reason, began, ended in (
                ("open", None, OPENS, noon),
                ("paused", "lunch", noon, back),
                ("open", None, back, CLOSES),
            ):
                self._stretches.add(
                    0,
                    shift_id=n + 1,
                    state=state,
                    reason=reason,
                    began_at=_at(began),
                    ended_at=_at(ended),
                )

    def _ticket(
        self, turn: int, place: _Place, station: int, issued: int, called: int, started: int, ended: int
    ) -> None:
        self._numbers[place.line_id] = number = self._numbers.get(place.line_id, 0) + 1
        priority = CLASSES[turn // len(self._places) % len(CLASSES)]
        self._tickets.add(
            turn,
            hall_id=self._hall.id,
            line_id=place.line_id,
            origin_line_id=place.line_id,
            number=number,
            step=0,
            steps=1,
            label=label(place.prefix, number),
            subject_code=place.matter,
            subject_name=place.matter_name,
            secret=self._hex(3),
            visitor_digest=self._hex(24),
            visitor_name="张*",
            visitor_tail=f"…{turn % 10_000:04d}",
            station_id=station,
            state="finished",
            priority=priority,
            place=0,
            since=_at(issued),
            booked_at=_at(issued) if priority == "booked" else None,
            window_id=place.window_id,
            staff_id=place.staff_id,
            issued_at=_at(issued),
            called_at=_at(called),
            started_at=_at(started),
            ended_at=_at(ended),
            recalls=0,
            print_state="printed",
            ahead=12,
            wait_estimate=20.0,
            wait_low=20.0,
            wait_high=30.0,
        )

    def _act(self, turn: int, place: _Place, verb: str, at: int, detail: Json) -> None:
        self._acts.add(
            turn,
            ticket_id=turn + 1,
            verb=verb,
            at=_at(at),
            actor=f"staff:{place.staff_id}",
            actor_name=place.clerk,
            window_id=place.window_id,
            detail=json.dumps(detail),
        )

    def _why(self, turn: int, place: _Place) -> Json:
        """How the call chose, as the engine keeps it, with marks where the ids of that day come."""
        mine = self._tickets.rows[turn]
        other = label(place.prefix, mine["number"] + 1)
        compared = (
            self._stood("@own", mine["label"], place, mine["priority"], WAITED / 60),
            self._stood("@next", other, place, "priority", 5.4),
        )
        choice = Choice(0, "score", None, compared, (place.prefix,))
        before = {"state": "waiting", "window_id": None, "staff_id": None, "called_at": None}
        return {"choice": choice.as_json(), "rules": 1, "staff": place.staff_id, "before": before}

    def _stood(self, mark: Any, number: str, place: _Place, priority: str, waited: float) -> Compared:
        return Compared(mark, number, place.prefix, priority, waited, waited, 70.0 - waited)

    def _hex(self, size: int) -> str:
        return self._random.randbytes(size).hex()


def events_of(ticket: Mapping[str, Any]) -> Iterator[Json]:
    """What a finished ticket has told: its events without their numbers, in the order in which they happened."""
    clerk = f"staff:{ticket['staff_id']}"
    station = f"station:{ticket['station_id']}"
    before: Json = {**ticket, "window_id": None, "called_at": None, "started_at": None, "ended_at": None}
    new = {**before, "state": "waiting", "print_state": "pending"}
    printed = {**new, "print_state": "printed"}
    called = {
        **printed,
        "state": "called",
        "window_id": ticket["window_id"],
        "called_at": ticket["called_at"],
    }
    started = {**called, "state": "serving", "started_at": ticket["started_at"]}
    stages = (
        ("issued", ticket["issued_at"], station, new),
        ("printed", ticket["issued_at"] + timedelta(seconds=2), station, printed),
        ("called", ticket["called_at"], clerk, called),
        ("started", ticket["started_at"], clerk, started),
        ("finished", ticket["ended_at"], clerk, ticket),
    )
    for kind, at, actor, state in stages:
        data: Json = {"number": ticket["label"], "ticket": views.staff_ticket(state)}
        if kind in ("issued", "called"):
            data["line"] = {"id": ticket["line_id"], "waiting": ticket["ahead"]}
        if actor == clerk:
            data["window"] = views.window_with(state)
        yield {"kind": f"ticket.{kind}", "at": at, "actor": actor, "data": data}


def _places(connection: Connection, hall: HallFacts) -> list[_Place]:
    plain = [each for each in hall.subjects.values() if not (each.place or each.skill or each.is_theme)]
    matters = {subject.line_id: subject for subject in reversed(plain)}
    clerks = connection.execute(select(Staff.id, Staff.name).order_by(Staff.id)).all()
    places = []
    for n, window in enumerate(sorted(hall.windows.values(), key=lambda window: window.number)):
        line, clerk = hall.lines_by_prefix[window.lines[0]], clerks[n % len(clerks)]
        matter = matters[line.id]
        places.append(_Place(window.id, clerk.id, clerk.name, line.id, line.prefix, matter.code, matter.name))
    return places


def _at(seconds: int) -> str:
    """A time of day in UTC, as SQLite writes it."""
    return (
        f"{seconds // 3600:02d}:{seconds // 60 % 60:02d}:{seconds % 60:02d}.{seconds * 7919 % 1_000_000:06d}"
    )
