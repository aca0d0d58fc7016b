"""Bad wires before the scanner's driver and before its emulator.  What may be accepted is decided by oracles of their own."""

import struct
from itertools import chain
from random import Random
from types import SimpleNamespace

import pytest

from tests.drivers.fuzz import PlayedLink, PlayedPort, in_pieces, mangled
from tinghao.drivers.address import Address
from tinghao.drivers.links import LinkError
from tinghao.drivers.scanner import Model, Scanner, Suffix, driver
from tinghao.drivers.scanner.emulated_keyboard import KEYS, SHIFTED_KEYS, event, report, stroke
from tinghao.drivers.scanner.emulator import ScannerEmulator

FUZZ_CASES = 15_000
SERIAL_CASES, KEYBOARD_CASES, EMULATOR_CASES = 8_000, 3_000, 4_000

QUIET = [b""] * 30
"""Long enough for a code to end without a suffix and for an unfinished one to grow stale."""

ACK = bytes.fromhex("02 00 00 01 00 33 31")
WRONG_CRC = bytes.fromhex("02 00 01 01 00 04 01")
UNKNOWN = bytes.fromhex("02 00 03 01 00 6A 61")
ENDS: dict[Suffix, bytes] = {"cr": b"\r", "lf": b"\n", "crlf": b"\r\n", "none": b""}

TEXTS = [
    "A001",
    "11010519491231002X",
    "https://hall.example/t/7Hq2LmX9",
    "张样例，预约号 0012",
    "王𬭊",
    "~!@#",
    "x" * 300,
]


def test_the_cases_add_up() -> None:
    assert SERIAL_CASES + KEYBOARD_CASES + EMULATOR_CASES == FUZZ_CASES


class Watch:
    """Time that passes only while a link is silent."""

    def __init__(self) -> None:
        self.now = 0.0

    def monotonic(self) -> float:
        """As `time.monotonic`."""
        return self.now


class SilentLink(PlayedLink):
    """A played link on which silence takes its time."""

    def __init__(self, pieces: list[bytes], watch: Watch) -> None:
        super().__init__(pieces)
        self._watch = watch

    def read(self, timeout: float) -> bytes:
        data = super().read(timeout)
        self._watch.now += 0.0 if data else timeout
        return data


@pytest.fixture
def watch(monkeypatch: pytest.MonkeyPatch) -> Watch:
    watch = Watch()
    monkeypatch.setattr(driver, "time", SimpleNamespace(monotonic=watch.monotonic))
    return watch


def heard(address: str, pieces: list[bytes], watch: Watch, suffix: Suffix, model: Model) -> list[str]:
    """What a session gives its station."""
    codes: list[str] = []
    scanner = Scanner(Address.parse(address), codes.append, suffix=suffix, model=model)
    scanner.opener = lambda: SilentLink(pieces, watch)
    with pytest.raises(LinkError):
        scanner._session()
    return codes


# ---------------------------------------------------------------------------------------- serial


def readable(code: bytes) -> str:
    """The oracle's reading of one code."""
    try:
        text = code.decode("utf-8")
    except UnicodeDecodeError:
        text = code.decode("gb18030", "replace")
        if "\ufffd" in text:
            return ""
    return text.strip("\r\n\t\0 ")


def between(stream: bytes, end: bytes, replies: tuple[bytes, ...]) -> list[str]:
    """What stands between the suffixes of an unbroken stream, or all of it when there are none."""
    while any(reply in stream for reply in replies):
        for reply in replies:
            stream = stream.replace(reply, b"")
    found = stream.split(end)[:-1] if end else [stream]
    return [text for text in map(readable, found) if text]


def answered(chance: Random, stream: bytes) -> bytes:
    """The same with replies anywhere, even one inside the other."""
    for _ in range(chance.randrange(4)):
        at = chance.randrange(len(stream) + 1)
        stream = stream[:at] + chance.choice([ACK, ACK, UNKNOWN]) + stream[at:]
    return stream


def test_a_code_is_accepted_only_as_it_stands_between_the_suffixes(watch: Watch) -> None:
    chance = Random("scanner, serial")
    accepted = 0
    for _ in range(SERIAL_CASES):
        suffix = chance.choice(list(ENDS))
        model: Model = chance.choice(["plain", "gm65"])
        end = ENDS[suffix]
        frames = [text.encode(chance.choice(["utf-8", "gb18030"])) + end for text in TEXTS]
        frames += [ACK, WRONG_CRC, UNKNOWN]
        streams = [answered(chance, mangled(chance, frames)) for _ in range(chance.randrange(1, 4))]
        pieces = [piece for stream in streams for piece in [*in_pieces(chance, stream), *QUIET]]
        replies = (ACK, WRONG_CRC, UNKNOWN) if model == "gm65" else ()
        expected = [text for stream in streams for text in between(stream, end, replies)]
        codes = heard("serial:/none", pieces, watch, suffix, model)
        assert codes == expected, (suffix, model, streams)
        accepted += len(codes)
    assert accepted > SERIAL_CASES


# ---------------------------------------------------------------------------------------- keyboard

