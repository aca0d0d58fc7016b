"""Wishes to open, from any thread, served one after the other by the driver's own."""

from __future__ import annotations

import threading
from collections import deque
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Literal


@dataclass(frozen=True)
class OpenOutcome:
    """`opened` was seen, `not_opened` is certain, `unknown` neither; `reason` is Chinese, for clerk and technician."""

    result: Literal["opened", "not_opened", "unknown"]
    reason: str = ""


def judged(doors: Mapping[int, bool | None]) -> OpenOutcome:
    """What became of these locks, by whether their doors were seen open; `None` is a lock that isn't told."""
    shut = [lock for lock, is_open in doors.items() if is_open is False]
    if shut:
        return OpenOutcome("not_opened", f"已给开锁脉冲，{_listed(shut)}没有打开，请检查是否卡住")
    untold = [lock for lock, is_open in doors.items() if is_open is None]
    if untold:
        return OpenOutcome("unknown", f"已给开锁脉冲，柜锁板不报告 {_listed(untold)}的状态")
    return OpenOutcome("opened")


def _listed(locks: Sequence[int]) -> str:
    return "、".join(map(str, locks)) + " 号门"


class Job:
    """One wish and the one who waits for it."""

    def __init__(self, board: int, lock: int, seconds: int | None) -> None:
        self.board = board
        self.lock = lock
        self.seconds = seconds
        self.pulsed = False
        self.outcome = OpenOutcome("unknown", "没有等到结果")
        self._done = threading.Event()

    def finish(self, outcome: OpenOutcome) -> None:
        self.outcome = outcome
        self._done.set()

    def wait(self, seconds: float) -> bool:
        return self._done.wait(seconds)

    def give_up(self, reason: str) -> None:
        """The line is gone: what was not pulsed has certainly not opened by us."""
        self.finish(OpenOutcome("unknown" if self.pulsed else "not_opened", reason))


class JobQueue:
    """In order of arrival.  A wish withdrawn in time is never carried out."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._waiting: deque[Job] = deque()

    def put(self, job: Job) -> None:
        with self._lock:
            self._waiting.append(job)

    def take(self) -> Job | None:
        with self._lock:
            return self._waiting.popleft() if self._waiting else None

    def withdraw(self, job: Job) -> bool:
        with self._lock:
            if job not in self._waiting:
                return False
            self._waiting.remove(job)
            return True

    def refuse_all(self, reason: str) -> None:
        while job := self.take():
            job.give_up(reason)
