"""Goes through a log of past tickets as if it happened now, and scores what would have been promised at each issue."""

from collections import defaultdict
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from typing import Literal

from tinghao.server.hall.queue_rules import QueueRules
from tinghao.server.queueing.waits import calibration
from tinghao.server.queueing.waits.calibration import Histograms
from tinghao.server.queueing.waits.estimating import estimate
from tinghao.server.queueing.waits.learning import learn, watch
from tinghao.server.queueing.waits.model import Model
from tinghao.server.queueing.waits.past import SERVED_WITHOUT_TICKET, Past
from tinghao.server.queueing.waits.rivals import Moment, Rival, rivals
from tinghao.server.queueing.waits.scoring import Outcome, Score, score
from tinghao.server.queueing.waits.watching import Watched

OURS = "ours"
PRIOR_MINUTES = 8.0
LEARN_EVERY = timedelta(minutes=5)

SMALLEST = 0.5
"""Minutes; a rival's nothing is taken for so much, that there may be a ratio to it"""

RENEW_AFTER = 20
"""A rival's band is worked out anew after so many waits."""

Kind = Literal["issued", "ended", "called", "left"]


@dataclass(frozen=True)
class Replayed:
    """What a replay found: scores by method and line (`None` for all lines), over the tickets that every method could tell
    something of; `called` is how many were called in all, `told` how many of them we gave an estimate. `log` has the tickets with
    what we told."""

    scores: Mapping[tuple[str, str | None], Score]
    called: int
    told: int
    compared: int
    log: Sequence[Past]


def replay(
    log: Sequence[Past],
    rules: QueueRules | None = None,
    priors: Mapping[str, float] | None = None,
    score_from: date | None = None,
) -> Replayed:
    """Replays the tickets of a log; those issued before `score_from` only teach."""
    run = _Run(list(log), rules or QueueRules(), priors or {})
    run.go()
    return run.result(score_from)


class _Run:
    def __init__(self, log: list[Past], rules: QueueRules, priors: Mapping[str, float]) -> None:
        self._log = log
        self._priors = {past.line: priors.get(past.line, PRIOR_MINUTES) for past in log}
        self._hall = Watched(rules, self._priors)
        self._model = Model()
        self._over: list[Past] = []
        self._rivals = [_Banded(rival) for rival in rivals()]
        self._told: dict[int, dict[str, Outcome]] = {}

    def go(self) -> None:
        day: date | None = None
        learned_at: datetime | None = None
        for at, kind, index in _events(self._log):
            if at.date() != day:
                day = at.date()
                self._hall.begin_day()
            if learned_at is None or at - learned_at >= LEARN_EVERY:
                self._model = learn(self._model, self._over, self._priors)
                self._over = []
                self._model = watch(self._model, self._hall.windows(at), at)
                learned_at = at
            _STEPS[kind](self, index)

    def issued(self, index: int) -> None:
        past = self._log[index]
        if past.number == SERVED_WITHOUT_TICKET:
            return
        moment = Moment(past.line, self._hall.ahead(past), self._hall.busy(past.line))
        facts = self._hall.facts(past.line, past.issued_at)
        ours = estimate(facts, moment.ahead, self._model, past.issued_at)
        if ours is not None:
            past = self._log[index] = replace(past, estimate=ours.mean_minutes, low=ours.low, high=ours.high)
        if past.waited is not None:
            told = self._told[index] = {}
            if ours is not None:
                told[OURS] = Outcome(past.waited, ours.low, ours.low, ours.high)
            for rival in self._rivals:
                if outcome := rival.issued(index, moment, past.waited):
                    told[rival.name] = outcome
        self._hall.issued(index, past)

    def called(self, index: int) -> None:
        past = self._log[index]
        if past.window is None:
            past = self._log[index] = replace(past, window=self._hall.free_name())
        self._hall.called(index, past)
        for rival in self._rivals:
            rival.called(index, past)

    def ended(self, index: int) -> None:
        past = self._log[index]
        self._hall.ended(index, past)
        self._over.append(past)
        for rival in self._rivals:
            rival.ended(past)

    def left(self, index: int) -> None:
        past = self._log[index]
        self._hall.left(index, past)
        self._over.append(past)

    def result(self, score_from: date | None) -> Replayed:
        counted = {
            index: told
            for index, told in self._told.items()
            if score_from is None or self._log[index].issued_at.date() >= score_from
        }
        compared = {index: told for index, told in counted.items() if len(told) == 1 + len(self._rivals)}
        by: dict[tuple[str, str | None], list[Outcome]] = defaultdict(list)
        for index, told in compared.items():
            for method, outcome in told.items():
                by[method, None].append(outcome)
                by[method, self._log[index].line].append(outcome)
        scores = {key: found for key, outcomes in by.items() if (found := score(outcomes))}
        by_us = sum(OURS in told for told in counted.values())
        return Replayed(scores, len(counted), by_us, len(compared), self._log)


_STEPS: Mapping[Kind, Callable[[_Run, int], None]] = {
    "issued": _Run.issued,
    "called": _Run.called,
    "ended": _Run.ended,
    "left": _Run.left,
}


class _Banded:
    """A rival with a band by the same calibration as ours, so that the bands can be compared."""

    def __init__(self, rival: Rival) -> None:
        self._rival = rival
        self._given: dict[int, float] = {}
        self._ratios: dict[str, Histograms] = {}
        self._bands: dict[str, list[list[float]]] = {}
        self._learnt = 0

    @property
    def name(self) -> str:
        return self._rival.name

    def issued(self, index: int, moment: Moment, actual: float) -> Outcome | None:
        point = self._rival.estimate(moment)
        if point is None:
            return None
        given = self._given[index] = max(point, SMALLEST)
        low, high = self._band(moment.line)
        return Outcome(
            actual,
            point,
            given * calibration.between_sizes(low, given),
            given * calibration.between_sizes(high, given),
        )

    def called(self, index: int, past: Past) -> None:
        self._rival.called(past)
        given = self._given.pop(index, None)
        if given is not None and past.waited is not None:
            own = self._ratios.get(past.line, calibration.EMPTY)
            self._ratios[past.line] = calibration.with_one(own, given, past.waited)
            self._learnt += 1
            if self._learnt % RENEW_AFTER == 0:
                self._bands.clear()

    def _band(self, line: str) -> list[list[float]]:
        found = self._bands.get(line)
        if found is None:
            own = self._ratios.get(line, calibration.EMPTY)
            hall = calibration.hall_wide(self._ratios.values())
            found = self._bands[line] = calibration.quantiles(own, hall, (0.5, 0.9))
        return found

    def ended(self, past: Past) -> None:
        self._rival.ended(past)


def _events(log: Sequence[Past]) -> list[tuple[datetime, Kind, int]]:
    """What happened, in order. At one instant who comes is counted first, and a window is free before it calls the next."""
    events: list[tuple[datetime, int, int, Kind]] = []
    for index, past in enumerate(log):
        events.append((past.issued_at, 0, index, "issued"))
        if past.called_at is None:
            if past.ended_at is not None:
                events.append((past.ended_at, 4, index, "left"))
            continue
        events.append((past.called_at, 2, index, "called"))
        if past.ended_at is not None:
            events.append((past.ended_at, 1 if past.ended_at > past.called_at else 3, index, "ended"))
    return [(at, kind, index) for at, _, index, kind in sorted(events)]
