"""What the emulated printer sets on the roll: its look, its bytes, its lines of text."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field

from tinghao.drivers.printer.emulated_paper import Block, Feed, Raster, Span, TextLine

DEFAULT_PITCH = 30
DEFAULT_BAR_HEIGHT = 162
MALFORMED_LIMIT = 100


class NeedMore(Exception):
    """The command isn't complete yet."""


@dataclass
class Look:
    """What `1B 40` puts back."""

    align: int = 0
    bold: bool = False
    width: int = 1
    height: int = 1
    pitch: int = DEFAULT_PITCH
    chinese: bool = True
    qr_module: int = 3
    qr_level: str = "l"
    qr_data: bytes = b""
    bar_height: int = DEFAULT_BAR_HEIGHT
    bar_width: int = 3
    bar_text: int = 0
    graphics: Raster | None = None


@dataclass
class Typesetter:
    """`put` is given each finished block."""

    width: int
    put: Callable[[Block], None]
    malformed: list[str] = field(default_factory=list, kw_only=True)
    buffer: bytearray = field(default_factory=bytearray, kw_only=True)
    _look: Look = field(default_factory=Look, kw_only=True)
    _spans: list[Span] = field(default_factory=list, kw_only=True)

    def drop(self) -> None:
        """Forgets what has not been printed yet."""
        self.buffer.clear()
        self._spans.clear()

    def reset(self) -> None:
        self.drop()
        self._look = Look()

    def _at(self, index: int) -> int:
        if index >= len(self.buffer):
            raise NeedMore
        return self.buffer[index]

    def _slice(self, start: int, length: int) -> bytes:
        if start + length > len(self.buffer):
            raise NeedMore
        return bytes(self.buffer[start : start + length])

    def _refuse(self, used: int, why: str) -> int:
        if len(self.malformed) < MALFORMED_LIMIT:
            self.malformed.append(f"{why}: {bytes(self.buffer[: min(used, 8)]).hex(' ').upper()}")
        return used

    # ------------------------------------------------------------------------------------ text

    def _character(self, first: int) -> int:
        if first < 0x80:
            self._type(chr(first))
            return 1
        if not self._look.chinese or first in (0x80, 0xFF):
            self._refuse(1, "byte outside Chinese mode")
            self._type("?")
            return 1
        pair = bytes([first, self._at(1)])
        try:
            self._type(pair.decode("gbk"))
        except UnicodeDecodeError:
            self._refuse(2, "not GBK")
            return 1
        return 2

    def _type(self, character: str) -> None:
        look = self._look
        span = Span(character, look.bold, look.width, look.height)
        if sum(each.dots for each in self._spans) + span.dots > self.width:
            self._end_line(True)
        last = self._spans[-1] if self._spans else None
        if last and (last.bold, last.width, last.height) == (span.bold, span.width, span.height):
            self._spans[-1] = Span(last.text + character, last.bold, last.width, last.height)
        else:
            self._spans.append(span)

    def _end_line(self, wrapped: bool, feed: int | None = None) -> None:
        """Prints what has been typed; `feed` instead of the line spacing."""
        spans = tuple(self._spans)
        self._spans.clear()
        look = self._look
        if spans or feed is None:
            self.put(TextLine(spans, look.align, look.pitch if feed is None else 0, wrapped))
        if feed:
            self.put(Feed(feed))

    def _flush(self) -> None:
        if self._spans:
            self._end_line(False)
