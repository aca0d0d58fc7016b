"""Lines in turn by weights, as even as can be (earliest deadline first among the eligible, as in fair scheduling).

Each line has a credit: at every call each line that has somebody gains its weight, and the line that is called pays what all
of them gained. So the credits add up to nothing, and a line's credit divided by the sum of weights is the number of calls it
is behind (or, below zero, ahead of) its share.

What holds: from an even start, as long as the same lines have somebody, no line is ever a whole call off its share; between any
two calls of such a stretch hence less than two. A line that has nobody loses its credit or debt to the others, in
proportion to their weights, and comes back with none.
"""

from collections.abc import Mapping

Turns = Mapping[str, float]
"""Credits by line prefix; a line that is missing has none."""

_DIGITS = 6
"""Credits are kept rounded; whole weights stay whole."""


def next_line(turns: Turns, weights: Mapping[str, int]) -> str:
    """The line whose turn it is, of those in `weights`: those that have somebody, in the order that settles draws."""
    credits = _evened(turns, weights)
    due = sum(weights.values())
    eligible = [line for line, weight in weights.items() if credits[line] + weight > 0]
    return min(eligible, key=lambda line: ((due - credits[line]) / weights[line], -credits[line]))


def after_turn(turns: Turns, weights: Mapping[str, int], line: str) -> dict[str, float]:
    """The credits after a call from `line`, whether it was its turn or not; nobody owes or is owed more than one call."""
    credits = _evened(turns, weights)
    paid = sum(weights.values())
    gained = {each: credits[each] + weight for each, weight in weights.items()}
    gained[line] -= paid
    return {each: round(min(max(credit, -paid), paid), _DIGITS) for each, credit in gained.items()}


def _evened(turns: Turns, weights: Mapping[str, int]) -> dict[str, float]:
    own = {line: turns.get(line, 0) for line in weights}
    surplus = sum(own.values()) / sum(weights.values())
    return {line: own[line] - surplus * weight for line, weight in weights.items()}
