"""A printer made of software: ESC/POS on any port, with a roll that can run out, a cover that can be opened
and, if wanted, a presenter that holds the ticket in its mouth.

    printer = PrinterEmulator(TcpPort("127.0.0.1", 9100))
    printer.plug()
    …
    printer.papers[-1].png()

Real-time commands are obeyed as they arrive, wherever they stand.  Everything else waits in the buffer
while the printer is off-line and is obeyed when it is mended, as on a real one.

    width            dots: 576 on 80 mm paper, 384 on 58 mm
    presenter        `1D 65 n` works; `10 04 14` too
    seconds_per_row  how long a dot row takes; 0 prints at once
    buffer_size      what is sent beyond it is lost
    flow             XOFF when the buffer fills or the printer goes off-line, XON when it may go on
    own_power        pulling the cable leaves the printer working on what it has
"""

from __future__ import annotations

import threading

from tinghao.drivers.emulated import OnChange
from tinghao.drivers.face import Control, Widget
from tinghao.drivers.ports import EmulatedPort, TcpPort
from tinghao.drivers.printer.emulated_body import PAPERS_KEPT, PrinterBody
from tinghao.drivers.printer.emulated_escpos import Interpreter
from tinghao.drivers.printer.emulated_face import controls_of, face_of
from tinghao.drivers.printer.emulated_paper import Paper
from tinghao.drivers.printer.emulated_state import RealTimeEar

__all__ = ["PAPERS_KEPT", "Paper", "PrinterEmulator"]

BUFFER_LIMIT = 1 << 20
BUFFER_CLEARED = bytes.fromhex("37 25 00")
XON, XOFF = b"\x11", b"\x13"
TEXTS = {65: b"1.00", 66: b"TINGHAO", 67: b"EMU-80"}


class PrinterEmulator(PrinterBody):
    """May be controlled from any thread; `on_change` is called after each change."""

    def __init__(
        self,
        port: EmulatedPort | None = None,
        on_change: OnChange | None = None,
        *,
        width: int = 576,
        presenter: bool = False,
        seconds_per_row: float = 0.0,
        buffer_size: int = BUFFER_LIMIT,
        flow: bool = False,
        own_power: bool = False,
    ) -> None:
        super().__init__(port or TcpPort(), on_change, width=width, presenter=presenter)
        self.lost = 0
        self._seconds_per_row = seconds_per_row
        self._buffer_size = buffer_size
        self._flow = flow
        self._own_power = own_power
        self._held_off = self._hungry = False
        self._automatic = 0
        self._told = b""
        self._ear = RealTimeEar(self._answer_real_time)
        self._interpreter = Interpreter(
            width,
            put=self._put,
            cut=self._cut,
            answer=self._answer,
            paper_status=lambda: self.health.answer_to_gs_r(),
            present=self._present,
            automatic=self._set_automatic,
            identity=_identity,
        )
        self._work = threading.Event()
        self._off = threading.Event()
        self._head = threading.Thread()

    # ------------------------------------------------------------------------------------ looking

    @property
    def buffered(self) -> int:
        """Bytes received and not yet obeyed."""
        return len(self._interpreter.buffer)

    @property
    def malformed(self) -> tuple[str, ...]:
        """Commands that no printer would have understood."""
        return tuple(self._interpreter.malformed)

    # ------------------------------------------------------------------------------------ the face

    def face(self) -> list[Widget]:
        return face_of(self)

    def controls(self) -> list[Control]:
        return controls_of(self)

    # ------------------------------------------------------------------------------------ the wire

    def plug(self) -> None:
        super().plug()
        if self._seconds_per_row and not self._head.is_alive():
            self._off = threading.Event()
            self._head = threading.Thread(
                target=self._print_in_time, args=(self._off,), name="print head", daemon=True
            )
            self._head.start()
        self._go_on()

    def unplug(self) -> None:
        super().unplug()
        if not self._own_power:
            self._stop_head()

    def close(self) -> None:
        super().close()
        self._stop_head()

    def _stop_head(self) -> None:
        self._off.set()
        self._work.set()
        if self._head.is_alive():
            self._head.join(2.0)

    def _power_on(self) -> None:
        if self._own_power:
            return
        self._interpreter.reset()
        self._automatic = 0
        self._held_off = False

    def _connected(self) -> None:
        with self._lock:
            self._ear.forget()
            self._held_off = False

    def _spoil(self, frame: bytes) -> bytes:
        """There is no checksum; a byte with a turned top bit is none of the printer's."""
        return frame[:-1] + bytes([frame[-1] ^ 0x80])

    def _received(self, data: bytes) -> None:
        buffer = self._interpreter.buffer
        buffer += data
        if self._ear.hear(data):
            self._interpreter.drop()
            self._answer(BUFFER_CLEARED)
        while buffer[:2] == b"\x10\x04" and len(buffer) >= 3:
            del buffer[:3]
        self.lost += max(0, len(buffer) - self._buffer_size)
        del buffer[self._buffer_size :]
        self._go_on()

    def _answer_real_time(self, n: int) -> None:
        answer = (
            self.health.full(self.mouth) if n == 0x14 and self.has_presenter else self.health.real_time(n)
        )
        self._answer(answer)

    def _answer(self, data: bytes) -> None:
        if data and not self.muted:
            self._send(data)

    def _set_automatic(self, mask: int) -> None:
        self._automatic, self._told = mask, b""

    def _tell(self) -> None:
        """What the printer says by itself: its automatic status, and whether it takes more."""
        status = self.health.automatic()
        if self._automatic and status != self._told:
            self._told = status
            self._answer(status)
        if not self._flow:
            return
        full = self.buffered > self._buffer_size * (1 if self._held_off else 3) // 4
        if ((full and not self._hungry) or self.off_line) != self._held_off:
            self._held_off = not self._held_off
            self._answer(XOFF if self._held_off else XON)

    # ------------------------------------------------------------------------------------ paper

    @property
    def _works(self) -> bool:
        return not (self.off_line or self.stalled) and (self._plugged or self._own_power)

    def _go_on(self) -> None:
        with self._lock:
            if self._seconds_per_row:
                self._work.set()
            else:
                while self._step():
                    pass
            self._tell()
        self._changed()

    def _step(self) -> bool:
        stepped = self._works and self._interpreter.step()
        self._hungry = self._works and not stepped
        return stepped

    def _print_in_time(self, off: threading.Event) -> None:
        while not off.is_set():
            with self._lock:
                self._work.clear()
                self._rows_done = 0
                stepped = self._step()
                self._tell()
            if not stepped:
                self._work.wait(0.1)
            elif self._rows_done:
                self._changed()
                off.wait(self._rows_done * self._seconds_per_row)

    def _present(self, action: int) -> bool:
        if not self.has_presenter:
            return False
        if action == 6:
            self._answer(bytes([self.health.presenter(self.mouth)]))
            return True
        self._move_ticket(action)
        return True


def _identity(n: int) -> bytes:
    if n in TEXTS:
        return b"_" + TEXTS[n] + b"\0"
    return {1: b"\x20", 2: b"\x02"}.get(n, b"")
