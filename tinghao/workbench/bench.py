"""The emulated devices: the three of one kiosk, and one of each other family; and what a hand could do to them."""

from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

from tinghao.basics.problem import Problem
from tinghao.drivers.card_reader.cards import DEMO_CARDS
from tinghao.drivers.card_reader.emulator import CardReaderEmulator
from tinghao.drivers.card_reader.protocol import IdCard
from tinghao.drivers.emulated import Emulator
from tinghao.drivers.face import Control
from tinghao.drivers.families import families
from tinghao.drivers.ports import TcpPort
from tinghao.drivers.printer.emulator import Paper, PrinterEmulator
from tinghao.drivers.scanner.emulator import ScannerEmulator
from tinghao.workbench.config import Devices
from tinghao.workbench.connection import Connection

MOST_LETTERS = 500


class NoSuchCard(Problem):
    """Only the made-up cards can be laid."""

    code = "no-such-card"
    status = 404
    detail = "没有这张样卡。"
    detail_en = "There is no such sample card."


class NoSuchPaper(Problem):
    """The roll has fewer papers."""

    code = "no-such-paper"
    status = 404
    detail = "没有这张号票。"
    detail_en = "There is no such paper."


class NoSuchAction(Problem):
    """The device cannot do that."""

    code = "no-such-action"
    status = 404
    detail = "该设备没有这个操作。"
    detail_en = "The device has no such action."


class NotUnderstood(Problem):
    """What was typed means nothing to the device."""

    code = "not-understood"
    status = 400
    detail = "设备不明白所填内容。"
    detail_en = "The device does not understand what was typed."


class NothingToScan(Problem):
    """A code needs a text."""

    code = "nothing-to-scan"
    status = 400
    detail = "请填写要扫描的内容（不超过500字）。"
    detail_en = "Please give the text to scan (at most 500 characters)."


class Bench:
    """Holds the emulators; `changed` is called after each change of any of them."""

    def __init__(self, devices: Devices, changed: Callable[[], None] = lambda: None) -> None:
        self.changed = changed
        self.reader = CardReaderEmulator(devices.card_reader, self._tell)
        self.scanner = ScannerEmulator(devices.scanner, self._tell)
        self.printer = PrinterEmulator(TcpPort(*devices.printer_at), self._tell)
        self._emulators: dict[str, Emulator] = {
            "card-reader": self.reader,
            "scanner": self.scanner,
            "printer": self.printer,
        }
        self._connections: dict[str, Connection] = {}
        if devices.folder:
            self._add_the_others(devices.folder)

    def start(self) -> None:
        """Plugs everything in."""
        for device in self._emulators.values():
            device.plug()

    def close(self) -> None:
        """Unplugs everything for good."""
        for connection in self._connections.values():
            connection.disconnect()
        for device in self._emulators.values():
            device.close()

    def lay(self, card: int | str) -> None:
        """Lays a sample card, by its place in the row or by its ID number."""
        self.reader.lay(_card(card))

    def scan(self, text: str) -> None:
        """Holds a code before the scanner."""
        if not text.strip() or len(text) > MOST_LETTERS:
            raise NothingToScan
        self.scanner.scan(text)

    def act(self, device: str, action: str, text: str = "") -> None:
        """Presses one of the device's controls; `text` is what was typed for it."""
        control = next((each for each in self._controls(device) if each.name == action), None)
        if control is None:
            raise NoSuchAction
        try:
            control.do(text)
        except ValueError:
            raise NotUnderstood from None

    def connection(self, device: str) -> Connection:
        """The driver of a device that is not the kiosk's."""
        try:
            return self._connections[device]
        except KeyError:
            raise NoSuchAction from None

    def paper(self, number: int) -> Paper:
        """The paper with this number, from 1."""
        papers = list(self.printer.papers)
        if not 1 <= number <= len(papers):
            raise NoSuchPaper
        return papers[number - 1]

    def state(self) -> dict[str, Any]:
        """Everything the page shows."""
        laid = self.reader.card
        return {
            "card_reader": {
                "plugged": self.reader.plugged,
                "card": DEMO_CARDS.index(laid) if laid in DEMO_CARDS else None,
            },
            "scanner": {"plugged": self.scanner.plugged, "last": self.scanner.last_scanned},
            "printer": {
                "plugged": self.printer.plugged,
                "paper": self.printer.paper,
                "cover_open": self.printer.cover_open,
                "papers": len(self.printer.papers),
            },
        }

    def papers(self) -> list[dict[str, Any]]:
        """What is on the papers that came out, oldest first."""
        return [described(number, paper) for number, paper in enumerate(list(self.printer.papers), 1)]

    def devices(self) -> list[dict[str, Any]]:
        """Every device as any page can draw it: its face, its controls, its driver; those of the kiosk last."""
        described = [self._described(name, emulator) for name, emulator in self._emulators.items()]
        return sorted(described, key=lambda device: device["driver"] is None)

    def _described(self, name: str, emulator: Emulator) -> dict[str, Any]:
        family = families().get(name)
        connection = self._connections.get(name)
        return {
            "name": name,
            "title": family.title if family else name,
            "title_en": family.title_en if family else "",
            "address": str(emulator.address),
            "plugged": emulator.plugged,
            "faults": sorted(emulator.faults),
            "face": [widget.as_json() for widget in emulator.face()],
            "controls": [control.as_json() for control in emulator.all_controls()],
            "driver": connection.as_json() if connection else None,
        }

    def _controls(self, device: str) -> list[Control]:
        emulator = self._emulators.get(device)
        return emulator.all_controls() if emulator else []

    def _add_the_others(self, folder: Path) -> None:
        for name, family in families().items():
            if name not in self._emulators:
                emulator = family.emulator(family.port_in(folder), self._tell)
                self._emulators[name] = emulator
                self._connections[name] = Connection(family, emulator, self._tell)

    def _tell(self) -> None:
        self.changed()


def described(number: int, paper: Paper) -> dict[str, Any]:
    """A paper's decoded content."""
    return {
        "number": number,
        "lines": list(paper.lines),
        "text": paper.text,
        "qr": list(paper.qr),
        "cut": paper.cut,
    }


def card_face(card: IdCard) -> Mapping[str, str]:
    """What is printed on a sample card."""
    born = card.birth
    return {
        "name": card.name,
        "sex": card.sex,
        "ethnicity": card.ethnicity,
        "birth": f"{born.year} 年 {born.month} 月 {born.day} 日",
        "address": card.address,
        "number": card.number,
    }


def _card(given: int | str) -> IdCard:
    for at, card in enumerate(DEMO_CARDS):
        if given in (at, card.number):
            return card
    raise NoSuchCard
