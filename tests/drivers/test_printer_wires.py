"""The printer on all its wires: what it says is heard, what breaks is told, and nobody gets another's half ticket."""

import os
import pty
import threading
import time
import tty
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from tests.drivers.bad_printer import Clock
from tests.drivers.fuzz import PlayedLink
from tests.drivers.printers import TICKET, WIRES, Bench, Watched
from tinghao.drivers import wires
from tinghao.drivers.address import Address
from tinghao.drivers.faults import FAULTS, Fault
from tinghao.drivers.printer import Printer, PrintOutcome, delivery, wire
from tinghao.drivers.printer.emulator import PrinterEmulator
from tinghao.drivers.printer.paper import compose
from tinghao.drivers.printer.profiles import PROFILES
from tinghao.drivers.printer.samples import WAITING
from tinghao.drivers.printer.values import ListRow

HEALS_WITHIN = 5.0
JOB = compose(TICKET)

each_wire = pytest.mark.parametrize("kind", WIRES)


@pytest.fixture
def bench(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Bench]:
    monkeypatch.setattr(delivery, "QUIET", 0.05)
    monkeypatch.setattr(delivery, "FENCE_BUDGET", 0.2)
    monkeypatch.setattr(wire, "ANSWER_BUDGET", 0.2)
    bench = Bench(tmp_path, monkeypatch)
    yield bench
    bench.close()


@pytest.fixture(scope="module")
def reference() -> tuple[str, ...]:
    """The lines of a whole ticket."""
    with PrinterEmulator() as emulator:
        emulator._take(JOB)
        return emulator.papers[0].lines


@each_wire
def test_a_ticket_comes_out(bench: Bench, kind: str, reference: tuple[str, ...]) -> None:
    emulator, address = bench.plugged(kind)
    printer = Printer(address)
    assert printer.print_ticket(TICKET) == PrintOutcome("printed")
    assert [paper.lines for paper in emulator.papers] == [reference]
    emulator.paper_near_end()
    assert (printer.status().paper, printer.status().online) == ("near_end", True)
    emulator.open_cover()
    assert printer.print_ticket(TICKET) == PrintOutcome("failed", "机盖打开")
    assert emulator.malformed == ()
    printer.close()


@each_wire
def test_two_threads(bench: Bench, kind: str) -> None:
    emulator, address = bench.plugged(kind)
    outcomes: list[PrintOutcome] = []
    with Printer(address, poll_every=0.01) as printer:
        threads = [
            threading.Thread(target=lambda: outcomes.extend(printer.print_job(JOB) for _ in range(3)))
            for _ in range(2)
        ]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join(20)
    assert outcomes == [PrintOutcome("printed")] * 6
    assert emulator.printed == 6
    assert len({paper.text for paper in emulator.papers}) == 1


