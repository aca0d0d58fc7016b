"""The driver and the emulated reader, over a real pseudo-terminal."""

import logging
import os
import pty
import threading
import time
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from tinghao.drivers import faults
from tinghao.drivers.address import Address
from tinghao.drivers.card_reader import PROBLEM_TEXT, CardReader, IdCard, Management, Timing
from tinghao.drivers.card_reader.cards import DEMO_CARDS, OTHER_CARDS
from tinghao.drivers.card_reader.emulator import CardReaderEmulator
from tinghao.drivers.card_reader.protocol import FIND_CARD
from tinghao.drivers.faults import FAULTS, Fault
from tinghao.drivers.links import LinkError

QUICK = Timing(
    find_every=0.01,
    find_budget=0.4,
    select_budget=0.4,
    select_every=0.01,
    read_budget=1.0,
    extra_budget=1.0,
    photo_budget=5.0,
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
        self.requests: list[bytes] = []
        self.silent = False
        self.prefix = b""
        self.instead: list[bytes] = []

    def _answer(self, body: bytes) -> bytes:
        if body == FIND_CARD:
            self.finds.release()
        self.requests.append(body)
        return self.instead.pop(0) if self.instead else super()._answer(body)

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
        self,
        link: Path,
        hear: Callable[[], Any],
        *,
        timing: Timing = QUICK,
        keeps_finding: bool = False,
        prepare: Callable[[CountingEmulator], object] = lambda _: None,
        **settings: Any,
    ) -> None:
        self.cards, self.lifts, self.problems, self.states = hear(), hear(), hear(), hear()
        self.emulator = CountingEmulator(link, keeps_finding=keeps_finding)
        self.emulator.plug()
        prepare(self.emulator)
        self.reader = CardReader(
            Address.parse(f"serial:{link}"),
            self.cards,
            self.lifts,
            self.problems,
            self.states,
            timing=timing,
            **settings,
        )
        self.reader.start()

    def __enter__(self) -> "Bench":
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

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


@pytest.mark.parametrize("card", [*DEMO_CARDS, *OTHER_CARDS], ids=range(10))
def test_reads_everybody(link: Path, hear: Any, card: IdCard) -> None:
    with Bench(link, hear) as bench:
        bench.emulator.lay(card)
        assert bench.cards.next() == replace(card, new_address="", fingerprint=b"")
        assert not bench.emulator.malformed


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


def test_a_card_that_is_lost_and_found_again_and_again_gives_one_reading(link: Path, hear: Any) -> None:
    quiet = 1.0
    timing = Timing(find_every=0.01, select_every=0.01, lift_after=0.02, same_card_quiet=quiet)
    with Bench(link, hear, timing=timing) as bench:
        bench.emulator.lay(ZHANG)
        assert bench.cards.next() == ZHANG
        until = time.monotonic() + 2 * quiet
        while time.monotonic() < until:
            bench.emulator.lift()
            bench.emulator.await_finds(8)
            bench.emulator.lay(ZHANG)
            bench.emulator.await_finds(4)
        assert bench.cards.silent


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


# ---------------------------------------------------------------------------------------- the module's own trouble


def test_a_module_that_failed_its_self_test_is_reset(link: Path, hear: Any) -> None:
    with Bench(link, hear, prepare=lambda emulator: emulator.fall_ill()) as bench:
        bench.states.until_state("ready")
        assert bytes.fromhex("10 FF") in bench.emulator.requests


@pytest.mark.parametrize(
    ("frame", "reason"),
    [
        ("AA AA AA 96 69 00 04 00 00 66 62", "读卡器：安全模块未经授权（66）"),
        ("AA AA AA 96 69 00 04 00 00 23 27", "读卡器：越权操作（23）"),
        ("AA AA AA 96 69 00 04 00 00 41 45", "读卡器：读卡失败（41）"),
    ],
)
def test_a_module_that_is_not_well_says_why(link: Path, hear: Any, frame: str, reason: str) -> None:
    def prepare(emulator: CountingEmulator) -> None:
        emulator.instead = [bytes.fromhex(frame)]

    with Bench(link, hear, prepare=prepare) as bench:
        assert bench.states.until_state("faulty").reason == reason
        bench.states.until_state("ready")


@pytest.mark.parametrize("frame", ["AA AA AA 96 69 00 04 00 00 10 14", "AA AA AA 96 69 00 04 00 00 11 15"])
def test_a_request_that_broke_on_its_way_is_sent_again(link: Path, hear: Any, frame: str) -> None:
    def prepare(emulator: CountingEmulator) -> None:
        emulator.instead = [bytes.fromhex(frame)]

    with Bench(link, hear, prepare=prepare) as bench:
        assert bench.states.next().state == "opening"
        assert bench.states.next().state == "ready"


LATE = {
    "20 01": "AA AA AA 96 69 00 04 00 00 90 94",
    "20 02": "AA AA AA 96 69 00 08 00 00 9F 00 00 00 00 97",
    "30 01": "AA AA AA 96 69 00 0C 00 00 90 00 00 00 00 00 00 00 00 9C",
}


class Lagging(CountingEmulator):
    """Before each answer comes, late, that of the request before."""

    def _answer(self, body: bytes) -> bytes:
        return bytes.fromhex(LATE.get(body.hex(" "), "")) + super()._answer(body)


def test_a_late_answer_is_not_taken_for_the_next_ones(link: Path, hear: Any) -> None:
    cards, lifts = hear(), hear()
    with Lagging(link) as emulator, CardReader(emulator.address, cards, lifts, timing=QUICK):
        for card in (ZHANG, OUYANG):
            emulator.lay(card)
            assert cards.next() == card
            emulator.lift()
            lifts.next()


