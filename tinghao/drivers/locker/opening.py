"""Opening a door: a pulse, and then looking at the door."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass
from threading import Event

from tinghao.drivers.asking import Line
from tinghao.drivers.locker.doors import Board
from tinghao.drivers.locker.jobs import Job, OpenOutcome, judged
from tinghao.drivers.locker.protocol import ALL_LOCKS, is_open, lock_answer, open_all, open_one, query_one

ATTEMPTS = 2
AFTER_OPEN_ALL = 0.3
ALREADY_OPEN = "门原来就开着"


@dataclass(frozen=True)
class Timing:
    """Seconds.  `answer` is how long a board may take: some need 200 ms."""

    answer: float = 0.5
    poll_every: float = 0.5
    silent_every: float = 2.0
    pulse: float = 0.3
    door_within: float = 3.0
    patience: float = 20.0

    def longest(self, locks: int, seconds: int | None) -> float:
        """How long a wish may take once its turn has come."""
        return ATTEMPTS * (self.door_within + locks * self.pulse + (seconds or 0) + 5 * self.answer)


@dataclass(frozen=True)
class Opening:
    """`look` asks the board for its doors and tells whether that gave something certain."""

    line: Line
    board: Board
    look: Callable[[Line, Board], bool]
    timing: Timing
    inverted: bool
    closing: Event

    def carry_out(self, job: Job) -> OpenOutcome:
        if self.board.is_silent and not self.look(self.line, self.board):
            return OpenOutcome("not_opened", self.board.trouble)
        job.pulsed = True
        return self._all() if job.lock == ALL_LOCKS else self._one(job.lock, job.seconds)

    def _one(self, lock: int, seconds: int | None) -> OpenOutcome:
        was_open = self.board.doors.get(lock)
        request = open_one(self.board.number, lock, seconds)
        for _ in range(ATTEMPTS):
            confirmed = self.line.ask(request, lock_answer) is not None
            energised_until = time.monotonic() + (seconds or self.timing.pulse)
            outcome = self._watch(
                lambda: judged({lock: self._door(lock)}), self.timing.door_within, "unknown"
            )
            self.line.listen(energised_until - time.monotonic())
            if outcome.result != "not_opened" or confirmed or self.closing.is_set():
                break
        return OpenOutcome("opened", ALREADY_OPEN) if was_open and outcome.result == "opened" else outcome

    def _all(self) -> OpenOutcome:
        board = self.board
        self.line.tell(open_all(board.number), AFTER_OPEN_ALL)
        locks = range(1, board.locks + 1)
        within = self.timing.door_within + board.locks * self.timing.pulse
        return self._watch(lambda: judged({lock: board.doors.get(lock) for lock in locks}), within)

    def _watch(self, seen: Callable[[], OpenOutcome], within: float, *ends: str) -> OpenOutcome:
        """What is seen until it is `opened`, or one of `ends`, or the time is over."""
        until = time.monotonic() + within
        outcome = OpenOutcome("unknown", f"已给开锁脉冲，{self.board.trouble}")
        while not self.closing.is_set():
            if self.look(self.line, self.board):
                outcome = seen()
                if outcome.result in ("opened", *ends):
                    break
            elif self.board.is_silent:
                outcome = OpenOutcome("unknown", f"已给开锁脉冲，{self.board.trouble}")
            if time.monotonic() >= until:
                break
        return outcome

    def _door(self, lock: int) -> bool | None:
        """A lock without a bit may still answer when asked alone."""
        if lock in self.board.doors:
            return self.board.doors[lock]
        for _ in range(ATTEMPTS):
            contact = self.line.ask(query_one(self.board.number, lock), lock_answer)
            if contact is not None:
                return is_open(contact, self.inverted)
        return None