@pytest.mark.parametrize("kind", ["usb", "lp"])
def test_a_silent_printer_is_unknown_and_prints(
    bench: Bench, kind: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(wire, "ANSWER_BUDGET", 0.1)
    emulator, address = bench.plugged(kind)
    emulator.mute()
    printer = Printer(address, confirm_budget=0.1)
    assert [printer.print_ticket(TICKET).result for _ in range(2)] == ["unknown"] * 2
    assert printer.state.reason == "打印机不应答状态查询"
    assert (emulator.printed, emulator.strips) == (2, 0)
    emulator.mute(False)
    assert printer.print_ticket(TICKET).result != "printed" or emulator.printed == 3
    assert printer.print_ticket(TICKET) == PrintOutcome("printed")
    printer.close()


@pytest.mark.parametrize("own_power", [False, True], ids=["loses power", "keeps power"])
@pytest.mark.parametrize("after", [2, 900, len(JOB) + 20])
@pytest.mark.parametrize("kind", ["tcp", "serial", "usb"])
def test_pulled_at_any_moment(
    bench: Bench, kind: str, after: int, own_power: bool, hear: Any, reference: tuple[str, ...]
) -> None:
    """Honest about the one, whole the next: ready again within five seconds, and no half ticket before it."""
    emulator, address = bench.plugged(kind, own_power=own_power)
    states = hear()
    printer = Printer(address, states, confirm_budget=0.3, poll_every=0.2)
    whole = printer.opener
    assert printer.print_job(JOB).result == "printed"
    printer._let_go()
    printer.opener = lambda: Watched(whole(), after, emulator.unplug)
    outcome = printer.print_job(JOB)
    assert outcome.result != "printed" or emulator.printed == 2
    assert outcome.reason or outcome.result == "printed"
    printer._let_go()
    printer.opener = whole
    emulator.plug()
    began = time.monotonic()
    with printer:
        if printer.state.state != "ready":
            states.until_state("ready", timeout=HEALS_WITHIN)
        assert time.monotonic() - began < HEALS_WITHIN
        before = emulator.printed
        assert printer.print_job(JOB) == PrintOutcome("printed")
    assert emulator.printed > before
    assert emulator.papers[-1].lines == reference


@pytest.mark.parametrize("profile", ["80mm", "80mm-clone"])
def test_a_ticket_broken_off_inside_a_picture(bench: Bench, profile: str, reference: tuple[str, ...]) -> None:
    """The printer still waits for dots; the next ticket must not be taken for them."""
    emulator, address = bench.plugged("tcp", own_power=True)
    printer = Printer(address, profile=PROFILES[profile], confirm_budget=0.3)
    assert printer.print_job(JOB).result == "printed"
    whole = printer.opener
    inside = JOB.index(b"\x1d\x76\x30") + 40
    printer.opener = lambda: Watched(whole(), 12 + inside, emulator.unplug)
    assert printer.print_job(JOB).result != "printed"
    assert emulator.buffered > 0
    emulator.plug()
    printer.opener = whole
    assert printer.print_job(JOB) == PrintOutcome("printed")
    assert emulator.papers[-1].lines == reference


def test_off_line_while_sending(bench: Bench) -> None:
    """On a slow line: known before the job is out, and nothing of it comes later."""
    emulator, address = bench.plugged("serial")
    printer = Printer(replace(address, baud=9600))
    slow = printer.opener
    printer.opener = lambda: Watched(slow(), 300, emulator.open_cover)
    began = time.monotonic()
    assert printer.print_job(JOB * 8) == PrintOutcome("failed", "机盖打开")
    assert time.monotonic() - began < 3
    emulator.close_cover()
    assert emulator.papers == []
    printer.close()


def test_a_full_printer_is_waited_for(bench: Bench) -> None:
    emulator, address = bench.plugged("serial", flow=True, buffer_size=2000, seconds_per_row=0.0001)
    printer = Printer(address)
    assert printer.print_job(JOB * 5) == PrintOutcome("printed")
    assert (emulator.printed, emulator.lost) == (5, 0)
    printer.close()


def test_a_printer_that_stays_full(bench: Bench, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(wire, "PAUSE_PATIENCE", 0.3)
    emulator, address = bench.plugged("serial", flow=True, buffer_size=2000)
    printer = Printer(address, profile=PROFILES["80mm-clone"])
    assert printer.print_job(JOB).result == "printed"
    slow = printer.opener
    printer._let_go()
    printer.opener = lambda: Watched(slow(), 40, emulator.stall)
    assert printer.print_job(JOB * 5) == PrintOutcome("failed", "打印机停止接收数据")
    assert emulator.lost == 0
    printer.close()


def test_nobody_takes_the_bytes(monkeypatch: pytest.MonkeyPatch) -> None:
    """A write that blocks ends; what was not sent has failed."""
    monkeypatch.setattr(wires, "WRITE_TIMEOUT", 0.3)
    master, slave = pty.openpty()
    tty.setraw(slave)
    try:
        printer = Printer(Address("lp", path=os.ttyname(slave)))
        began = time.monotonic()
        outcome = printer.print_job(JOB * 40)
        assert outcome.result == "failed"
        assert "写入超时" in outcome.reason
        assert time.monotonic() - began < 5
    finally:
        os.close(slave)
        os.close(master)


def test_closing_does_not_wait_for_a_ticket(bench: Bench) -> None:
    emulator, address = bench.plugged("serial")
    emulator.stall()
    printer = Printer(address, confirm_budget=30).start()
    outcomes: list[PrintOutcome] = []
    thread = threading.Thread(target=lambda: outcomes.append(printer.print_job(JOB)))
    thread.start()
    until = time.monotonic() + 5
    while emulator.buffered < len(JOB):
        assert time.monotonic() < until
        threading.Event().wait(0.002)
    began = time.monotonic()
    printer.close()
    thread.join(2)
    assert time.monotonic() - began < 2
    assert outcomes == [PrintOutcome("unknown", "已停用")]
    assert printer.print_job(JOB) == PrintOutcome("failed", "已停用")


def test_the_tap_hears_everything(bench: Bench) -> None:
    _, address = bench.plugged("usb")
    heard: dict[str, bytes] = {"out": b"", "in": b""}
    printer = Printer(address)
    printer.tap = lambda direction, data: heard.update({direction: heard[direction] + data})
    assert printer.print_job(JOB).result == "printed"
    assert JOB in heard["out"]
    assert heard["in"].startswith(b"\x12" * 4)
    printer.close()


def test_a_serial_line_is_written_at_its_pace(monkeypatch: pytest.MonkeyPatch) -> None:
    clock = Clock()
    monkeypatch.setattr(wire, "time", clock)

    class Line(PlayedLink):
        ahead = 0.0

        def __init__(self) -> None:
            super().__init__(())
            self.began = clock.now

        def read(self, timeout: float) -> bytes:
            clock.now += timeout
            return b""

        def write(self, data: bytes) -> None:
            super().write(data)
            out = sum(map(len, self.written))
            self.ahead = max(self.ahead, out / 960 - (clock.now - self.began))

    line = Line()
    wire.Wire(line, threading.Event(), 960).send(b"x\n" * 2000, lambda _: None)
    assert b"".join(line.written).replace(b"\x10\x04\x01", b"") == b"x\n" * 2000
    assert line.ahead < 0.25
    assert clock.now - line.began > 4


def test_a_number_confirms_only_its_job(bench: Bench) -> None:
    """`1D 28 48`: the answer to another job is heard and not believed."""
    emulator, address = bench.plugged("usb")
    printer = Printer(address, profile=PROFILES["epson"], confirm_budget=0.2)
    emulator.stall()
    assert printer.print_job(JOB).result == "unknown"
    emulator._interpreter.buffer += b"\x1d\x28\x48\x06\x00\x30\x30@@@@"
    emulator.stall(False)
    assert printer.print_job(JOB) == PrintOutcome("printed")
    emulator.stall()
    emulator.port.write(b"\x37\x22@@@@\x00")
    assert printer.print_job(JOB).result == "unknown"
    printer.close()


def test_an_old_answer_confirms_no_new_ticket(bench: Bench, monkeypatch: pytest.MonkeyPatch) -> None:
    """Busy with the last one, the printer is given no other; its late answer is the last one's."""
    monkeypatch.setattr(delivery, "FENCE_BUDGET", 0.1)
    emulator, address = bench.plugged("usb")
    printer = Printer(address, profile=PROFILES["80mm-clone"], confirm_budget=0.1)
    assert printer.print_job(JOB) == PrintOutcome("printed")
    emulator.stall()
    assert printer.print_job(JOB).result == "unknown"
    assert printer.print_job(JOB) == PrintOutcome("failed", "打印机还没有处理完上一张")
    emulator.stall(False)
    assert (emulator.printed, emulator.strips) == (2, 0)
    emulator.stall()
    assert printer.print_job(JOB).result != "printed"
    emulator.stall(False)
    before = emulator.printed
    assert printer.print_job(JOB) == PrintOutcome("printed")
    assert emulator.printed == before + 1
    printer.close()


def test_a_wire_readable_for_ever_with_nothing() -> None:
    """usblp may say so: it is waited for, not run around."""

    class Empty(PlayedLink):
        reads = 0

        def read(self, timeout: float) -> bytes:
            self.reads += 1
            return b""

    link = Empty(())
    wire.Wire(link, threading.Event()).listen(0.3, lambda: False)
    assert link.reads < 10


@pytest.mark.parametrize("fault", FAULTS)
def test_on_a_bad_day_it_is_honest(bench: Bench, fault: Fault, monkeypatch: pytest.MonkeyPatch) -> None:
    """Noise, lateness, halves: what is called printed came out; and when the day is over all is well."""
    monkeypatch.setattr(wire, "ANSWER_BUDGET", 0.1)
    emulator, address = bench.plugged("usb")
    printer = Printer(address, confirm_budget=0.3)
    emulator.set_fault(fault)
    before = emulator.printed
    outcome = printer.print_job(JOB)
    assert outcome.result != "printed" or emulator.printed == before + 1
    assert (outcome.result == "printed") == (fault in ("slow", "noise-inside"))
    emulator.set_fault(fault, False)
    if fault != "late":  # its answers would still be on their way for long
        until = time.monotonic() + 5
        while printer.print_job(JOB).result != "printed":
            assert time.monotonic() < until
    assert emulator.malformed == ()
    printer.close()


class _Lagging(PlayedLink):
    """Answers real-time questions at once, `1D 72 01` so many seconds after it came, and not the first ones."""

    def __init__(self, clock: Clock, seconds: float, lost: int = 0) -> None:
        super().__init__(())
        self._clock = clock
        self._seconds = seconds
        self._lost = lost
        self._due: list[tuple[float, bytes]] = []

    def write(self, data: bytes) -> None:
        super().write(data)
        if data.startswith(b"\x10\x04"):
            self._due.insert(0, (self._clock.now, b"\x12"))
        for _ in range(data.count(b"\x1d\x72\x01")):
            self._lost -= 1
            if self._lost < 0:
                self._due.append((self._clock.now + self._seconds, b"\x00"))

    def read(self, timeout: float) -> bytes:
        if self._due and self._due[0][0] <= self._clock.now + timeout:
            moment, answer = self._due.pop(0)
            self._clock.now = max(self._clock.now, moment)
            return answer
        self._clock.now += timeout
        return b""


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> Clock:
    clock = Clock()
    for module in (wire, delivery):
        monkeypatch.setattr(module, "time", clock)
    return clock


def test_a_long_list_is_given_the_time_its_paper_needs(clock: Clock) -> None:
    """A metre and a half of short lines at 60 mm/s: few bytes, and half a minute's work."""
    rows = tuple(ListRow(f"A{number:03d}", "食品经营许可证核发", "38分") for number in range(350))
    long = replace(WAITING, rows=rows)
    link = _Lagging(clock, 25.0)
    printer = Printer(Address.parse("usb:0416:5011"))
    printer.opener = lambda: link
    printer._delivery._owed = 0
    assert printer.print_ticket(long) == PrintOutcome("printed")


def test_a_ticket_is_not_waited_for_longer_than_ever(clock: Clock) -> None:
    printer = Printer(Address.parse("usb:0416:5011"))
    printer.opener = lambda: _Lagging(clock, 1000.0)
    printer._delivery._owed = 0
    began = clock.now
    assert printer.print_job(JOB).result == "unknown"
    assert clock.now - began < 6


def test_a_printer_that_lost_its_first_answers_is_believed_later(clock: Clock) -> None:
    """They were asked while it was being switched on: it owes them for ever, and still confirms."""
    link = _Lagging(clock, 0.1, lost=2)
    printer = Printer(Address.parse("usb:0416:5011"), profile=PROFILES["80mm-clone"])
    printer.opener = lambda: link
    results = [printer.print_job(JOB).result for _ in range(3)]
    assert results == ["unknown", "printed", "printed"]


@pytest.mark.parametrize("profile", ["80mm", "80mm-clone"])
@pytest.mark.parametrize("at", [40, 400, len(JOB) // 2])
def test_what_a_crash_left_is_cut_off(
    bench: Bench, profile: str, at: int, reference: tuple[str, ...]
) -> None:
    """The station died in the middle of a job: nobody gets the half ticket that was another's."""
    emulator, address = bench.plugged("usb")
    emulator._take(JOB[:at])
    with Printer(address, profile=PROFILES[profile], after_crash=True) as printer:
        assert printer.wait_until_ready(5)
        assert printer.print_job(JOB) == PrintOutcome("printed")
        assert printer.print_job(JOB) == PrintOutcome("printed")
    assert [paper.lines for paper in emulator.papers[-2:]] == [reference, reference]
    assert emulator.strips <= 1


@pytest.mark.parametrize("profile", ["80mm", "80mm-clone"])
def test_a_ticket_broken_off_by_closing_is_cut_off(
    bench: Bench, profile: str, reference: tuple[str, ...]
) -> None:
    """Whoever opens the printer next knows nothing of it; a slow line is where closing finds half a job."""
    emulator, address = bench.plugged("serial")
    printer = Printer(replace(address, baud=9600), profile=PROFILES[profile])
    slow = printer.opener
    printer.opener = lambda: Watched(slow(), 400, printer._closing.set)
    assert printer.print_job(JOB) == PrintOutcome("failed", "已停用")
    printer.close()
    following = Printer(address, profile=PROFILES[profile])
    assert following.print_job(JOB) == PrintOutcome("printed")
    following.close()
    assert emulator.papers[-1].lines == reference
    assert emulator.malformed == ()
