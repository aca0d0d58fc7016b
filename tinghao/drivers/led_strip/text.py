"""Texts for the card: GBK with a font mark `\\FO000` at the front and a colour mark `\\C1` before each run.

The font mark is language (O Chinese, E English), encoding (0 GB 2312, 1 GBK), face (0 song, 1 kai, 2 hei)
and size (0 = 16 dots, 1 = 24, 2 = 32), as one open driver lists them; which fonts a card holds depends on it.

What the card could take for a mark or can't draw doesn't reach it: a backslash becomes a wide one, a
control character a space, and a character outside GBK the sign `STAND_IN`, of which the caller is told.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

Colour = Literal["red", "green", "yellow"]

STAND_IN = "〓"
TEXT_LIMIT = 512
COLOUR_MARK: dict[Colour, bytes] = {"red": rb"\C1", "green": rb"\C2", "yellow": rb"\C3"}
FONT = re.compile("[OE][0-9][0-9][0-2]")
FONT_DOTS = {"0": 16, "1": 24, "2": 32}


@dataclass(frozen=True)
class Run:
    """A piece of text in one colour; without one it has the panel's own."""

    text: str
    colour: Colour | None = None


Text = str | Run | Sequence[Run]


@dataclass(frozen=True)
class Encoded:
    """`text` with its marks; `replaced` are the characters the card can't draw; `cut` if the end didn't fit."""

    text: bytes
    columns: int
    replaced: str
    cut: bool


def encode(text: Text, font: str, colours: bool = True) -> Encoded:
    """What the card is sent; `columns` counts half-width characters."""
    out = bytearray(rb"\F" + font.encode("ascii"))
    columns, replaced, cut = 0, "", False
    for run in _runs(text):
        if colours and run.colour and run.text:
            out += COLOUR_MARK[run.colour]
        for character in run.text:
            code = _gbk(character)
            if code is None:
                replaced += character
                code = STAND_IN.encode("gbk")
            if columns + len(code) > TEXT_LIMIT or len(out) > 2 * TEXT_LIMIT - 128:
                return Encoded(bytes(out), columns, replaced, cut=True)
            out += code
            columns += len(code)
    return Encoded(bytes(out), columns, replaced, cut)


def width_in_dots(columns: int, font: str) -> int:
    return columns * FONT_DOTS[font[-1]] // 2


def _runs(text: Text) -> Sequence[Run]:
    if isinstance(text, str):
        return [Run(text)]
    return [text] if isinstance(text, Run) else text


def _gbk(character: str) -> bytes | None:
    if character < " " or character == "\x7f":
        return b" "
    try:
        return ("＼" if character == "\\" else character).encode("gbk")
    except UnicodeEncodeError:
        return None
