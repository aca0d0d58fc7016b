"""The emulated printer without its wire: the roll, the mouth, and what hands can do to them."""

from __future__ import annotations

from abc import abstractmethod
from typing import Literal

from tinghao.drivers.emulated import Emulator, OnChange
from tinghao.drivers.ports import EmulatedPort
from tinghao.drivers.printer.emulated_paper import Block, Paper
from tinghao.drivers.printer.emulated_state import Condition, Health, Mouth

PAPERS_KEPT = 100
BLOCKS_KEPT = 5_000


class PrinterBody(Emulator):
    """`papers` are the last tickets that came out; `strips` counts blank pieces."""

    def __init__(
        self, port: EmulatedPort, on_change: OnChange | None, *, width: int, presenter: bool
    ) -> None:
        super().__init__(port, on_change)
        self.papers: list[Paper] = []
        self.printed = self.strips = self.retracted = self.taken = 0
        self.mouth: Mouth = "empty"
        self.health = Health()
        self.has_presenter = presenter
        self.muted = self.stalled = False
        self._width = width
        self._rows_left: int | None = None
        self._rows_done = 0
        self._sheet: list[Block] = []

    @abstractmethod
    def _go_on(self) -> None:
        """Something changed: obey what waits, tell who listens."""

    @property
    @abstractmethod
    def buffered(self) -> int:
        """Bytes received and not yet obeyed."""

    @property
    def paper(self) -> Literal["ok", "near_end", "out"]:
        return self.health.paper

    @property
    def cover_open(self) -> bool:
        return "cover" in self.health.conditions

    @property
    def off_line(self) -> bool:
        return self.health.off_line

    # ------------------------------------------------------------------------------------ controlling

    def paper_out(self, after_rows: int = 0) -> None:
        """The roll ends, now or after so many more dot rows."""
        with self._lock:
            self._rows_left = after_rows
            if not after_rows:
                self.health.paper = "out"
        self._go_on()

    def paper_near_end(self) -> None:
        with self._lock:
            self.health.paper = "near_end"
        self._go_on()

    def load_paper(self) -> None:
        """A new roll; the torn piece of the old one is taken away."""
        with self._lock:
            if self.paper == "out":
                self._sheet.clear()
            self.health.paper = "ok"
            self._rows_left = None
        self._go_on()

    def open_cover(self) -> None:
        self.set_condition("cover")

    def close_cover(self) -> None:
        self.set_condition("cover", False)

    def jam_cutter(self, jammed: bool = True) -> None:
        self.set_condition("cutter", jammed)

    def overheat(self, hot: bool = True) -> None:
        self.set_condition("hot", hot)

    def set_condition(self, condition: Condition, on: bool = True) -> None:
        """Something that takes the printer off-line until it is over."""
        with self._lock:
            (self.health.conditions.add if on else self.health.conditions.discard)(condition)
        self._go_on()

    def jam_mouth(self, jammed: bool = True) -> None:
        with self._lock:
            self.health.mouth_jam = jammed
        self._go_on()

    def take_ticket(self) -> None:
        """The visitor's hand."""
        with self._lock:
            if self.mouth == "mouth":
                self.mouth = "empty"
                self.taken += 1
        self._go_on()

    def mute(self, silent: bool = True) -> None:
        """Prints, but answers nothing, as many cheap ones do."""
        with self._lock:
            self.muted = silent
        self._go_on()

    def stall(self, stalled: bool = True) -> None:
        """Takes bytes and answers real-time commands, but does nothing."""
        with self._lock:
            self.stalled = stalled
        self._go_on()

    # ------------------------------------------------------------------------------------ paper

    def _put(self, block: Block) -> None:
        if self.paper == "out":
            return
        self._sheet.append(block)
        del self._sheet[:-BLOCKS_KEPT]
        self._rows_done += block.rows
        if self._rows_left is not None:
            self._rows_left -= block.rows
            if self._rows_left <= 0:
                self.health.paper = "out"

    def _cut(self) -> None:
        if self.paper == "out" or not self._sheet:
            return
        paper = Paper(tuple(self._sheet), self._width, cut=True)
        self._sheet.clear()
        if paper.blank:
            self.strips += 1
            return
        self.papers.append(paper)
        self.printed += 1
        del self.papers[:-PAPERS_KEPT]
        if self.has_presenter:
            self.mouth = "inside"

    def _move_ticket(self, action: int) -> None:
        """What `1D 65` does to it."""
        if action in (3, 0x20) and self.mouth == "inside":
            self.mouth = "mouth"
        elif action == 2 and self.mouth != "empty":
            self.mouth = "empty"
            self.retracted += 1
        elif action == 5:
            self.taken += self.mouth != "empty"
            self.mouth = "empty"
