"""ESC/POS as a printer understands it: bytes in, blocks on the roll and answers out.

Written apart from the builder, with its own tables, so that each checks the other.  What it does not
know is recorded in `malformed`, not guessed.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from tinghao.drivers.printer.emulated_paper import Feed
from tinghao.drivers.printer.emulated_pictures import Pictures
from tinghao.drivers.printer.emulated_text import DEFAULT_PITCH, Look, NeedMore

ESC, FS, GS, DLE, LF, CR = 0x1B, 0x1C, 0x1D, 0x10, 0x0A, 0x0D
HEAD_TO_CUTTER = 96


def _no_presenter(action: int) -> bool:
    return False


def _no_automatic(mask: int) -> None:
    return


def _no_identity(n: int) -> bytes:
    return b""


@dataclass
class Interpreter(Pictures):
    """`put` is given each finished block, `cut` each cut, `answer` what goes to the host.

    present     told the action of `1D 65`; false where there is no presenter
    automatic   told the mask of `1D 61`
    identity    what to answer to `1D 49 n`; empty where n is unknown
    """

    cut: Callable[[], None]
    answer: Callable[[bytes], None]
    paper_status: Callable[[], int]
    present: Callable[[int], bool] = _no_presenter
    automatic: Callable[[int], None] = _no_automatic
    identity: Callable[[int], bytes] = _no_identity

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
