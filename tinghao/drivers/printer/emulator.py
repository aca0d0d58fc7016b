"""A printer made of software: ESC/POS on a TCP port, with a roll that can run out and a cover that can be
opened.

    printer = PrinterEmulator(TcpPort("127.0.0.1", 9100))
    printer.plug()
    …
    printer.papers[-1].png()

Real-time commands are obeyed as they arrive, wherever they stand.  Everything else waits in the buffer
while the printer is off-line and is obeyed when it is mended, as on a real one.  It serves one
connection at a time.
"""

from __future__ import annotations

from typing import Literal

from tinghao.drivers.emulated import Emulator, OnChange
from tinghao.drivers.ports import EmulatedPort, TcpPort
from tinghao.drivers.printer.emulated_escpos import Interpreter
from tinghao.drivers.printer.emulated_paper import Block, Paper

__all__ = ["Paper", "PrinterEmulator"]

PAPERS_KEPT = 100
BUFFER_LIMIT = 1 << 20
BUFFER_CLEARED = bytes.fromhex("37 25 00")
STATUS_QUERY = bytes.fromhex("10 04")
CLEAR_BUFFER = bytes.fromhex("10 14 08 01 03 14 01 06 02 08")


class PrinterEmulator(Emulator):
    """May be controlled from any thread; `on_change` is called after each change."""

    def __init__(
        self, port: EmulatedPort | None = None, on_change: OnChange | None = None, *, width: int = 576
    ) -> None:
        super().__init__(port or TcpPort(), on_change)
        self.papers: list[Paper] = []
        self._width = width
        self._paper: Literal["ok", "near_end", "out"] = "ok"
        self._rows_left: int | None = None
        self._cover_open = False
        self._cutter_jammed = False
        self._mute = False
        self._stalled = False
        self._sheet: list[Block] = []
        self._heard = b""
        self._interpreter = Interpreter(
            width, put=self._put, cut=self._cut, answer=self._answer, paper_status=self._paper_status
        )

    # ------------------------------------------------------------------------------------ looking

    @property
    def paper(self) -> Literal["ok", "near_end", "out"]:
        return self._paper

    @property
    def cover_open(self) -> bool:
        return self._cover_open

    @property
    def off_line(self) -> bool:
        return self._paper == "out" or self._cover_open or self._cutter_jammed

    @property
    def buffered(self) -> int:
        """Bytes received and not yet obeyed."""
        return len(self._interpreter.buffer)

    @property
    def malformed(self) -> tuple[str, ...]:
        """Commands that no printer would have understood."""
        return tuple(self._interpreter.malformed)

    # ------------------------------------------------------------------------------------ controlling

    def paper_out(self, after_rows: int = 0) -> None:
        """The roll ends, now or after so many more dot rows."""
        with self._lock:
            self._rows_left = after_rows
            if not after_rows:
                self._paper = "out"
        self._changed()

    def paper_near_end(self) -> None:
        with self._lock:
            self._paper = "near_end"
        self._changed()

    def load_paper(self) -> None:
        """A new roll; the torn piece of the old one is taken away."""
        with self._lock:
            if self._paper == "out":
                self._sheet.clear()
            self._paper = "ok"
            self._rows_left = None
        self._go_on()

    def open_cover(self) -> None:
        with self._lock:
            self._cover_open = True
        self._changed()

    def close_cover(self) -> None:
        with self._lock:
            self._cover_open = False
        self._go_on()

    def jam_cutter(self, jammed: bool = True) -> None:
        with self._lock:
            self._cutter_jammed = jammed
        self._go_on()

    def mute(self, silent: bool = True) -> None:
        """Prints, but answers nothing, as many cheap ones do."""
        with self._lock:
            self._mute = silent
        self._changed()

    def stall(self, stalled: bool = True) -> None:
        """Takes bytes and answers real-time commands, but does nothing."""
        with self._lock:
            self._stalled = stalled
        self._go_on()

    # ------------------------------------------------------------------------------------ the wire

    def _power_on(self) -> None:
        self._interpreter.reset()

    def _connected(self) -> None:
        with self._lock:
            self._heard = b""

    def _received(self, data: bytes) -> None:
        buffer = self._interpreter.buffer
        buffer += data
        if self._obey_real_time(data):
            buffer.clear()
            self._sheet.clear()
            self._answer(BUFFER_CLEARED)
        while buffer[:2] == STATUS_QUERY and len(buffer) >= 3:
            del buffer[:3]
        del buffer[BUFFER_LIMIT:]
        self._go_on()

    def _obey_real_time(self, data: bytes) -> bool:
        """True when the buffers are to be cleared."""
        stream = self._heard + data
        keep = len(CLEAR_BUFFER) - 1
        for at in range(len(stream) - 2):
            if stream[at : at + 2] == STATUS_QUERY and at + 3 > len(self._heard):
                self._answer_status(stream[at + 2])
        cleared = CLEAR_BUFFER in stream
        self._heard = b"" if cleared else stream[-keep:]
        return cleared

    def _answer_status(self, n: int) -> None:
        ran_out = self._paper == "out"
        bits = {
            1: 0x08 * self.off_line,
            2: 0x04 * self._cover_open | 0x20 * ran_out | 0x40 * self._cutter_jammed,
            3: 0x08 * self._cutter_jammed,
            4: 0x0C * (self._paper != "ok") | 0x60 * ran_out,
        }
        if n in bits:
            self._answer(bytes([0x12 | bits[n]]))

    def _answer(self, data: bytes) -> None:
        if not self._mute:
            self._send(data)

    # ------------------------------------------------------------------------------------ paper

    def _go_on(self) -> None:
        with self._lock:
            while not (self.off_line or self._stalled or not self._plugged):
                if not self._interpreter.step():
                    break
        self._changed()

    def _put(self, block: Block) -> None:
        if self._paper == "out":
            return
        self._sheet.append(block)
        if self._rows_left is not None:
            self._rows_left -= block.rows
            if self._rows_left <= 0:
                self._paper = "out"

    def _cut(self) -> None:
        if self._paper == "out" or not self._sheet:
            return
        self.papers.append(Paper(tuple(self._sheet), self._width, cut=True))
        del self.papers[:-PAPERS_KEPT]
        self._sheet.clear()

    def _paper_status(self) -> int:
        return 0x0F if self._paper == "out" else 0x03 * (self._paper == "near_end")
