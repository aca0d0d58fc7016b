"""The protocol of Onbon BX-5K and BX-6K "font cards" (字库卡), which draw GBK text with fonts of their own.

Serial 57600 or 9600 8N1 (RS-232 or RS-485), or TCP port 5005.  Host and card take turns:

    A5 ×8 | escaped( header 14 | data | CRC16 LE ) | 5A

    header   DST 2  SRC 2  reserved 3  barcode 1  check 1  display 1  device FE  version 02  data length 2
    request  GROUP CMD  reply wanted 01 or 02  length 2  parameters
    answer   GROUP CMD  error 00               reserved 2  data

All numbers are little-endian.  The host is 8000, a card 0001 unless set otherwise, FFFE is every card.
Inside the frame A5 is written A6 02, A6 is A6 01, 5A is 5B 02, 5B is 5B 01; so an A5 always begins and a
5A always ends a frame, and one A5 is enough.  The CRC is CRC-16/ARC over header and data before
escaping; FFFF means "not checked".

    A2 00 ping            A2 01 reset           A2 03 set time: 8 BCD bytes, 2013-01-25 11:17:26 Friday =
    A1 02 status          A3 00 power 01 on, 02 off                     13 20 01 25 11 17 26 05
    A3 02 brightness 01, 00–0F                  A3 10 clear the screen
    A3 06 dynamic areas: delete count (FF = all), [numbers], area count, [length 2, area]

    area     type 00  X 2  Y 2  W 2  H 2  number  line spacing  run mode  timeout 2  voice 00  reserved 2
             single line 01 or 02  wrap 01 or 02  display mode  exit mode  speed 00–18  stay ×0.5 s
             text length 4  text

Y and H are dots.  X and W are counted in 8 dots on most cards; with their highest bit set 6K cards take
them for dots, and some firmware takes plain numbers for dots: `Place.x_unit`, `Place.dot_flag`.
Areas are volatile: a card that lost its power shows none of them.

The acknowledgement is A0 00 00.  One firmware says no with group A1 and the reason as CMD (A1 05: wrong
CRC); the maker's sheet says that the third byte is the reason.  Both are read, and whatever is no
acknowledgement is a failure.

Sources: deanled.cn (field list, frames), strongercjd/Onbon-Protocol-Analysis (the maker's own parser: status
answer, unit bit), two open drivers for font cards (error and run codes, frames).  The frames of the tests were
recorded by others.  Not yet tried on a physical card.  Doubtful: the codes of refusals, brightness
levels beyond 0F, the weekday of Sunday (7 is sent), which display mode a firmware shows as flashing.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Literal

PING = bytes.fromhex("A2 00")
RESET = bytes.fromhex("A2 01")
SET_TIME = bytes.fromhex("A2 03")
STATUS = bytes.fromhex("A1 02")
POWER = bytes.fromhex("A3 00")
BRIGHTNESS = bytes.fromhex("A3 02")
AREAS = bytes.fromhex("A3 06")
CLEAR = bytes.fromhex("A3 10")

ACK = bytes.fromhex("A0 00 00")
NAK_GROUP = 0xA1
REPLY, NO_REPLY = 0x01, 0x02
ALL_AREAS = 0xFF
DOT_FLAG = 0x8000
BRIGHTEST = 0x0F

STATIC, QUICK, LEFT, RIGHT, UP, DOWN = range(0x01, 0x07)
RUN_CYCLE, RUN_ONCE_AND_STAY = 0x00, 0x01

ERROR_TEXT = {
    0x01: "命令组错误",
    0x02: "没有此命令",
    0x03: "控制卡正忙",
    0x04: "存储空间不足或区域超出屏幕",
    0x05: "CRC 校验错误",
    0x06: "文件不存在",
    0x07: "闪存访问错误",
    0x0C: "字库不存在",
    0x0D: "固件型号不符",
    0x0E: "日期时间格式错误",
}

_AREA_FIXED_LEN = 27
_STATUS_FIXED_LEN = 23
_BARCODE_LEN = 16


# ---------------------------------------------------------------------------------------- requests


@dataclass(frozen=True)
class Place:
    """A rectangle of the panel in dots, and how this card counts X and W."""

    number: int
    x: int
    y: int
    width: int
    height: int
    x_unit: Literal[8, 1] = 8
    dot_flag: bool = False

    def across(self, dots: int) -> bytes:
        value = dots // self.x_unit | (DOT_FLAG if self.dot_flag and self.x_unit == 1 else 0)
        return value.to_bytes(2, "little")


@dataclass(frozen=True)
class Style:
    """How an area shows its text; the names are those of the fields."""

    mode: int = STATIC
    run: int = RUN_CYCLE
    speed: int = 0x04
    stay: int = 0x02
    line_spacing: int = 0
    timeout: int = 0
    single_line: bool = True
    wrap: bool = False
    exit: int = 0


def request(command: bytes, parameters: bytes = b"", reply: bool = True) -> bytes:
    flag = bytes([REPLY if reply else NO_REPLY])
    return command + flag + len(parameters).to_bytes(2, "little") + parameters


def delete_all_areas() -> bytes:
    return request(AREAS, bytes([ALL_AREAS, 0]))


def area_request(place: Place, style: Style, text: bytes, reply: bool = True) -> bytes:
    """One area with its text; the others stay as they are."""
    area = (
        b"\0"
        + place.across(place.x)
        + place.y.to_bytes(2, "little")
        + place.across(place.width)
        + place.height.to_bytes(2, "little")
        + bytes([place.number, style.line_spacing, style.run])
        + style.timeout.to_bytes(2, "little")
        + bytes(3)
        + bytes([1 if style.single_line else 2, 2 if style.wrap else 1])
        + bytes([style.mode, style.exit, style.speed, style.stay])
        + len(text).to_bytes(4, "little")
        + text
    )
    return request(AREAS, bytes([0, 1]) + len(area).to_bytes(2, "little") + area, reply)


def time_request(moment: datetime) -> bytes:
    digits = f"{moment:%Y%m%d%H%M%S}"
    year_high, year_low, *rest = (int(digits[at : at + 2], 16) for at in range(0, 14, 2))
    return request(SET_TIME, bytes([year_low, year_high, *rest, moment.isoweekday()]))


def brightness_request(level: int) -> bytes:
    return request(BRIGHTNESS, bytes([0x01, level]))


def power_request(on: bool) -> bytes:
    return request(POWER, b"\x01" if on else b"\x02")


# ---------------------------------------------------------------------------------------- answers


def is_ack(data: bytes) -> bool:
    return data[:3] == ACK


def refusal_text(data: bytes) -> str:
    """Why the card said no."""
    code = data[1] if data[0] == NAK_GROUP else data[2] or data[1]
    return f"{ERROR_TEXT.get(code, '原因不明')}（{data[:3].hex(' ').upper()}）"


@dataclass(frozen=True)
class Status:
    lit: bool
    brightness: int
    areas: tuple[int, ...]
    barcode: str


def parse_status(data: bytes) -> Status | None:
    """`None` if the answer is no status: a short A1 02 is the refusal "no such command"."""
    if data[:3] != STATUS + b"\0" or len(data) < _STATUS_FIXED_LEN:
        return None
    end = _STATUS_FIXED_LEN + data[_STATUS_FIXED_LEN - 1]
    if len(data) < end:
        return None
    barcode = data[end : end + _BARCODE_LEN].split(b"\0")[0]
    return Status(
        lit=data[5] == 1,
        brightness=data[6],
        areas=tuple(data[_STATUS_FIXED_LEN:end]),
        barcode="".join(chr(byte) for byte in barcode if 0x20 < byte < 0x7F),
    )


@dataclass(frozen=True)
class AreaContent:
    """An area as it stands in a request; X and W are left as they are written."""

    number: int
    x: int
    y: int
    width: int
    height: int
    mode: int
    text: bytes


def parse_areas(data: bytes) -> tuple[Sequence[int], Sequence[AreaContent]] | None:
    """The deleted numbers (`ALL_AREAS`) and the areas of an A3 06 request; `None` if it is cut short."""
    try:
        deletes, at = data[5], 6
        if deletes == ALL_AREAS:
            deleted: Sequence[int] = [ALL_AREAS]
        else:
            deleted, at = list(data[at : at + deletes]), at + deletes
        count, at = data[at], at + 1
        areas = []
        for _ in range(count):
            end = at + 2 + int.from_bytes(data[at : at + 2], "little")
            areas.append(_area(data[at + 2 : end], end <= len(data)))
            at = end
    except (IndexError, ValueError):
        return None
    return (deleted, areas) if at == len(data) else None


def _area(area: bytes, whole: bool) -> AreaContent:
    length = int.from_bytes(area[23:27], "little")
    if not whole or len(area) != _AREA_FIXED_LEN + length:
        raise ValueError("an area is cut short")
    x, y, width, height = (int.from_bytes(area[at : at + 2], "little") for at in (1, 3, 5, 7))
    return AreaContent(area[9], x, y, width, height, area[19], area[_AREA_FIXED_LEN:])
