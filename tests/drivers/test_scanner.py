"""The driver and the emulated scanner over a real pseudo-terminal: codes one way, commands the other."""

import threading
import time
from pathlib import Path
from typing import Any

import pytest

from tinghao.drivers.address import Address, AddressError
from tinghao.drivers.links import Link, LinkError, faulty
from tinghao.drivers.scanner import Model, Scanner, Suffix, driver, family
from tinghao.drivers.scanner.emulator import ScannerEmulator
from tinghao.drivers.scanner.protocol import TRIGGER
from tinghao.drivers.wires import SerialLink

TEXTS = ["A001", "https://hall.example/t/7Hq2LmX9", "张样例，预约号 0012", "王𬭊"]
TALKING: list[Model] = ["honeywell", "gm65", "newland"]

each_model = pytest.mark.parametrize("model", TALKING)


# ---------------------------------------------------------------------------------------- codes


@pytest.mark.parametrize("suffix", ["cr", "lf", "crlf", "none"])
@pytest.mark.parametrize("encoding", ["utf-8", "gb18030"])
def test_reads_text(link: Path, hear: Any, suffix: Suffix, encoding: str) -> None:
    codes, states = hear(), hear()
    with (
        ScannerEmulator(link, suffix=suffix, encoding=encoding) as emulator,
        Scanner(Address.parse(f"serial:{link}"), codes, states, suffix=suffix),
    ):
        states.until_state("ready")
        for text in TEXTS:
            emulator.scan(text)
            assert codes.next() == text
            assert emulator.last_scanned == text
    assert codes.silent


def test_a_pulled_cable_heals(link: Path, hear: Any) -> None:
    codes, states = hear(), hear()
    with (
        ScannerEmulator(link) as emulator,
        Scanner(Address.parse(f"serial:{link}?baud=115200"), codes, states),
    ):
        states.until_state("ready")
        emulator.unplug()
        states.until_state("absent")
        emulator.plug()
        states.until_state("ready", timeout=5)
        emulator.scan("A002")
        assert codes.next() == "A002"


def test_bytes_that_are_no_text_are_dropped(link: Path, hear: Any) -> None:
    codes, states = hear(), hear()
    with ScannerEmulator(link) as emulator, Scanner(Address.parse(f"serial:{link}"), codes, states):
        states.until_state("ready")
        emulator.scan_bytes(b"\xff\xff\x80")
        emulator.scan("A003")
        assert codes.next() == "A003"


def test_takes_no_other_address() -> None:
    with pytest.raises(AddressError, match="serial、tcp、hid"):
        Scanner(Address.parse("lp:/dev/usb/lp0"), lambda _: None)


# ---------------------------------------------------------------------------------------- commands


@each_model
def test_a_trigger_lights_it_and_a_stop_darkens_it(link: Path, hear: Any, model: Model) -> None:
    codes, states, changes = hear(), hear(), hear()
    with (
        ScannerEmulator(link, changes, model=model, trigger_mode=True) as emulator,
        Scanner(emulator.address, codes, states, model=model) as scanner,
    ):
        states.until_state("ready")
        emulator.scan("in the dark")
        assert scanner.trigger()
        changes.until(lambda _: emulator.lit)
        emulator.scan("A004")
        assert codes.next() == "A004"
        assert not emulator.lit
        assert scanner.trigger()
        changes.until(lambda _: emulator.lit)
        assert scanner.stop()
        changes.until(lambda _: not emulator.lit)
        emulator.scan("in the dark")
        assert emulator.malformed == []
    assert codes.silent


@each_model
def test_one_maker_does_not_understand_another(link: Path, hear: Any, model: Model) -> None:
    states = hear()
    with (
        ScannerEmulator(link, model=model, trigger_mode=True) as emulator,
        Scanner(emulator.address, lambda _: None, states, model=model) as scanner,
    ):
        states.until_state("ready")
        for other in set(TALKING) - {model}:
            emulator._take(TRIGGER[other])
        assert not emulator.lit
        assert scanner.trigger()


