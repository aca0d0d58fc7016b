"""What a clerk does: opens his window, calls as soon as he is free, serves, pauses, closes."""

from collections.abc import Generator
from dataclasses import dataclass
from typing import cast

import simpy

from tinghao.rehearsal.day import MINUTE, SECOND, Break, Clerk, Moment, moment
from tinghao.rehearsal.floor import Floor, Steps, Visit
from tinghao.rehearsal.visiting import comes_back, has_the_papers
from tinghao.rehearsal.visitors import BEFORE_HELD
from tinghao.server.access import Caller
from tinghao.server.queueing import problems
from tinghao.server.queueing.service import calling, moving, serving, windows

PAPERS = "补充材料"
ELSEWHERE = "转其他窗口"

Called = Generator[simpy.Event, object, int | None]
"""Steps that end with the ticket that was called meanwhile, if any."""


def works(floor: Floor, who: Clerk) -> Steps:
    """Works through his shifts of the day."""
    caller = floor.stage.clerk(who)
    window_id = floor.stage.hall.windows_by_number[who.window].id
    breaks = sorted(who.breaks, key=lambda each: moment(each.begins))
    for begins, ends in who.shifts:
        yield floor.until(moment(begins))
        floor.do(windows.open_window, caller, window_id)
        mine = [each for each in breaks if moment(begins) <= moment(each.begins) < moment(ends)]
        yield from _Desk(floor, caller, window_id, mine, moment(ends)).shift()
        floor.do(windows.close_window, caller, window_id)


@dataclass
class _Desk:
    """A clerk at his open window, with the breaks that are still to come in this shift."""

    floor: Floor
    caller: Caller
    window_id: int
    breaks: list[Break]
    ends: Moment

    def shift(self) -> Steps:
        """Calls and serves; pauses when it is time and he is free; ends when it is over and nobody waits."""
        ticket_id = self._calls_next()
        while True:
            if ticket_id is not None:
                ticket_id = yield from self._serves(ticket_id, self.floor.visit(ticket_id))
            elif self._is_due():
                yield from self._pauses(self.breaks.pop(0))
                ticket_id = self._calls_next()
            elif self.floor.clock.now >= self.ends:
                return
            else:
                ticket_id = yield from self._waits()

    def _is_due(self) -> bool:
        return bool(self.breaks) and self.floor.clock.now >= moment(self.breaks[0].begins)

    def _goes_on(self) -> bool:
        """Whether he calls another one now."""
        return not self._is_due() and (self.floor.day.stays or self.floor.clock.now < self.ends)

    def _pauses(self, pause: Break) -> Steps:
        self.floor.do(windows.pause, self.caller, self.window_id, pause.reason)
        yield self.floor.clock.timeout(pause.minutes * MINUTE)
        self.floor.do(windows.unpause, self.caller, self.window_id)

    def _calls_next(self) -> int | None:
        if not self._goes_on():
            return None
        try:
            return int(self.floor.do(calling.call_next, self.caller, self.window_id)["id"])
        except problems.NobodyWaiting:
            return None

    def _waits(self) -> Called:
        """Asks for whoever comes next; nothing if a break or the end comes before him."""
        self.floor.do(calling.store_next, self.caller, self.window_id)
        called = self.floor.sleep(self.window_id)
        until = min([self.ends, *(moment(each.begins) for each in self.breaks)])
        yield called | self.floor.until(until)
        if called.triggered:
            return cast("int", called.value)
        self.floor.wake(self.window_id)
        self.floor.do(calling.drop_store_next, self.caller, self.window_id)
        return None

    def _serves(self, ticket_id: int, visit: Visit) -> Called:
        """Serves one visitor as far as he can be served now, and calls the next."""
        if visit.gone or (visit.visitor.misses and not visit.back):
            yield from self._misses(ticket_id, visit)
            return self._calls_next()
        yield self.floor.clock.timeout(visit.visitor.walk)
        self.floor.do(serving.start, self.caller, ticket_id)
        if visit.visitor.is_interrupted and not visit.sent_away:
            visit.sent_away = True
            done = round(visit.parts[0] * BEFORE_HELD)
            visit.parts[0] -= done
            yield self.floor.clock.timeout(done)
            self._sends_away(ticket_id, visit)
            return self._calls_next()
        yield self.floor.clock.timeout(visit.parts.pop(0))
        told = self.floor.do(serving.finish, self.caller, ticket_id, call_next=self._goes_on())
        following = told.get("next")
        return following and int(following["id"])

    def _misses(self, ticket_id: int, visit: Visit) -> Steps:
        """Calls once more, then marks him as missed."""
        half = self.floor.day.absent_seconds * SECOND // 2
        yield self.floor.clock.timeout(half)
        self.floor.do(calling.recall, self.caller, ticket_id)
        yield self.floor.clock.timeout(half)
        self.floor.do(serving.no_show, self.caller, ticket_id)
        if not visit.gone and visit.visitor.returns_after is not None:
            self._later(comes_back(self.floor, visit, ticket_id, visit.visitor.returns_after))

    def _sends_away(self, ticket_id: int, visit: Visit) -> None:
        who = visit.visitor
        if who.held_for is not None:
            self.floor.do(serving.hold, self.caller, ticket_id, PAPERS)
            self._later(has_the_papers(self.floor, ticket_id, who.held_for))
        elif who.moves_to is not None:
            target = moving.Target(line=self.floor.stage.hall.lines_by_prefix[who.moves_to].id)
            self.floor.do(moving.transfer, self.caller, ticket_id, target, ELSEWHERE)

    def _later(self, steps: Steps) -> None:
        self.floor.clock.process(steps)
