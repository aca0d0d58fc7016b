"""Kiosk mechanisms that hold the ticket in their mouth: presented, taken, or drawn back and told."""

import threading
import time
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from tests.drivers.printers import TICKET, Bench
from tinghao.drivers.printer import Printer, PrintOutcome, delivery, driver
from tinghao.drivers.printer.emulator import PrinterEmulator
from tinghao.drivers.printer.profiles import PROFILES

TAKE_WITHIN = 0.4

each_presenter = pytest.mark.parametrize("name", ["pyramid", "custom", "kpm"])


@pytest.fixture
def bench(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Bench]:
    monkeypatch.setattr(delivery, "QUIET", 0.05)
    monkeypatch.setattr(driver, "MOUTH_EVERY", 0.05)
    bench = Bench(tmp_path, monkeypatch)
    yield bench
    bench.close()


@pytest.fixture
def fitted(bench: Bench) -> Callable[..., tuple[PrinterEmulator, Printer]]:
    def fit(name: str, **given: Any) -> tuple[PrinterEmulator, Printer]:
        emulator, address = bench.plugged("usb", presenter=True)
        profile = replace(PROFILES[name], take_within=TAKE_WITHIN)
        return emulator, Printer(address, profile=profile, **given)

    return fit


def await_(happened: Callable[[], object]) -> None:
    until = time.monotonic() + 5
    while not happened():
        assert time.monotonic() < until
        threading.Event().wait(0.005)


@each_presenter
def test_a_ticket_left_is_drawn_back_and_told(fitted: Any, name: str, hear: Any) -> None:
    told = hear()
    emulator, printer = fitted(name, on_retracted=told)
    with printer:
        began = time.monotonic()
        assert printer.print_ticket(TICKET) == PrintOutcome("printed")
        assert emulator.mouth == "mouth"
        told.next()
        assert TAKE_WITHIN <= time.monotonic() - began < TAKE_WITHIN + 2
    assert (emulator.retracted, emulator.taken, emulator.mouth) == (1, 0, "empty")
    assert emulator.malformed == ()
    assert told.silent


@each_presenter
def test_a_ticket_taken_is_not_drawn_back(fitted: Any, name: str, hear: Any) -> None:
    told = hear()
    emulator, printer = fitted(name, on_retracted=told)
    with printer:
        assert printer.print_ticket(TICKET) == PrintOutcome("printed")
        emulator.take_ticket()
        await_(lambda: printer._printed_at is None)
    assert (emulator.retracted, emulator.taken) == (0, 1)
    assert told.silent


@each_presenter
def test_the_next_ticket_pushes_the_last_one_out(fitted: Any, name: str, hear: Any) -> None:
    """The same visitor may get several: none of them may be drawn back because of the next."""
    emulator, printer = fitted(name)
    assert [printer.print_ticket(TICKET).result for _ in range(3)] == ["printed"] * 3
    assert (emulator.taken, emulator.retracted, emulator.mouth) == (2, 0, "mouth")
    printer.close()


def test_take_within_nought_never_draws_back(bench: Bench) -> None:
    emulator, address = bench.plugged("usb", presenter=True)
    printer = Printer(address, profile=replace(PROFILES["pyramid"], take_within=0))
    assert printer.print_ticket(TICKET).result == "printed"
    printer._printed_at = 0.0
    printer.status()
    assert (emulator.retracted, emulator.mouth) == (0, "mouth")
    printer.close()


@pytest.mark.parametrize("name", ["pyramid", "kpm"])
def test_a_jam_in_the_mouth(fitted: Any, name: str, hear: Any) -> None:
    states = hear()
    emulator, printer = fitted(name, on_state=states)
    with printer:
        assert printer.print_ticket(TICKET).result == "printed"
        emulator.jam_mouth()
        states.until(lambda state: state.reason == "出纸口卡纸")
        assert printer.print_ticket(TICKET) == PrintOutcome("failed", "出纸口卡纸")
        emulator.jam_mouth(False)
        states.until_state("ready")


def test_a_mouth_that_says_nothing_is_not_believed_empty(fitted: Any, hear: Any) -> None:
    told = hear()
    emulator, printer = fitted("pyramid", on_retracted=told)
    assert printer.print_ticket(TICKET).result == "printed"
    emulator.mute()
    printer._printed_at = 0.0
    printer.status()
    assert (emulator.retracted, printer._printed_at) == (0, 0.0)
    emulator.mute(False)
    assert printer.print_ticket(TICKET) == PrintOutcome("printed")
    assert emulator.printed == 2
    assert told.silent
    printer.close()


def test_half_a_ticket_is_drawn_back_before_the_next(bench: Bench) -> None:
    emulator, address = bench.plugged("usb", presenter=True)
    printer = Printer(address, profile=PROFILES["pyramid"])
    assert printer.print_ticket(TICKET).result == "printed"
    emulator.take_ticket()
    emulator._take(b"half a ticket\n")
    printer._delivery._broken_off = True
    assert printer.print_ticket(TICKET).result == "printed"
    assert [paper.lines[0] for paper in emulator.papers] == [TICKET.hall, "half a ticket", TICKET.hall]
    assert (emulator.retracted, emulator.mouth) == (1, "mouth")
    printer.close()


@each_presenter
def test_a_ticket_left_is_drawn_back_though_the_next_could_not_be_printed(
    fitted: Any, name: str, hear: Any
) -> None:
    """A job refused for want of paper has not pushed the last one's ticket out."""
    told = hear()
    emulator, printer = fitted(name, on_retracted=told)
    assert printer.print_ticket(TICKET) == PrintOutcome("printed")
    emulator.paper_out()
    assert printer.print_ticket(TICKET) == PrintOutcome("failed", "缺纸")
    emulator.load_paper()
    with printer:
        told.next()
    assert (emulator.retracted, emulator.taken, emulator.mouth) == (1, 0, "empty")


@each_presenter
def test_nothing_piles_up_in_a_printer_that_is_off_line(fitted: Any, name: str) -> None:
    """The last ticket of a roll in the mouth: neither questions nor drawing back can be obeyed without paper."""
    emulator, printer = fitted(name)
    assert printer.print_ticket(TICKET).result == "printed"
    emulator.paper_out()
    printer._printed_at = 0.0
    for _ in range(3):
        assert printer.status().paper == "out"
    assert emulator.buffered == 0
    emulator.load_paper()
    assert printer.print_ticket(TICKET) == PrintOutcome("printed")
    printer.close()
