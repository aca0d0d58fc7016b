"""Sending a short message, whatever carries it: a modem at the wall or a gateway in the network.

    outcome = sender.send("13800138000", "A012 号请到 3 号窗口")        # blocks, bounded, never raises

    sent       the network or the gateway has taken it; a report, if wanted, comes later
    failed     it surely wasn't sent, or not the whole of it: the reason is known
    unknown    it may be on its way: the connection broke after the message had left.  Sending it again may
               give the visitor two of them, so that is for the caller to decide

One message at a time goes out, on the driver's own thread; callers wait in a short line.  Nothing here
logs or shows a number or a text.
"""

from __future__ import annotations

import queue
import secrets
import threading
from abc import abstractmethod
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from typing import Literal

from tinghao.drivers.address import Address
from tinghao.drivers.base import CLOSED, Driver, OnState
from tinghao.drivers.links import LinkError
from tinghao.drivers.sms.pdu import split_text
from tinghao.drivers.sms.phone import MessageError, normal_number

LINE_LENGTH = 16
CALLER_BUDGET = 120.0

FULL = "等待发送的短信过多，请稍后再试"
TOO_LATE = "等待超时，短信未发送"
STILL_SENDING = "短信正在发送，尚无结果"
STOPPED = "短信设备已断开，短信未发送"
INTERNAL = "驱动内部错误，不确定短信是否发出"
OWN_THREAD = "不能在设备回调中发送短信"


@dataclass(frozen=True)
class SmsOutcome:
    result: Literal["sent", "failed", "unknown"]
    reason: str = ""
    reference: str = ""


@dataclass(frozen=True)
class SmsReport:
    """What the network says about a sent message, all its parts together."""

    result: Literal["delivered", "failed"]
    reason: str = ""


OnReport = Callable[[str, SmsReport], None]
"""Takes the message's reference and what became of it."""


class Errand:
    """One message in the line; it is either begun or given up, never both."""

    def __init__(self, number: str, text: str, reference: str) -> None:
        self.number = number
        self.text = text
        self.reference = reference
        self._lock = threading.Lock()
        self._begun = self._given_up = False
        self._ended = threading.Event()
        self._outcome = SmsOutcome("unknown", STILL_SENDING, reference)

    def begin(self) -> bool:
        with self._lock:
            self._begun = not self._given_up
            return self._begun

    def end(self, outcome: SmsOutcome) -> None:
        self._outcome = replace(outcome, reference=self.reference)
        self._ended.set()

    def wait(self, budget: float) -> SmsOutcome:
        if not self._ended.wait(budget):
            with self._lock:
                self._given_up = not self._begun
            if self._given_up:
                return SmsOutcome("failed", TOO_LATE, self.reference)
        return self._outcome


class SmsSender(Driver):
    """The line of messages; a family opens it while it can send and carries what stands in it."""

    def __init__(
        self,
        address: Address,
        on_report: OnReport | None = None,
        on_state: OnState | None = None,
        *,
        caller_budget: float = CALLER_BUDGET,
    ) -> None:
        super().__init__(address, on_state)
        self._on_report = on_report
        self._caller_budget = caller_budget
        self._door = threading.Lock()
        self._open_for_errands = False
        self._line: queue.Queue[Errand] = queue.Queue(LINE_LENGTH)

    def send(self, number: str, text: str, reference: str = "") -> SmsOutcome:
        """Blocks until the outcome is known, `caller_budget` seconds at most.

        `reference` comes back in the outcome and in the report, and makes a gateway send it only once; one is made up
        when none is given.
        """
        reference = reference or secrets.token_hex(8)
        try:
            errand = Errand(normal_number(number), text, reference)
            split_text(text)
        except MessageError as error:
            return SmsOutcome("failed", error.reason, reference)
        refusal = self._stand_in_line(errand)
        return SmsOutcome("failed", refusal, reference) if refusal else errand.wait(self._caller_budget)

    @abstractmethod
    def _deliver(self, errand: Errand) -> SmsOutcome:
        """Sends it; a `LinkError` ends the session, `_in_doubt` says what that means for the message."""

    def _in_doubt(self) -> bool:
        """Whether the message being delivered may have left already."""
        return False

    def _carry(self, errand: Errand) -> None:
        if not errand.begin():
            return
        outcome = SmsOutcome("unknown", INTERNAL)
        try:
            outcome = self._deliver(errand)
        except LinkError as error:
            outcome = SmsOutcome("unknown" if self._in_doubt() else "failed", error.state.reason)
            raise
        finally:
            errand.end(outcome)

    def _next(self, timeout: float) -> Errand | None:
        try:
            return self._line.get(timeout=timeout) if timeout else self._line.get_nowait()
        except queue.Empty:
            return None

    def _stand_in_line(self, errand: Errand) -> str:
        if threading.current_thread() is self._thread:
            return OWN_THREAD
        with self._door:
            if not self._open_for_errands:
                return self.state.reason or STOPPED
            try:
                self._line.put_nowait(errand)
            except queue.Full:
                return FULL
        return ""

    @contextmanager
    def _taking_errands(self) -> Iterator[None]:
        with self._door:
            self._open_for_errands = True
        try:
            yield
        finally:
            with self._door:
                self._open_for_errands = False
            while errand := self._next(0):
                errand.end(SmsOutcome("failed", CLOSED.reason if self._closing.is_set() else STOPPED))
