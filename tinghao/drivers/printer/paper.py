"""The ticket on paper: what a visitor holds in the hand and reads from an arm's length.

From the top: the hall; the number, as large as the paper allows; where to go; what is known about the
wait; the QR code to follow it on a phone. Chinese first, English beside or beneath.  80 mm paper has 48
columns (576 dots), 58 mm paper 32 (384 dots).

python-escpos writes the ordinary commands; text goes out by `text.py`, for the faults of its own Chinese.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

import segno
from escpos.constants import QR_ECLEVEL_M
from escpos.printer import Dummy
from PIL import Image

from tinghao.drivers.printer.text import CELL, GLYPH, clean, columns_of, draw_line, to_gbk, wrap, wrap_evenly

CHINESE_ON = bytes.fromhex("1C 26")
STATUS_BACK_OFF = bytes.fromhex("1D 61 00")
LINE_SPACING = b"\x1b\x33"
FEED_DOTS = b"\x1b\x4a"
RASTER = b"\x1d\x76\x30\x00"
FEED_AND_PARTIAL_CUT = bytes.fromhex("1D 56 42 00")

LEADING = 10
BAND_ROWS = 128
QR_DOTS = 224
QUIET_ZONE = 4
NUMBER_SCALE_LIMIT = 7
NUMBER_SHARE = 0.8

Align = Literal["left", "center"]


@dataclass(frozen=True)
class TicketPaper:
    """All texts as they shall stand on the paper; `visitor` is masked by the caller (张*)."""

    hall: str
    number: str
    line: str
    matter: str
    zone: str
    floor: str
    windows: str
    ahead: int
    wait: str | None
    issued_at: str
    visitor: str | None
    qr: str
    notes: tuple[str, ...] = ()
    hall_en: str = ""
    line_en: str = ""
    zone_en: str = ""
    wait_en: str | None = None


def compose(paper: TicketPaper, columns: int = 48) -> bytes:
    """The whole job, from initialising to the cut."""
    roll = Roll(columns)
    _head(roll, paper)
    _number(roll, paper)
    _where(roll, paper)
    _facts(roll, paper)
    _follow(roll, paper)
    return roll.cut()


def _head(roll: Roll, paper: TicketPaper) -> None:
    roll.feed(8)
    roll.text(paper.hall, scale=roll.scale_for(paper.hall, 2), bold=True)
    if paper.hall_en:
        roll.text(paper.hall_en)
    roll.feed(14)
    roll.rule()


def _number(roll: Roll, paper: TicketPaper) -> None:
    roll.feed(18)
    roll.text("您的号码 Your number")
    roll.feed(10)
    fitting = int(roll.columns * NUMBER_SHARE) // max(columns_of(clean(paper.number)), 1)
    roll.text(paper.number, scale=max(1, min(NUMBER_SCALE_LIMIT, fitting)), bold=True)
    roll.feed(6)
    roll.text(paper.line, scale=roll.scale_for(paper.line, 2))
    if paper.line_en:
        roll.text(paper.line_en)
    roll.feed(16)
    roll.rule()


def _where(roll: Roll, paper: TicketPaper) -> None:
    roll.feed(16)
    roll.text("请到 Please go to")
    roll.feed(4)
    for place in _places(paper, roll.columns):
        roll.text(place, scale=roll.scale_for(place, 2, lines=2), bold=True)
    if paper.zone_en:
        roll.text(paper.zone_en)
    roll.feed(8)
    roll.text(paper.windows, scale=roll.scale_for(paper.windows, 2, lines=2), bold=True)
    roll.feed(14)
    roll.rule()


def _places(paper: TicketPaper, columns: int) -> list[str]:
    """Floor and zone, on one line if it can be a large one."""
    place = f"{clean(paper.floor)} {clean(paper.zone)}".strip()
    return [place] if columns_of(place) * 2 <= columns else [paper.floor, paper.zone]


def _facts(roll: Roll, paper: TicketPaper) -> None:
    roll.feed(16)
    roll.row("办理事项", "Matter", paper.matter)
    roll.row("前面等候", "Ahead", f"{paper.ahead} 人")
    if paper.wait:
        roll.row("预计等候", "Wait", paper.wait, paper.wait_en or "")
    roll.row("取号时间", "Issued", paper.issued_at)
    if paper.visitor:
        roll.row("办事人", "Visitor", paper.visitor)
    roll.feed(10)
    roll.rule()


def _follow(roll: Roll, paper: TicketPaper) -> None:
    if paper.qr:
        roll.feed(26)
        roll.qr(paper.qr)
        roll.feed(18)
        roll.text("扫码查看排队进度")
        roll.text("Scan to follow your turn")
        roll.feed(16)
    for note in paper.notes:
        roll.item(note)


class Roll:
    """A job in the making."""

    def __init__(self, columns: int) -> None:
        self.columns = columns
        self._job = Dummy()
        self._job.hw("INIT")
        self._job._raw(STATUS_BACK_OFF + CHINESE_ON)

    def scale_for(self, text: str, wanted: int, lines: int = 1) -> int:
        """`wanted` if the text fits on so many lines that large, else 1."""
        return wanted if len(wrap(clean(text), self.columns // wanted)) <= lines else 1

    def text(self, text: str, *, scale: int = 1, bold: bool = False, align: Align = "center") -> None:
        for line in wrap_evenly(clean(text), self.columns // scale):
            self._line(line, scale, bold, align)

    def row(self, label: str, label_en: str, value: str, value_en: str = "") -> None:
        """Label and value side by side; on narrow paper the English goes under the Chinese."""
        wide = self.columns >= 48
        head = f"{label}{' ' * (9 - columns_of(label))}{label_en}" if wide else label
        indent = 19 if wide else 10
        values = [f"{clean(value)}  {clean(value_en)}".strip()] if wide else [clean(value), clean(value_en)]
        lines = [line for each in values for line in wrap(each, self.columns - indent) if line]
        for number, line in enumerate(lines):
            start = head if number == 0 else ""
            self._line(start + " " * (indent - columns_of(start)) + line, 1, False, "left")
        self.feed(6)

    def item(self, text: str) -> None:
        for number, line in enumerate(wrap(clean(text), self.columns - 2)):
            self._line(("·" if number == 0 else "  ") + line, 1, False, "left")

    def rule(self) -> None:
        """Fine dots from edge to edge; drawn, because the box characters of printers leave gaps."""
        self._raster(self._dots(), "left")

    def qr(self, text: str) -> None:
        modules = segno.make(text, error="m", micro=False, boost_error=False).symbol_size()[0]
        size = max(3, min(8, QR_DOTS // (modules - 2 * QUIET_ZONE)))
        self._job.set(align="center")
        self._job.qr(text, ec=QR_ECLEVEL_M, size=size, native=True)

    def feed(self, dots: int) -> None:
        self._job._raw(FEED_DOTS + bytes([dots]))

    def cut(self) -> bytes:
        self._job._raw(FEED_AND_PARTIAL_CUT)
        output: bytes = self._job.output
        return output

    def _line(self, line: str, scale: int, bold: bool, align: Align) -> None:
        pitch = GLYPH * scale + LEADING
        encoded = to_gbk(line)
        if encoded is None:
            self._raster(draw_line(line, scale, pitch, bold=bold), align)
            return
        self._job.set(align=align, bold=bold, custom_size=True, width=scale, height=scale)
        self._job._raw(LINE_SPACING + bytes([pitch]) + encoded + b"\n")

    def _dots(self) -> Image.Image:
        image = Image.new("1", (self.columns * CELL, 2), 1)
        for x in range(0, image.width - 3, 8):
            image.paste(0, (x, 0, x + 4, 2))
        return image

    def _raster(self, image: Image.Image, align: Align) -> None:
        self._job.set(align=align)
        for top in range(0, image.height, BAND_ROWS):
            band = image.crop((0, top, image.width, min(top + BAND_ROWS, image.height)))
            packed = band.convert("L").point(lambda level: 255 - level).convert("1").tobytes()
            width = (band.width + 7) // 8
            self._job._raw(RASTER + width.to_bytes(2, "little") + band.height.to_bytes(2, "little") + packed)
