"""One pad on the line: who it is, what it shows and is to show, what was pressed on it."""

from __future__ import annotations

import threading
import time
from dataclasses import replace
from typing import Any

from tinghao.drivers.members import Member
from tinghao.drivers.modbus_pad.presses import Presses
from tinghao.drivers.modbus_pad.registers import BEEPS, Identity, Shown

REFUSED_AGAIN = 5.0
"""Seconds until a pad is asked again for what it refused: it may have been busy."""


class Unit(Member):
    """Any thread may wish; the driver's own asks what there is to do."""

    def __init__(self, number: int, stale_after: float) -> None:
        super().__init__(number, f"呼叫面板 {number}")
        self.keys = Presses(stale_after)
        self.ratings = Presses(stale_after)
        self._lock = threading.Lock()
        self._wished: Shown | None = None
        self._confirmed: Shown | None = None
        self._refused: Shown | None = None
        self._refused_until = 0.0
        self._beeps = 0
        self._settled = threading.Event()
        self._settled.set()

    def begin(self) -> None:
        super().begin()
        self.identity: Identity | None = None

    def wish(self, **changes: Any) -> None:
        with self._lock:
            self._wished = replace(self._wished or Shown(), **changes)
            self._settle()

    def wish_beeps(self, times: int) -> None:
        with self._lock:
            self._beeps = min(max(times, BEEPS[0]), BEEPS[-1])
            self._settle()

    def wait_settled(self, seconds: float) -> bool:
        """Whether the pad has confirmed everything in time."""
        return self._settled.wait(seconds)

    def to_show(self) -> Shown | None:
        with self._lock:
            if self._wished == self._confirmed:
                self.complaint = ""
                return None
            waits = self._wished == self._refused and time.monotonic() < self._refused_until
            return None if waits else self._wished

    def shown(self, shown: Shown) -> None:
        self.complaint = ""
        with self._lock:
            self._confirmed, self._refused = shown, None
            self._settle()

    def refused(self, shown: Shown, why: str) -> None:
        """Asking for the same again at once would get the same answer."""
        self.complaint = f"{self.name} 不接受显示：{why}"
        with self._lock:
            self._refused, self._refused_until = shown, time.monotonic() + REFUSED_AGAIN

    def take_beeps(self) -> int:
        with self._lock:
            beeps, self._beeps = self._beeps, 0
            return beeps

    def beeped(self, times: int, confirmed: bool) -> None:
        """One that nobody confirmed is asked for again: rather twice than not at all."""
        with self._lock:
            self._beeps = self._beeps if confirmed or self._beeps else times
            self._settle()

    def forgot(self) -> None:
        """It had no power: it shows nothing, and a beep from before is stale."""
        with self._lock:
            self._confirmed = self._refused = None
            self._beeps = 0
            self._settle()

    def _settle(self) -> None:
        if self._beeps or self._wished != self._confirmed:
            self._settled.clear()
        else:
            self._settled.set()
