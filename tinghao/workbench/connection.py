"""The real driver, connected to an emulated device from the workbench: what it does and what goes over the wire."""

import logging
import threading
from collections import deque
from collections.abc import Callable
from typing import Any

from tinghao.drivers.base import Driver
from tinghao.drivers.emulated import Emulator
from tinghao.drivers.families import Family, Order, Say
from tinghao.drivers.hexadecimal import hex_lines
from tinghao.drivers.links import DeviceState, Direction

LINES_KEPT = 120
READY_WITHIN = 5.0
POLLED = 12
"""A frame that is the same as one of so many before it is counted there: a polled bus would push out all else."""
NOT_UNDERSTOOD = "看不懂所填内容，请按提示填写"

Act = Callable[[Driver, Say], object]

log = logging.getLogger(__name__)


class Connection:
    """One driver at a time on one device; may be used from any thread."""

    def __init__(self, family: Family, emulator: Emulator, changed: Callable[[], None]) -> None:
        self._family = family
        self._emulator = emulator
        self._changed = changed
        self._lock = threading.Lock()
        self._lines: deque[dict[str, Any]] = deque(maxlen=LINES_KEPT)
        self._driver: Driver | None = None
        self._busy = False

    def connect(self) -> None:
        """Starts the driver, if it isn't."""
        with self._lock:
            if self._driver:
                return
            self._lines.clear()
            driver = self._family.listening(self._emulator.address, self._say)
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
        if self._family.trial:
            self._begin(self._family.trial)

    def order(self, text: str) -> None:
        """Lets the driver do what was typed, likewise."""
        order = self._family.order
        if order:
            self._begin(lambda driver, say: order.give(driver, text, say))

    def as_json(self) -> dict[str, Any]:
        """What the page shows."""
        with self._lock:
            return {
                "connected": self._driver is not None,
                "can_try": self._family.trial is not None,
                "order": _hint(self._family.order),
                "busy": self._busy,
                "lines": [dict(line) for line in self._lines],
            }

    def _begin(self, act: Act) -> None:
        self.connect()
        with self._lock:
            driver = self._driver
            if self._busy or not driver:
                return
            self._busy = True
        threading.Thread(target=self._act, args=(driver, act), daemon=True, name="workbench act").start()
        self._changed()

    def _act(self, driver: Driver, act: Act) -> None:
        try:
            if driver.wait_until_ready(READY_WITHIN):
                act(driver, self._say)
        except ValueError:
            self._say(NOT_UNDERSTOOD)
        except Exception as error:
            log.exception("the workbench's act on %s", driver.family)
            self._say(f"没有做成（{type(error).__name__}）")
        finally:
            with self._lock:
                self._busy = False
            self._changed()

    def _say(self, sentence: str) -> None:
        self._add("said", sentence)

    def _state_said(self, state: DeviceState) -> None:
        self._add("state", state.reason or {"ready": "就绪"}.get(state.state, state.state))

    def _passed(self, direction: Direction, data: bytes, meanings: list[str]) -> None:
        self._add(direction, "；".join(meanings), " ".join(hex_lines(data)))

    def _add(self, kind: str, text: str, data: str = "") -> None:
        line = {"kind": kind, "text": text, "hex": data}
        with self._lock:
            same = next((each for each in list(self._lines)[-POLLED:] if line.items() <= each.items()), None)
            if same and data:
                same["times"] += 1
            else:
                self._lines.append({**line, "times": 1})
        self._changed()


def _hint(order: Order | None) -> dict[str, str] | None:
    return {"hint": order.hint, "hint_en": order.hint_en} if order else None
