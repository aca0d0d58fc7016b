"""The three emulated devices of one kiosk, and what a hand could do to them."""

from collections.abc import Callable, Mapping
from typing import Any

from tinghao.basics.problem import Problem
from tinghao.drivers.card_reader.cards import DEMO_CARDS
from tinghao.drivers.card_reader.emulator import CardReaderEmulator
from tinghao.drivers.card_reader.protocol import IdCard
from tinghao.drivers.ports import TcpPort
from tinghao.drivers.printer.emulator import Paper, PrinterEmulator
from tinghao.drivers.scanner.emulator import ScannerEmulator
from tinghao.workbench.config import Devices

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
        host, port = devices.printer_at
        self.reader = CardReaderEmulator(devices.card_reader, self._tell)
        self.scanner = ScannerEmulator(devices.scanner, self._tell)
        self.printer = PrinterEmulator(TcpPort(host, port), self._tell)
        self._actions: dict[str, dict[str, Callable[[], None]]] = {
            "card-reader": {
                "lift": self.reader.lift,
                "fail-next-read": self.reader.fail_next_read,
                "plug": self.reader.plug,
                "unplug": self.reader.unplug,
            },
            "scanner": {"plug": self.scanner.plug, "unplug": self.scanner.unplug},
            "printer": {
                "paper-out": self.printer.paper_out,
                "near-end": self.printer.paper_near_end,
                "load-paper": self.printer.load_paper,
                "open-cover": self.printer.open_cover,
                "close-cover": self.printer.close_cover,
                "plug": self.printer.plug,
                "unplug": self.printer.unplug,
            },
        }

    def start(self) -> None:
        """Plugs everything in."""
        for device in (self.reader, self.scanner, self.printer):
            device.plug()

    def close(self) -> None:
        """Unplugs everything for good."""
        for device in (self.reader, self.scanner, self.printer):
            device.close()

    def lay(self, card: int | str) -> None:
        """Lays a sample card, by its place in the row or by its ID number."""
        self.reader.lay(_card(card))

    def scan(self, text: str) -> None:
        """Holds a code before the scanner."""
        if not text.strip() or len(text) > MOST_LETTERS:
            raise NothingToScan
        self.scanner.scan(text)

    def act(self, device: str, action: str) -> None:
        """One of the actions that need nothing more."""
        try:
            do = self._actions[device][action]
        except KeyError:
            raise NoSuchAction from None
        do()

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
