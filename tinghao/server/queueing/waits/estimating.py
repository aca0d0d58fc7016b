"""The estimate of a wait: people really ahead × minutes each takes ÷ windows active, and the band around it."""

import math
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Literal

from tinghao.server.queueing.waits import calibration
from tinghao.server.queueing.waits.model import Model

STEP = 5
LONG_STEP = 30
LONGEST_LOW, LONGEST_HIGH = 120, 240
"""Minutes; beyond them people are told no more than "more than"."""


@dataclass(frozen=True)
class LineFacts:
    """How a line stands now.

    `windows` counts the active windows that serve it, one that serves other lines too by the part of its work that this line
    gets; `free` those of them that nobody is at; `prior_minutes` is what its definition says a visitor takes; `matters` counts
    those who wait by what they came for.
    """

    line: str
    prior_minutes: float
    windows: float
    free: float
    matters: Mapping[str, int] = field(default_factory=dict)


@dataclass(frozen=True)
class Estimate:
    """A wait in minutes, from taking the number to the call: half of all visitors wait less than `low`, nine of ten less than
    `high`. `based_on` tells whether this line's own past speaks, or only its definition."""

    mean_minutes: float
    low: float
    high: float
    based_on: Literal["history", "prior"]


def estimate(facts: LineFacts, ahead: int, model: Model, at: datetime) -> Estimate | None:
    """The wait of somebody with so many before him in calling order; `at` is now, in hall time.

    Nothing when no window serves the line: then nobody can tell.
    """
    if facts.windows <= 0:
        return None
    line = model.line(facts.line, facts.prior_minutes)
    # Whoever comes to a free window need not wait for one; otherwise one more must become free than there are people ahead.
    waiting = ahead * line.staying * line.minutes_of(facts.matters)
    work = max(waiting + (1 - facts.free) * line.minutes, 0.0)
    plain = max(line.minutes_until_done(work, facts.windows, at), line.gap)
    mean = plain * line.factor(at)
    low = mean * calibration.between_sizes(line.half, mean)
    high = mean * calibration.between_sizes(line.nine_tenths, mean)
    return Estimate(mean, low, max(high, low), "history" if line.known else "prior")


def rounded(low: float, high: float) -> dict[str, int]:
    """The band for people, in whole steps of five minutes, of thirty beyond two hours; `low` is always below `high`.

    From 120 as `low` on, and with 240 as `high`, the truth may be longer: see `words`.
    """
    rough_low = min(math.floor(low / STEP + 0.5) * STEP, LONGEST_LOW)
    rough_high = max(math.ceil(high / STEP) * STEP, rough_low + STEP)
    if rough_high > LONGEST_LOW:
        rough_high = min(math.ceil(high / LONG_STEP) * LONG_STEP, LONGEST_HIGH)
        rough_high = max(rough_high, LONGEST_LOW + LONG_STEP)
    return {"low": rough_low, "high": rough_high}


def words(wait: Mapping[str, int]) -> tuple[str, str]:
    """How a rounded band is said, in Chinese and in English: `约 15–25 分钟`."""
    low, high = wait["low"], wait["high"]
    if low >= LONGEST_LOW:
        return "2 小时以上", "over 2 hours"
    if high >= LONGEST_HIGH:
        return f"{low} 分钟以上", f"over {low} min"
    if low == 0:
        return f"{high} 分钟内", f"within {high} min"
    return f"约 {low}–{high} 分钟", f"{low}–{high} min"
