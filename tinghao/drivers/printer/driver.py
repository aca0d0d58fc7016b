"""ESC/POS printer on any wire, and whether a ticket really came out of it.

    delivery.py   one job: sent, confirmed, or honestly not        profiles.py   what differs between printers
    wire.py       one conversation: paced writing, sorted replies  status.py     what the replies mean

A network printer serves one connection at a time, so each job and each poll opens its own.  The other wires
are held open: opening a serial port moves DTR, on which some printers reset; a claimed USB interface and
an open `lp` lose what the printer said while nobody listened.

A printer with a presenter is watched after a ticket: not taken in time, it is drawn back and
`on_retracted` is called.  `after_crash` says that the station may have died in the middle of a job: what that
left in the printer is cut off before the first one.  Not yet tried on a physical printer.
"""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace

from tinghao.drivers.address import Address
from tinghao.drivers.base import CLOSED, OPENING, Driver, OnState
from tinghao.drivers.links import DeviceState, LinkError, absent
from tinghao.drivers.printer.delivery import Delivery, Interrupted, PrintOutcome
from tinghao.drivers.printer.paper import SHIPPED, Templates, compose
from tinghao.drivers.printer.profiles import DEFAULT, PROFILES, RETRACT, Profile
from tinghao.drivers.printer.status import Mouth, PrinterStatus
from tinghao.drivers.printer.values import Values
from tinghao.drivers.printer.wire import Wire

__all__ = ["PrintOutcome", "Printer"]

POLL_EVERY = 2.0
MOUTH_EVERY = 0.5
CONFIRM_BUDGET = 5.0
BITS_PER_BYTE = 10

UNREACHABLE = "连接不上打印机，请检查网线、电源和地址"
DISCONNECTED = "打印机连接断开"
SILENT = "打印机不应答状态查询"
GARBLED = "打印机应答无法识别，请检查波特率和接线"
UNPRINTABLE = "小票内容无法排版"
NEAR_END = "纸将用完，请准备纸卷"
PARTLY_KNOWN = "打印机没有报告全部状态"


