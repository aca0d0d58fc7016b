"""Our own register map for pads with a Modbus RTU port, version 1.0; the full page is docs/devices/modbus-pad.md.

    input    0000  5448 ("TH")      0001  map version, 0100
             0002  firmware, 0102 = 1.2
             0003  what it has: bit 0 keys, 1 rating keys, 2 ticket, 3 waiting, 4 lamp, 5 beeper
             0010  power-ons, counted    0011  keys pressed since, counted    0012  ratings since, counted
             0013  the last four keys, newest first (0013..0016)              0017  the last rating, 1..5
    holding  0000  ticket, four ASCII characters (0000..0001)
             0002  waiting, 0..999; FFFF = dark      0003  lamp: 0 off, 1 on, 2 blinking
             0004  rating keys: 0 dark, 1 lit and taken
             0005  beeps to give, 1..9; reads as 0

The counters make every press count once: what is new is the difference to the last reading, and four keys
are kept for it.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

from tinghao.drivers.keys import Key

IDENTIFICATION = 0x0000
IDENTIFICATION_COUNT = 4
MARK = 0x5448
MAP_MAJOR = 0x01

COUNTERS = 0x0010
COUNTERS_COUNT = 3
PRESSES_COUNT = 8
KEYS_KEPT = 4

DISPLAY = 0x0000
BEEP = 0x0005
TICKET_LEN = 4
DARK = 0xFFFF
MOST_WAITING = 999
BEEPS = range(1, 10)

Lamp = Literal["off", "on", "blinking"]
LAMPS: tuple[Lamp, ...] = ("off", "on", "blinking")
FEATURES = ("按键", "评价键", "票号", "等候人数", "灯", "蜂鸣器")

KEYS = {
    1: Key.NEXT,
    2: Key.RECALL,
    3: Key.ASK_RATING,
    4: Key.ABANDON,
    5: Key.HANG_UP,
    6: Key.CALL_BACK,
    7: Key.PAUSE,
    8: Key.TRANSFER,
    9: Key.CANCEL,
}


@dataclass(frozen=True)
class Identity:
    version: int
    firmware: int
    features: int

    def __str__(self) -> str:
        has = "、".join(name for bit, name in enumerate(FEATURES) if self.features >> bit & 1)
        return f"固件 {self.firmware >> 8}.{self.firmware & 0xFF}，{has or '无部件'}"


def identity(values: Sequence[int]) -> Identity | None:
    """`None` for a device that isn't ours or has another map."""
    mark, version, firmware, features = values
    return Identity(version, firmware, features) if mark == MARK and version >> 8 == MAP_MAJOR else None


@dataclass(frozen=True)
class Shown:
    """What a pad is to show, all of it."""

    ticket: str = ""
    waiting: int | None = None
    lamp: Lamp = "off"
    lets_rate: bool = False

    def registers(self) -> list[int]:
        text = self.ticket.ljust(TICKET_LEN).encode("ascii")
        waiting = DARK if self.waiting is None else self.waiting
        ticket = [int.from_bytes(text[at : at + 2], "big") for at in (0, 2)]
        return [*ticket, waiting, LAMPS.index(self.lamp), int(self.lets_rate)]


def ticket_text(number: str) -> str:
    """What four characters can show of a ticket: all of `A012`, and of a longer one its last four."""
    return "".join(each for each in number.upper() if each in _SHOWABLE)[-TICKET_LEN:]


_SHOWABLE = frozenset("ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-")