# ---------------------------------------------------------------------------------------- what else a card has

MOVED = OTHER_CARDS[-1]


def test_a_newer_address_is_asked_for_when_wished(link: Path, hear: Any) -> None:
    with Bench(link, hear, with_new_address=True) as bench:
        bench.emulator.lay(MOVED)
        assert bench.cards.next() == replace(MOVED, fingerprint=b"")
        bench.emulator.lift()
        bench.lifts.next()
        bench.emulator.lay(ZHANG)
        assert bench.cards.next().new_address == ""


def test_a_fingerprint_only_when_wished(link: Path, hear: Any) -> None:
    with Bench(link, hear, with_fingerprint=True) as bench:
        for card in (MOVED, ZHANG):
            bench.emulator.lay(card)
            assert bench.cards.next().fingerprint == card.fingerprint
            bench.emulator.lift()
            bench.lifts.next()


def test_the_management_information_only_when_wished(link: Path, hear: Any) -> None:
    with Bench(link, hear, with_management=True) as bench:
        bench.emulator.lay(ZHANG)
        found = bench.cards.next().management
        assert isinstance(found, Management)
        assert found.sn == bytes.fromhex("11 22 33 44 55 66 77 88")


class Picky(CountingEmulator):
    """Knows no newer addresses and no management information."""

    def _answer(self, body: bytes) -> bytes:
        if body[:1] == b"\x30" and body != b"\x30\x01":
            return bytes.fromhex("AA AA AA 96 69 00 04 00 00 21 25") if body[1] == 3 else b""
        return super()._answer(body)


def test_what_a_reader_does_not_know_harms_no_reading(link: Path, hear: Any) -> None:
    cards = hear()
    with (
        Picky(link) as emulator,
        CardReader(emulator.address, cards, timing=QUICK, with_new_address=True, with_management=True),
    ):
        emulator.lay(MOVED)
        card = cards.next()
        assert (card.number, card.new_address, card.management) == (MOVED.number, "", None)


class Decoder:
    """Shows what it was given; may raise, or hang until released."""

    def __init__(self, error: type[Exception] | None = None) -> None:
        self.error = error
        self.hang = threading.Event()
        self.hang.set()
        self.calls = 0

    def decode(self, wlt: bytes) -> bytes:
        self.calls += 1
        self.hang.wait(10)
        if self.error:
            raise self.error("photo")
        return b"BM" + wlt[:3]


def read_one_after_another(bench: Bench, *cards: IdCard) -> list[bytes]:
    photos = []
    for card in cards:
        bench.emulator.lay(card)
        photos.append(bench.cards.next().photo)
        bench.emulator.lift()
        bench.lifts.next()
    return photos


def test_a_photo_is_decoded_by_whoever_can(link: Path, hear: Any) -> None:
    with Bench(link, hear, photo_decoder=Decoder()) as bench:
        assert read_one_after_another(bench, ZHANG, OUYANG) == [b"BMWLf", b"BMWLf"]


def test_a_photo_is_dropped_when_nobody_can(link: Path, hear: Any) -> None:
    with Bench(link, hear) as bench:
        assert read_one_after_another(bench, ZHANG) == [b""]


def test_a_decoder_that_raises_costs_only_the_photo(link: Path, hear: Any) -> None:
    with Bench(link, hear, photo_decoder=Decoder(ValueError)) as bench:
        assert read_one_after_another(bench, ZHANG, OUYANG) == [b"", b""]


def test_a_decoder_that_hangs_costs_only_photos_and_is_not_asked_twice(link: Path, hear: Any) -> None:
    decoder = Decoder()
    decoder.hang.clear()
    with Bench(link, hear, timing=replace(QUICK, photo_budget=0.1), photo_decoder=decoder) as bench:
        assert read_one_after_another(bench, ZHANG, OUYANG, MOVED) == [b"", b"", b""]
        assert decoder.calls == 1
        decoder.hang.set()


# ---------------------------------------------------------------------------------------- bad days


@pytest.mark.parametrize("fault", FAULTS)
def test_a_card_is_read_when_a_bad_day_is_over(
    link: Path, hear: Any, fault: Fault, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(faults, "LATENESS", 4 * QUICK.find_budget)
    monkeypatch.setattr(faults, "BYTE_GAP", 0.0005)
    with Bench(link, hear, timing=replace(QUICK, read_budget=5)) as bench:
        bench.states.until_state("ready")
        bench.emulator.set_fault(fault)
        bench.emulator.lay(OUYANG)
        if fault in ("noise", "slow"):
            assert bench.cards.next() == OUYANG
        else:
            bench.states.until_state("faulty")
            assert bench.cards.silent
        bench.emulator.set_fault(fault, False)
        bench.emulator.lift()
        if bench.reader.state.state != "ready":
            bench.states.until_state("ready", timeout=10)
        bench.emulator.await_finds(12)
        bench.emulator.lay(ZHANG)
        assert bench.cards.next() == ZHANG


def test_a_broken_session_leaves_nothing_open(link: Path, hear: Any) -> None:
    with CountingEmulator(link) as emulator:
        emulator.silent = True
        timing = replace(QUICK, find_budget=0.001)
        reader = CardReader(emulator.address, hear(), timing=timing)
        before = len(os.listdir("/proc/self/fd"))
        for _ in range(50):
            with pytest.raises(LinkError, match="没有应答"):
                reader._session()
        assert len(os.listdir("/proc/self/fd")) == before
