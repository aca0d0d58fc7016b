"""Watches a rehearsal with eyes of its own: nobody idle while somebody waits for him, nobody called twice, no time lost."""

from collections.abc import Collection
from datetime import datetime
from itertools import pairwise
from typing import Any

from sqlalchemy import Connection, select

from tinghao.rehearsal.day import Day
from tinghao.rehearsal.record import Record, Stretch
from tinghao.rehearsal.stage import Stage
from tinghao.server.queueing import views
from tinghao.server.queueing.models import Shift, Ticket
from tinghao.server.queueing.rules.profiles import able

Json = dict[str, Any]
MOST_TOLD = 20

_WAITING = select(
    Ticket.id,
    Ticket.label,
    Ticket.line_id,
    Ticket.skill,
    Ticket.not_before,
    Ticket.to_window_id,
    Ticket.to_staff_id,
    Ticket.journey_id,
)


class Watch:
    """What was seen that must not be, in `broken`."""

    def __init__(self, stage: Stage, day: Day) -> None:
        self._stage, self._day = stage, day
        self._at: dict[int, int] = {}
        self._ticked: datetime | None = None
        self.broken: list[str] = []

    def ticks(self, now: datetime) -> None:
        """The server looks at what time has brought: from now on whoever was to wait until now may be called."""
        self._ticked = now

    def heard(self, kind: str, ticket: Json) -> None:
        """An event of a ticket."""
        window = ticket["window"]
        if kind == "ticket.called":
            if ticket["id"] in self._at:
                self.tell(f"{ticket['number']} is called to {window} while at {self._at[ticket['id']]}")
            if window in self._at.values():
                self.tell(f"{ticket['number']} is called to {window}, which is taken")
            self._at[ticket["id"]] = window
        elif ticket["state"] not in ("called", "serving"):
            self._at.pop(ticket["id"], None)

    def nobody_idle(self, idle: Collection[int], now: datetime) -> None:
        """No window where a clerk waits for the next one could serve somebody who waits."""
        if not idle:
            return
        with self._stage.store.read() as connection:
            waiting = connection.execute(
                _WAITING.where(
                    Ticket.hall_id == self._stage.hall.id,
                    Ticket.state == "waiting",
                    Ticket.day == self._day.date,
                )
            ).all()
            if not waiting:
                return
            busy = self._busy_journeys(connection)
            forces = views.all_in_force(connection, self._stage.hall, idle, now)
            shifts = connection.execute(
                select(Shift.window_id, Shift.staff_id, Shift.skills).where(
                    Shift.window_id.in_(idle), Shift.closed_at.is_(None), Shift.pause_reason.is_(None)
                )
            ).all()
        for shift in shifts:
            for ticket in waiting:
                if ticket.journey_id not in busy and self._could_call(shift, forces, ticket):
                    number = self._stage.hall.windows[shift.window_id].number
                    self.tell(f"{now:%H:%M:%S}Z: window {number} is idle while {ticket.label} waits")

    def went_through(self, record: Record) -> None:
        """Each ticket's stretches follow on one another, and no window had two visitors at a time."""
        at_window: dict[int, list[tuple[Stretch, str]]] = {}
        for ticket in record.tickets:
            for one, next_one in pairwise(ticket.stretches):
                if one.ended != next_one.began:
                    self.tell(f"{ticket.label}: time is lost between {one.state} and {next_one.state}")
            for each in ticket.stretches:
                if each.window is not None:
                    at_window.setdefault(each.window, []).append((each, ticket.label))
        for number, stretches in at_window.items():
            stretches.sort(key=lambda pair: (pair[0].began, pair[0].ended))
            for (one, label), (next_one, other) in pairwise(stretches):
                if next_one.began < one.ended:
                    self.tell(f"{label} and {other} are at window {number} at one time")

    def tell(self, sentence: str) -> None:
        """Takes down what must not be."""
        if len(self.broken) < MOST_TOLD:
            self.broken.append(sentence)

    def same_journey(self, ticket_id: int) -> list[int]:
        """All tickets of a ticket's journey."""
        journey = select(Ticket.journey_id).where(Ticket.id == ticket_id).scalar_subquery()
        with self._stage.store.read() as connection:
            return list(connection.execute(select(Ticket.id).where(Ticket.journey_id == journey)).scalars())

    def _could_call(self, shift: Any, forces: Json | Any, ticket: Any) -> bool:
        in_force = forces[shift.window_id]
        # Nobody can know of a moment that has come before the server looks again.
        too_early = ticket.not_before is not None and (
            self._ticked is None or ticket.not_before > self._ticked
        )
        if too_early or not able(ticket.skill, in_force.skills, shift.skills):
            return False
        if ticket.to_window_id is not None or ticket.to_staff_id is not None:
            return ticket.to_window_id in (None, shift.window_id) and ticket.to_staff_id in (
                None,
                shift.staff_id,
            )
        return self._stage.hall.lines[ticket.line_id].prefix in in_force.lines

    def _busy_journeys(self, connection: Connection) -> set[int | None]:
        at_window = select(Ticket.journey_id).where(
            Ticket.state.in_(("called", "serving")),
            Ticket.journey_id.is_not(None),
            Ticket.day == self._day.date,
        )
        return set(connection.execute(at_window).scalars())
