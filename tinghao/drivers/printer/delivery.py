"""One job brought to the printer, and whether it came out.

    printed   the confirmation came, after the job, and reports paper
    failed    the ticket was surely not delivered whole: not everything was sent, or the printer stopped
    unknown   everything was sent and no confirmation came

`1D 72 1` is answered by one byte without a name, so an answer to a former job's question would confirm this
one.  What the printer still owes is counted.  Before a job it is asked once more than it owes: as it answers
in order, and these questions stand together, after so many answers the old ones are surely in; if some never
come (power was lost) a short silence ends the waiting.  Where that fails its buffers are cleared; of a
printer that can't do that either but has answered before, the job is refused as long as it is busy; of one
that has never answered, the job needs as many answers more.

A job broken off in the middle leaves the printer inside a command, and half a ticket on the paper.  The
next job is led in by clearing (`10 14 08`, Epson's real-time clear), or by as many zeros as the longest
command was long, and by a cut: nobody gets another's half ticket.  A job that closing broke off ends with
zeros and the cut, as there may be no next one.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from secrets import randbelow
from typing import Literal

from tinghao.drivers.base import CLOSED
from tinghao.drivers.links import DeviceState, LinkError
from tinghao.drivers.printer.commands import split
from tinghao.drivers.printer.profiles import EJECT, Profile
from tinghao.drivers.printer.status import ANSWERED_PAPER_OUT, PrinterStatus
from tinghao.drivers.printer.wire import Stopped, Wire

TRANSMIT_PAPER_STATUS = bytes.fromhex("1D 72 01")
PROCESS_ID = bytes.fromhex("1D 28 48 06 00 30 30")
PROCESS_ID_ANSWER = bytes.fromhex("37 22")
ID_LETTERS = b"@ABCDEFGHIJKLMNO"

FENCE_BUDGET = 1.0
QUIET = 0.3
CONFIRM_SLICE = 0.2
MOST_OWED = 250
LONGEST_COMMAND = 5_000
"""Bytes; more than any command of ours: which one was cut short by a crash nobody knows."""

UNCONFIRMED = "打印机没有确认出纸"
CANNOT_CONFIRM = "此打印机不能确认出纸"
NO_PAPER = "缺纸"
BUSY = "打印机还没有处理完上一张"

Look = Callable[[Wire], PrinterStatus]
"""Asks the status, and lets the driver know it."""


Result = Literal["printed", "failed", "unknown"]


@dataclass(frozen=True)
class PrintOutcome:
    result: Result
    reason: str = ""


class Interrupted(LinkError):
    """The wire broke while the job was on its way."""

    def __init__(self, state: DeviceState, outcome: PrintOutcome) -> None:
        super().__init__(state)
        self.outcome = outcome


class Delivery:
    """Remembers between jobs what the printer owes and what was left in it; used by one thread at a time."""

    def __init__(
        self, profile: Profile, confirm_budget: float, look: Look, *, broken_off: bool = False
    ) -> None:
        self._profile = profile
        self._confirm_budget = confirm_budget
        self._look = look
        self._owed = 1
        self._answers: bool | None = None
        self._longest = LONGEST_COMMAND if broken_off else 0
        self._broken_off = broken_off
        self._number = randbelow(1 << 16)

    def owe(self) -> None:
        """A question went out and its answer didn't come."""
        self._owed = min(self._owed + 1, MOST_OWED)

    def deliver(self, wire: Wire, job: bytes, *, eject: bool = False) -> PrintOutcome:
        """`Interrupted` when the wire breaks after something of the job was sent, another `LinkError` before."""
        before = self._look(wire)
        if before.trouble:
            return PrintOutcome("failed", before.trouble)
        if self._broken_off:
            self._tidy(wire)
        if not self._settle(wire, before):
            return PrintOutcome("failed", BUSY)
        wire.forget()
        self._number += 1
        whole = (EJECT if eject else b"") + job + self._question()
        self._longest = max(map(len, split(whole)[0]), default=1)
        return self._send_and_confirm(wire, whole)

    # ------------------------------------------------------------------------------------ before

    def _tidy(self, wire: Wire) -> None:
        """Gets the printer out of half a command, and the half ticket off the paper."""
        zeros = b"" if self._clear(wire) else bytes(self._longest)
        wire.write(zeros + self._profile.discard)
        self._broken_off = False

    def _leave_tidy(self, wire: Wire) -> None:
        """Whoever opens the printer next knows nothing of the half ticket; nobody listens any more."""
        with suppress(LinkError):
            wire.write(bytes(self._longest) + self._profile.discard)

    def _settle(self, wire: Wire, before: PrinterStatus) -> bool:
        """Hears out what is owed; false if the printer is still busy with something old."""
        asks = self._profile.confirm == "paper" and before.online and self._answers is not False
        if not self._owed or not asks:
            return True
        known = self._answers
        if self._fence(wire):
            return True
        self._answers = known or False
        if self._clear(wire):
            wire.write(self._profile.discard)
        elif known:
            wire.write(bytes(self._longest))
        return not (known and self._owed)

    def _fence(self, wire: Wire) -> bool:
        wire.forget()
        questions = self._owed + 1
        wire.write(TRANSMIT_PAPER_STATUS * questions)
        owed, self._owed = self._owed, min(self._owed + questions, MOST_OWED)
        budget = FENCE_BUDGET + wire.travel_time(4 * questions)
        wire.listen(budget, lambda: len(wire.answers) >= questions)
        if len(wire.answers) < questions:
            return False
        heard = 0
        while heard < len(wire.answers) < owed + questions:
            heard = len(wire.answers)
            wire.listen(QUIET, lambda: len(wire.answers) >= owed + questions)
        self._owed, self._answers = 0, True
        return True

    def _clear(self, wire: Wire) -> bool:
        """What is cleared isn't owed any more."""
        if not self._profile.clear or not wire.clear_buffers():
            return False
        self._owed = 0
        return True

    # ------------------------------------------------------------------------------------ the job

    def _question(self) -> bytes:
        if self._profile.confirm == "paper":
            return TRANSMIT_PAPER_STATUS
        return PROCESS_ID + self._id() if self._profile.confirm == "process-id" else b""

    def _id(self) -> bytes:
        """Letters that can be neither a status nor the end of a block."""
        return bytes(ID_LETTERS[self._number >> shift & 15] for shift in (12, 8, 4, 0))

    def _send_and_confirm(self, wire: Wire, whole: bytes) -> PrintOutcome:
        last = False

        def on_piece(is_last: bool) -> None:
            nonlocal last
            last = is_last
            if is_last and self._profile.confirm == "paper":
                self.owe()

        needed = self._owed + 1
        began = time.monotonic()
        self._broken_off = True
        try:
            wire.send(whole, on_piece)
            until = max(time.monotonic(), began + wire.working_time(whole)) + self._confirm_budget
            outcome = self._confirm(wire, needed, until)
        except Stopped as stopped:
            self._clear(wire)
            return PrintOutcome("failed", stopped.reason)
        except LinkError as error:
            if error.state == CLOSED and not last:
                self._leave_tidy(wire)
            result: Result = "unknown" if last else "failed"
            raise Interrupted(error.state, PrintOutcome(result, error.state.reason)) from None
        if self._answers is False and wire.answers:
            self._answers = None  # it does answer, so it can be asked what it still owes
        self._broken_off = outcome.result == "failed" or self._may_have_stuck(outcome)
        return outcome

    def _may_have_stuck(self, outcome: PrintOutcome) -> bool:
        """Of a printer that confirms by number no fence tells later whether it got out of the job."""
        return outcome.result == "unknown" and self._profile.confirm == "process-id" and bool(self._answers)

    def _confirm(self, wire: Wire, needed: int, until: float) -> PrintOutcome:
        if self._profile.confirm == "none":
            return self._glance(wire)
        status = PrinterStatus()
        while time.monotonic() < until:
            wire.listen(CONFIRM_SLICE, lambda: self._confirmed(wire, needed) is not None)
            if self._confirmed(wire, needed) is None:
                status = self._look(wire)
            outcome = self._confirmed(wire, needed)
            if outcome:
                return outcome
            if status.trouble and not status.passes:
                break
        if not status.trouble:
            return PrintOutcome("unknown", UNCONFIRMED)
        self._clear(wire)
        return PrintOutcome("failed", status.trouble)

    def _glance(self, wire: Wire) -> PrintOutcome:
        """A printer that confirms nothing may still say what stops it."""
        status = self._look(wire)
        if status.trouble and not status.passes:
            return PrintOutcome("failed", status.trouble)
        return PrintOutcome("unknown", CANNOT_CONFIRM)

    def _confirmed(self, wire: Wire, needed: int) -> PrintOutcome | None:
        if self._profile.confirm == "process-id":
            if not wire.has_block(PROCESS_ID_ANSWER + self._id() + b"\0"):
                return None
            self._answers = True
            return PrintOutcome("printed")
        if len(wire.answers) < needed:
            return None
        self._owed, self._answers = 0, True
        if wire.answers[needed - 1] & ANSWERED_PAPER_OUT:
            return PrintOutcome("failed", NO_PAPER)
        return PrintOutcome("printed")
