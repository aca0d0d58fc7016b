"""Modbus pads made of software, written from docs/devices/modbus-pad.md and the Modbus specification.

    pads = ModbusPadEmulator(Path("/run/tinghao/modbus-pads"), units=(1, 2))
    pads.press(1, 1)
    pads.rate(2, 5)

A frame ends with silence.  One with a wrong CRC, or for another unit, is met with silence; a right one that
can't be obeyed with the exceptions 01 (function), 02 (register), 03 (value).  Unit 0 is obeyed by all and
answered by none.
"""

from __future__ import annotations

import struct
import time
from collections.abc import Callable, Sequence
from functools import partial
from pathlib import Path

from tinghao.drivers.emulated import Emulator, OnChange
from tinghao.drivers.face import Control, Digits, Facts, Lamp, Widget
from tinghao.drivers.modbus_pad.emulated_unit import (
    BAD_FUNCTION,
    BAD_VALUE,
    KEY_LABELS,
    EmulatedUnit,
    ModbusError,
)
from tinghao.drivers.ports import EmulatedPort

SILENCE = 0.02
"""A silence of 3.5 characters is 4 ms on a wire; a pseudo-terminal has more than that between two bytes at times."""

FRAME_LIMIT = 256
KEPT = 50


class ModbusPadEmulator(Emulator):
    """`echoes` is an adapter that hears itself."""

    def __init__(
        self,
        port: EmulatedPort | Path,
        on_change: OnChange | None = None,
        *,
        units: Sequence[int] = (1,),
        echoes: bool = False,
    ) -> None:
        super().__init__(port, on_change)
        self.units = {number: EmulatedUnit() for number in units}
        self._echoes = echoes
        self._dead: set[int] = set()
        self._buffer = b""
        self._heard_at = 0.0
        self.malformed: list[str] = []

    # ------------------------------------------------------------------------------------ by hand

    def press(self, unit: int, code: int) -> None:
        with self._lock:
            self.units[unit].press(code)
        self._changed()

    def rate(self, unit: int, level: int) -> None:
        with self._lock:
            self.units[unit].rate(level)
        self._changed()

    def cut_power(self, unit: int, off: bool = True) -> None:
        """One pad of the line; it forgets what it shows."""
        with self._lock:
            if off:
                self._dead.add(unit)
            elif unit in self._dead:
                self._dead.discard(unit)
                self.units[unit].switch_on()
        self._changed()

    # ------------------------------------------------------------------------------------ on the wire

    def _power_on(self) -> None:
        self._buffer = b""
        for unit in self.units.values():
            unit.switch_on()

    def _spoil(self, frame: bytes) -> bytes:
        return frame[:-2] + bytes([frame[-2] ^ 0x01]) + frame[-1:]

    def _received(self, data: bytes) -> None:
        now = time.monotonic()
        if self._buffer and now - self._heard_at > SILENCE:
            self._refuse(self._buffer)
            self._buffer = b""
        self._heard_at = now
        self._buffer = (self._buffer + data)[: FRAME_LIMIT + 1]
        if len(self._buffer) == _length_of(self._buffer) and _crc(self._buffer[:-2]) == self._buffer[-2:]:
            frame, self._buffer = self._buffer, b""
            self._obey(frame)

    def _obey(self, frame: bytes) -> None:
        if self._echoes:
            self._send(frame)
        number, function, data = frame[0], frame[1], frame[2:-2]
        meant = self.units if number == 0 else {number} & set(self.units)
        for each in meant:
            if each not in self._dead:
                answer = self._answer(self.units[each], function, data)
                if number:
                    self._send(_framed(bytes([number]) + answer))

    def _answer(self, unit: EmulatedUnit, function: int, data: bytes) -> bytes:
        try:
            return bytes([function]) + self._do(unit, function, data)
        except ModbusError as error:
            self._refuse(bytes([function]) + data)
            return bytes([function | 0x80, error.code])

    def _do(self, unit: EmulatedUnit, function: int, data: bytes) -> bytes:
        if function in (0x03, 0x04):
            address, count = struct.unpack(">HH", data)
            if not 1 <= count <= 125:
                raise ModbusError(BAD_VALUE)
            read = unit.holding_registers if function == 0x03 else unit.input_registers
            return bytes([2 * count]) + b"".join(value.to_bytes(2, "big") for value in read(address, count))
        if function == 0x06:
            address, value = struct.unpack(">HH", data)
            self._write(unit, address, [value])
            return data
        if function == 0x10:
            address, count, size = struct.unpack(">HHB", data[:5])
            if not 1 <= count <= 123 or size != 2 * count:
                raise ModbusError(BAD_VALUE)
            self._write(unit, address, list(struct.unpack(f">{count}H", data[5:])))
            return data[:4]
        raise ModbusError(BAD_FUNCTION)

    def _write(self, unit: EmulatedUnit, address: int, values: list[int]) -> None:
        unit.write(address, values)
        self._changed()

    def _refuse(self, data: bytes) -> None:
        self.malformed = [*self.malformed, data.hex(" ")][-KEPT:]

    # ------------------------------------------------------------------------------------ the face

    def face(self) -> list[Widget]:
        widgets: list[Widget] = []
        with self._lock:
            for number, unit in self.units.items():
                beeps = (f"面板 {number} 蜂鸣次数", f"Pad {number} beeps", str(unit.beeps))
                power = (f"面板 {number} 电源", f"Pad {number} power", "断" if number in self._dead else "通")
                widgets += [
                    Digits(f"面板 {number} 票号", f"Pad {number} ticket", unit.ticket),
                    Digits(f"面板 {number} 等候", f"Pad {number} waiting", unit.waiting),
                    Lamp(f"面板 {number} 灯（{unit.lamp}）", f"Pad {number} lamp", unit.lamp != "灭"),
                    Lamp(f"面板 {number} 评价键", f"Pad {number} rating keys", unit.lets_rate),
                    Facts((beeps, power)),
                ]
        return widgets

    def controls(self) -> list[Control]:
        controls = []
        for number in self.units:
            for code, (label, label_en) in KEY_LABELS.items():
                press = partial(self.press, number, code)
                controls.append(
                    _key(f"key-{number}-{code}", f"{number} 号 {label}", f"{label_en}, pad {number}", press)
                )
            for level in range(5, 0, -1):
                rate = partial(self.rate, number, level)
                controls.append(
                    _key(
                        f"rate-{number}-{level}",
                        f"{number} 号 {level} 星",
                        f"Pad {number}, {level} stars",
                        rate,
                    )
                )
            power = partial(self._switch_power, number)
            controls.append(
                _key(f"power-{number}", f"{number} 号 断电/通电", f"Power of pad {number}", power)
            )
        return controls

    def _switch_power(self, unit: int) -> None:
        self.cut_power(unit, unit not in self._dead)


