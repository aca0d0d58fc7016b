"""The driver and the emulated reader, over a real pseudo-terminal."""

import logging
import os
import pty
import threading
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from tinghao.drivers.address import Address
from tinghao.drivers.card_reader import PROBLEM_TEXT, CardReader, Timing
from tinghao.drivers.card_reader.cards import DEMO_CARDS
from tinghao.drivers.card_reader.emulator import CardReaderEmulator
from tinghao.drivers.card_reader.protocol import FIND_CARD

QUICK = Timing(
    find_every=0.01,
    find_budget=0.2,
    select_budget=0.2,
    read_budget=0.5,
    lift_misses=3,
    lift_after=0.05,
    same_card_quiet=0.0,
)
ZHANG, OUYANG, *_ = DEMO_CARDS


class CountingEmulator(CardReaderEmulator):
    """Tells when it has been asked so many times: time passes by finds, not by the clock."""

    def __init__(self, link: Path, **options: Any) -> None:
        super().__init__(link, **options)
        self.finds = threading.Semaphore(0)
        self.silent = False
        self.prefix = b""

    def _answer(self, body: bytes) -> bytes:
        if body == FIND_CARD:
            self.finds.release()
        return super()._answer(body)

    def _send(self, data: bytes) -> None:
        if not self.silent:
            super()._send(self.prefix + data)

    def await_finds(self, count: int) -> None:
        while self.finds.acquire(blocking=False):
            pass
        for _ in range(count):
            assert self.finds.acquire(timeout=5)


class Bench:
    def __init__(
        self, link: Path, hear: Callable[[], Any], *, timing: Timing = QUICK, **options: Any
    ) -> None:
        self.cards, self.lifts, self.problems, self.states = hear(), hear(), hear(), hear()
        self.emulator = CountingEmulator(link, **options)
        self.emulator.plug()
        self.reader = CardReader(
            Address.parse(f"serial:{link}"), self.cards, self.lifts, self.problems, self.states, timing=timing
        )
        self.reader.start()

    def close(self) -> None:
        self.reader.close()
        self.emulator.close()


@pytest.fixture(params=[False, True], ids=["finds once", "keeps finding"])
def bench(request: pytest.FixtureRequest, link: Path, hear: Any) -> Iterator[Bench]:
    bench = Bench(link, hear, keeps_finding=request.param)
    yield bench
    bench.close()


def test_says_when_it_is_ready(bench: Bench) -> None:
    assert bench.states.until_state("ready").reason == ""
    assert bench.reader.sam_id == "05.01-20101129-0001228293-0296863149"


@pytest.mark.parametrize("card", DEMO_CARDS, ids=range(6))
def test_reads_everybody(link: Path, hear: Any, card: Any) -> None:
    bench = Bench(link, hear)
    bench.emulator.lay(card)
    assert bench.cards.next() == card
    bench.close()


def test_a_card_left_lying_is_one_reading(bench: Bench) -> None:
    bench.emulator.lay(ZHANG)
    assert bench.cards.next() == ZHANG
    bench.emulator.await_finds(30)
    assert bench.cards.silent
    assert bench.problems.silent


def test_lifted_and_laid_again_is_a_second_reading(bench: Bench) -> None:
    bench.emulator.lay(ZHANG)
    assert bench.cards.next() == ZHANG
    bench.emulator.lift()
    bench.lifts.next()
    bench.emulator.lay(ZHANG)
    assert bench.cards.next() == ZHANG


def test_another_card_is_another_reading(bench: Bench) -> None:
    bench.emulator.lay(ZHANG)
    assert bench.cards.next() == ZHANG
    bench.emulator.lift()
    bench.emulator.await_finds(3)
    bench.emulator.lay(OUYANG)
    assert bench.cards.next() == OUYANG
    bench.lifts.next()


