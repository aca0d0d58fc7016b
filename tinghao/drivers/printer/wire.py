"""One conversation with a printer over any link: bounded writes, and the sorting of what comes back.

A serial line is written at its own pace, at most `LEAD` bytes ahead of it: else the system's buffer
would hold seconds of the job, a real-time question would wait behind them, and after XOFF too much would
still come.  XOFF stops the writing, XON lets it go on.

Rubbish taints: what came with it or shortly after is believed neither as status nor as confirmation, as
`00` in a burst of noise looks like both.
"""

from __future__ import annotations

import threading
import time
from collections import deque
from collections.abc import Callable

from tinghao.drivers.base import CLOSED, SLICE
from tinghao.drivers.links import DRAIN_READS, Link, LinkError
from tinghao.drivers.printer.commands import dot_rows, pieces
from tinghao.drivers.printer.profiles import PRESENTER
from tinghao.drivers.printer.status import (
    ALL_QUESTIONS,
    FULL_TICKET,
    REAL_TIME,
    Mouth,
    PrinterStatus,
    Replies,
    Reply,
    read_answers,
    read_mouth,
)

CLEAR_BUFFERS = bytes.fromhex("10 14 08 01 03 14 01 06 02 08")
CLEARED = bytes.fromhex("37 25 00")
ASK_MOUTH = PRESENTER + b"\x06"
ASK_FULL_STATUS = REAL_TIME + b"\x14"

ANSWER_BUDGET = 0.5
TAINT = 0.1
LEAD = 128
PIECE = 256
SERIAL_PIECE = 64
WATCH_EVERY = 0.5
PAUSE_PATIENCE = 5.0
SEND_SLACK = 10.0
FAST = 20_000
ORDINARY_ROWS = 2_000
ROWS_PER_SECOND = 400
REMEMBERED = 1000
BLOCKS_REMEMBERED = 16

HELD_UP = "打印机停止接收数据"


class Stopped(Exception):
    """The printer can't take the rest of the job; `reason` says why."""

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason


