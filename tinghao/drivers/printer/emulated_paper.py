"""What came out of the emulated printer: to read, and to look at.

Drawn on the printer's own grid, a dot is a pixel: 12×24 for ASCII, 24×24 for hanzi, times the size.
Enlarged characters are drawn smooth; a cheap printer enlarges its 24 dots.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from io import BytesIO

import segno
from noto_cjk_sans_otc import FONT_PATH  # type: ignore[import-untyped]
from PIL import Image, ImageDraw, ImageFont

from tinghao.drivers.printer.emulated_code128 import Barcode

HALF, FULL = 12, 24
ASCENT = 21
MONO_SC = 7
MARGIN = 24
QR_BORDER = 0


@dataclass(frozen=True)
class Span:
    """Characters of one look."""

    text: str
    bold: bool
    width: int
    height: int

    @property
    def dots(self) -> int:
        return sum(HALF if character < "\x80" else FULL for character in self.text) * self.width


@dataclass(frozen=True)
class TextLine:
    """`wrapped`: the printer broke it because it did not fit."""

    spans: tuple[Span, ...]
    align: int
    pitch: int
    wrapped: bool = False

    @property
    def text(self) -> str:
        return "".join(span.text for span in self.spans)

    @property
    def dots(self) -> int:
        return sum(span.dots for span in self.spans)

    @property
    def rows(self) -> int:
        return max([self.pitch, *(FULL * span.height for span in self.spans)])

    def draw(self, canvas: Image.Image, top: int) -> None:
        x = _indent(canvas.width, self.dots, self.align)
        base = top + ASCENT * max([1, *(span.height for span in self.spans)])
        for span in self.spans:
            for character in span.text:
                _draw_character(canvas, character, span, x, base)
                x += (HALF if character < "\x80" else FULL) * span.width


@dataclass(frozen=True)
class Raster:
    """`1D 76 30`: `data` has a 1 for a black dot."""

    width: int
    rows: int
    data: bytes
    align: int

    def draw(self, canvas: Image.Image, top: int) -> None:
        ink = Image.frombytes("1", (self.width, self.rows), self.data)
        canvas.paste(0, (_indent(canvas.width, self.width, self.align), top), ink)


@dataclass(frozen=True)
class QrCode:
    """`1D 28 6B`: drawn by the printer."""

    text: str
    module: int
    level: str
    align: int

    @property
    def rows(self) -> int:
        return int(self._symbol().symbol_size(scale=self.module, border=QR_BORDER)[1])

    def draw(self, canvas: Image.Image, top: int) -> None:
        rows = [bytes(row) for row in self._symbol().matrix]
        code = Image.new("L", (len(rows), len(rows)), 255)
        code.putdata([0 if dark else 255 for row in rows for dark in row])
        code = code.resize((len(rows) * self.module,) * 2, Image.Resampling.NEAREST)
        canvas.paste(code, (_indent(canvas.width, code.width, self.align), top))

    def _symbol(self) -> segno.QRCode:
        return _qr_symbol(self.text, self.level)


@lru_cache(maxsize=16)
def _qr_symbol(text: str, level: str) -> segno.QRCode:
    return segno.make(text.encode(), error=level, micro=False, boost_error=False)


@dataclass(frozen=True)
class Feed:
    rows: int

    def draw(self, canvas: Image.Image, top: int) -> None:
        """White."""


Block = TextLine | Raster | QrCode | Barcode | Feed


@dataclass(frozen=True)
class Paper:
    """A piece that came out of the mouth."""

    blocks: tuple[Block, ...]
    width: int
    cut: bool

    @property
    def lines(self) -> tuple[str, ...]:
        texts = (block.text for block in self.blocks if isinstance(block, TextLine))
        return tuple(text for text in texts if text.strip())

    @property
    def text(self) -> str:
        return "\n".join(self.lines)

    @property
    def qr(self) -> tuple[str, ...]:
        return tuple(block.text for block in self.blocks if isinstance(block, QrCode))

    @property
    def barcodes(self) -> tuple[str, ...]:
        return tuple(block.text for block in self.blocks if isinstance(block, Barcode))

    @property
    def blank(self) -> bool:
        """A strip with nothing on it."""
        return all(isinstance(block, Feed) for block in self.blocks)

    @property
    def overflowed(self) -> bool:
        """Something was broken or clipped at the right edge."""
        wrapped = any(block.wrapped for block in self.blocks if isinstance(block, TextLine))
        return wrapped or any(block.width > self.width for block in self.blocks if isinstance(block, Raster))

    def image(self) -> Image.Image:
        """Black on white with the paper's own margins; a dot is a pixel."""
        rows = sum(block.rows for block in self.blocks)
        canvas = Image.new("L", (self.width, max(rows, 1)), 255)
        top = 0
        for block in self.blocks:
            block.draw(canvas, top)
            top += block.rows
        sheet = Image.new("L", (self.width + 2 * MARGIN, canvas.height + 2 * MARGIN), 255)
        sheet.paste(canvas, (MARGIN, MARGIN))
        return sheet

    def png(self) -> bytes:
        out = BytesIO()
        self.image().save(out, "PNG")
        return out.getvalue()


def _indent(width: int, dots: int, align: int) -> int:
    return max(0, (0, (width - dots) // 2, width - dots)[align])


@lru_cache(maxsize=16)
def _face(size: int) -> ImageFont.FreeTypeFont:
    return ImageFont.truetype(str(FONT_PATH), size, index=MONO_SC)


def _draw_character(canvas: Image.Image, character: str, span: Span, x: int, base: int) -> None:
    draw = ImageDraw.Draw(canvas)
    draw.fontmode = "1"
    if span.width == span.height:
        for shift in range(span.width + 1 if span.bold else 1):
            draw.text((x + shift, base), character, fill=0, font=_face(FULL * span.height), anchor="ls")
        return
    cell = Image.new("L", (HALF if character < "\x80" else FULL, FULL + 6), 255)
    ImageDraw.Draw(cell).text((0, ASCENT), character, fill=0, font=_face(FULL), anchor="ls")
    stretched = cell.resize((cell.width * span.width, cell.height * span.height), Image.Resampling.NEAREST)
    canvas.paste(stretched, (x, base - ASCENT * span.height))
