"""What is known of a hall's past, and what follows from it for each line."""

from collections.abc import Iterable, Mapping
from datetime import datetime
from functools import cached_property
from typing import Any

from pydantic import BaseModel, ConfigDict, ValidationError

from tinghao.server.queueing.waits import calibration
from tinghao.server.queueing.waits.calibration import EMPTY, Histograms
from tinghao.server.queueing.waits.moments import Moments, strength

SLOT_MINUTES = 15
SLOTS = 24 * 60 // SLOT_MINUTES
"""Parts of a day, by hall time"""

PRIOR_GAP = 0.5
"""Minutes between two visitors of a window while others wait"""

FEW = 10.0
"""What is supposed before there is history is worth so many visitors"""

SLOT_STRENGTH = 2000.0
"""Minutes of waiting that "as at other times of the day" is worth"""

WINDOWS_STRENGTH = 3.0
"""Looks that "as many windows as now" is worth"""

LEAST_PART = 0.15
"""Of the windows there are now never fewer are expected later"""

LASTING = 0.5
"""Twice (or half) as many windows as usual now: how much of that, by logarithm, is expected to last"""

LONGEST = 480.0
"""Minutes that are looked ahead"""

KNOWN = 20.0
"""From so many served visitors on a line has a history."""

Waits = tuple[float, float]
"""Minutes waited, and minutes estimated."""

NOTHING: Waits = (0.0, 0.0)


class Kept(BaseModel):
    """A part of what is remembered."""

    model_config = ConfigDict(frozen=True)


class LineModel(Kept):
    """What one line's past teaches: minutes of service of all and by matter, the part that left, by part of the day how waits
    compare with estimates and how many windows worked, and the ratios of waits to estimates."""

    service: Moments = Moments()
    matters: Mapping[str, Moments] = {}
    left: Moments = Moments()
    slots: Mapping[int, Waits] = {}
    windows: Mapping[int, Moments] = {}
    ratios: Histograms = EMPTY


class Model(Kept):
    """What a hall's past teaches. `pace` is what visits took for what the definition says they take, `gap` the minutes between
    two visitors of a window, `freed` when each window was free the last time."""

    pace: Moments = Moments()
    gap: Moments = Moments()
    freed: Mapping[str, datetime] = {}
    lines: Mapping[str, LineModel] = {}

    def as_json(self) -> dict[str, Any]:
        """For `WaitModel.data`."""
        return self.model_dump(mode="json")

    @classmethod
    def from_json(cls, data: Mapping[str, Any]) -> "Model":
        """Back from `WaitModel.data`; what an older version kept in another form is forgotten."""
        try:
            return cls.model_validate(data)
        except ValidationError:
            return cls()

    def line(self, prefix: str, prior_minutes: float) -> "LineTables":
        """What the model says of a line, worked out once."""
        key = prefix, prior_minutes
        found = self._tables.get(key)
        if found is None:
            found = self._tables[key] = LineTables(self, prefix, prior_minutes)
        return found

    @cached_property
    def _tables(self) -> dict[tuple[str, float], "LineTables"]:
        return {}

    @cached_property
    def hall_ratios(self) -> Histograms:
        """Ratios of all lines together."""
        return calibration.hall_wide(line.ratios for line in self.lines.values())

    @cached_property
    def line_strength(self) -> float:
        """What the hall's pace is worth beside a line's own visits."""
        return strength([line.service for line in self.lines.values()])

    def slot(self, slot: int) -> Waits:
        """Waits of all lines whose numbers were given in this part of the day."""
        return _together(line.slots.get(slot, NOTHING) for line in self.lines.values())


class LineTables:
    """What follows from a model for one line. Minutes of service include the gap to the next visitor.

    `staying` is the part of those who wait that will be there when called, `half` and `nine_tenths` are the ratios of wait to
    estimate that so many stay below, by size of estimate; `known` tells whether the line has a history of its own.
    """

    def __init__(self, model: Model, prefix: str, prior_minutes: float) -> None:
        self._model = model
        self._line = line = model.lines.get(prefix, LineModel())
        usual = prior_minutes * model.pace.drawn_to(1.0, FEW)
        service = line.service.drawn_to(usual, model.line_strength)
        apart = strength(line.matters.values())
        self.gap = model.gap.drawn_to(PRIOR_GAP, FEW)
        self.minutes = service + self.gap
        self._matters = {
            matter: seen.drawn_to(service, apart) + self.gap for matter, seen in line.matters.items()
        }
        self.staying = 1 - line.left.drawn_to(0.0, FEW)
        self.known = line.service.weight >= KNOWN
        self._factors: dict[int, float] = {}

    @cached_property
    def half(self) -> list[float]:
        return self._quantiles[0]

    @cached_property
    def nine_tenths(self) -> list[float]:
        return self._quantiles[1]

    def minutes_of(self, matters: Mapping[str, int]) -> float:
        """Minutes that one of these visitors takes a window on the average."""
        people = sum(matters.values())
        if not people:
            return self.minutes
        return sum(count * self.of_matter(matter) for matter, count in matters.items()) / people

    def of_matter(self, matter: str) -> float:
        """Minutes that a visitor with this matter takes a window."""
        return self._matters.get(matter, self.minutes)

    def factor(self, at: datetime) -> float:
        """How much longer waits are that begin at this time of day than they would be by people and windows alone."""
        slot = slot_of(at)
        found = self._factors.get(slot)
        if found is None:
            usual = _ratio(self._model.slot(slot), 1.0)
            found = self._factors[slot] = _ratio(self._line.slots.get(slot, NOTHING), usual)
        return found

    def minutes_until_done(self, work: float, windows: float, at: datetime) -> float:
        """Minutes that so many window-minutes of work take, by the windows there are at `at` and, as a rule, later on.

        So a wait that will last into the lunch break is told with fewer windows.
        """
        slot = slot_of(at)
        part = (windows / self._usual_windows(slot, windows)) ** LASTING
        here, passed = windows, 0.0
        left = SLOT_MINUTES - at.minute % SLOT_MINUTES - at.second / 60
        while work > here * left and passed < LONGEST:
            work -= here * left
            passed += left
            slot, left = (slot + 1) % SLOTS, SLOT_MINUTES
            here = max(self._usual_windows(slot, windows) * part, windows * LEAST_PART)
        return passed + work / here

    def _usual_windows(self, slot: int, now: float) -> float:
        seen = self._line.windows.get(slot)
        return seen.drawn_to(now, WINDOWS_STRENGTH) if seen else now

    @cached_property
    def _quantiles(self) -> list[list[float]]:
        return calibration.quantiles(self._line.ratios, self._model.hall_ratios, (0.5, 0.9))


def slot_of(at: datetime) -> int:
    """The part of the day."""
    return (at.hour * 60 + at.minute) // SLOT_MINUTES


def _together(waits: Iterable[Waits]) -> Waits:
    seen = list(waits)
    return sum(actual for actual, _ in seen), sum(estimated for _, estimated in seen)


def _ratio(waits: Waits, usual: float) -> float:
    actual, estimated = waits
    return (actual + SLOT_STRENGTH * usual) / (estimated + SLOT_STRENGTH)
