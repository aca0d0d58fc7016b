"""Chinese text on paper.

A printer has a grid: 12 dots for an ASCII character, 24 for any other; 48 columns on 80 mm paper, 32 on
58 mm.  What GBK can say is sent as GBK (after `1C 26`).  Four-byte GB18030 is unknown to many printers,
so a line that holds a rarer character (王𬭊) is drawn by us on the same grid and sent as a picture: it
stands where the text would have stood.
"""

from __future__ import annotations

import re
import unicodedata
from functools import lru_cache

from noto_cjk_sans_otc import FONT_PATH  # type: ignore[import-untyped]
from PIL import Image, ImageDraw, ImageFont

CELL = 12
GLYPH = 24
BASELINE = 21
FACE_MONO_SC = 7  # Noto Sans Mono CJK SC within the collection: its ASCII is half as wide as its hanzi
GLYPHS_KEPT = 1024
NO_CHARACTER = "\U0010ffff"

UNPRINTABLE = "□"
"""Stands for what the font cannot draw: emoji, other scripts, private characters."""

_BLANK = re.compile(r"[\x00-\x1f\x7f-\xa0\u1680\u2000-\u200a\u2028\u2029\u202f\u205f]+")
_RANGE = re.compile(r"(?<=[0-9])\u2013(?=[0-9])")
_WORD = r"[!-~]*?[A-Za-z]-(?=[A-Za-z])|[!-~]+(?:号(?:窗口)?)?"
_TOKEN = re.compile(rf"[（《「【“‘]*(?:{_WORD}|[^\x00-\x7f])[，。、；：！？）》」』】”’·]*| ")
_INVISIBLE = {"Cf", "Cs", "Mn", "Me"}


def clean(text: str) -> str:
    """Nothing a printer would obey or a reader would not see; what cannot be drawn becomes a box.

    ¥ becomes full width, as GBK has no other; a dash between digits becomes narrow.
    """
    plain = _BLANK.sub(" ", text).replace("\u00a5", "\uffe5")
    if to_gbk(plain) is None:
        plain = "".join(map(_printable, unicodedata.normalize("NFC", plain)))
    return _RANGE.sub("-", plain).strip(" ")


def _printable(character: str) -> str:
    if to_gbk(character) is not None:
        return character
    if unicodedata.category(character) in _INVISIBLE:
        return ""
    return character if _is_drawable(character) else UNPRINTABLE


def columns_of(text: str) -> int:
    return len(text) if text.isascii() else sum(1 if character < "\x80" else 2 for character in text)


def to_gbk(text: str) -> bytes | None:
    """`None` if a character is not in GBK, or would not take two columns there."""
    try:
        return text.encode("gbk")
    except UnicodeEncodeError:
        return None


def wrap(text: str, columns: int) -> list[str]:
    """Lines of at most `columns`; words and 12号窗口 stay whole and no line begins with a stop, if possible."""
    lines = [""]
    for token in _pieces(text, columns):
        if columns_of(lines[-1]) + columns_of(token) <= columns:
            lines[-1] += token
        elif token != " ":
            lines.append(token)
    return [line.rstrip(" ") for line in lines]


def fits(text: str, columns: int, lines: int) -> bool:
    """Without a word broken."""
    whole = all(columns_of(token) <= columns for token in _TOKEN.findall(text))
    return whole and len(wrap(text, columns)) <= lines


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


def draw_line(text: str, scale: int, pitch: int, *, bold: bool = False) -> Image.Image:
    """One line on the printer's grid, black on white, `pitch` dots high."""
    image = Image.new("1", (columns_of(text) * CELL * scale, pitch), 255)
    x = 0
    for character in text:
        glyph = _glyph(character, scale, bold)
        image.paste(0, (x, 0), glyph)
        x += columns_of(character) * CELL * scale
    return image


@lru_cache(maxsize=8)
def _face(size: int) -> ImageFont.FreeTypeFont:
    return ImageFont.truetype(str(FONT_PATH), size, index=FACE_MONO_SC)


@lru_cache(maxsize=GLYPHS_KEPT)
def _glyph(character: str, scale: int, bold: bool) -> Image.Image:
    """The ink of one character; a little beyond its cell where the font goes beyond it."""
    image = Image.new("1", (columns_of(character) * CELL * scale + scale, (GLYPH + 8) * scale), 0)
    draw = ImageDraw.Draw(image)
    draw.fontmode = "1"
    for shift in range(scale + 1 if bold else 1):
        draw.text((shift, BASELINE * scale), character, fill=255, font=_face(GLYPH * scale), anchor="ls")
    return image


@lru_cache(maxsize=GLYPHS_KEPT)
def _is_drawable(character: str) -> bool:
    """The font draws the same box for all characters it doesn't know."""
    return _mask(character) != _mask(NO_CHARACTER)


def _mask(character: str) -> tuple[tuple[int, int], bytes]:
    mask = _face(GLYPH).getmask(character, mode="1")
    return mask.size, bytes(mask)
