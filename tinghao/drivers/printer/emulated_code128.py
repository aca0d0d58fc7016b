"""Code128 as a printer draws it: `1D 6B 49 n {B…`, with `{A`, `{B`, `{C` to change the character set.

The bars of each symbol are taken from python-barcode's tables, which come with python-escpos.
"""

from __future__ import annotations

from dataclasses import dataclass

from barcode.charsets.code128 import CODES, STOP  # type: ignore[import-untyped]
from PIL import Image, ImageDraw, ImageFont

CHECK_MODULUS = 103
START = {"A": 103, "B": 104, "C": 105}
CHANGE_TO = {"A": 101, "B": 100, "C": 99}
FUNCTION_1 = 102
LAST_BAR = "11"
TEXT_ROWS = 24


class NotCode128(ValueError):
    """The printer prints nothing for it."""


def read_code128(data: bytes) -> tuple[int, ...]:
    """The symbols' values, from start to the last character."""
    if data[:1] != b"{" or data[1:2] not in (b"A", b"B", b"C"):
        raise NotCode128
    charset = chr(data[1])
    values = [START[charset]]
    at = 2
    while at < len(data):
        if data[at] == 0x7B and charset != "C":
            mark = data[at + 1 : at + 2]
            if mark in (b"A", b"B", b"C"):
                charset = mark.decode()
                values.append(CHANGE_TO[charset])
            elif mark == b"1":
                values.append(FUNCTION_1)
            elif mark == b"{" and charset == "B":
                values.append(ord("{") - 32)
            else:
                raise NotCode128
            at += 2
            continue
        if charset == "C" and data[at : at + 2] in (b"{A", b"{B"):
            charset = chr(data[at + 1])
            values.append(CHANGE_TO[charset])
            at += 2
            continue
        values.append(_value(data[at], charset))
        at += 1
    if len(values) < 2:
        raise NotCode128
    return tuple(values)


def _value(byte: int, charset: str) -> int:
    if charset == "C" and byte < 100:
        return byte
    if charset == "B" and 0x20 <= byte < 0x80:
        return byte - 32
    if charset == "A" and byte < 0x60:
        return byte - 32 if byte >= 0x20 else byte + 64
    raise NotCode128


@dataclass(frozen=True)
class Barcode:
    """`module` dots to the narrowest bar; `shown` as in `1D 48`: 1 above, 2 beneath, 3 both."""

    values: tuple[int, ...]
    module: int
    height: int
    shown: int
    align: int

    @property
    def bars(self) -> str:
        """1 for a dark module."""
        start, *rest = self.values
        check = (start + sum(place * value for place, value in enumerate(rest, start=1))) % CHECK_MODULUS
        patterns = [*CODES, ""]
        return str("".join(patterns[value] for value in (*self.values, check)) + STOP + LAST_BAR)

    @property
    def width(self) -> int:
        return len(self.bars) * self.module

    @property
    def rows(self) -> int:
        return self.height + TEXT_ROWS * self.shown.bit_count()

    @property
    def text(self) -> str:
        """What a scanner reads."""
        charset = {START[name]: name for name in START}[self.values[0]]
        text = ""
        for value in self.values[1:]:
            changed = next(
                (name for name, code in CHANGE_TO.items() if code == value and name != charset), ""
            )
            if changed:
                charset = changed
            elif value < 100 and charset == "C":
                text += f"{value:02d}"
            elif value < 96:
                text += chr(value + 32 if charset == "B" or value < 64 else value - 64)
        return text

    def draw(self, canvas: Image.Image, top: int) -> None:
        left = (0, (canvas.width - self.width) // 2, canvas.width - self.width)[self.align]
        draw = ImageDraw.Draw(canvas)
        bars_top = top + TEXT_ROWS * (self.shown & 1)
        for place, bar in enumerate(self.bars):
            if bar == "1":
                x = left + place * self.module
                draw.rectangle((x, bars_top, x + self.module - 1, bars_top + self.height - 1), fill=0)
        for wanted, y in ((1, top), (2, bars_top + self.height)):
            if self.shown & wanted:
                draw.text((left + self.width // 2, y), self.text, fill=0, font=_font(), anchor="mt")


def _font() -> ImageFont.FreeTypeFont | ImageFont.ImageFont:
    return ImageFont.load_default(20)
