"""A hall that is simulated: two lines with windows of their own and common ones, a morning rush, lunch, good days and bad."""

import heapq
import random
from dataclasses import dataclass, field
from datetime import datetime, timedelta, timezone

from tinghao.server.queueing.waits.past import Past

HALL_TIME = timezone(timedelta(hours=8))
MATTERS = {
    "A": (("a1", 0.6, 5.0), ("a2", 0.3, 9.0), ("a3", 0.1, 18.0)),
    "B": (("b1", 0.7, 8.0), ("b2", 0.3, 16.0)),
}
"""By line: code, share, mean minutes"""
WINDOWS = {"1": "A", "2": "A", "3": "A", "4": "AB", "5": "B", "6": "B"}
AT_LUNCH = ("2", "4")
OPENS, LUNCH, AFTER_LUNCH, CLOSES = 0, 180, 270, 480
"""Minutes after half past eight"""
WEIGHTS = {"ordinary": (1.0, 0.0), "priority": (2.0, 15.0)}


@dataclass
class _Visitor:
    line: str
    matter: str
    priority: str
    issued: float
    service: float
    patience: float
    comes: bool
    number: str
    called: float | None = None
    started: float | None = None
    ended: float | None = None
    state: str = "expired"
    window: str | None = None


@dataclass
class _Day:
    dice: random.Random
    load: float
    visitors: list[_Visitor] = field(default_factory=list)

    def run(self) -> None:
        pace = self.dice.lognormvariate(0, 0.12)
        absent = self.dice.choice((*WINDOWS, None, None, None))
        events: list[tuple[float, int, str, object]] = []
        turn = iter(range(10**9))

        def at(minute: float, kind: str, what: object) -> None:
            heapq.heappush(events, (minute, next(turn), kind, what))

        for line in MATTERS:
            for visitor in self._arrivals(line, pace):
                at(visitor.issued, "issued", visitor)
        late = {name: self.dice.uniform(0, 6) for name in WINDOWS}
        for name in WINDOWS:
            if name != absent:
                at(OPENS + late[name], "free", name)
        waiting: list[_Visitor] = []
        idle: set[str] = set()

        def call(name: str, now: float) -> bool:
            mine = [each for each in waiting if each.line in WINDOWS[name]]
            if not mine:
                return False
            visitor = max(mine, key=lambda each: self._score(each, now))
            waiting.remove(visitor)
            visitor.called, visitor.window = now, name
            if visitor.comes:
                visitor.started = now + self.dice.uniform(0.3, 1.2)
                visitor.ended, visitor.state = visitor.started + visitor.service, "finished"
            else:
                visitor.ended, visitor.state = now + 2, "no_show"
            at(visitor.ended + self.dice.expovariate(2.5), "free", name)
            return True

        while events:
            now, _, kind, what = heapq.heappop(events)
            if kind == "issued":
                assert isinstance(what, _Visitor)
                waiting.append(what)
                self.visitors.append(what)
                at(now + what.patience, "left", what)
                for name in sorted(idle):
                    if what.line in WINDOWS[name] and self._open(name, now):
                        idle.remove(name)
                        call(name, now)
                        break
            elif kind == "left" and what in waiting:
                assert isinstance(what, _Visitor)
                waiting.remove(what)
                what.ended, what.state = now, "cancelled"
            elif kind == "free":
                assert isinstance(what, str)
                if now > CLOSES + 60:
                    continue
                if not self._open(what, now):
                    at(AFTER_LUNCH + self.dice.uniform(0, 6), "free", what)
                elif not call(what, now):
                    idle.add(what)
        for visitor in waiting:
            visitor.ended = CLOSES + 60.0

    def _open(self, name: str, now: float) -> bool:
        return name in AT_LUNCH or not LUNCH <= now < AFTER_LUNCH

    def _score(self, visitor: _Visitor, now: float) -> float:
        weight, head_start = WEIGHTS[visitor.priority]
        return weight * (now - visitor.issued) + head_start

    def _arrivals(self, line: str, pace: float) -> list[_Visitor]:
        found: list[_Visitor] = []
        minute = -10.0
        while True:
            minute += self.dice.expovariate(self._rate(line, minute))
            if minute > CLOSES:
                return found
            matter, _, mean = self.dice.choices(MATTERS[line], [share for _, share, _ in MATTERS[line]])[0]
            service = mean * pace * self.dice.lognormvariate(-0.18, 0.6)
            found.append(
                _Visitor(
                    line,
                    matter,
                    "priority" if self.dice.random() < 0.1 else "ordinary",
                    minute,
                    service + (60 if self.dice.random() < 0.002 else 0),
                    self.dice.expovariate(1 / 150),
                    self.dice.random() > 0.05,
                    f"{line}{len(found) + 1:03d}",
                )
            )

    def _rate(self, line: str, minute: float) -> float:
        """Visitors a minute."""
        usual = 0.38 if line == "A" else 0.22
        busy = (
            1.35
            if 15 <= minute < 110
            else 1.15
            if 285 <= minute < 380
            else 0.45
            if LUNCH <= minute < AFTER_LUNCH
            else 0.8
        )
        return usual * busy * self.load


def simulated(days: int, seed: int) -> list[Past]:
    """The log of so many days."""
    dice = random.Random(seed)
    log: list[Past] = []
    for n in range(days):
        day = _Day(dice, load=dice.uniform(0.8, 1.15))
        day.run()
        opens = datetime(2026, 11, 2, 8, 30, tzinfo=HALL_TIME) + timedelta(days=n)

        def instant(minute: float | None, opens: datetime = opens) -> datetime | None:
            return None if minute is None else opens + timedelta(seconds=round(minute * 60))

        for each in day.visitors:
            issued = instant(each.issued)
            assert issued is not None
            log.append(
                Past(
                    each.number,
                    each.line,
                    each.matter,
                    each.priority,
                    issued,
                    instant(each.called),
                    instant(each.started),
                    instant(each.ended),
                    each.state,
                    each.window,
                )
            )
    return sorted(log, key=lambda past: past.issued_at)
