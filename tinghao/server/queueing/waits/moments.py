"""Running means that forget slowly, and means of small groups drawn towards what is known of all."""

from collections.abc import Collection
from typing import NamedTuple

FEWEST, MOST = 2.0, 100.0
"""What is known of all counts at least and at most as so many observations."""


class Moments(NamedTuple):
    """How many observations (old ones count less and less), their sum and the sum of their squares."""

    weight: float = 0.0
    total: float = 0.0
    squares: float = 0.0

    def with_one(self, value: float, memory: float) -> "Moments":
        """With one observation more, remembering about the last `memory` of them."""
        kept = 1 - 1 / memory
        return Moments(self.weight * kept + 1, self.total * kept + value, self.squares * kept + value * value)

    @property
    def mean(self) -> float:
        """The plain mean; there must be an observation."""
        return self.total / self.weight

    def drawn_to(self, value: float, strength: float) -> float:
        """The mean, as if `value` had been observed `strength` times beside it."""
        return (self.total + strength * value) / (self.weight + strength)


def strength(groups: Collection[Moments], usual: float = 10.0) -> float:
    """How many observations what is known of all is worth beside a group's own: empirical Bayes by moments.

    Groups that hardly differ, for the scatter within them, are drawn strongly towards what they have in common. `usual` is
    said while there are too few groups to tell.
    """
    seen = [group for group in groups if group.weight > 1]
    count = sum(group.weight for group in seen)
    if len(seen) < 2 or count <= len(seen) + 1:
        return usual
    mean = sum(group.total for group in seen) / count
    scatter = sum(group.squares - group.total * group.mean for group in seen) / (count - len(seen))
    apart = sum(group.weight * (group.mean - mean) ** 2 for group in seen) - (len(seen) - 1) * scatter
    between = apart / (count - sum(group.weight**2 for group in seen) / count)
    if between * MOST <= scatter:
        return MOST
    return max(scatter / between, FEWEST)
