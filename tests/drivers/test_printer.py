"""The driver and the emulated printer, over TCP: what is called printed must have come out, and what is not must not."""

import socket
import threading
import time
from collections.abc import Iterator
from typing import Any

import pytest
import zxingcpp

from tests.drivers.printers import TICKET
from tinghao.drivers.address import Address, AddressError
from tinghao.drivers.links import DeviceState
from tinghao.drivers.printer import Printer, PrinterStatus, PrintOutcome, TicketPaper, delivery, wire
from tinghao.drivers.printer.emulator import PrinterEmulator
from tinghao.drivers.printer.family import listening, probe, trial
from tinghao.drivers.printer.status import is_real_time, read_answers
from tinghao.drivers.wires import open_link


@pytest.fixture
def emulator() -> Iterator[PrinterEmulator]:
    with PrinterEmulator() as emulator:
        yield emulator


@pytest.fixture
def printer(emulator: PrinterEmulator, monkeypatch: pytest.MonkeyPatch) -> Printer:
    monkeypatch.setattr(delivery, "QUIET", 0.05)
    monkeypatch.setattr(delivery, "FENCE_BUDGET", 0.2)
    monkeypatch.setattr(wire, "ANSWER_BUDGET", 0.2)
    return Printer(emulator.address, confirm_budget=0.4)


class Outcome(threading.Thread):
    """A print in another thread."""

    def __init__(self, printer: Printer) -> None:
        super().__init__(daemon=True)
        self._printer = printer
        self._outcome: PrintOutcome | None = None
        self.start()

    def run(self) -> None:
        self._outcome = self._printer.print_ticket(TICKET)

    def get(self) -> PrintOutcome:
        self.join(10)
        assert self._outcome
        return self._outcome


def await_bytes(emulator: PrinterEmulator) -> None:
    """Until the printer holds a job that it hasn't obeyed."""
    until = time.monotonic() + 5
    while emulator.buffered < 500:
        assert time.monotonic() < until
        threading.Event().wait(0.002)


def test_a_ticket_comes_out(emulator: PrinterEmulator, printer: Printer) -> None:
    assert printer.print_ticket(TICKET) == PrintOutcome("printed")
    (paper,) = emulator.papers
    assert emulator.malformed == ()
    assert paper.cut
    assert "B017" in paper.lines
    assert "不动产转移登记" in paper.text
    assert paper.qr == (TICKET.qr,)
    assert zxingcpp.read_barcodes(paper.image())[0].text == TICKET.qr


def test_one_after_another(emulator: PrinterEmulator, printer: Printer) -> None:
    outcomes = [Outcome(printer) for _ in range(5)]
    assert [outcome.get().result for outcome in outcomes] == ["printed"] * 5
    assert len(emulator.papers) == 5
    assert len({paper.text for paper in emulator.papers}) == 1


@pytest.mark.parametrize(
    ("trouble", "reason"),
    [("paper_out", "缺纸"), ("open_cover", "机盖打开"), ("jam_cutter", "切刀故障")],
)
def test_trouble_before(emulator: PrinterEmulator, printer: Printer, trouble: str, reason: str) -> None:
    getattr(emulator, trouble)()
    assert printer.print_ticket(TICKET) == PrintOutcome("failed", reason)
    assert printer.state.state == "faulty"
    assert printer.state.reason == reason
    emulator.load_paper()
    emulator.close_cover()
    emulator.jam_cutter(False)
    assert emulator.papers == []
    assert printer.print_ticket(TICKET).result == "printed"
    assert len(emulator.papers) == 1


@pytest.mark.parametrize("rows", [1, 200, 700])
def test_paper_ends_in_the_middle(emulator: PrinterEmulator, printer: Printer, rows: int) -> None:
    emulator.paper_out(after_rows=rows)
    assert printer.print_ticket(TICKET) == PrintOutcome("failed", "缺纸")
    emulator.load_paper()
    assert emulator.papers == []
    assert printer.print_ticket(TICKET).result == "printed"
    assert len(emulator.papers) == 1


def test_the_cover_is_opened_in_the_middle(emulator: PrinterEmulator, printer: Printer) -> None:
    emulator.stall()
    outcome = Outcome(printer)
    await_bytes(emulator)
    emulator.open_cover()
    assert outcome.get() == PrintOutcome("failed", "机盖打开")
    emulator.stall(False)
    emulator.close_cover()
    assert emulator.papers == []


def test_a_silent_printer_is_unknown(emulator: PrinterEmulator, printer: Printer) -> None:
    emulator.mute()
    outcome = printer.print_ticket(TICKET)
    assert outcome.result == "unknown"
    assert outcome.reason
    status = printer.status()
    assert status == PrinterStatus(reachable=True)
    assert status.trouble == ""
    assert printer.state.state == "faulty"


def test_a_printer_that_never_finishes_is_unknown(emulator: PrinterEmulator, printer: Printer) -> None:
    emulator.stall()
    assert printer.print_ticket(TICKET).result == "unknown"
    assert emulator.papers == []


def test_pulled_in_the_middle_is_never_printed(emulator: PrinterEmulator, printer: Printer) -> None:
    emulator.stall()
    outcome = Outcome(printer)
    await_bytes(emulator)
    emulator.unplug()
    assert outcome.get() == PrintOutcome("unknown", "打印机连接断开")
    assert emulator.papers == []


