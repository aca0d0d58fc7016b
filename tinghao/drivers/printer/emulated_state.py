"""The emulated printer's health, and the bits it is told in; written from the page, not from the driver."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Literal

Condition = Literal["cover", "cutter", "hot", "mechanical", "unrecoverable", "feed", "recovery"]
Mouth = Literal["empty", "inside", "mouth"]

CONDITIONS: dict[Condition, tuple[str, str]] = {
    "cover": ("机盖打开", "Cover open"),
    "cutter": ("切刀卡住", "Cutter jammed"),
    "hot": ("打印头过热", "Head hot"),
    "mechanical": ("机械故障", "Mechanical error"),
    "unrecoverable": ("不可恢复故障", "Unrecoverable"),
    "feed": ("按住走纸键", "Feed button held"),
    "recovery": ("等待恢复", "Waits for recovery"),
}
ERRORS: tuple[Condition, ...] = ("cutter", "hot", "mechanical", "unrecoverable")
CLEAR = bytes.fromhex("10 14 08 01 03 14 01 06 02 08")


@dataclass
class Health:
    paper: Literal["ok", "near_end", "out"] = "ok"
    conditions: set[Condition] = field(default_factory=set)
    mouth_jam: bool = False

    @property
    def off_line(self) -> bool:
        return self.paper == "out" or bool(self.conditions)

    def has(self, condition: Condition, bit: int) -> int:
        return bit if condition in self.conditions else 0

    def real_time(self, n: int) -> bytes:
        """The answer to `10 04 n`; nothing to an n it doesn't know."""
        ran_out = self.paper == "out"
        bits = {
            1: 0x08 * self.off_line | self.has("recovery", 0x20) | self.has("feed", 0x40),
            2: self.has("cover", 0x04) | self.has("feed", 0x08) | 0x20 * ran_out | 0x40 * self._in_error,
            3: self._error_bits,
            4: 0x0C * (self.paper != "ok") | 0x60 * ran_out,
        }
        return bytes([0x12 | bits[n]]) if n in bits else b""

    def automatic(self) -> bytes:
        first = 0x10 | 0x08 * self.off_line | self.has("cover", 0x20) | self.has("feed", 0x40)
        return bytes([first, self._error_bits, self.answer_to_gs_r(), 0])

    def answer_to_gs_r(self) -> int:
        return 0x0F if self.paper == "out" else 0x03 * (self.paper == "near_end")

    def presenter(self, mouth: Mouth) -> int:
        """The answer to `1D 65 6`."""
        return (
            0x01 * (self.paper != "ok")
            | 0x08 * (mouth == "mouth")
            | 0x40 * self._in_error
            | 0x80 * self.mouth_jam
        )

    def full(self, mouth: Mouth) -> bytes:
        """The six bytes to `10 04 14`."""
        paper = 0x01 * (self.paper == "out") | 0x04 * (self.paper != "ok") | 0x20 * (mouth == "mouth")
        return bytes(
            [
                0x10,
                0x0F,
                paper,
                self.has("cover", 0x02),
                self.has("hot", 0x01),
                self.has("unrecoverable", 0x04),
            ]
        )

    @property
    def _in_error(self) -> bool:
        return any(condition in self.conditions for condition in ERRORS)

    @property
    def _error_bits(self) -> int:
        return (
            self.has("mechanical", 0x04)
            | self.has("cutter", 0x08)
            | self.has("unrecoverable", 0x20)
            | self.has("hot", 0x40)
        )


class RealTimeEar:
    """Hears real-time commands wherever they stand, also across the pieces in which they arrive."""

    def __init__(self, on_question: Callable[[int], None]) -> None:
        self._on_question = on_question
        self._tail = b""

    def forget(self) -> None:
        self._tail = b""

    def hear(self, data: bytes) -> bool:
        """True when the buffers are to be cleared."""
        stream = self._tail + data
        at = stream.find(b"\x10\x04")
        while 0 <= at < len(stream) - 2:
            if at + 3 > len(self._tail):
                self._on_question(stream[at + 2])
            at = stream.find(b"\x10\x04", at + 2)
        cleared = CLEAR in stream
        self._tail = b"" if cleared else stream[1 - len(CLEAR) :]
        return cleared
