"""The usual simple estimates, to be compared with ours. Each knows at a moment only what was known then."""

from collections import deque
from dataclasses import dataclass
from typing import Protocol

from tinghao.server.queueing.waits.past import Past

LAST = 10


@dataclass(frozen=True)
class Moment:
    """What an estimate may be made from: the ticket's line, how many wait before it, how many windows are busy with the line."""

    line: str
    ahead: int
    busy: int


class Rival(Protocol):
    """An estimate that learns from each ticket when it is called and when it is over."""

    name: str

    def estimate(self, moment: Moment) -> float | None:
        """Minutes; nothing while there is nothing to go by."""

    def called(self, past: Past) -> None:
        """Somebody's wait is over."""

    def ended(self, past: Past) -> None:
        """Somebody's service is over."""


class _Mean:
    def __init__(self) -> None:
        self._total, self._count = 0.0, 0

    def add(self, value: float) -> None:
        self._total, self._count = self._total + value, self._count + 1

    def __call__(self) -> float | None:
        return self._total / self._count if self._count else None


class Constant:
    """The mean of all the line's waits so far."""

    name = "constant"

    def __init__(self) -> None:
        self._means: dict[str, _Mean] = {}

    def estimate(self, moment: Moment) -> float | None:
        return self._means[moment.line]() if moment.line in self._means else None

    def called(self, past: Past) -> None:
        if past.waited is not None:
            self._means.setdefault(past.line, _Mean()).add(past.waited)

    def ended(self, past: Past) -> None:
        """Services tell it nothing."""


class LastWaits:
    """The mean of the line's last waits: ten of them, or one, which is LES (the last to enter service)."""

    def __init__(self, name: str, count: int) -> None:
        self.name = name
        self._count = count
        self._waits: dict[str, deque[float]] = {}

    def estimate(self, moment: Moment) -> float | None:
        waits = self._waits.get(moment.line)
        return sum(waits) / len(waits) if waits else None

    def called(self, past: Past) -> None:
        if past.waited is not None:
            self._waits.setdefault(past.line, deque(maxlen=self._count)).append(past.waited)

    def ended(self, past: Past) -> None:
        """Services tell it nothing."""


class Position:
    """People before him × mean service of the line so far ÷ windows busy with it, or one."""

    name = "position"

    def __init__(self) -> None:
        self._services: dict[str, _Mean] = {}

    def estimate(self, moment: Moment) -> float | None:
        service = self._services[moment.line]() if moment.line in self._services else None
        return None if service is None else moment.ahead * service / max(moment.busy, 1)

    def called(self, past: Past) -> None:
        """Waits tell it nothing."""

    def ended(self, past: Past) -> None:
        if past.occupied is not None:
            self._services.setdefault(past.line, _Mean()).add(past.occupied)


def rivals() -> list[Rival]:
    """All of them, new."""
    return [Constant(), LastWaits(f"last {LAST}", LAST), LastWaits("LES", 1), Position()]