def test_a_plain_one_is_told_nothing_and_nobody_before_the_port_is_open(link: Path, hear: Any) -> None:
    states = hear()
    with ScannerEmulator(link) as emulator:
        plain = Scanner(emulator.address, lambda _: None, states)
        with plain:
            states.until_state("ready")
            assert not plain.trigger()
            assert not plain.stop()
        scanner = Scanner(emulator.address, lambda _: None, states, model="gm65")
        assert not scanner.trigger()
        with scanner:
            states.until_state("ready")
            assert scanner.trigger()
            emulator.unplug()
            states.until_state("absent")
            assert not scanner.trigger()
        assert not scanner.stop()


def test_two_threads_may_tell_it_at_once_while_it_reads(link: Path, hear: Any) -> None:
    codes, states, sent = hear(), hear(), []
    with (
        ScannerEmulator(link, model="gm65") as emulator,
        Scanner(emulator.address, codes, states, model="gm65") as scanner,
    ):
        states.until_state("ready")

        def tell() -> None:
            for _ in range(10):
                sent.extend([scanner.trigger(), scanner.stop()])

        tellers = [threading.Thread(target=tell) for _ in range(2)]
        for teller in tellers:
            teller.start()
        texts = [f"A{number:03}" for number in range(40)]
        for text in texts:
            emulator.scan(text)
            assert codes.next() == text
        for teller in tellers:
            teller.join(10)
        assert sent == [True] * 40
        assert emulator.malformed == []


def test_a_call_back_may_tell_it(link: Path, hear: Any) -> None:
    states, sent, changes = hear(), hear(), hear()
    with ScannerEmulator(link, changes, model="honeywell", trigger_mode=True) as emulator:
        scanner = Scanner(emulator.address, lambda _: sent(scanner.trigger()), states, model="honeywell")
        with scanner:
            states.until_state("ready")
            assert scanner.trigger()
            changes.until(lambda _: emulator.lit)
            emulator.scan("A005")
            assert sent.next()
            changes.until(lambda _: emulator.lit)


class StuckLink(Link):
    """Reads nothing until it is let go; keeps what is written, or breaks at it."""

    def __init__(self, breaks: bool = False) -> None:
        self.go_on = threading.Event()
        self.written: list[bytes] = []
        self._breaks = breaks

    def read(self, timeout: float) -> bytes:
        self.go_on.wait(timeout if self._breaks else 5)
        return b""

    def write(self, data: bytes) -> None:
        if self._breaks:
            raise faulty("写入超时")
        self.written.append(data)

    def drain(self) -> None:
        """Nothing lies there."""

    def close(self) -> None:
        """Nothing to let go of."""


