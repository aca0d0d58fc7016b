"""A line of Modbus pads as a station sees it.

The pads are asked in turn, without pause: first who each is, then again and again what was pressed.  The
counters tell it in one short reading; only when they moved the keys are read too.  What a pad is to show is
written as a whole, and until it confirms it; after a power-on it is written again.  A beep that couldn't be
given is dropped once the pad was away.

A pad that is silent or refuses while others answer is named in the reason of a `ready` state and asked more
rarely; when all do, the driver is `faulty`.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from contextlib import closing
from dataclasses import dataclass, replace

from tinghao.drivers.address import Address
from tinghao.drivers.asking import Accept, Line, Pacing
from tinghao.drivers.base import OPENING, Driver, OnState
from tinghao.drivers.keys import LEVELS, Key
from tinghao.drivers.links import Link
from tinghao.drivers.members import longest_due, state_of
from tinghao.drivers.modbus_pad.registers import (
    BEEP,
    COUNTERS,
    COUNTERS_COUNT,
    DISPLAY,
    IDENTIFICATION,
    IDENTIFICATION_COUNT,
    KEYS,
    KEYS_KEPT,
    MOST_WAITING,
    PRESSES_COUNT,
    Lamp,
    identity,
    ticket_text,
)
from tinghao.drivers.modbus_pad.rtu import (
    FUNC_READ_INPUT,
    UNITS,
    Answer,
    Registers,
    read_answer,
    read_request,
    write_answer,
    write_request,
)
from tinghao.drivers.modbus_pad.unit import Unit
from tinghao.drivers.wires import open_link

OnKey = Callable[[int, Key], None]
"""Unit, key."""
OnRating = Callable[[int, int], None]
"""Unit, level: 5 非常满意 … 1 非常不满意."""

NOT_OURS = "不是本系统的面板（标识寄存器不符）"
REST = 0.01


@dataclass(frozen=True)
class Timing:
    """Seconds.  `pause` is at least the 3.5 characters that part two frames; `stale_after`: see `Presses`."""

    answer: float = 0.2
    pause: float = 0.005
    poll_every: float = 0.05
    silent_every: float = 2.0
    stale_after: float = 3.0


class ModbusPads(Driver):
    family = "modbus_pad"
    title = "Modbus 呼叫面板"
    kinds = ("serial", "tcp")

    def __init__(
        self,
        address: Address,
        on_key: OnKey | None = None,
        on_rating: OnRating | None = None,
        on_state: OnState | None = None,
        *,
        units: Sequence[int] = (1,),
        timing: Timing | None = None,
    ) -> None:
        super().__init__(address, on_state)
        if not units or any(unit not in UNITS for unit in units):
            raise ValueError("units are 1..247")
        self._on_key = on_key
        self._on_rating = on_rating
        self._timing = timing or Timing()
        self.units = tuple(units)
        self._units = {number: Unit(number, self._timing.stale_after) for number in units}

    # ------------------------------------------------------------------------------------ for stations

    def show_ticket(self, unit: int, number: str) -> str:
        """Four characters, letters too; empty = dark.  Gives what will be shown."""
        text = ticket_text(number)
        return text if self._wish(unit, ticket=text) else ""

    def show_waiting(self, unit: int, count: int | None) -> bool:
        """This and what follows: false for a unit that isn't configured.  Nothing here waits; `None` = dark."""
        return self._wish(unit, waiting=None if count is None else min(max(count, 0), MOST_WAITING))

    def set_lamp(self, unit: int, lamp: Lamp) -> bool:
        return self._wish(unit, lamp=lamp)

    def let_rate(self, unit: int, lets: bool = True) -> bool:
        """Lights the rating keys and takes them, until it is taken back."""
        return self._wish(unit, lets_rate=lets)

    def beep(self, unit: int, times: int = 1) -> bool:
        if unit not in self._units:
            return False
        self._units[unit].wish_beeps(times)
        return True

    def wait_shown(self, unit: int, seconds: float) -> bool:
        """Whether the pad confirmed in time all that was wished."""
        return unit in self._units and self._units[unit].wait_settled(seconds)

    def _wish(self, unit: int, **changes: object) -> bool:
        if unit not in self._units:
            return False
        self._units[unit].wish(**changes)
        return True

    # ------------------------------------------------------------------------------------ the session

    def _connect(self) -> Link:
        """8E1 unless the address says otherwise, as Modbus wants it."""
        parity = self.address.parity or "even"
        address = replace(self.address, parity=parity) if self.address.kind == "serial" else self.address
        return open_link(address, self.baud)

    def _session(self) -> None:
        self._set_state(OPENING)
        for unit in self._units.values():
            unit.begin()
        pacing = Pacing(self._timing.answer, gap=0.0, pause=self._timing.pause)
        with closing(Line(self._open, self._closing, pacing)) as line:
            while not self._closing.is_set():
                self._ask_one(line)
                state = state_of(list(self._units.values()))
                if state:
                    self._set_state(state)

    def _ask_one(self, line: Line) -> None:
        unit = longest_due(self._units.values(), time.monotonic())
        if unit is None:
            line.listen(REST)
            return
        if self._identify(line, unit) and self._read(line, unit) and self._show(line, unit):
            unit.answered()
        if unit.is_silent:
            unit.identity = None
        unit.ask_again(time.monotonic(), self._timing.poll_every, self._timing.silent_every)

    def _identify(self, line: Line, unit: Unit) -> bool:
        if unit.identity:
            return True
        values = self._ask_for(line, unit, IDENTIFICATION, IDENTIFICATION_COUNT)
        if values is None:
            return False
        unit.identity = identity(values)
        if unit.identity is None:
            unit.failed(f"{unit.name} {NOT_OURS}")
            return False
        unit.forgot()
        return True

    def _read(self, line: Line, unit: Unit) -> bool:
        """What was pressed, told in its order."""
        counters = self._ask_for(line, unit, COUNTERS, COUNTERS_COUNT)
        if counters is None:
            return False
        power_ons, keys, ratings = counters
        if not unit.keys.has_news(power_ons, keys) and not unit.ratings.has_news(power_ons, ratings):
            unit.keys.read(time.monotonic())
            unit.ratings.read(time.monotonic())
            return True
        pressed = self._ask_for(line, unit, COUNTERS, PRESSES_COUNT)
        if pressed is None:
            return False
        self._tell(unit, pressed)
        return True

    def _tell(self, unit: Unit, pressed: Registers) -> None:
        power_ons, keys, ratings = pressed[:COUNTERS_COUNT]
        last_keys, last_rating = pressed[COUNTERS_COUNT : COUNTERS_COUNT + KEYS_KEPT], pressed[-1:]
        now = time.monotonic()
        if unit.keys.was_off(power_ons):
            unit.forgot()
        for code in unit.keys.take(power_ons, keys, last_keys, now):
            if code in KEYS:
                self._call(self._on_key, unit.number, KEYS[code])
        for level in unit.ratings.take(power_ons, ratings, last_rating, now):
            if level in LEVELS:
                self._call(self._on_rating, unit.number, level)

    def _show(self, line: Line, unit: Unit) -> bool:
        shown = unit.to_show()
        if shown:
            written = self._ask(
                line, unit, write_request(unit.number, DISPLAY, shown.registers()), write_answer
            )
            if written is None:
                return False
            if written.refused:
                unit.refused(shown, written.refused)
            else:
                unit.shown(shown)
        beeps = unit.take_beeps()
        if beeps:
            answer = self._ask(line, unit, write_request(unit.number, BEEP, [beeps]), write_answer)
            unit.beeped(beeps, answer is not None)
            return answer is not None
        return True

    def _ask_for(self, line: Line, unit: Unit, address: int, count: int) -> Registers | None:
        request = read_request(unit.number, FUNC_READ_INPUT, address, count)
        answer = self._ask(line, unit, request, read_answer)
        if answer is None:
            return None
        if answer.refused:
            unit.failed(f"{unit.name} {NOT_OURS}：{answer.refused}")
            return None
        return answer.values

    def _ask(self, line: Line, unit: Unit, request: bytes, accept: Accept[Answer]) -> Answer | None:
        answer = line.ask(request, accept)
        if answer is None and not self._closing.is_set():
            unit.missed(line.heard_rubbish)
        return answer
