"""A hall in a database whose tickets and shifts the test writes itself."""

import itertools
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from sqlalchemy import insert

from tinghao.basics.clock import hall_day
from tinghao.server.hall.facts import HallFacts
from tinghao.server.queueing.models import Series, Shift, ShiftInterval, Ticket, TicketInterval
from tinghao.server.queueing.waits import service
from tinghao.server.queueing.waits.estimating import Estimate
from tinghao.server.store import Store, Work
from tinghao.server.store.upsert import upsert


@dataclass
class House:
    """The hall; `facts` are its definition."""

    store: Store
    facts: HallFacts
    numbers: Iterator[int] = field(default_factory=lambda: itertools.count(1))

    def open_window(self, number: int, at: datetime, pause: str | None = None) -> None:
        """A clerk's shift, paused from its beginning if a reason is given."""
        window = self.facts.windows_by_number[number]
        shift = {
            "hall_id": self.facts.id,
            "window_id": window.id,
            "staff_id": number,
            "clerk_name": "x",
            "skills": [],
            "wants_next": False,
            "turns": {},
            "opened_at": at,
            "pause_reason": pause,
        }

        def act(work: Work) -> None:
            shift_id = work.connection.execute(insert(Shift).values(shift).returning(Shift.id)).scalar_one()
            state = "paused" if pause else "open"
            row = {"shift_id": shift_id, "state": state, "began_at": at}
            work.connection.execute(insert(ShiftInterval).values(row))

        self.store.write(act)

    def put(
        self,
        issued: datetime,
        called: datetime | None = None,
        ended: datetime | None = None,
        state: str = "waiting",
        line: str = "A",
        window: int = 1,
        stays: list[tuple[str, datetime, datetime | None]] | None = None,
        **more: Any,
    ) -> int:
        """A ticket with its stays at the window: by default one, from the call to the end. Returns its id."""
        number, line_id = next(self.numbers), self.facts.lines_by_prefix[line].id
        day = hall_day(issued, self.facts.timezone)
        row = {
            "hall_id": self.facts.id,
            "line_id": line_id,
            "origin_line_id": line_id,
            "day": day,
            "number": number,
            "step": 0,
            "steps": 1,
            "label": f"{line}{number:03d}",
            "subject_code": "m",
            "subject_name": "m",
            "secret": "s",
            "station_id": 1,
            "state": state,
            "priority": "ordinary",
            "place": 0,
            "since": issued,
            "issued_at": issued,
            "called_at": called,
            "started_at": called,
            "ended_at": ended,
            "recalls": 0,
            "print_state": "printed",
            "window_id": self.facts.windows_by_number[window].id if called else None,
            **more,
        }
        if stays is None:
            stays = [("called", called, ended)] if called else []

        def act(work: Work) -> int:
            series = {"line_id": line_id, "day": day, "last": number, "waiting": 0}
            work.connection.execute(upsert(Series, series, keys=("line_id", "day"), change={"last": number}))
            ticket: int = work.connection.execute(
                insert(Ticket).values(row).returning(Ticket.id)
            ).scalar_one()
            for kind, began, over in stays:
                stay = {"ticket_id": ticket, "state": kind, "began_at": began, "ended_at": over}
                work.connection.execute(insert(TicketInterval).values(stay))
            return ticket

        return self.store.write(act)

    def told(self, ahead: int, now: datetime, line: str = "A") -> Estimate | None:
        """What a visitor would be told."""
        with self.store.read() as connection:
            return service.at_issue(connection, self.facts, self.facts.lines_by_prefix[line].id, ahead, now)

    def tick(self, now: datetime) -> None:
        self.store.write(lambda work: service.tick(work, self.facts, now))