def _key(name: str, label: str, label_en: str, do: Callable[[], None]) -> Control:
    return Control(name, label, label_en, lambda _: do(), "key")


def _length_of(frame: bytes) -> int | None:
    """Of a request that begins so; of a function that isn't known, as long as it is."""
    if len(frame) < 4:
        return None
    if frame[1] in (0x03, 0x04, 0x06):
        return 8
    if frame[1] == 0x10:
        return 9 + frame[6] if len(frame) > 6 else None
    return len(frame)


def _framed(body: bytes) -> bytes:
    return body + _crc(body)


def _crc(data: bytes) -> bytes:
    """CRC-16/MODBUS, low byte first; by table, four bits at a time."""
    crc = 0xFFFF
    for byte in data:
        crc ^= byte
        crc = (crc >> 4) ^ _NIBBLES[crc & 0x0F]
        crc = (crc >> 4) ^ _NIBBLES[crc & 0x0F]
    return bytes([crc & 0xFF, crc >> 8])


_NIBBLES = (
    0x0000, 0xCC01, 0xD801, 0x1400, 0xF001, 0x3C00, 0x2800, 0xE401,
    0xA001, 0x6C00, 0x7800, 0xB401, 0x5000, 0x9C01, 0x8801, 0x4400,
)  # fmt: skip
