"""How good estimates were: errors in minutes, and how many waits stayed within what was promised."""

import math
from collections.abc import Iterable
from dataclasses import dataclass
from typing import NamedTuple


class Outcome(NamedTuple):
    """A wait as promised and as it turned out, in minutes: half of all should be less than `low`, nine of ten less than `high`.

    `point` is the estimate as one number.
    """

    actual: float
    point: float
    low: float
    high: float


@dataclass(frozen=True)
class Score:
    """`bias` is positive when people waited less than they were told. `below_low` should be 0.5, `coverage` (not longer than
    `high`) 0.9; `mean_high` tells at what price: the same coverage by a lower one is better."""

    tickets: int
    mean_absolute_error: float
    root_mean_square_error: float
    bias: float
    below_low: float
    coverage: float
    mean_high: float


def score(outcomes: Iterable[Outcome]) -> Score | None:
    """The score of some tickets, of one line and day or of many; nothing of none."""
    seen = list(outcomes)
    count = len(seen)
    if not count:
        return None
    errors = [each.point - each.actual for each in seen]
    return Score(
        tickets=count,
        mean_absolute_error=sum(map(abs, errors)) / count,
        root_mean_square_error=math.sqrt(sum(error * error for error in errors) / count),
        bias=sum(errors) / count,
        below_low=sum(each.actual <= each.low for each in seen) / count,
        coverage=sum(each.actual <= each.high for each in seen) / count,
        mean_high=sum(each.high for each in seen) / count,
    )
