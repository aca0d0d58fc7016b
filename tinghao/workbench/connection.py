"""The real driver, connected to an emulated device from the workbench: what it does and what goes over the wire."""

import threading
from collections import deque
from collections.abc import Callable
from typing import Any

from tinghao.drivers.address import Address
from tinghao.drivers.base import Driver
from tinghao.drivers.families import Family
from tinghao.drivers.links import DeviceState, Direction

LINES_KEPT = 120
BYTES_SHOWN = 48
READY_WITHIN = 5.0


class Connection:
    """One driver at a time on one device; may be used from any thread."""

    def __init__(self, family: Family, address: Address, changed: Callable[[], None]) -> None:
        self._family = family
        self._address = address
        self._changed = changed
        self._lock = threading.Lock()
        self._lines: deque[dict[str, str]] = deque(maxlen=LINES_KEPT)
        self._driver: Driver | None = None
        self._trying = False

    def connect(self) -> None:
        """Starts the driver, if it isn't."""
        with self._lock:
            if self._driver:
                return
            self._lines.clear()
            driver = self._family.listening(self._address, self._say)
            explainer = self._family.explainer()
            driver.tap = lambda direction, data: self._passed(
                direction, data, explainer.feed(direction, data)
            )
            driver.hear_state(self._state_said)
            self._driver = driver.start()
        self._changed()

    def disconnect(self) -> None:
        """Stops the driver and keeps what was said."""
        with self._lock:
            driver, self._driver = self._driver, None
        if driver:
            driver.close()
            self._changed()

    def try_out(self) -> None:
        """Lets the driver do something that can be seen or heard; connects it before if it isn't."""
        self.connect()
        with self._lock:
            driver, trial = self._driver, self._family.trial
            if self._trying or not driver or not trial:
                return
            self._trying = True
        threading.Thread(target=self._try, args=(driver, trial), daemon=True, name="trial").start()
        self._changed()

    def as_json(self) -> dict[str, Any]:
        """What the page shows."""
        with self._lock:
            return {
                "connected": self._driver is not None,
                "can_try": self._family.trial is not None,
                "trying": self._trying,
                "lines": list(self._lines),
            }

    def _try(self, driver: Driver, trial: Callable[[Driver, Callable[[str], None]], None]) -> None:
        try:
            if driver.wait_until_ready(READY_WITHIN):
                trial(driver, self._say)
        finally:
            with self._lock:
                self._trying = False
            self._changed()

    def _say(self, sentence: str) -> None:
        self._add("said", sentence)

    def _state_said(self, state: DeviceState) -> None:
        self._add("state", state.reason or {"ready": "就绪"}.get(state.state, state.state))

    def _passed(self, direction: Direction, data: bytes, meanings: list[str]) -> None:
        shown = data[:BYTES_SHOWN].hex(" ").upper()
        more = f" … 共 {len(data)} 字节" if len(data) > BYTES_SHOWN else ""
        self._add(direction, "；".join(meanings), shown + more)

    def _add(self, kind: str, text: str, data: str = "") -> None:
        with self._lock:
            self._lines.append({"kind": kind, "text": text, "hex": data})
        self._changed()