def test_a_command_that_is_given_up_is_not_sent_later(hear: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(driver, "SEND_WITHIN", 0.1)
    states, link = hear(), StuckLink()
    scanner = Scanner(Address.parse("serial:/none"), lambda _: None, states, model="gm65")
    scanner.opener = lambda: link
    with scanner:
        states.until_state("ready")
        before = time.monotonic()
        assert not scanner.trigger()
        assert time.monotonic() - before < 4  # the link is stuck for five seconds
        monkeypatch.setattr(driver, "SEND_WITHIN", 5)
        threading.Timer(0.1, link.go_on.set).start()
        assert scanner.stop()
        assert link.written == [bytes.fromhex("7E 00 08 01 00 02 00 AB CD")]


def test_a_broken_wire_is_an_outcome(hear: Any) -> None:
    states = hear()
    scanner = Scanner(Address.parse("serial:/none"), lambda _: None, states, model="gm65")
    scanner.opener = lambda: StuckLink(breaks=True)
    with scanner:
        states.until_state("ready")
        assert not scanner.trigger()
        assert states.until_state("faulty").reason == "写入超时"


# ---------------------------------------------------------------------------------------- the emulator's answers


@pytest.mark.parametrize(
    ("model", "command", "reply"),
    [
        ("gm65", "7E 00 08 01 00 02 01 AB CD", "02 00 00 01 00 33 31"),
        ("gm65", "7E 00 08 01 00 02 01 02 DA", "02 00 00 01 00 33 31"),
        ("gm65", "7E 00 09 01 00 00 00 DE C8", "02 00 00 01 00 33 31"),
        ("gm65", "7E 00 07 01 00 2A 02 D8 0F", "02 00 00 02 39 01 C1 4C"),
        ("gm65", "7E 00 08 01 00 02 01 02 DB", "02 00 01 01 00 04 01"),
        ("gm65", "7E 00 0B 01 00 02 01 AB CD", "02 00 03 01 00 6A 61"),
        (
            "newland",
            "7E 01 30 30 30 30 40 53 43 4E 54 52 47 31 3B 03",
            "02 01 30 30 30 30 40 53 43 4E 54 52 47 31 06 3B 03",
        ),
        (
            "newland",
            "7E 01 30 30 30 30 23 53 43 4E 54 52 47 37 3B 03",
            "02 01 30 30 30 30 23 53 43 4E 54 52 47 37 15 3B 03",
        ),
        (
            "newland",
            "7E 01 30 30 30 30 40 4E 4F 54 48 4E 47 31 3B 03",
            "02 01 30 30 30 30 40 4E 4F 54 48 4E 47 31 05 3B 03",
        ),
    ],
)
def test_the_emulator_answers_as_the_page_says(link: Path, model: Model, command: str, reply: str) -> None:
    with ScannerEmulator(link, model=model, trigger_mode=True) as emulator:
        wire = SerialLink(str(link), 9600)
        expected = bytes.fromhex(reply)
        for piece in bytes.fromhex(command):
            wire.write(bytes([piece]))
        heard = b""
        while len(heard) < len(expected):
            piece_heard = wire.read(2)
            assert piece_heard
            heard += piece_heard
        wire.close()
        assert heard.hex(" ") == expected.hex(" ")
        accepted = reply.startswith("02 00 00") or " 06 3B" in reply
        assert len(emulator.malformed) == (0 if accepted else 1)


# ---------------------------------------------------------------------------------------- the family


def probed(emulator: ScannerEmulator) -> str | None:
    emulator.plug()
    wire = SerialLink(emulator.address.path, 9600)
    try:
        return family.probe(wire)
    finally:
        wire.close()
        emulator.close()


@pytest.mark.parametrize("model", ["plain", "honeywell", "newland"])
def test_only_a_gm65_can_be_asked(link: Path, model: Model, monkeypatch: pytest.MonkeyPatch) -> None:
    assert probed(ScannerEmulator(link, model="gm65")) == "GM65 系列扫码模块"
    monkeypatch.setattr(family, "PROBE_WITHIN", 0.1)
    assert probed(ScannerEmulator(link, model=model)) is None


def test_an_echo_is_no_answer(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(family, "PROBE_WITHIN", 0.1)

    class Echo(StuckLink):
        def read(self, timeout: float) -> bytes:
            return self.written.pop() if self.written else b""

    assert family.probe(Echo()) is None


@each_model
def test_a_trial_finds_the_model_out(
    model: Model, link: Path, hear: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(family, "LOOK_SECONDS", 0)
    heard, states, changes, lit, said = hear(), hear(), hear(), [], []

    def changed() -> None:
        lit.append(emulator.lit)
        changes()

    emulator = ScannerEmulator(link, changed, model=model, trigger_mode=True)
    with emulator:
        listening = family.listening(emulator.address, heard)
        listening._on_state = states
        with listening:
            states.until_state("ready")
            family.trial(listening, said.append)
            changes.until(lambda _: lit[-2:] == [True, False])
            assert listening.trigger(model)
            changes.until(lambda _: emulator.lit)
            emulator.scan("A006")
            assert heard.next() == "读到：A006"
    assert [line.rpartition(" ")[2] for line in said] == TALKING


def test_what_is_said_is_masked(link: Path, hear: Any) -> None:
    said, states = hear(), hear()
    with ScannerEmulator(link, suffix="none") as emulator:
        listening = family.listening(emulator.address, said)
        listening._on_state = states
        with listening:
            states.until_state("ready")
            emulator.scan("11010519491231002X")
            assert said.next() == "读到：身份证号码 …002X"


def test_the_face_shows_the_light_and_no_number(link: Path) -> None:
    with ScannerEmulator(link, model="gm65", trigger_mode=True) as emulator:
        assert emulator.face()[0].as_json()["lit"] is False
        emulator._take(TRIGGER["gm65"])
        assert emulator.face()[0].as_json()["lit"] is True
        emulator.controls()[0].do("11010519491231002X")
        assert emulator.last_scanned == "11010519491231002X"
        assert emulator.face()[1].as_json()["rows"][0][2] == "…002X"


def test_a_link_error_is_what_a_session_ends_with() -> None:
    scanner = Scanner(Address.parse("serial:/none"), lambda _: None)
    with pytest.raises(LinkError, match="找不到串口"):
        scanner._session()
