"""The devices of one kiosk: opened by address, their states kept for the screen and for the heartbeat."""

import threading
from collections.abc import Callable
from dataclasses import dataclass
from typing import Protocol

from tinghao.drivers.address import Address
from tinghao.drivers.base import Driver
from tinghao.drivers.card_reader import CardReader, IdCard
from tinghao.drivers.card_reader import Problem as CardProblem
from tinghao.drivers.links import DeviceState
from tinghao.drivers.printer import Printer, PrintOutcome, TicketPaper, read_templates
from tinghao.drivers.scanner import Scanner
from tinghao.kiosk import config

FAMILIES = ("card_reader", "scanner", "printer")


class Listener(Protocol):
    """Who hears the devices."""

    def card_laid(self, card: IdCard) -> None:
        """A card lies on the reader and was read."""

    def card_problem(self, problem: CardProblem) -> None:
        """A card lies there and cannot be read."""

    def code_scanned(self, text: str) -> None:
        """The scanner read a code."""

    def device_changed(self) -> None:
        """The state of some device is another."""


@dataclass(frozen=True, slots=True)
class DeviceReport:
    """One device as the server and the screen see it."""

    family: str
    address: str
    state: str
    reason: str

    def as_json(self) -> dict[str, str]:
        """The heartbeat's shape."""
        return {"family": self.family, "address": self.address, "state": self.state, "reason": self.reason}


class Devices:
    """Opens what is fitted; what is not fitted is reported as such."""

    def __init__(self, settings: config.KioskConfig, listener: Listener) -> None:
        self._settings = settings
        self._listener = listener
        self._lock = threading.Lock()
        self._states: dict[str, DeviceState] = {}
        self._drivers: list[Driver] = []
        self._printer: Printer | None = None

    def start(self, *, after_crash: bool = False) -> None:
        """Opens every device that has an address; after a crash the printer may hold half a ticket."""
        hear, given = self._listener, self._settings.devices
        if given.card_reader:
            reader = CardReader(
                Address.parse(given.card_reader),
                on_card=hear.card_laid,
                on_problem=hear.card_problem,
                on_state=self._keep("card_reader"),
            )
            self._drivers.append(reader)
        if given.scanner:
            scanner = Scanner(
                Address.parse(given.scanner),
                hear.code_scanned,
                self._keep("scanner"),
                suffix=self._settings.scanner.suffix,
                model=self._settings.scanner.model,
            )
            self._drivers.append(scanner)
        if given.printer:
            paper = self._settings.printer
            self._printer = Printer(
                Address.parse(given.printer),
                self._keep("printer"),
                profile=paper.chosen(),
                templates=read_templates(paper.templates),
                after_crash=after_crash,
            )
            self._drivers.append(self._printer)
        for driver in self._drivers:
            driver.start()

    def close(self) -> None:
        """Lets go of all of them."""
        for driver in self._drivers:
            driver.close()

    def print_ticket(self, paper: TicketPaper) -> PrintOutcome:
        """Prints and tells what became of it."""
        if self._printer is None:
            return PrintOutcome("failed", "未安装打印机")
        return self._printer.print_ticket(paper)

    def reports(self) -> list[DeviceReport]:
        """All three, fitted or not."""
        with self._lock:
            states = dict(self._states)
        return [self._report(family, states.get(family)) for family in FAMILIES]

    def _report(self, family: str, state: DeviceState | None) -> DeviceReport:
        address = getattr(self._settings.devices, family)
        if address is None:
            return DeviceReport(family, "", "absent", "未安装")
        state = state or DeviceState("opening", "正在连接")
        return DeviceReport(family, address, state.state, state.reason)

    def _keep(self, family: str) -> Callable[[DeviceState], None]:
        def keep(state: DeviceState) -> None:
            with self._lock:
                self._states[family] = state
            self._listener.device_changed()

        return keep
