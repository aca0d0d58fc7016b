"""What waits to be said: in order, the same call once, never more than a few, nothing stale."""

from __future__ import annotations

import threading
from collections import deque
from collections.abc import Hashable
from dataclasses import dataclass, field

from tinghao.drivers.voice.clips import Part


@dataclass(frozen=True)
class Utterance:
    """`parts` are empty for free text.  Its `repr` doesn't tell the text: it may be about somebody."""

    key: Hashable
    text: str = field(repr=False)
    asked_at: float
    parts: tuple[Part, ...] = field(default=(), repr=False)
    tries: int = 0


class Waiting:
    """The clock is the caller's."""

    def __init__(self, limit: int, keep_for: float) -> None:
        self._limit = limit
        self._keep_for = keep_for
        self._lock = threading.Lock()
        self._queue: deque[Utterance] = deque()

    def __len__(self) -> int:
        return len(self._queue)

    def put(self, utterance: Utterance) -> tuple[bool, list[Utterance]]:
        """Whether it will be said, and what won't any more; the same one still waiting is said once."""
        with self._lock:
            if any(one.key == utterance.key for one in self._queue):
                return False, []
            self._queue.append(utterance)
            return True, [self._queue.popleft() for _ in range(len(self._queue) - self._limit)]

    def put_back(self, utterance: Utterance) -> None:
        """At the front: it was begun and could not be finished."""
        with self._lock:
            self._queue.appendleft(utterance)

    def take(self, now: float) -> tuple[Utterance | None, list[Utterance]]:
        """The next one, and those that have become stale."""
        stale: list[Utterance] = []
        with self._lock:
            while self._queue:
                utterance = self._queue.popleft()
                if now - utterance.asked_at <= self._keep_for:
                    return utterance, stale
                stale.append(utterance)
        return None, stale

    def clear(self) -> None:
        with self._lock:
            self._queue.clear()
