"""How a model of a hall's past grows by what happens, and forgets slowly."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from tinghao.server.queueing.waits import calibration
from tinghao.server.queueing.waits.model import NOTHING, LineModel, Model, Waits, slot_of
from tinghao.server.queueing.waits.moments import Moments
from tinghao.server.queueing.waits.past import Past

SERVICE_MEMORY = 1000.0
LEFT_MEMORY = 500.0
SLOT_MEMORY = 300.0
WINDOWS_MEMORY = 60.0
"""How many of the last visitors, or looks, are remembered."""

LONGEST_GAP = 5.0
"""Minutes; a longer gap between two visitors of a window is a break."""

LONGEST_TIMES = 6.0
SURELY_POSSIBLE = 30.0
"""A visit that took longer than so many times the mean, and than so many minutes, was forgotten by its clerk."""


def learn(model: Model, ended: Sequence[Past], priors: Mapping[str, float]) -> Model:
    """The model with what these tickets teach, in the order in which they ended; `priors` are the definition's mean minutes of
    each of their lines."""
    if not ended:
        return model
    changed = _Learning(model, priors)
    for past in ended:
        changed.take(past)
    return changed.result()


def watch(model: Model, windows: Mapping[str, float], at: datetime) -> Model:
    """The model with how many windows work for each line at a moment of hall time."""
    slot, lines = slot_of(at), dict(model.lines)
    for prefix, count in windows.items():
        line = lines.get(prefix, LineModel())
        seen = line.windows.get(slot, Moments()).with_one(count, WINDOWS_MEMORY)
        lines[prefix] = line.model_copy(update={"windows": {**line.windows, slot: seen}})
    return Model(pace=model.pace, gap=model.gap, freed=model.freed, lines=lines)


class _Learning:
    """A model that is being changed."""

    def __init__(self, model: Model, priors: Mapping[str, float]) -> None:
        self._before = model
        self._priors = priors
        self._pace, self._gap, self._freed = model.pace, model.gap, dict(model.freed)
        self._lines = dict(model.lines)

    def result(self) -> Model:
        return Model(pace=self._pace, gap=self._gap, freed=self._freed, lines=self._lines)

    def take(self, past: Past) -> None:
        line = self._lines.get(past.line, LineModel())
        changed = {**self._left(line, past), **self._service(line, past), **self._wait(line, past)}
        self._lines[past.line] = line.model_copy(update=changed)
        self._between(past)

    def _left(self, line: LineModel, past: Past) -> dict[str, Any]:
        """Whether he stayed until he was called."""
        if past.walked_away is None:
            return {}
        return {"left": line.left.with_one(float(past.walked_away), LEFT_MEMORY)}

    def _service(self, line: LineModel, past: Past) -> dict[str, Any]:
        """How long he took a window; far too long counts as just too long."""
        if past.occupied is None:
            return {}
        prior = self._priors[past.line]
        mean = self._before.line(past.line, prior).of_matter(past.matter)
        minutes = min(past.occupied, max(LONGEST_TIMES * mean, SURELY_POSSIBLE))
        seen = line.matters.get(past.matter, Moments()).with_one(minutes, SERVICE_MEMORY)
        self._pace = self._pace.with_one(minutes / prior, SERVICE_MEMORY)
        return {
            "service": line.service.with_one(minutes, SERVICE_MEMORY),
            "matters": {**line.matters, past.matter: seen},
        }

    def _wait(self, line: LineModel, past: Past) -> dict[str, Any]:
        """How far the estimate was off, and off what it would have been without regard to the time of day."""
        if past.waited is None or past.estimate is None:
            return {}
        slot = slot_of(past.issued_at)
        factor = self._before.line(past.line, self._priors[past.line]).factor(past.issued_at)
        seen = _with_one(line.slots.get(slot, NOTHING), (past.waited, past.estimate / factor))
        return {
            "slots": {**line.slots, slot: seen},
            "ratios": calibration.with_one(line.ratios, past.estimate, past.waited),
        }

    def _between(self, past: Past) -> None:
        """How long a window stood free while he already waited for it."""
        if past.window is None or past.called_at is None or past.ended_at is None:
            return
        freed = self._freed.get(past.window)
        if freed is not None and past.issued_at <= freed <= past.called_at:
            gap = (past.called_at - freed).total_seconds() / 60
            if gap <= LONGEST_GAP:
                self._gap = self._gap.with_one(gap, SERVICE_MEMORY)
        self._freed[past.window] = past.ended_at


def _with_one(waits: Waits, more: Waits) -> Waits:
    kept = 1 - 1 / SLOT_MEMORY
    return waits[0] * kept + more[0], waits[1] * kept + more[1]
