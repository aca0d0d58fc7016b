"""ESC/POS as a printer understands it: bytes in, blocks on the roll and answers out.

Written apart from the builder, with its own tables, so that each checks the other.  What it does not
know is recorded in `malformed`, not guessed.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field

from tinghao.drivers.printer.emulated_code128 import Barcode, NotCode128, read_code128
from tinghao.drivers.printer.emulated_paper import Block, Feed, QrCode, Raster, Span, TextLine

ESC, FS, GS, DLE, LF, CR, HT = 0x1B, 0x1C, 0x1D, 0x10, 0x0A, 0x0D, 0x09
DEFAULT_PITCH = 30
DEFAULT_BAR_HEIGHT = 162
HEAD_TO_CUTTER = 96
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


def _no_presenter(action: int) -> bool:
    return False


def _no_automatic(mask: int) -> None:
    return


def _no_identity(n: int) -> bytes:
    return b""


@dataclass
class Interpreter:
    """`put` is given each finished block, `cut` each cut, `answer` what goes to the host.

    present     told the action of `1D 65`; false where there is no presenter
    automatic   told the mask of `1D 61`
    identity    what to answer to `1D 49 n`; empty where n is unknown
    """

    width: int
    put: Callable[[Block], None]
    cut: Callable[[], None]
    answer: Callable[[bytes], None]
    paper_status: Callable[[], int]
    present: Callable[[int], bool] = _no_presenter
    automatic: Callable[[int], None] = _no_automatic
    identity: Callable[[int], bytes] = _no_identity
    malformed: list[str] = field(default_factory=list)
    buffer: bytearray = field(default_factory=bytearray)
    _look: Look = field(default_factory=Look)
    _spans: list[Span] = field(default_factory=list)

    def step(self) -> bool:
        """Obeys one command or prints one character; false when the buffer holds no whole one."""
        if not self.buffer:
            return False
        try:
            used = self._command()
        except NeedMore:
            return False
        del self.buffer[:used]
        return True

    def drop(self) -> None:
        """Forgets what has not been printed yet."""
        self.buffer.clear()
        self._spans.clear()

    def reset(self) -> None:
        self.drop()
        self._look = Look()

    # ------------------------------------------------------------------------------------ bytes

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

    # ------------------------------------------------------------------------------------ commands

    def _command(self) -> int:
        first = self.buffer[0]
        if first == ESC:
            return self._esc()
        if first == GS:
            return self._gs()
        if first == FS:
            return self._fs()
        if first == DLE:
            return self._dle()
        if first == LF:
            self._end_line(False)
            return 1
        if first in (CR, 0):
            return 1
        if first < 0x20 or first == 0x7F:
            return self._refuse(1, "control character")
        return self._character(first)

    def _esc(self) -> int:
        name = self._at(1)
        if name == 0x40:
            self._spans.clear()
            self._look = Look()
            return 2
        if name == 0x32:
            self._look.pitch = DEFAULT_PITCH
            return 2
        if name in (0x69, 0x6D):
            return self._cut(2, 0)
        if name == 0x42:
            self._slice(2, 2)
            return 4
        n = self._at(2)
        if name == 0x61 and n % 48 <= 2:
            self._look.align = n % 48
        elif name == 0x45:
            self._look.bold = bool(n & 1)
        elif name == 0x33:
            self._look.pitch = n
        elif name == 0x64:
            self._end_line(False, feed=n * self._look.pitch)
        elif name == 0x4A:
            self._end_line(False, feed=n)
        elif name == 0x74:
            pass
        else:
            return self._refuse(3 if name in (0x61,) else 2, "unknown command")
        return 3

    def _fs(self) -> int:
        name = self._at(1)
        if name in (0x26, 0x2E):
            self._look.chinese = name == 0x26
            return 2
        if name in (0x21, 0x2D, 0x57):
            self._at(2)
            return 3
        return self._refuse(2, "unknown command")

    def _dle(self) -> int:
        """Obeyed when they arrived; in the buffer they only have to be skipped."""
        name = self._at(1)
        if name == 0x14:
            return 10 if self._at(2) == 8 else self._refuse(3, "unknown command")
        self._at(2)
        return 3

    def _gs(self) -> int:
        name = self._at(1)
        if name == 0x56:
            return self._gs_cut()
        if name == 0x76:
            return self._gs_raster()
        if name == 0x6B:
            return self._gs_barcode()
        if name == 0x65:
            return self._gs_presenter()
        if name == 0x28:
            return self._gs_long()
        return self._gs_setting(name, self._at(2))

    def _gs_setting(self, name: int, n: int) -> int:
        look = self._look
        if name == 0x21 and n & 0x88:
            return self._refuse(3, "size beyond 8")
        if name == 0x21:
            look.width, look.height = (n >> 4) + 1, (n & 7) + 1
        elif name == 0x61:
            self.automatic(n)
        elif name == 0x72 and n % 48 in (1, 2):
            self.answer(bytes([self.paper_status() if n % 48 == 1 else 0]))
        elif name == 0x49 and self.identity(n):
            self.answer(self.identity(n))
        elif name == 0x68 and n:
            look.bar_height = n
        elif name == 0x77 and 2 <= n <= 6:
            look.bar_width = n
        elif name == 0x48 and n % 48 <= 3:
            look.bar_text = n % 48
        elif name != 0x66:
            return self._refuse(3 if name in (0x72, 0x49, 0x68, 0x77, 0x48) else 2, "unknown command")
        return 3

    def _gs_long(self) -> int:
        name = self._at(2)
        if name == 0x6B:
            return self._gs_qr()
        if name == 0x4C:
            return self._gs_graphics()
        size = self._at(3) + 256 * self._at(4)
        body = self._slice(5, size)
        if name == 0x48 and size == 6 and body[:2] == b"00" and all(0x20 <= byte < 0x7F for byte in body[2:]):
            self.answer(b"\x37\x22" + body[2:] + b"\0")
            return 5 + size
        return self._refuse(5 + size, "unknown command")

    def _gs_presenter(self) -> int:
        action = self._at(2)
        used = {2: 3, 3: 4, 5: 3, 6: 3, 0x20: 5}.get(action)
        if used is None:
            return self._refuse(3, "unknown presenter command")
        self._slice(0, used)
        return used if self.present(action) else self._refuse(used, "no presenter")

    def _gs_barcode(self) -> int:
        kind, size = self._at(2), self._at(3)
        if kind != 0x49:
            return self._refuse(4 + size if kind >= 65 else 3, "unknown barcode")
        try:
            code = Barcode(
                read_code128(self._slice(4, size)),
                self._look.bar_width,
                self._look.bar_height,
                self._look.bar_text,
                self._look.align,
            )
        except NotCode128:
            return self._refuse(4 + size, "not Code128")
        if code.width > self.width:
            return self._refuse(4 + size, "barcode does not fit")
        self._flush()
        self.put(code)
        return 4 + size

    def _gs_graphics(self) -> int:
        size = self._at(3) + 256 * self._at(4)
        body, used = self._slice(5, size), 5 + size
        if body[:2] in (b"02", b"0\x02") and size == 2:
            if self._look.graphics is None:
                return self._refuse(used, "no graphics stored")
            self._flush()
            self.put(self._look.graphics)
            self._look.graphics = None
            return used
        if body[:3] != b"0p0" or size < 10:
            return self._refuse(used, "wrong graphics")
        width, rows = body[6] + 256 * body[7], body[8] + 256 * body[9]
        stride = (width + 7) // 8
        if body[3:6] != b"\x01\x011" or not width or not rows or size != 10 + stride * rows:
            return self._refuse(used, "wrong graphics")
        self._look.graphics = Raster(stride * 8, rows, body[10:], self._look.align)
        return used

    def _gs_cut(self) -> int:
        mode = self._at(2)
        if mode in (0, 1, 48, 49):
            return self._cut(3, 0)
        if mode in (65, 66):
            return self._cut(4, HEAD_TO_CUTTER + self._at(3))
        return self._refuse(3, "unknown cut")

    def _cut(self, used: int, feed: int) -> int:
        self._flush()
        if feed:
            self.put(Feed(feed))
        self.cut()
        return used

    def _gs_raster(self) -> int:
        _, m, xl, xh, yl, yh = self._slice(2, 6)
        stride, rows = xl + 256 * xh, yl + 256 * yh
        if self.buffer[2] != 0x30 or m % 48 > 3 or not stride or not rows or stride > 256:
            return self._refuse(8, "wrong raster")
        data = self._slice(8, stride * rows)
        self._flush()
        self.put(Raster(stride * 8, rows, data, self._look.align))
        return 8 + len(data)

    def _gs_qr(self) -> int:
        size = self._at(3) + 256 * self._at(4)
        body = self._slice(5, size)
        used = 5 + size
        if size < 3 or body[0] != 0x31:
            return self._refuse(used, "wrong 2D code")
        function, value = body[1], body[2]
        if function == 0x43 and 1 <= value <= 16:
            self._look.qr_module = value
        elif function == 0x45 and 0x30 <= value <= 0x33:
            self._look.qr_level = "lmqh"[value - 0x30]
        elif function == 0x50 and value == 0x30:
            self._look.qr_data = body[3:]
        elif function == 0x51 and value == 0x30:
            return self._qr(used)
        elif function != 0x41:
            return self._refuse(used, "wrong 2D code")
        return used

    def _qr(self, used: int) -> int:
        code = QrCode(
            self._look.qr_data.decode("utf-8", "replace"),
            self._look.qr_module,
            self._look.qr_level,
            self._look.align,
        )
        try:
            fits = 0 < code.rows <= self.width and bool(code.text)
        except ValueError:
            fits = False
        if not fits:
            return self._refuse(used, "2D code does not fit")
        self._flush()
        self.put(code)
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
