"""ESC/POS printer over TCP, and whether a ticket really came out of it.

python-escpos carries the transport (`Network`).  Its own status is not used: `is_online` of 3.1 is
wrong and `paper_status` calls a silent printer full of paper.

A job is confirmed by `1D 72 1` behind the cut: it is answered when everything before it has been done.
While the answer is awaited the real-time status is watched, because an off-line printer keeps the job,
the question and its silence.

    printed   the answer came and reports paper
    failed    the ticket was surely not delivered: the reason is known, nothing or not everything was sent
    unknown   everything was sent and nothing came back

A printer that went off-line in the middle would print the rest of the job when it is mended, after the
visitor has got another one: its buffers are cleared (`10 14 08 …`, Epson's real-time clear; a setting,
as clones may ignore it).

Between jobs the status is polled on a short connection, so a printer that serves one connection at a
time stays free. Not yet tried on a physical printer.
"""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from contextlib import closing
from dataclasses import dataclass
from typing import Literal

from escpos.exceptions import DeviceNotFoundError
from escpos.printer import Network

from tinghao.drivers.address import Address
from tinghao.drivers.base import OPENING, Driver, OnState
from tinghao.drivers.links import CONNECT_TIMEOUT, WRITE_TIMEOUT, DeviceState, LinkError, absent
from tinghao.drivers.printer.paper import TicketPaper, compose
from tinghao.drivers.printer.status import PRINTER, REAL_TIME, PrinterStatus, is_real_time, read_answers

TRANSMIT_PAPER_STATUS = bytes.fromhex("1D 72 01")
CLEAR_BUFFERS = bytes.fromhex("10 14 08 01 03 14 01 06 02 08")
CLEARED = bytes.fromhex("37 25 00")

POLL_EVERY = 2.0
ANSWER_BUDGET = 0.5
CONFIRM_BUDGET = 5.0
CONFIRM_SLICE = 0.2

UNREACHABLE = "连接不上打印机，请检查网线、电源和地址"
DISCONNECTED = "打印机连接断开"
SILENT = "打印机不应答状态查询"
UNCONFIRMED = "打印机没有确认出纸"
UNPRINTABLE = "小票内容无法排版"
NO_PAPER = "缺纸"
NEAR_END = "纸将用完，请准备纸卷"


@dataclass(frozen=True)
class PrintOutcome:
    result: Literal["printed", "failed", "unknown"]
    reason: str = ""


class Printer(Driver):
    family = "printer"
    title = "打印机"
    kinds = ("tcp",)

    def __init__(
        self,
        address: Address,
        on_state: OnState | None = None,
        *,
        columns: int = 48,
        clear_after_failure: bool = True,
        confirm_budget: float = CONFIRM_BUDGET,
        poll_every: float = POLL_EVERY,
    ) -> None:
        super().__init__(address, on_state)
        self._columns = columns
        self._clear_after_failure = clear_after_failure
        self._confirm_budget = confirm_budget
        self._poll_every = poll_every
        self._one_at_a_time = threading.Lock()

    def print_ticket(self, paper: TicketPaper) -> PrintOutcome:
        """Blocks until the outcome is known, about 8 s at most; never raises, whatever the printer does."""
        try:
            job = compose(paper, self._columns)
        except ValueError:
            return PrintOutcome("failed", UNPRINTABLE)
        return self.print_job(job)

    def print_job(self, job: bytes) -> PrintOutcome:
        with self._one_at_a_time:
            try:
                with closing(_Wire(self.address)) as wire:
                    return self._deliver(wire, job)
            except LinkError as error:
                self._set_state(error.state)
                return PrintOutcome("failed", error.state.reason)

    def status(self) -> PrinterStatus:
        """Asks now; `reachable` is false when there is no printer at the address."""
        try:
            return self._ask_status()
        except LinkError as error:
            self._set_state(error.state)
            return PrinterStatus()

    def _session(self) -> None:
        self._set_state(OPENING)
        while not self._closing.is_set():
            self._ask_status()
            self._closing.wait(self._poll_every)

    def _ask_status(self) -> PrinterStatus:
        with self._one_at_a_time, closing(_Wire(self.address)) as wire:
            return self._note(wire.status())

    def _deliver(self, wire: _Wire, job: bytes) -> PrintOutcome:
        before = self._note(wire.status())
        if before.trouble:
            return PrintOutcome("failed", before.trouble)
        wire.forget()
        wire.write(job + TRANSMIT_PAPER_STATUS)
        try:
            return self._confirm(wire)
        except LinkError as error:
            self._set_state(error.state)
            return PrintOutcome("unknown", error.state.reason)

    def _confirm(self, wire: _Wire) -> PrintOutcome:
        until = time.monotonic() + self._confirm_budget
        while time.monotonic() < until:
            wire.listen(CONFIRM_SLICE, lambda: wire.confirmation is not None)
            status = None if wire.confirmation is not None else self._note(wire.status())
            if wire.confirmation is not None:
                return _confirmed(wire.confirmation)
            if status and status.trouble:
                if self._clear_after_failure:
                    wire.clear_buffers()
                return PrintOutcome("failed", status.trouble)
        return PrintOutcome("unknown", UNCONFIRMED)

    def _note(self, status: PrinterStatus) -> PrinterStatus:
        self._set_state(_state_of(status))
        return status