CHARACTERS = {key: character for character, key in KEYS.items()}
SHIFTED = {key: character for character, key in SHIFTED_KEYS.items()}
SHIFT_KEYS, ENTER, OTHER_KEYS = (42, 54), 28, (29, 56, 59, 103)


def typed(stream: bytes) -> tuple[list[str], bool]:
    """The oracle's reading of events: the lines up to the first event that is none, and whether there was such a one.

    A key without character loses its line.
    """
    lines, line, down, lost = [], "", set(), False
    for at in range(0, len(stream) - 23, 24):
        seconds, micros, kind, code, value = struct.unpack_from("llHHi", stream, at)
        known = kind in (0, 2, 3, 4, 17, 20) or (kind == 1 and 0 < code < 0x300 and value in (0, 1, 2))
        if seconds < 0 or not 0 <= micros < 1_000_000 or not known:
            return lines, True
        if (kind, code) == (0, 3):
            lost, down = (
                True,
                set(),
            )  # nobody knows what is still held: scanners hold nothing from code to code
        if kind == 1 and code in SHIFT_KEYS:
            down = down - {code} if value == 0 else down | {code}
        elif kind == 1 and value == 1 and code == ENTER:
            lines += [line.strip("\t ")] if line.strip("\t ") and not lost else []
            line, lost = "", False
        elif kind == 1 and value == 1:
            character = (SHIFTED if down else CHARACTERS).get(code) or (" " if code == 57 else "")
            line, lost = line + character, lost or not character
    return lines, False


def keyed(text: str) -> bytes:
    """A text as key strokes, and Enter."""
    strokes = [
        stroke(KEYS[character])
        if character in KEYS
        else report(42, 1) + stroke(SHIFTED_KEYS[character]) + report(42, 0)
        for character in text
    ]
    return b"".join(strokes) + stroke(ENTER)


def test_key_strokes_give_their_text_or_nothing(watch: Watch) -> None:
    chance = Random("scanner, keys")
    frames = [keyed(text) for text in ("A001", "a-b", "http://h/t/7Hq")]
    extra = [stroke(key) for key in (*OTHER_KEYS, 57)] + [event(0, 3, 0), report(42, 1), report(54, 0)]
    accepted = 0
    for _ in range(KEYBOARD_CASES):
        if chance.random() < 0.6:
            events = b"".join(chance.choice(frames) for _ in range(3))
            for _ in range(chance.randrange(4)):
                at = 24 * chance.randrange(len(events) // 24)
                events = events[:at] + chance.choice([*extra, b""]) + events[at + chance.choice((0, 24)) :]
        else:
            events = mangled(chance, frames) + chance.choice(frames)
        codes = heard("hid:/none", in_pieces(chance, events), watch, "cr", "plain")
        expected, disturbed = typed(events)
        # What was read together with the disturbance is lost with it.
        assert codes == (expected[: len(codes)] if disturbed else expected)
        accepted += len(codes)
    assert accepted > KEYBOARD_CASES


# ---------------------------------------------------------------------------------------- emulator

TRIGGERS = {
    "honeywell": [bytes.fromhex("16 54 0D")],
    "gm65": [bytes.fromhex("7E 00 08 01 00 02 01 AB CD"), bytes.fromhex("7E 00 08 01 00 02 01 02 DA")],
    "newland": [
        bytes.fromhex("7E 01 30 30 30 30 40 53 43 4E 54 52 47 31 3B 03"),
        bytes.fromhex("7E 01 30 30 30 30 23 53 43 4E 54 52 47 31 3B 03"),
    ],
    "plain": [],
}
STOPS = [
    bytes.fromhex("16 55 0D"),
    bytes.fromhex("7E 00 08 01 00 02 00 AB CD"),
    bytes.fromhex("7E 01 30 30 30 30 40 53 43 4E 54 52 47 30 3B 03"),
]
ANSWERS = {ACK, WRONG_CRC, UNKNOWN, bytes.fromhex("02 00 00 02 39 01 C1 4C")}


@pytest.mark.parametrize("model", list(TRIGGERS))
def test_an_emulator_lights_only_by_a_whole_trigger_of_its_own(model: Model) -> None:
    chance = Random(f"scanner, emulator, {model}")
    frames = [*chain(*TRIGGERS.values()), *STOPS, bytes.fromhex("7E 00 07 01 00 2A 02 D8 0F")]
    lit = 0
    for _ in range(EMULATOR_CASES // len(TRIGGERS)):
        port = PlayedPort()
        stream = b"".join(mangled(chance, frames) for _ in range(2))
        with ScannerEmulator(port, model=model, trigger_mode=True) as emulator:
            for piece in in_pieces(chance, stream):
                emulator._take(piece)
            assert not emulator.lit or any(trigger in stream for trigger in TRIGGERS[model])
            assert len(emulator.malformed) <= 50
            lit += emulator.lit
        if model == "gm65":
            assert set(port.said) <= ANSWERS
        elif model == "newland":
            assert all(said[:2] == b"\x02\x01" and said[-2:] == b";\x03" for said in port.said)
        else:
            assert port.said == []
    assert (lit > 0) == (model != "plain")
