"""Jobs wait in lanes; a lane is served by one writer at a time, and lanes in the order in which they got something to do."""

import threading
from collections import deque
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from tinghao.server.store.work import Work

MOST_IN_A_COMMIT = 64

Lane = int | None


@dataclass
class Job:
    """One use case that waits to be run, and what became of it."""

    act: Callable[[Work], Any]
    hall: int | None
    done: threading.Event = field(default_factory=threading.Event)
    result: Any = None
    error: BaseException | None = None


class Lanes:
    """The waiting jobs of one process."""

    def __init__(self) -> None:
        self._changed = threading.Condition()
        self._waiting: dict[Lane, deque[Job]] = {}
        self._served: set[Lane] = set()
        self._ready: deque[Lane] = deque()
        self._closed = False

    def put(self, lane: Lane, job: Job) -> None:
        """Lets a job wait; raises `RuntimeError` after `close()`."""
        with self._changed:
            if self._closed:
                raise RuntimeError("the store is closed")
            jobs = self._waiting.get(lane)
            if jobs is None:
                jobs = self._waiting[lane] = deque()
                if lane not in self._served:
                    self._ready.append(lane)
                    self._changed.notify()
            jobs.append(job)

    def serve(self) -> tuple[Lane] | None:
        """Waits for a lane with jobs, which is then the caller's until `leave()`; nothing once all is closed and done."""
        with self._changed:
            while not self._ready:
                if self._closed:
                    return None
                self._changed.wait()
            lane = self._ready.popleft()
            self._served.add(lane)
            return (lane,)

    def take(self, lane: Lane) -> list[Job]:
        """The lane's first jobs, as many as may be committed together; those without a hall of their own one by one."""
        with self._changed:
            jobs = self._waiting[lane]
            most = 1 if lane is None else MOST_IN_A_COMMIT
            taken = [jobs.popleft() for _ in range(min(most, len(jobs)))]
            if not jobs:
                del self._waiting[lane]
            return taken

    def leave(self, lane: Lane) -> None:
        """Gives the lane back."""
        with self._changed:
            self._served.discard(lane)
            if lane in self._waiting:
                self._ready.append(lane)
                self._changed.notify()

    def close(self) -> None:
        """Takes no more jobs; those that wait are still served."""
        with self._changed:
            self._closed = True
            self._changed.notify_all()
