"""A keyboard scanner made of software: writes the kernel's `struct input_event`s to a pseudo-terminal.

    scanner = KeyboardScannerEmulator(KeyboardPort(Path("/run/tinghao/keys")))
    scanner.address                                        # hid:/run/tinghao/keys

Real event devices need a kernel with uinput and rights; this needs neither.  There is nothing to grab, so
that step alone stays untried.  It types as scanners with a US layout do: what that has no key for is lost.
The table is the row of keys in linux/input-event-codes.h, counted off.
"""

from __future__ import annotations

import os
import select
import struct
import time

from tinghao.drivers.address import Address
from tinghao.drivers.ports import PtyPort
from tinghao.drivers.scanner.emulator import ScannerEmulator

EV_SYN, EV_KEY, EV_MSC = 0, 1, 4
MSC_SCAN = 4
LEFT_SHIFT = 42
ENTER = 28
PATIENCE = 0.2

_ROWS = {2: "1234567890-=", 16: "qwertyuiop[]", 30: "asdfghjkl;'`", 43: "\\zxcvbnm,./", 57: " ", 15: "\t"}
_SHIFTED_ROWS = {2: "!@#$%^&*()_+", 16: "QWERTYUIOP{}", 30: 'ASDFGHJKL:"~', 43: "|ZXCVBNM<>?"}
KEYS = {key: first + at for first, row in _ROWS.items() for at, key in enumerate(row)}
SHIFTED_KEYS = {key: first + at for first, row in _SHIFTED_ROWS.items() for at, key in enumerate(row)}


class KeyboardPort(PtyPort):
    """A pseudo-terminal that is opened as an input device.

    A long code is more events than a pseudo-terminal holds, so they go as fast as they are fetched.
    """

    _patience = PATIENCE

    @property
    def address(self) -> Address:
        """See `EmulatedPort`."""
        return Address("hid", path=str(self.link))

    def write(self, data: bytes) -> None:
        """What nobody fetches is lost; that is waited for only once."""
        left = data
        while left:
            try:
                if not select.select([], [self._master], [], self._patience)[1]:
                    self._patience = 0.0
                    return
                left = left[os.write(self._master, left) :]
            except (OSError, ValueError):
                return
        self._patience = PATIENCE


class KeyboardScannerEmulator(ScannerEmulator):
    def _say(self, code: bytes) -> None:
        """Types it, then Enter for whatever suffix."""
        for character in code.decode(self._encoding, "ignore"):
            self._type(character)
        if self._suffix:
            self._send(stroke(ENTER))

    def _type(self, character: str) -> None:
        if character in KEYS:
            self._send(stroke(KEYS[character]))
        elif character in SHIFTED_KEYS:
            self._send(report(LEFT_SHIFT, 1) + stroke(SHIFTED_KEYS[character]) + report(LEFT_SHIFT, 0))

    def _received(self, data: bytes) -> None:
        """A keyboard takes no commands."""


def stroke(key: int) -> bytes:
    """A key pressed and let go."""
    return report(key, 1) + report(key, 0)


def report(key: int, value: int) -> bytes:
    """The three events by which the kernel tells of one change."""
    return event(EV_MSC, MSC_SCAN, 0x70000 + key) + event(EV_KEY, key, value) + event(EV_SYN, 0, 0)


def event(kind: int, code: int, value: int) -> bytes:
    """One `struct input_event`, now."""
    seconds, fraction = divmod(time.time(), 1)
    return struct.pack("llHHi", int(seconds), int(fraction * 1_000_000), kind, code, value)
