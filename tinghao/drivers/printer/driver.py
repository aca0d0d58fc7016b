"""ESC/POS printer over TCP."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from tinghao.drivers.address import Address
from tinghao.drivers.base import Driver, OnState
from tinghao.drivers.printer.paper import TicketPaper
from tinghao.drivers.printer.status import PrinterStatus


@dataclass(frozen=True)
class PrintOutcome:
    result: Literal["printed", "failed", "unknown"]
    reason: str = ""


class Printer(Driver):
    family = "printer"

    def __init__(self, address: Address, on_state: OnState | None = None, *, columns: int = 48) -> None:
        super().__init__(address, on_state)

    def print_ticket(self, paper: TicketPaper) -> PrintOutcome:
        raise NotImplementedError

    def status(self) -> PrinterStatus:
        raise NotImplementedError

    def _session(self) -> None:
        raise NotImplementedError