class Printer(Driver):
    family = "printer"
    title = "打印机"
    kinds = ("tcp", "serial", "usb", "lp")

    def __init__(
        self,
        address: Address,
        on_state: OnState | None = None,
        *,
        profile: Profile = PROFILES[DEFAULT],
        columns: int | None = None,
        templates: Templates = SHIPPED,
        on_retracted: Callable[[], None] | None = None,
        after_crash: bool = False,
        confirm_budget: float = CONFIRM_BUDGET,
        poll_every: float = POLL_EVERY,
    ) -> None:
        super().__init__(address, on_state)
        self.profile = replace(profile, columns=columns or profile.columns)
        self._templates = templates
        self._on_retracted = on_retracted
        self._poll_every = poll_every
        self._one_at_a_time = threading.Lock()
        self._held: Wire | None = None
        self._speaking: int | None = None
        self._delivery = Delivery(self.profile, confirm_budget, self._look, broken_off=after_crash)
        self._printed_at: float | None = None
        self._drawing_back = False
        self._presenter_jam: bool | None = None

    def print_ticket(self, paper: Values) -> PrintOutcome:
        """Blocks until the outcome is known, a few seconds, bounded by the job's size; never raises."""
        chosen = self.profile
        try:
            job = compose(paper, chosen.columns, self._templates, cut=chosen.cut + chosen.present)
        except ValueError:
            return PrintOutcome("failed", UNPRINTABLE)
        return self.print_job(job)

    def print_job(self, job: bytes) -> PrintOutcome:
        """The same for a composed job, from initialising to the cut."""
        try:
            with self._conversation() as wire:
                return self._watched(self._delivery.deliver(wire, job, eject=self._printed_at is not None))
        except Interrupted as error:
            self._set_state(error.state)
            return self._watched(error.outcome)
        except LinkError as error:
            self._set_state(error.state)
            return PrintOutcome("failed", error.state.reason)

    def status(self) -> PrinterStatus:
        """Asks now; `reachable` is false when there is no printer at the address."""
        try:
            return self._poll()
        except LinkError as error:
            self._set_state(error.state)
            return PrinterStatus()

    def close(self) -> None:
        super().close()
        if self._one_at_a_time.acquire(timeout=0.2):  # else the job that is under way lets go of the wire
            self._let_go()
            self._one_at_a_time.release()

    # ------------------------------------------------------------------------------------ the thread

    def _session(self) -> None:
        self._set_state(OPENING)
        while not self._closing.is_set():
            self._poll()
            self._wake.wait(min(self._poll_every, MOUTH_EVERY) if self._watches_mouth else self._poll_every)
            if not self._closing.is_set():
                self._wake.clear()

    def _poll(self) -> PrinterStatus:
        with self._conversation() as wire:
            status = self._look(wire)
            if self._watches_mouth and status.online is not False:  # off-line it would answer much later
                self._tend_mouth(wire)
            return status

    @property
    def _watches_mouth(self) -> bool:
        return self._printed_at is not None or bool(self._presenter_jam)

    def _watched(self, outcome: PrintOutcome) -> PrintOutcome:
        """A ticket that came out has its own time to be taken; one that failed has pushed none out for sure."""
        came_out = outcome.result == "printed" or (
            outcome.result == "unknown" and self._printed_at is not None
        )
        if came_out and self.profile.presenter != "none":
            self._printed_at, self._drawing_back = time.monotonic(), False
            self._wake.set()
        return outcome

    def _tend_mouth(self, wire: Wire) -> None:
        mouth = self._ask_mouth(wire)
        if mouth is None:
            return
        self._presenter_jam = mouth.jam
        if self._printed_at is None:
            return
        if not mouth.ticket:
            self._printed_at = None
            if self._drawing_back:
                self._call(self._on_retracted)
        elif 0 < self.profile.take_within <= time.monotonic() - self._printed_at:
            self._drawing_back = True
            wire.write(RETRACT)

    def _ask_mouth(self, wire: Wire) -> Mouth | None:
        if self.profile.presenter == "custom":
            return wire.full_mouth()
        mouth = wire.mouth()
        if mouth is None:
            self._delivery.owe()
        return mouth

    # ------------------------------------------------------------------------------------ the wire

    @contextmanager
    def _conversation(self) -> Iterator[Wire]:
        """The printer, for one thread at a time."""
        if self._speaking == threading.get_ident():
            raise RuntimeError("a call back can't speak with the printer that called it")
        with self._one_at_a_time:
            self._speaking = threading.get_ident()
            try:
                with self._wire() as wire:
                    yield wire
            finally:
                self._speaking = None

    @contextmanager
    def _wire(self) -> Iterator[Wire]:
        """Held open between conversations, or opened for this one."""
        if self._closing.is_set():
            raise LinkError(CLOSED)
        wire = self._held or self._reach()
        self._held = wire
        kept = False
        try:
            yield wire
            kept = self.address.kind != "tcp" and not self._closing.is_set()
        except LinkError as error:
            raise self._in_printers_words(error) from None
        finally:
            if not kept:
                self._let_go()

    def _reach(self) -> Wire:
        try:
            link = self._open()
        except LinkError:
            if self.address.kind == "tcp":
                raise absent(UNREACHABLE) from None
            raise
        serial = self.address.kind == "serial"
        return Wire(link, self._closing, (self.address.baud or self.baud) / BITS_PER_BYTE if serial else None)

    def _in_printers_words(self, error: LinkError) -> LinkError:
        if self.address.kind != "tcp" or error.state.state != "absent" or error.state == CLOSED:
            return error
        broken = absent(DISCONNECTED)
        if isinstance(error, Interrupted):
            return Interrupted(broken.state, PrintOutcome(error.outcome.result, DISCONNECTED))
        return broken

    def _let_go(self) -> None:
        wire, self._held = self._held, None
        if wire:
            wire.close()

    def _look(self, wire: Wire) -> PrinterStatus:
        status = replace(wire.status(), presenter_jam=self._presenter_jam)
        self._set_state(_state_of(status, wire.garbled))
        return status


def _state_of(status: PrinterStatus, garbled: bool) -> DeviceState:
    if status.trouble:
        return DeviceState("faulty", status.trouble)
    if status.online is None:
        return DeviceState("faulty", GARBLED if garbled else SILENT)
    if status.paper == "near_end":
        return DeviceState("ready", NEAR_END)
    return DeviceState("ready", "" if status.complete else PARTLY_KNOWN)
