"""Chinese text on paper.

A printer has a grid: 12 dots for an ASCII character, 24 for any other; 48 columns on 80 mm paper, 32 on
58 mm.  What GBK can say is sent as GBK (after `1C 26`).  Four-byte GB18030 is unknown to many printers,
so a line that holds a rarer character (王𬭊) is drawn by us on the same grid and sent as a picture: it
stands where the text would have stood.
"""

from __future__ import annotations

import re
from functools import lru_cache

from noto_cjk_sans_otc import FONT_PATH  # type: ignore[import-untyped]
from PIL import Image, ImageDraw, ImageFont

CELL = 12
GLYPH = 24
BASELINE = 21
FACE_MONO_SC = 7  # Noto Sans Mono CJK SC within the collection: its ASCII is half as wide as its hanzi

_CONTROL = re.compile(r"[\x00-\x1f\x7f-\xa0\u2000-\u200f\u2028-\u202e\ufe00-\ufe0f\U000e0100-\U000e01ef]+")
_RANGE = re.compile(r"(?<=[0-9])\u2013(?=[0-9])")
_TOKEN = re.compile(r"[!-~]+|[^\x00-\x7f][，。、；：！？）》」』】]*| ")


def clean(text: str) -> str:
    """Nothing a printer would obey; ¥ full width, as GBK has no other; a narrow dash between digits."""
    return _RANGE.sub("-", _CONTROL.sub(" ", text).replace("\u00a5", "\uffe5")).strip(" ")


def columns_of(text: str) -> int:
    return sum(1 if character < "\x80" else 2 for character in text)


def to_gbk(text: str) -> bytes | None:
    """`None` if a character is not in GBK, or would not take two columns there."""
    try:
        return text.encode("gbk")
    except UnicodeEncodeError:
        return None


def wrap(text: str, columns: int) -> list[str]:
    """Lines of at most `columns`; words stay whole and no line begins with a full stop, if possible."""
    lines = [""]
    for token in _pieces(text, columns):
        if columns_of(lines[-1]) + columns_of(token) <= columns:
            lines[-1] += token
        elif token != " ":
            lines.append(token)
    return [line.rstrip(" ") for line in lines]


def wrap_evenly(text: str, columns: int) -> list[str]:
    """As `wrap`, with lines as equal as possible: centred text shall not end in one lonely character."""
    lines = wrap(text, columns)
    for narrower in range(columns - 1, columns // 2, -1):
        candidate = wrap(text, narrower)
        if len(candidate) > len(lines) or len(lines) == 1:
            break
        lines = candidate
    return lines


def _pieces(text: str, columns: int) -> list[str]:
    pieces: list[str] = []
    for token in _TOKEN.findall(text):
        if columns_of(token) <= columns:
            pieces.append(token)
        else:
            pieces.extend(token)
    return pieces


@lru_cache(maxsize=8)
def _face(size: int) -> ImageFont.FreeTypeFont:
    return ImageFont.truetype(str(FONT_PATH), size, index=FACE_MONO_SC)


def draw_line(text: str, scale: int, pitch: int, *, bold: bool = False) -> Image.Image:
    """One line on the printer's grid, black on white, `pitch` dots high."""
    image = Image.new("1", (columns_of(text) * CELL * scale, pitch), 1)
    draw = ImageDraw.Draw(image)
    draw.fontmode = "1"
    face = _face(GLYPH * scale)
    x = 0
    for character in text:
        for shift in range(scale + 1 if bold else 1):
            draw.text((x + shift, BASELINE * scale), character, fill=0, font=face, anchor="ls")
        x += columns_of(character) * CELL * scale
    return image
