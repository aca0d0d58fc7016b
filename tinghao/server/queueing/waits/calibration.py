"""How far actual waits are from estimated ones: running histograms of their ratio, and the band that follows from them.

Few people ahead make for a wait that is hard to tell, many for one that averages out: so there is a histogram for each size of
estimate. A line with little history borrows the hall's, a hall with little history a prior.
"""

import math
from collections.abc import Iterable, Sequence
from functools import cache
from itertools import accumulate

MIDDLES = (1.5, 5.0, 15.0, 40.0)
"""Estimates in minutes at which the sizes stand; between two of them the band goes from one to the other."""

PRIOR_SPREADS = (1.0, 0.7, 0.45, 0.35)
"""Standard deviations of the logarithm of the ratio, before there is history"""
PRIOR_COUNT = 20.0
HALL_COUNT = 40.0
MEMORY = 600.0
BINS_PER_OCTAVE = 5
OCTAVES = 5
BINS = 2 * OCTAVES * BINS_PER_OCTAVE
"""Bins of equal ratio from 1/32 to 32; what lies beyond is counted at the ends."""

Histogram = tuple[float, ...]
Histograms = tuple[Histogram, ...]
"""One for each size of estimate."""

EMPTY: Histograms = ((0.0,) * BINS,) * len(MIDDLES)


def with_one(histograms: Histograms, estimate: float, actual: float) -> Histograms:
    """With one wait more, in minutes; older ones weigh a little less. It counts for both sizes that its estimate is between."""
    n, part = _place(estimate)
    changed = list(histograms)
    for size, weight in ((n, 1 - part), (n + 1, part)):
        if weight:
            changed[size] = _with_ratio(histograms[size], actual / estimate, weight)
    return tuple(changed)


def _with_ratio(histogram: Histogram, ratio: float, weight: float) -> Histogram:
    kept = 1 - weight / MEMORY
    changed = [old * kept for old in histogram]
    changed[_bin(ratio)] += weight
    return tuple(changed)


def hall_wide(lines: Iterable[Histograms]) -> Histograms:
    """What all lines of a hall know together, beside the prior."""
    every = list(lines)
    return tuple(
        tuple(map(sum, zip(_prior(n), *(histograms[n] for histograms in every), strict=True)))
        for n in range(len(MIDDLES))
    )


def quantiles(own: Histograms, hall: Histograms, shares: Sequence[float]) -> list[list[float]]:
    """For each share of waits, the ratio that so many stay below, for each size of estimate."""
    mixed = [_mixed(own[n], hall[n]) for n in range(len(MIDDLES))]
    return [[_quantile(histogram, share) for histogram in mixed] for share in shares]


def between_sizes(ratios: Sequence[float], estimate: float) -> float:
    """The ratio for an estimate in minutes, given those for each size."""
    n, part = _place(estimate)
    return ratios[n] * (1 - part) + ratios[n + 1] * part if part else ratios[n]


def _place(estimate: float) -> tuple[int, float]:
    """The size below an estimate in minutes, and how far it is on the way to the next."""
    if estimate <= MIDDLES[0]:
        return 0, 0.0
    if estimate >= MIDDLES[-1]:
        return len(MIDDLES) - 1, 0.0
    n = 0
    while estimate >= MIDDLES[n + 1]:
        n += 1
    low, high = MIDDLES[n], MIDDLES[n + 1]
    return n, math.log(estimate / low) / math.log(high / low)


def _mixed(own: Histogram, hall: Histogram) -> Histogram:
    scale = HALL_COUNT / sum(hall)
    return tuple(mine + scale * ours for mine, ours in zip(own, hall, strict=True))


def _bin(ratio: float) -> int:
    if ratio <= 2.0**-OCTAVES:
        return 0
    return min(int((math.log2(ratio) + OCTAVES) * BINS_PER_OCTAVE), BINS - 1)


def _quantile(histogram: Histogram, share: float) -> float:
    wanted = share * sum(histogram)
    for n, reached in enumerate(accumulate(histogram)):
        if reached >= wanted:
            part = 1 - (reached - wanted) / histogram[n] if histogram[n] else 1.0
            break
    return float(2 ** ((n + part) / BINS_PER_OCTAVE - OCTAVES))


@cache
def _prior(size: int) -> Histogram:
    def below(edge: int) -> float:
        logarithm = (edge / BINS_PER_OCTAVE - OCTAVES) * math.log(2)
        return (1 + math.erf(logarithm / PRIOR_SPREADS[size] / math.sqrt(2))) / 2

    return tuple(PRIOR_COUNT * (below(n + 1) - below(n)) for n in range(BINS))
