"""Counts what was pressed since the last reading: nothing lost, nothing twice."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

COUNTER_SIZE = 0x10000
PLAUSIBLE = 100


@dataclass
class Presses:
    """One counter of one pad.

    What was pressed while the pad couldn't be heard for longer than `stale_after` is not told: the clerk has
    long pressed again.  A counter that went back or leapt is a late answer and forgotten, unless it says so
    twice: then it counts from there.
    """

    stale_after: float
    _power_ons: int | None = None
    _count: int = 0
    _read_at: float = 0.0
    _odd: int | None = None

    def has_news(self, power_ons: int, count: int) -> bool:
        return (power_ons, count) != (self._power_ons, self._count)

    def was_off(self, power_ons: int) -> bool:
        return power_ons != self._power_ons

    def take(self, power_ons: int, count: int, newest_first: Sequence[int], now: float) -> list[int]:
        """The new codes, oldest first; of more than are kept, the newest."""
        is_same = power_ons == self._power_ons and now - self._read_at <= self.stale_after
        fresh = (count - self._count) % COUNTER_SIZE if is_same else 0
        self._read_at = now
        if fresh > PLAUSIBLE and count != self._odd:
            self._odd = count
            return []
        self._power_ons, self._count, self._odd = power_ons, count, None
        return [] if fresh > PLAUSIBLE else list(reversed(newest_first[:fresh]))

    def read(self, now: float) -> None:
        """Nothing new."""
        self._read_at, self._odd = now, None
