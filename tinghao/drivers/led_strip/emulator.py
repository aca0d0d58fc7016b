"""A font card made of software, with its strip: speaks the protocol over a pseudo-terminal or TCP.

    card = LedStripEmulator(Path("/run/tinghao/led"), width=192, height=16)
    card.plug()

It acknowledges what it can do, and says A1 and a reason to a wrong CRC (05), an unknown group (01) or command (02),
and to areas that are cut short or beyond its panel (04).  Frames for other cards and frames whose lengths
or escapes are wrong it passes over in silence.  Without power it forgets its areas.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from tinghao.drivers.emulated import Emulator, OnChange
from tinghao.drivers.face import Control, Facts, LedArea, LedPanel, Widget
from tinghao.drivers.led_strip.emulated_wire import (
    NO_ROOM,
    WRONG_COMMAND,
    WRONG_CRC,
    WRONG_GROUP,
    WRONG_TIME,
    Colour,
    Refusal,
    Rest,
    crc,
    drawn,
    framed,
    with_escapes,
    without_escapes,
)
from tinghao.drivers.ports import EmulatedPort

RECEIVE_BUFFER = 4096
MALFORMED_KEPT = 50
ME, EVERYBODY = b"\x01\x00", b"\xfe\xff"


@dataclass(frozen=True)
class ShownArea:
    """What an area request left on the panel, in dots."""

    x: int
    y: int
    width: int
    height: int
    mode: int
    stay: int
    marks: tuple[tuple[str, Colour], ...]

    @property
    def text(self) -> str:
        return "".join(text for text, _ in self.marks)


class LedStripEmulator(Emulator):
    """`answers_status=False` is a card that doesn't know A1 02; `refuse_areas_with` a code makes it refuse all areas."""

    def __init__(
        self,
        port: EmulatedPort | Path,
        on_change: OnChange | None = None,
        *,
        width: int = 192,
        height: int = 16,
        x_unit: Literal[8, 1] = 8,
        answers_status: bool = True,
    ) -> None:
        super().__init__(port, on_change)
        self.width, self.height, self.x_unit = width, height, x_unit
        self.answers_status = answers_status
        self.malformed: deque[str] = deque(maxlen=MALFORMED_KEPT)
        self.areas: dict[int, ShownArea] = {}
        self.lit = True
        self.brightness = 15
        self.time = bytes(8)
        self.refuse_areas_with = 0
        self._input = bytearray()

    # ------------------------------------------------------------------------------------ by hand

    def power_cycle(self) -> None:
        """The card loses its power and has it again; the cable stays."""
        with self._lock:
            self._power_on()
        self._changed()

    def face(self) -> list[Widget]:
        with self._lock:
            areas = tuple(
                LedArea(
                    area.x,
                    area.y,
                    area.width,
                    area.height,
                    area.marks,
                    moving=area.mode in (3, 4, 5, 6),
                    flashing=area.mode == 2,
                )
                for _, area in sorted(self.areas.items())
            )
            rows = (
                ("亮度", "Brightness", str(self.brightness)),
                ("错误帧", "Malformed frames", str(len(self.malformed))),
            )
            return [LedPanel(self.width, self.height, self.lit and self.plugged, areas), Facts(rows)]

    def controls(self) -> list[Control]:
        return [Control("power-cycle", "断电重启", "Power cycle", lambda _: self.power_cycle())]

    def _power_on(self) -> None:
        self.areas = {}
        self._input.clear()
        self.lit = True

    # ------------------------------------------------------------------------------------ frames

    def _received(self, data: bytes) -> None:
        self._input += data
        while (end := self._input.find(0x5A)) >= 0:
            piece = bytes(self._input[:end])
            del self._input[: end + 1]
            if 0xA5 in piece:
                self._frame(piece[piece.rindex(0xA5) + 1 :])
            else:
                self._note("no beginning")
        if len(self._input) > RECEIVE_BUFFER:
            self._input.clear()
            self._note("no end")

    def _frame(self, escaped: bytes) -> None:
        body = without_escapes(escaped)
        if body is None or len(body) < 21 or body[12] + 256 * body[13] != len(body) - 16:
            self._note("wrong length or escape")
            return
        if body[0:2] not in (ME, EVERYBODY) or body[11] != 2:
            self._note("for another card")
            return
        try:
            if body[-2:] != b"\xff\xff" and int.from_bytes(body[-2:], "little") != crc(body[:-2]):
                raise Refusal(WRONG_CRC, "wrong CRC")
            answer = self._obey(body[14:-2])
        except Refusal as refusal:
            self._note(str(refusal))
            answer = bytes([0xA1, refusal.code, 0, 0, 0])
        if body[16] == 1:
            self._send(framed(body[0:2], answer))
        self._changed()

    def _note(self, what: str) -> None:
        self.malformed.append(what)

    def _spoil(self, frame: bytes) -> bytes:
        body = without_escapes(frame[8:-1]) or b"\0\0"
        return frame[:8] + with_escapes(body[:-1] + bytes([body[-1] ^ 1])) + frame[-1:]

    # ------------------------------------------------------------------------------------ commands

    def _obey(self, data: bytes) -> bytes:
        """The answer to a request; `Refusal` if it can't be done."""
        commands: dict[int, dict[int, Callable[[bytes], bytes | None]]] = {
            0xA1: {0x02: self._status},
            0xA2: {0x00: lambda _: None, 0x01: self._reset, 0x03: self._set_time},
            0xA3: {0x00: self._set_power, 0x02: self._dim, 0x06: self._lay, 0x10: self._clear},
        }
        if data[0] not in commands:
            raise Refusal(WRONG_GROUP, "unknown group")
        if data[1] not in commands[data[0]] or (data[0] == 0xA1 and not self.answers_status):
            raise Refusal(WRONG_COMMAND, "unknown command")
        told = data[3] + 256 * data[4]
        if told not in (0, len(data) - 5):
            raise Refusal(NO_ROOM, "wrong parameter length")
        return commands[data[0]][data[1]](data[5:]) or b"\xa0\0\0\0\0"

    def _status(self, _: bytes) -> bytes:
        lit = b"\x01" if self.lit else b"\x02"
        shown = bytes([self.brightness]) + self.time + b"\0" + b"P000" + b"\0\0"
        areas = bytes([len(self.areas), *sorted(self.areas)])
        return b"\xa1\x02\0\0\0" + lit + shown + areas + b"BX5K1-EMULATED\0\0" + bytes(12)

    def _reset(self, _: bytes) -> None:
        self.areas = {}

    def _set_time(self, parameters: bytes) -> None:
        if len(parameters) != 8 or any(nibble > 9 for byte in parameters for nibble in divmod(byte, 16)):
            raise Refusal(WRONG_TIME, "no time")
        self.time = parameters

    def _set_power(self, parameters: bytes) -> None:
        if parameters not in (b"\x01", b"\x02"):
            raise Refusal(NO_ROOM, "neither on nor off")
        self.lit = parameters == b"\x01"

    def _dim(self, parameters: bytes) -> None:
        if len(parameters) != 2 or parameters[0] != 1 or parameters[1] > 15:
            raise Refusal(NO_ROOM, "no brightness")
        self.brightness = parameters[1]

    def _clear(self, _: bytes) -> None:
        self.areas = {}

    def _lay(self, parameters: bytes) -> None:
        """All or nothing: one area that can't be shown spoils the request."""
        rest = Rest(parameters)
        deletes = rest.number(1)
        deleted = list(self.areas) if deletes == 0xFF else list(rest.take(deletes))
        areas = [self._area(Rest(rest.take(rest.number(2)))) for _ in range(rest.number(1))]
        rest.end()
        if areas and self.refuse_areas_with:
            raise Refusal(self.refuse_areas_with, "told to refuse")
        kept = {number: area for number, area in self.areas.items() if number not in deleted}
        self.areas = kept | dict(areas)

    def _area(self, rest: Rest) -> tuple[int, ShownArea]:
        kind = rest.number(1)
        x, y = self._dots(rest.number(2)), rest.number(2)
        width, height = self._dots(rest.number(2)), rest.number(2)
        number = rest.number(1)
        rest.take(1 + 1 + 2)
        voice = rest.number(1)
        rest.take(2)
        lines, wrap, mode, _exit, _speed, stay = rest.take(6)
        text = rest.take(rest.number(4))
        rest.end()
        if kind or voice or lines not in (1, 2) or wrap not in (1, 2) or not 1 <= mode <= 6:
            raise Refusal(NO_ROOM, "an unknown kind of area")
        if not width or not height or x + width > self.width or y + height > self.height:
            raise Refusal(NO_ROOM, "an area beyond the panel")
        return number, ShownArea(x, y, width, height, mode, stay, drawn(text))

    def _dots(self, value: int) -> int:
        return value & 0x7FFF if value & 0x8000 else value * self.x_unit