def test_a_card_that_shakes_is_not_read_twice(link: Path, hear: Any) -> None:
    bench = Bench(link, hear, timing=Timing(find_every=0.01, lift_after=0.02, same_card_quiet=60))
    bench.emulator.lay(ZHANG)
    assert bench.cards.next() == ZHANG
    for _ in range(3):
        bench.emulator.lift()
        bench.emulator.await_finds(12)
        bench.emulator.lay(ZHANG)
        bench.emulator.await_finds(4)
    assert bench.cards.silent
    bench.close()


@pytest.mark.parametrize("sw3", [0x31, 0x32, 0x33, 0x41])
def test_a_refused_card_has_to_be_laid_again(bench: Bench, sw3: int) -> None:
    bench.emulator.fail_next_read(sw3)
    bench.emulator.lay(ZHANG)
    problem = bench.problems.next()
    assert PROBLEM_TEXT[problem] == "请将身份证拿开后重新放置"
    bench.emulator.await_finds(12)
    assert bench.cards.silent
    assert bench.problems.silent
    bench.emulator.lift()
    bench.emulator.await_finds(8)
    bench.emulator.lay(ZHANG)
    assert bench.cards.next() == ZHANG


def test_an_unknown_kind_of_card(bench: Bench) -> None:
    bench.emulator.fail_next_read(0x40)
    bench.emulator.lay(ZHANG)
    assert bench.problems.next() == "unsupported"


def test_noise_before_every_answer(bench: Bench) -> None:
    bench.emulator.prefix = bytes.fromhex("AA 00 AA AA AA 96 69 FF")
    bench.emulator.lay(OUYANG)
    assert bench.cards.next() == OUYANG


def test_a_pulled_cable_heals(bench: Bench) -> None:
    bench.emulator.lay(ZHANG)
    bench.cards.next()
    bench.emulator.unplug()
    assert "线缆" in bench.states.until_state("absent").reason
    assert not os.path.lexists(bench.emulator.address.path)
    bench.emulator.plug()
    bench.states.until_state("ready", timeout=5)
    assert bench.cards.next() == ZHANG


def test_a_reader_that_falls_silent_is_faulty(bench: Bench) -> None:
    bench.states.until_state("ready")
    bench.emulator.silent = True
    assert "没有应答" in bench.states.until_state("faulty").reason
    bench.emulator.silent = False
    bench.states.until_state("ready")


def test_a_port_that_is_not_there(link: Path, hear: Any) -> None:
    states = hear()
    with CardReader(Address.parse(f"serial:{link}"), hear(), on_state=states):
        assert "找不到串口" in states.until_state("absent").reason


def test_the_link_of_a_dead_emulator_is_not_followed(link: Path, hear: Any) -> None:
    master, slave = pty.openpty()
    link.symlink_to(os.ttyname(slave))
    os.utime(link, (1, 1), follow_symlinks=False)
    states = hear()
    with CardReader(Address.parse(f"serial:{link}"), hear(), on_state=states):
        assert "找不到串口" in states.until_state("absent").reason
    os.close(slave)
    os.close(master)


def test_a_file_that_is_no_port(link: Path, hear: Any) -> None:
    link.write_text("")
    states = hear()
    with CardReader(Address.parse(f"serial:{link}"), hear(), on_state=states):
        assert "无法打开" in states.until_state("faulty").reason


def test_a_listener_that_raises_stops_nothing_and_betrays_nobody(
    link: Path, hear: Any, caplog: pytest.LogCaptureFixture
) -> None:
    cards = hear()

    def fall_over(card: Any) -> None:
        cards(card)
        raise RuntimeError(f"{card.name} {card.number}")

    caplog.set_level(logging.DEBUG)
    with (
        CardReaderEmulator(link) as emulator,
        CardReader(Address.parse(f"serial:{link}"), fall_over, timing=QUICK),
    ):
        for card in (ZHANG, OUYANG):
            emulator.lay(card)
            assert cards.next() == card
    assert "RuntimeError" in caplog.text
    assert not any(part in caplog.text for card in DEMO_CARDS for part in (card.name, card.number))
