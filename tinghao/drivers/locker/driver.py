"""Locker boards as a station sees them.

One thread has the line.  It opens what it is asked to open, one lock after the other in order of arrival,
and in between asks every board for its doors and tells what changed.  A reading that differs from the last
one counts only when the next one, asked for at once, is the same: contacts bounce, and the frames' XOR is
weak.  What a board pushes by itself is never believed alone: the board is asked.

`open()` gives a pulse and then looks at the door until it is seen open (`opened`), or `Timing.door_within`
is over (`not_opened`).  A pulse that the board didn't confirm and that was seen to move nothing is given once more.
A board that doesn't tell this lock's door, or no longer answers, leaves it `unknown`; one that was silent
before is given no pulse.

A board that is silent while others answer is named in the reason of a `ready` state and asked more rarely;
when all are silent the driver is `faulty`.
"""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Mapping
from contextlib import closing

from tinghao.drivers.address import Address
from tinghao.drivers.asking import Line, Pacing
from tinghao.drivers.base import CLOSED, OPENING, Driver, OnState
from tinghao.drivers.links import LinkError
from tinghao.drivers.locker.doors import Board
from tinghao.drivers.locker.jobs import Job, JobQueue, OpenOutcome
from tinghao.drivers.locker.opening import Opening, Timing
from tinghao.drivers.locker.protocol import (
    ALL_LOCKS,
    BOARDS,
    LOCKS,
    PULSE_SECONDS,
    StatusOrder,
    pushes,
    query_all,
    status_answer,
)
from tinghao.drivers.members import longest_due, state_of

OnDoor = Callable[[int, int, bool], None]
"""Board, lock, whether its door is open now."""

GAP = 0.03
PAUSE = 0.05
REST = 0.02


class LockerBoard(Driver):
    family = "locker"
    title = "柜锁板"
    kinds = ("serial", "tcp")

    def __init__(
        self,
        address: Address,
        boards: Mapping[int, int],
        on_door: OnDoor | None = None,
        on_state: OnState | None = None,
        *,
        feedback_inverted: bool = False,
        status_order: StatusOrder = "last_first",
        timing: Timing | None = None,
    ) -> None:
        """`boards`: how many locks are wired to each board, by its DIP number."""
        super().__init__(address, on_state)
        if not boards or any(board not in BOARDS or locks not in LOCKS for board, locks in boards.items()):
            raise ValueError("boards are 1..32 with 1..50 locks each")
        self._boards = {number: Board(number, locks) for number, locks in boards.items()}
        self._on_door = on_door
        self._inverted = feedback_inverted
        self._order = status_order
        self._timing = timing or Timing()
        self._jobs = JobQueue()

    # ------------------------------------------------------------------------------------ for stations

    @property
    def doors(self) -> dict[tuple[int, int], bool | None]:
        """For each board and lock: is its door open?  `None` if the board doesn't tell."""
        return {
            (board.number, lock): board.doors.get(lock)
            for board in self._boards.values()
            for lock in range(1, board.locks + 1)
        }

    def open(self, board: int, lock: int, seconds: int | None = None) -> OpenOutcome:
        """Waits for its turn and for the door; `seconds` 1..9 asks for a long pulse.  Not from a call back."""
        if board not in self._boards or not 1 <= lock <= self._boards[board].locks:
            return OpenOutcome("not_opened", f"没有配置柜锁板 {board} 的 {lock} 号门")
        if seconds is not None and seconds not in PULSE_SECONDS:
            return OpenOutcome("not_opened", "开锁时间应为 1–9 秒")
        return self._wait_for(Job(board, lock, seconds))

    def open_all(self, board: int) -> OpenOutcome:
        """Every door of a board; `opened` only when every one was seen open."""
        if board not in self._boards:
            return OpenOutcome("not_opened", f"没有配置柜锁板 {board}")
        return self._wait_for(Job(board, ALL_LOCKS, None))

    def close(self) -> None:
        super().close()
        self._jobs.refuse_all(self.state.reason)

    def _wait_for(self, job: Job) -> OpenOutcome:
        if threading.current_thread() is self._thread:
            raise RuntimeError("a call back can't wait for the thread it runs on")
        if self.state.state != "ready":
            return OpenOutcome("not_opened", self.state.reason)
        self._jobs.put(job)
        if not job.wait(self._timing.patience) and self._jobs.withdraw(job):
            return OpenOutcome("not_opened", "前面的开锁请求太多，请稍后再试")
        job.wait(self._timing.longest(self._boards[job.board].locks, job.seconds))
        return job.outcome

    # ------------------------------------------------------------------------------------ the session

    def _session(self) -> None:
        self._set_state(OPENING)
        for board in self._boards.values():
            board.begin()
        reason = CLOSED.reason
        try:
            pacing = Pacing(self._timing.answer, GAP, PAUSE)
            with closing(Line(self._open, self._closing, pacing, self._hear_pushed)) as line:
                while not self._closing.is_set():
                    self._serve_one(line)
                    self._look_at_one(line)
                    self._tell_state()
        except LinkError as error:
            reason = error.state.reason
            raise
        finally:
            self._jobs.refuse_all(reason)

    def _hear_pushed(self, came: bytes) -> None:
        """What a board says by itself is a reason to ask it."""
        for push in pushes(came):
            if push.board in self._boards:
                self._boards[push.board].ask_at = 0.0

    def _look_at_one(self, line: Line) -> None:
        """The board that is due longest; if none is, the line rests a little."""
        board = longest_due(self._boards.values(), time.monotonic())
        if board is None:
            line.listen(REST)
            return
        self._look(line, board)
        board.ask_again(time.monotonic(), self._timing.poll_every, self._timing.silent_every)

    def _look(self, line: Line, board: Board) -> bool:
        """Asks for the doors, and again if they changed; false if nothing is certain."""
        request = query_all(board.number)
        status = line.ask(request, status_answer)
        if status is not None and status != board.status:
            again = line.ask(request, status_answer)
            if again is not None and again != status:
                return False
            status = again
        if self._closing.is_set():
            return False
        if status is None:
            board.missed(line.heard_rubbish)
            return False
        for lock, is_open_now in board.told(status, self._order, self._inverted):
            self._call(self._on_door, board.number, lock, is_open_now)
        return True

    def _tell_state(self) -> None:
        state = state_of(list(self._boards.values()))
        if state:
            self._set_state(state)

    # ------------------------------------------------------------------------------------ opening

    def _serve_one(self, line: Line) -> None:
        job = self._jobs.take()
        if not job:
            return
        try:
            outcome = self._opening(line, self._boards[job.board]).carry_out(job)
        except LinkError as error:
            job.give_up(error.state.reason)
            raise
        if outcome.result != "opened" and self._closing.is_set():
            job.give_up(CLOSED.reason)
        else:
            job.finish(outcome)

    def _opening(self, line: Line, board: Board) -> Opening:
        return Opening(line, board, self._look, self._timing, self._inverted, self._closing)