class Wire:
    """`rate` is the bytes a second of a serial line; `None` where the wire is faster than the printer."""

    def __init__(self, link: Link, closing: threading.Event, rate: float | None = None) -> None:
        self._link = link
        self._closing = closing
        self._rate = rate
        self._replies = Replies()
        self._real_time: int | None = None
        self._full: bytes | None = None
        self._single: deque[int] = deque(maxlen=1)
        self._blocks: deque[bytes] = deque(maxlen=BLOCKS_REMEMBERED)
        self._paused = False
        self._tainted_until = 0.0
        self.garbled = False
        self.answers: list[int] = []

    def close(self) -> None:
        self._link.close()

    def write(self, data: bytes) -> None:
        self._link.write(data)

    # ------------------------------------------------------------------------------------ asking

    def status(self) -> PrinterStatus:
        """A printer silent about one question is not asked on: a late answer would be taken for the next one's."""
        self.hear_out()
        self.garbled = False
        answers: dict[int, int | None] = {}
        for n in ALL_QUESTIONS:
            answers[n] = self._ask(n)
            if answers[n] is None:
                break
        return read_answers(answers)

    def clear_buffers(self) -> bool:
        """True when the printer says that it has forgotten everything."""
        self.hear_out()
        self._blocks.clear()
        self.write(CLEAR_BUFFERS)
        self.listen(ANSWER_BUDGET, lambda: CLEARED in self._blocks)
        return CLEARED in self._blocks

    def mouth(self) -> Mouth | None:
        """By the presenter's own question, which waits behind the job; an answer that stays out is owed."""
        self.hear_out()
        self._single.clear()
        self.write(ASK_MOUTH)
        self.listen(ANSWER_BUDGET, lambda: bool(self._single))
        self.answers.clear()
        return read_mouth(self._single[0]) if self._single else None

    def full_mouth(self) -> Mouth | None:
        """By Custom's whole status, at once."""
        self.hear_out()
        self._full = None
        self.write(ASK_FULL_STATUS)
        self.listen(ANSWER_BUDGET, lambda: self._full is not None)
        return None if self._full is None else Mouth(bool(self._full[2] & FULL_TICKET))

    def has_block(self, block: bytes) -> bool:
        return block in self._blocks

    def hear_out(self) -> None:
        """Takes in what lies there already."""
        for _ in range(DRAIN_READS):
            data = self._read(0)
            self._sort(data)
            if not data:
                return

    def forget(self) -> None:
        """What came before the job can't confirm it; a printer that still can't take anything says XOFF again."""
        self.hear_out()
        self._paused = False
        self.answers.clear()
        self._blocks.clear()

    def listen(self, budget: float, heard: Callable[[], bool]) -> None:
        until = time.monotonic() + budget
        while not heard():
            left = until - time.monotonic()
            if left <= 0:
                return
            if self._closing.is_set():
                raise LinkError(CLOSED)
            self._sort(self._read(min(left, SLICE)))

    def _ask(self, n: int) -> int | None:
        self._real_time = None
        self.write(REAL_TIME + bytes([n]))
        self.listen(ANSWER_BUDGET, lambda: self._real_time is not None)
        return self._real_time

    # ------------------------------------------------------------------------------------ sending

    def travel_time(self, size: int) -> float:
        return size / (self._rate or FAST)

    def working_time(self, job: bytes) -> float:
        """At 50 mm/s; what an ordinary ticket takes is in everybody's patience already."""
        return max(self.travel_time(len(job)), (dot_rows(job) - ORDINARY_ROWS) / ROWS_PER_SECOND)

    def send(self, job: bytes, on_piece: Callable[[bool], None]) -> None:
        """Writes the whole job; `on_piece` is told before each piece whether it is the last.  `Stopped` when it can't be."""
        began = asked = time.monotonic()
        until = began + SEND_SLACK + 2 * self.working_time(job)
        busy_until, sent, may_ask = began, 0, True
        for piece, boundary in pieces(job, SERIAL_PIECE if self._rate else PIECE):
            self._await_room(until)
            if may_ask and time.monotonic() - asked > WATCH_EVERY:
                self.hear_out()
                self._check()
                asked = time.monotonic()
            if time.monotonic() > until:
                raise Stopped(HELD_UP)
            on_piece(sent + len(piece) == len(job))
            self.write(piece)
            sent, may_ask = sent + len(piece), boundary
            busy_until = max(busy_until, time.monotonic()) + self.travel_time(len(piece))
            self._keep_pace(busy_until)

    def _keep_pace(self, busy_until: float) -> None:
        """The line is busy until then; a pause doesn't let it catch up."""
        if self._rate:
            self.hear_out()
            self.listen(busy_until - self.travel_time(LEAD) - time.monotonic(), lambda: False)

    def _await_room(self, until: float) -> None:
        """A printer that pauses for long is off-line, or gone: then the job is given up, whatever is inside it."""
        if self._paused:
            self.listen(min(PAUSE_PATIENCE, until - time.monotonic()), lambda: not self._paused)
        if self._paused:
            raise Stopped(self.status().trouble or HELD_UP)

    def _check(self) -> None:
        if self._ask(1) not in (None, 0x12, 0x16):
            trouble = self.status()
            if trouble.trouble and not trouble.passes:
                raise Stopped(trouble.trouble)

    # ------------------------------------------------------------------------------------ hearing

    def _read(self, timeout: float) -> bytes:
        before = time.monotonic()
        data = self._link.read(timeout)
        if (
            not data and time.monotonic() - before < timeout / 2
        ):  # usblp may be readable for ever, with nothing
            self._closing.wait(timeout)
        return data

    def _sort(self, data: bytes) -> None:
        now = time.monotonic()
        replies = self._replies.feed(data, now)
        if any(reply.kind == "rubbish" for reply in replies):
            self.garbled = True
            self._tainted_until = now + TAINT
        for reply in replies:
            self._take(reply, trusted=now >= self._tainted_until)

    def _take(self, reply: Reply, *, trusted: bool) -> None:
        if reply.kind in ("xon", "xoff"):
            self._paused = reply.kind == "xoff"
        elif reply.kind == "block":
            self._blocks.append(reply.data)
        elif reply.kind == "full":
            self._full = reply.data
        elif reply.kind == "real-time" and trusted:
            self._real_time = reply.data[0]
        elif reply.kind == "plain" and trusted and len(self.answers) < REMEMBERED:
            self.answers.append(reply.data[0])
        if reply.kind in ("plain", "rubbish"):
            self._single.append(reply.data[-1])
