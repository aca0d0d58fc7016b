"""A scanner as a station sees it: every code it reads, and its light switched on and off.

    serial, tcp     the text itself, see `protocol.py`; USB-CDC is a serial port
    hid             key strokes, see `keyboard.py`; such a scanner takes no commands

A scanner says nothing by itself: `ready` means that its port is open.  `model` decides how it is told to
look (`trigger`, `stop`); a `plain` one is never told anything, so nothing it reads can be a reply.
"""

from __future__ import annotations

import queue
import threading
import time
from collections.abc import Callable
from concurrent.futures import Future, wait
from contextlib import closing

from tinghao.drivers.address import Address
from tinghao.drivers.base import OPENING, READY, SLICE, Driver, OnState
from tinghao.drivers.links import WRITE_TIMEOUT, Link, LinkError, faulty
from tinghao.drivers.scanner.protocol import (
    GAP,
    REPLIES,
    STOP,
    SUFFIX,
    TRIGGER,
    Model,
    Splitter,
    Suffix,
    decode,
)

SEND_WITHIN = 1.0

Order = tuple[bytes, "Future[bool]"]


class Scanner(Driver):
    family = "scanner"
    title = "扫码器"
    kinds = ("serial", "tcp", "hid")

    def __init__(
        self,
        address: Address,
        on_code: Callable[[str], None],
        on_state: OnState | None = None,
        *,
        suffix: Suffix = "cr",
        model: Model = "plain",
    ) -> None:
        super().__init__(address, on_state)
        self._on_code = on_code
        self._suffix = SUFFIX[suffix]
        self._model = model
        self._link: Link
        self._orders: queue.Queue[Order] = queue.Queue()

    def trigger(self, model: Model | None = None) -> bool:
        """Lets it look for a code; whether the command was sent.  `model` is for finding out which one it is."""
        return self._tell(TRIGGER.get(model or self._model))

    def stop(self, model: Model | None = None) -> bool:
        """Lets it look no more; whether the command was sent."""
        return self._tell(STOP.get(model or self._model))

    def _connect(self) -> Link:
        if self.address.kind != "hid":
            return super()._connect()
        try:
            from tinghao.drivers.scanner.keyboard import KeyboardLink
        except ImportError:
            raise faulty("键盘口扫码器只能在 Linux 上使用，请把扫码器设为串口") from None
        return KeyboardLink(self.address.path)

    def _session(self) -> None:
        self._set_state(OPENING)
        with closing(self._open()) as self._link:
            self._link.drain()
            self._set_state(READY)
            try:
                self._listen()
            finally:
                self._refuse_orders()

    def _listen(self) -> None:
        text_of = self._reader()
        splitter = Splitter(self._suffix, None if self._model == "plain" else REPLIES)
        while not self._closing.is_set():
            self._send_orders()
            data = text_of(self._link.read(GAP if splitter.pending else SLICE))
            for code in splitter.feed(data, time.monotonic()):
                self._give(code)

    def _reader(self) -> Callable[[bytes], bytes]:
        """Makes text of what the wire brings."""
        if self.address.kind != "hid":
            return lambda data: data
        from tinghao.drivers.scanner.keyboard import KeyReader

        return KeyReader(self._suffix or SUFFIX["cr"]).feed

    def _give(self, code: bytes) -> None:
        text = decode(code)
        if text:
            self._call(self._on_code, text)

    # ------------------------------------------------------------------------------------ commands

    def _tell(self, command: bytes | None) -> bool:
        """The session's thread sends it: so nobody writes while it reads, reopens or closes."""
        if command is None or self.address.kind == "hid" or self._state != READY:
            return False
        if threading.current_thread() is self._thread:
            return self._tell_from_within(command)
        order: Order = (command, Future())
        self._orders.put(order)
        return _outcome(order[1])

    def _tell_from_within(self, command: bytes) -> bool:
        """For call backs, which run on the session's own thread."""
        try:
            self._link.write(command)
        except LinkError:
            return False
        return True

    def _send_orders(self) -> None:
        while not self._orders.empty():
            command, sent = self._orders.get()
            if not sent.set_running_or_notify_cancel():
                continue
            try:
                self._link.write(command)
            except LinkError:
                sent.set_result(False)
                raise
            sent.set_result(True)

    def _refuse_orders(self) -> None:
        while not self._orders.empty():
            self._orders.get()[1].cancel()


def _outcome(sent: Future[bool]) -> bool:
    """What became of an order, in bounded time: what has not begun by then never will."""
    wait([sent], SEND_WITHIN)
    if sent.cancel():
        return False
    wait([sent], 2 * WRITE_TIMEOUT)
    return sent.done() and sent.result()