def test_a_dead_host_fails(emulator: PrinterEmulator, printer: Printer) -> None:
    emulator.unplug()
    outcome = printer.print_ticket(TICKET)
    assert outcome.result == "failed"
    assert "连接不上" in outcome.reason
    assert printer.status() == PrinterStatus()


def test_a_printer_that_babbles_is_not_believed(monkeypatch: pytest.MonkeyPatch) -> None:
    """Bytes that came before the job confirm nothing."""
    monkeypatch.setattr(wire, "ANSWER_BUDGET", 0.2)
    with socket.create_server(("127.0.0.1", 0)) as server:

        def babble() -> None:
            connection, _ = server.accept()
            connection.sendall(bytes(range(0x80)) * 4)
            while connection.recv(4096):
                pass

        threading.Thread(target=babble, daemon=True).start()
        port = server.getsockname()[1]
        printer = Printer(Address.parse(f"tcp://127.0.0.1:{port}"), confirm_budget=0.3)
        assert printer.print_ticket(TICKET).result != "printed"


def test_near_end_is_told_and_prints(emulator: PrinterEmulator, printer: Printer) -> None:
    emulator.paper_near_end()
    assert printer.status().paper == "near_end"
    assert printer.state.state == "ready"
    assert "纸将用完" in printer.state.reason
    assert printer.print_ticket(TICKET).result == "printed"


def test_a_ticket_that_cannot_be_set(printer: Printer) -> None:
    outcome = printer.print_ticket(TicketPaper(**{**vars(TICKET), "qr": "x" * 5000}))
    assert outcome.result == "failed"


def test_the_state_follows_the_printer(emulator: PrinterEmulator, hear: Any) -> None:
    states = hear()
    with Printer(emulator.address, states, poll_every=0.05):
        states.until_state("ready")
        emulator.paper_out()
        assert states.until_state("faulty").reason == "缺纸"
        emulator.load_paper()
        states.until_state("ready")
        emulator.unplug()
        states.until_state("absent")
        emulator.plug()
        states.until_state("ready", timeout=5)


def test_only_its_wires() -> None:
    with pytest.raises(AddressError, match="usb"):
        Printer(Address.parse("hid:/dev/input/event0"))


@pytest.mark.parametrize(
    ("n", "byte", "field", "value"),
    [
        (1, 0x12, "online", True),
        (1, 0x1A, "online", False),
        (2, 0x16, "cover_open", True),
        (2, 0x32, "paper", "out"),
        (3, 0x1A, "cutter_error", True),
        (3, 0x32, "unrecoverable", True),
        (3, 0x52, "overheated", True),
        (4, 0x12, "paper", "ok"),
        (4, 0x1E, "paper", "near_end"),
        (4, 0x72, "paper", "out"),
        (4, 0x7E, "paper", "out"),
    ],
)
def test_status_bytes(n: int, byte: int, field: str, value: object) -> None:
    assert is_real_time(byte)
    assert getattr(read_answers({n: byte}), field) == value


@pytest.mark.parametrize("byte", [0x00, 0x0C, 0x03, 0x11, 0x13, 0x10, 0x92])
def test_what_is_no_status(byte: int) -> None:
    assert not is_real_time(byte)


def test_a_probe_tells_model_and_state_and_prints_nothing(emulator: PrinterEmulator) -> None:
    link = open_link(emulator.address, 9600)
    assert probe(link) == "ESC/POS 打印机 TINGHAO EMU-80 就绪"
    emulator.paper_near_end()
    assert str(probe(link)).endswith("纸将用完，请准备纸卷")
    emulator.paper_out()
    assert probe(link) == "ESC/POS 打印机 缺纸"
    emulator.load_paper()
    link.write(b"\x1d\x56\x00")
    link.close()
    assert (emulator.papers, emulator.malformed) == ([], ())


def test_a_trial_prints_a_page_and_says_so(emulator: PrinterEmulator, printer: Printer) -> None:
    said: list[str] = []
    trial(printer, said.append)
    emulator.open_cover()
    trial(printer, said.append)
    assert said == ["已出票", "没有出票：机盖打开"]
    assert "打印测试" in emulator.papers[0].text
    assert not emulator.papers[0].overflowed


def test_listening_says_what_the_printer_says(emulator: PrinterEmulator, hear: Any) -> None:
    said = hear()
    with listening(emulator.address, said):
        said.until(lambda sentence: sentence == "打印机：就绪")
        emulator.overheat()
        said.until(lambda sentence: "打印头过热" in sentence)


def test_a_call_back_that_asks_the_printer_stops_nothing() -> None:
    states: list[str] = []

    def on_state(state: DeviceState) -> None:
        states.append(state.state)
        printer.status()

    with PrinterEmulator() as emulator:
        printer = Printer(emulator.address, on_state, poll_every=0.05)
        with printer:
            assert printer.wait_until_ready(5)
            assert printer.print_job(b"\x1b\x40A\n\x1d\x56\x42\x00").result == "printed"
    assert states[:2] == ["opening", "ready"]
