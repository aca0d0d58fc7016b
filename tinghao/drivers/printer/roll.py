"""A job in the making: texts, rows, tables, codes and pictures laid on paper of a given width.

80 mm paper has 48 columns (576 dots), 58 mm paper 32 (384 dots).  Nothing is wider than the paper: texts
are wrapped or set smaller, codes shrink, and pictures too.

python-escpos writes the ordinary commands; text goes out by `text.py`, for the faults of its own Chinese.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from functools import lru_cache
from itertools import zip_longest

import segno
from escpos.constants import QR_ECLEVEL_M
from escpos.printer import Dummy
from PIL import Image, ImageChops
from segno.encoder import DataOverflowError

from tinghao.drivers.printer.code128 import code128
from tinghao.drivers.printer.markup import Align, Column, Fault
from tinghao.drivers.printer.picture import Picture, black_dots
from tinghao.drivers.printer.text import (
    CELL,
    GLYPH,
    clean,
    columns_of,
    draw_line,
    fits,
    to_gbk,
    wrap,
    wrap_evenly,
)

CHINESE_ON = bytes.fromhex("1C 26")
STATUS_BACK_OFF = bytes.fromhex("1D 61 00")
LINE_SPACING = b"\x1b\x33"
FEED_DOTS = b"\x1b\x4a"
RASTER = b"\x1d\x76\x30\x00"
FEED_AND_PARTIAL_CUT = bytes.fromhex("1D 56 42 00")

DOTS_PER_MM = 8
LEADING = 10
ROW_GAP = 6
BAND_BYTES = 4096
BAND_ROWS = 128
QR_DOTS = 224
QUIET_ZONE = 4
LARGEST_MODULE = 8
LARGE = 3
LARGE_SHARE = 0.8
WIDE = 48
NARROWEST_COLUMN = 4

_REAL_TIME = re.compile(rb"\x10(?=[\x04\x05\x14])")
_CONTROL = re.compile(r"[\x00-\x1f\x7f-\x9f\ud800-\udfff]")


class Roll:
    """Texts come as they are and are cleaned here; what can't be laid raises `Fault`."""

    def __init__(self, columns: int, cut: bytes = FEED_AND_PARTIAL_CUT) -> None:
        self.columns = columns
        self._cut = cut
        self._job = Dummy()
        self._job.hw("INIT")
        self._job._raw(STATUS_BACK_OFF + CHINESE_ON)

    @property
    def dots(self) -> int:
        return self.columns * CELL

    @property
    def wide(self) -> bool:
        return self.columns >= WIDE

    @property
    def job(self) -> bytes:
        output: bytes = self._job.output
        return output

    def text(
        self,
        texts: Sequence[str],
        *,
        scale: int = 1,
        lines: int = 1,
        bold: bool = False,
        align: Align = "center",
    ) -> None:
        """Beside one another if they fit as large as wished, else each for itself, smaller where it must be."""
        parts = [part for part in map(clean, texts) if part]
        joined = " ".join(parts)
        for part in [joined] if columns_of(joined) * scale <= self.columns else parts:
            fitting = self._fitting(part, scale, lines)
            for line in wrap_evenly(part, self._room(fitting)):
                self._line(line, fitting, bold, align)

    def row(self, label: str, label_en: str, value: str, value_en: str = "", *, bold: bool = False) -> None:
        """Label and value side by side; on narrow paper the English goes under the Chinese."""
        label, label_en, value, value_en = map(clean, (label, label_en, value, value_en))
        head = f"{label}{' ' * (9 - columns_of(label))}{label_en}" if self.wide else label
        indent = 19 if self.wide else 10
        values = [f"{value}  {value_en}".strip()] if self.wide else [value, value_en]
        lines = [line for each in values for line in wrap(each, self.columns - indent) if line]
        if columns_of(head) >= indent:
            for line in wrap(head, self.columns):
                self._line(line, 1, bold, "left")
            head = ""
        for number, line in enumerate(lines):
            start = head if number == 0 else ""
            self._line(start + " " * (indent - columns_of(start)) + line, 1, bold, "left")
        self.feed(ROW_GAP)

    def item(self, mark: str, text: str, *, bold: bool = False) -> None:
        """A text with its mark hanging before it."""
        mark = clean(mark)
        gap = " " if mark.isascii() else ""
        if columns_of(mark) * 2 > self.columns:
            mark, gap, text = "", "", f"{mark} {text}"
        indent = columns_of(mark + gap)
        for number, line in enumerate(wrap(clean(text), self.columns - indent)):
            self._line((mark + gap if number == 0 else " " * indent) + line, 1, bold, "left")

    def table(self, columns: Sequence[Column], texts: Sequence[str], *, bold: bool = False) -> None:
        """One row; each text is wrapped within its column."""
        widths = self._widths(columns)
        cells = [wrap(clean(text), width) for text, width in zip(texts, widths, strict=True)]
        for parts in zip_longest(*cells, fillvalue=""):
            placed = (
                _placed(part, width, column.align)
                for part, width, column in zip(parts, widths, columns, strict=True)
            )
            self._line(" ".join(placed).rstrip(" "), 1, bold, "left")

    def rule(self, *, bold: bool = False) -> None:
        """Fine dots from edge to edge; drawn, because the box characters of printers leave gaps."""
        stride, rows = self.dots // 8, 3 if bold else 2
        self._job.set(align="left")
        self._raster(stride, rows, (b"\xff" if bold else b"\xf0") * stride * rows)

    def qr(self, text: str, dots: int = QR_DOTS, *, align: Align = "center") -> None:
        text = _CONTROL.sub("", text)
        modules = qr_modules(len(text.encode()))
        size = max(3, min(LARGEST_MODULE, dots // modules))
        self._job.set(align=align)
        self._job.qr(text, ec=QR_ECLEVEL_M, size=min(size, self.dots // modules), native=True)

    def barcode(self, text: str, height: int, *, align: Align = "center") -> None:
        """Code128; what doesn't fit the paper or the code becomes a QR code, which any scanner of ours reads."""
        command = code128(text, self.dots, height)
        if command is None:
            self.qr(text, align=align)
            return
        self._job.set(align=align)
        self._job._raw(command)

    def picture(self, picture: Picture, dots: int | None, *, dither: bool, align: Align) -> None:
        self._image(black_dots(picture, min(dots or picture.grey.width, self.dots), dither), align)

    def feed(self, dots: int) -> None:
        while dots > 0:
            self._job._raw(FEED_DOTS + bytes([min(dots, 255)]))
            dots -= 255

    def cut(self) -> None:
        self._job._raw(self._cut)

    def _room(self, scale: int) -> int:
        """Large type looks better with some white beside it."""
        return int(self.columns * (LARGE_SHARE if scale >= LARGE else 1)) // scale

    def _fitting(self, text: str, wanted: int, lines: int) -> int:
        fitting = (scale for scale in range(wanted, 1, -1) if fits(text, self._room(scale), lines))
        return next(fitting, 1)

    def _widths(self, columns: Sequence[Column]) -> list[int]:
        left = self.columns - (len(columns) - 1) - sum(column.width or 0 for column in columns)
        shares = sum(column.width is None for column in columns)
        if left < shares * NARROWEST_COLUMN:
            raise Fault(f"这些列在 {self.columns} 格宽的纸上放不下")
        return [column.width or left // shares for column in columns]

    def _line(self, line: str, scale: int, bold: bool, align: Align) -> None:
        pitch = GLYPH * scale + LEADING
        encoded = to_gbk(line)
        if encoded is None:
            self._image(draw_line(line, scale, pitch, bold=bold), align)
            return
        self._job.set(align=align, bold=bold, custom_size=True, width=scale, height=scale)
        self._job._raw(LINE_SPACING + bytes([pitch]) + encoded + b"\n")

    def _image(self, image: Image.Image, align: Align) -> None:
        """In bands: the buffer of a small printer holds 4 KB."""
        self._job.set(align=align)
        stride = (image.width + 7) // 8
        step = min(BAND_ROWS, BAND_BYTES // stride)
        for top in range(0, image.height, step):
            band = image.crop((0, top, image.width, min(top + step, image.height)))
            self._raster(stride, band.height, ImageChops.invert(band).tobytes())

    def _raster(self, stride: int, rows: int, packed: bytes) -> None:
        """Real-time commands are obeyed even among dots: where these look like one, a dot more is printed."""
        harmless = _REAL_TIME.sub(b"\x30", packed)
        self._job._raw(RASTER + stride.to_bytes(2, "little") + rows.to_bytes(2, "little") + harmless)


def _placed(text: str, width: int, align: Align) -> str:
    free = width - columns_of(text)
    before = {"left": 0, "center": free // 2, "right": free}[align]
    return " " * before + text + " " * (free - before)


@lru_cache(maxsize=256)
def qr_modules(length: int) -> int:
    """Modules at an edge; as bytes, because a printer may take digits and letters as such."""
    try:
        code = segno.make(b"\0" * length, mode="byte", error="m", mask=0, micro=False, boost_error=False)
    except DataOverflowError:
        raise Fault("二维码的内容太长") from None
    return int(code.symbol_size()[0]) - 2 * QUIET_ZONE
