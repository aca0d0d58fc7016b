"""Bad wires between driver and call pads: nothing is raised, no key is told that no frame told."""

from collections.abc import Callable
from contextlib import suppress
from random import Random
from typing import Any

from tests.drivers.fuzz import PlayedLink, in_pieces, mangled
from tinghao.drivers.address import Address
from tinghao.drivers.call_pad import CallPadBus, Key
from tinghao.drivers.call_pad.emulator import CallPadEmulator
from tinghao.drivers.call_pad.explain import CallPadExplainer
from tinghao.drivers.links import LinkError
from tinghao.drivers.ports import TcpPort

FUZZ_CASES = 15_000
DRIVEN = 8_000
LEVELS = {0: 5, 1: 4, 2: 2, 3: 1}
LAST_BYTES = {0x0C: "next", 0x0D: "recall", 0x0B: "ask_rating", 0x0E: "cancel", 0x11: "one_metre"}
LAST_BYTES |= {0x12: "pause", 0x13: "transfer"}
ENTERED = {6: "abandon", 0: "hang_up", 3: "call_back"}


def framed(address: int, function: int, data: bytes) -> bytes:
    counted = bytes([address, function]) + data
    return bytes([0xFF, 0x68, len(counted), len(counted), 0x68]) + counted + bytes([sum(counted) % 256, 0x16])


def some_frame(chance: Random) -> bytes:
    data = chance.choice(
        (
            bytes([chance.randrange(0x15)]),
            bytes([chance.randrange(8), 0x0F]),
            b"",
            chance.randbytes(3),
            bytes(6),
        )
    )
    return framed(chance.choice((1, 2, 9)), chance.choice((1, 1, 1, 2, 3, 0x11)), data)


def right_frames(data: bytes) -> set[bytes]:
    """Every stretch of the bytes that is a right frame, by brute force."""
    return {
        data[start:end]
        for start in range(len(data))
        if data[start] == 0xFF
        for end in range(start + 9, min(start + 24, len(data) + 1))
        if framed(data[start + 5], data[start + 6], data[start + 7 : end - 2]) == data[start:end]
    }


def meanings(frames: set[bytes]) -> set[tuple[int, str | int]]:
    """What these frames may tell a station."""
    told: set[tuple[int, str | int]] = set()
    for frame in frames:
        address, function, data = frame[5], frame[6], frame[7:-2]
        if not data or function in (2, 3):
            continue
        if function == 0x11:
            if data[0] in LEVELS:
                told.add((address, LEVELS[data[0]]))
        elif data[-1] in LAST_BYTES:
            told.add((address, LAST_BYTES[data[-1]]))
        elif data[-1] == 0x0F and len(data) == 2 and data[0] in ENTERED:
            told.add((address, ENTERED[data[0]]))
    return told


def unguarded(listener: Callable[..., Any] | None, *args: Any) -> None:
    if listener:
        listener(*args)


def played(pieces: list[bytes], told: list[tuple[int, Key | int]]) -> CallPadBus:
    """A bus that will hear this, and then break."""
    bus = CallPadBus(
        Address("serial", path="/dev/null"),
        lambda *key: told.append(key),
        lambda *rating: told.append(rating),
        pads=(1, 2),
        levels=LEVELS,
    )
    wire = PlayedLink(pieces)
    bus._call = unguarded  # type: ignore[method-assign]
    bus.opener = lambda: wire
    return bus


def test_the_driver_tells_only_what_frames_told() -> None:
    chance = Random(30)
    count = 0
    for _ in range(DRIVEN):
        data = mangled(chance, [some_frame(chance) for _ in range(3)])
        told: list[tuple[int, Key | int]] = []
        bus = played(in_pieces(chance, data), told)
        with suppress(LinkError):
            bus._session()
        right = right_frames(data)
        assert set(told) <= meanings(right)
        for written in bus.opener().written:  # type: ignore[attr-defined]
            assert right_frames(written) == {written}
            assert {written, framed(written[5], 0x11, written[7:-2])} & right
        count += len(told)
    assert count > 300


def test_the_driver_misses_nothing_behind_rubbish() -> None:
    chance = Random(33)
    for _ in range(500):
        frame = some_frame(chance)
        rubbish = bytes(chance.randrange(0xFF) for _ in range(chance.randrange(20)))
        told: list[tuple[int, Key | int]] = []
        bus = played(in_pieces(chance, rubbish + frame), told)
        with suppress(LinkError):
            bus._session()
        assert set(told) == {meant for meant in meanings({frame}) if meant[0] != 9}


def test_the_emulator_shows_only_what_right_frames_told() -> None:
    chance = Random(31)
    shown = 0
    for _ in range(FUZZ_CASES - DRIVEN):
        pads = CallPadEmulator(TcpPort(), pads=(1,))
        digits = bytes(chance.randrange(12) for _ in range(6))
        right = [
            framed(1, 2, digits),
            framed(1, 3, b""),
            framed(2, 2, digits),
            framed(1, 2, bytes([chance.randrange(9)])),
        ]
        data = mangled(chance, right)
        for piece in in_pieces(chance, data):
            pads._take(piece)
        told = right_frames(data)
        assert pads.beeps(1) <= data.count(framed(1, 3, b""))
        assert pads.stars(1) == 5 or framed(1, 2, bytes([pads.stars(1)])) in told
        if pads.shows(1) != ("   ", "   "):
            shown += 1
            text = "".join(pads.shows(1))
            assert framed(1, 2, bytes(0x0A if each == " " else int(each) for each in text)) in told
    assert shown > 300


def test_the_explainer_says_every_frame() -> None:
    chance = Random(32)
    for _ in range(500):
        explainer = CallPadExplainer()
        data = mangled(chance, [some_frame(chance) for _ in range(3)])
        lines = [line for piece in in_pieces(chance, data) for line in explainer.feed("in", piece)]
        assert all(line.startswith(("呼叫器", "无法识别")) for line in lines)