def _confirmed(answer: int) -> PrintOutcome:
    return PrintOutcome("failed", NO_PAPER) if answer & 0x0C else PrintOutcome("printed")


def _state_of(status: PrinterStatus) -> DeviceState:
    if status.trouble:
        return DeviceState("faulty", status.trouble)
    if status.online is None:
        return DeviceState("faulty", SILENT)
    return DeviceState("ready", NEAR_END if status.paper == "near_end" else "")


class _Wire:
    """A connection, and the sorting of what comes back on it."""

    def __init__(self, address: Address) -> None:
        self._network = Network(address.host, address.port, timeout=CONNECT_TIMEOUT)
        self._real_time: int | None = None
        self._recent = b""
        self.confirmation: int | None = None
        try:
            self._network.open()
        except (DeviceNotFoundError, OSError):
            raise absent(UNREACHABLE) from None

    def close(self) -> None:
        self._network.close()

    def write(self, data: bytes) -> None:
        try:
            self._network.device.settimeout(WRITE_TIMEOUT)
            self._network._raw(data)
        except OSError:
            raise absent(DISCONNECTED) from None

    def status(self) -> PrinterStatus:
        """A printer that is silent about n=1 is not asked on: the other three would only cost time."""
        answers = {PRINTER: self._ask(PRINTER)}
        if answers[PRINTER] is not None:
            answers |= {n: self._ask(n) for n in (2, 3, 4)}
        return read_answers(answers)

    def forget(self) -> None:
        """What came before the job can't confirm it."""
        self._sort(self._read(0))
        self.confirmation = None

    def clear_buffers(self) -> None:
        self._recent = b""
        self.write(CLEAR_BUFFERS)
        self.listen(ANSWER_BUDGET, lambda: CLEARED in self._recent)

    def listen(self, budget: float, heard: Callable[[], bool]) -> None:
        until = time.monotonic() + budget
        while not heard():
            left = until - time.monotonic()
            if left <= 0:
                return
            self._sort(self._read(left))

    def _ask(self, n: int) -> int | None:
        self._sort(self._read(0))
        self._real_time = None
        self.write(REAL_TIME + bytes([n]))
        self.listen(ANSWER_BUDGET, lambda: self._real_time is not None)
        return self._real_time

    def _sort(self, data: bytes) -> None:
        self._recent = (self._recent + data)[-16:]
        for byte in data:
            if is_real_time(byte):
                self._real_time = byte
            elif byte & 0x90 == 0:
                self.confirmation = byte

    def _read(self, timeout: float) -> bytes:
        try:
            self._network.device.settimeout(max(timeout, 0.001))
            data: bytes = self._network._read()
        except TimeoutError:
            return b""
        except OSError:
            raise absent(DISCONNECTED) from None
        if not data:
            raise absent(DISCONNECTED)
        return data
