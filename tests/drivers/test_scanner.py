"""The driver and the emulated scanner, over a real pseudo-terminal; and the cutting of the stream alone."""

from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tinghao.drivers.address import Address
from tinghao.drivers.scanner import Scanner, Suffix
from tinghao.drivers.scanner.protocol import CODE_LIMIT, GM65_ACK, REPLY, Splitter, decode
from tinghao.drivers.scanner.emulator import ScannerEmulator

TEXTS = ["A001", "https://hall.example/t/7Hq2LmX9", "张样例，预约号 0012", "王𬭊"]


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


def test_the_answer_of_a_gm65_is_taken_out() -> None:
    splitter = Splitter(b"\r", REPLY["gm65"])
    assert splitter.feed(b"A0" + GM65_ACK[:3], 0) == []
    assert splitter.feed(GM65_ACK[3:] + b"04\r", 0) == [b"A004"]


def test_without_a_suffix_silence_ends_a_code() -> None:
    splitter = Splitter(b"")
    assert splitter.feed(b"A0", 0.0) == []
    assert splitter.feed(b"05", 0.05) == []
    assert splitter.feed(b"", 0.12) == []
    assert splitter.feed(b"", 0.131) == [b"A005"]
    assert splitter.feed(b"", 0.3) == []


def test_an_unfinished_code_does_not_stick_to_the_next() -> None:
    splitter = Splitter(b"\r")
    splitter.feed(b"\x00\x13noise", 0.0)
    splitter.feed(b"", 1.1)
    assert splitter.feed(b"A006\r", 5.0) == [b"A006"]


@settings(deadline=None)
@given(st.lists(st.binary(max_size=3000), max_size=8), st.sampled_from([b"\r", b"\n", b"\r\n", b""]))
def test_random_bytes_never_raise_and_never_pile_up(pieces: list[bytes], suffix: bytes) -> None:
    splitter = Splitter(suffix, REPLY["gm65"])
    for number, piece in enumerate(pieces):
        for code in splitter.feed(piece, number * 0.05):
            decode(code)
            assert len(code) <= CODE_LIMIT
        assert len(splitter._buffer) <= CODE_LIMIT
