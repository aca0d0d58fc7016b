"""The floor of the hall: the simulated clock, and every act through the real services, watched after each step."""

from collections.abc import Callable, Generator
from dataclasses import dataclass, field
from datetime import datetime
from functools import partial
from typing import Any, TypeVar

import simpy

from tinghao.rehearsal.day import MINUTE, Day, Moment
from tinghao.rehearsal.stage import Stage
from tinghao.rehearsal.visitors import Visitor
from tinghao.rehearsal.watch import Watch
from tinghao.server.queueing.service import days
from tinghao.server.store import Work
from tinghao.server.store.work import Event

Json = dict[str, Any]
Steps = Generator[simpy.Event, object, None]
"""What a person does, as SimPy runs it."""
_Told = TypeVar("_Told")

TICK = MINUTE
"""So often the server looks at what time has brought."""


@dataclass
class Visit:
    """A visitor in the hall; `parts` are the stretches at a window that are still to come."""

    visitor: Visitor
    parts: list[Moment]
    gone: bool = False
    back: bool = False
    sent_away: bool = False


@dataclass
class Floor:
    """One day in play. `refused` counts those who got no number, by the refusal's code; `steps` counts transactions."""

    day: Day
    stage: Stage
    clock: simpy.Environment = field(default_factory=simpy.Environment)
    refused: dict[str, int] = field(default_factory=dict)
    steps: int = 0

    def __post_init__(self) -> None:
        self.watch = Watch(self.stage, self.day)
        self._visits: dict[int, Visit] = {}
        self._called: set[int] = set()
        self._asleep: dict[int, simpy.Event] = {}

    @property
    def now(self) -> datetime:
        """The simulated instant."""
        return self.stage.instant(self.day, int(self.clock.now))

    def do(self, act: Callable[..., _Told], *arguments: Any, **more: Any) -> _Told:
        """One use case, `act(work, hall, caller, now, …)` with the caller as first argument, now; problems are passed on."""
        caller, *others = arguments
        now, hall = self.now, self.stage.hall

        def use_case(work: Work) -> _Told:
            return act(work, hall, caller, now, *others, **more)

        return self._step(use_case)

    def tick(self) -> None:
        """What happens by itself."""
        now = self.now
        self.watch.ticks(now)
        self._step(partial(_tick, hall=self.stage.hall, now=now))

    def tick_on(self, begins: Moment) -> Steps:
        """Ticks for ever, from `begins` on."""
        yield self.until(begins)
        while True:
            self.tick()
            yield self.clock.timeout(TICK)

    def end_day(self, at: Moment) -> None:
        """The first look on the next day ends what this one has left open."""
        now = self.stage.instant(self.day, at)
        self._step(partial(_tick, hall=self.stage.hall, now=now))

    def until(self, at: Moment) -> simpy.Event:
        """When it is so late; now if it is later."""
        return self.clock.timeout(max(0, at - self.clock.now))

    def came(self, ticket_id: int, who: Visitor) -> Visit:
        """Remembers whose ticket it is."""
        visit = self._visits[ticket_id] = Visit(who, list(who.parts))
        return visit

    def was_called(self, ticket_id: int) -> bool:
        """Whether the visitor has been called, with this ticket or another of his journey."""
        return not self._called.isdisjoint([ticket_id, *self.watch.same_journey(ticket_id)])

    def visit(self, ticket_id: int) -> Visit:
        """Whose ticket it is; a journey's other tickets are found by the journey."""
        if ticket_id not in self._visits:
            first = min(self.watch.same_journey(ticket_id))
            self._visits[ticket_id] = self._visits[first]
        return self._visits[ticket_id]

    def sleep(self, window_id: int) -> simpy.Event:
        """When somebody is called to this window without a press; its value is the ticket's id."""
        event = self._asleep[window_id] = self.clock.event()
        self._look()
        return event

    def wake(self, window_id: int) -> None:
        """The clerk looks up by himself."""
        self._asleep.pop(window_id, None)

    def _step(self, use_case: Callable[[Work], _Told]) -> _Told:
        self.steps += 1
        try:
            return self.stage.store.write(use_case, self.stage.hall.id)
        finally:
            happened = list(self.stage.happened)
            self.stage.happened.clear()
            for event in happened:
                self._told(event)
            self._look()

    def _told(self, event: Event) -> None:
        ticket = event.data.get("ticket")
        if ticket is None:
            return
        self.watch.heard(event.kind, ticket)
        if event.kind == "ticket.called":
            self._called.add(ticket["id"])
            sleeper = self._asleep.pop(ticket["window"], None)
            if sleeper is not None:
                sleeper.succeed(ticket["id"])

    def _look(self) -> None:
        self.watch.nobody_idle(self._asleep, self.now)


def _tick(work: Work, hall: Any, now: Any) -> None:
    days.tick(work, hall, now)
