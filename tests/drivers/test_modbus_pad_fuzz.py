"""Bad wires between driver and Modbus pads: nothing is raised, no key is told that no answer told."""

import struct
from collections.abc import Callable
from contextlib import suppress
from random import Random
from typing import Any

from pymodbus.framer import FramerRTU

from tests.drivers.fuzz import in_pieces, mangled
from tinghao.drivers.address import Address
from tinghao.drivers.keys import Key
from tinghao.drivers.links import Link, LinkError, absent
from tinghao.drivers.modbus_pad import ModbusPads, Timing
from tinghao.drivers.modbus_pad.emulator import ModbusPadEmulator
from tinghao.drivers.modbus_pad.explain import ModbusPadExplainer
from tinghao.drivers.modbus_pad.registers import KEYS
from tinghao.drivers.ports import TcpPort

FUZZ_CASES = 10_000
SESSION_ANSWERS = 20
DRIVEN = FUZZ_CASES // 2


def framed(body: bytes) -> bytes:
    """By pymodbus: an oracle that isn't ours."""
    return body + FramerRTU.compute_CRC(body).to_bytes(2, "big")


def is_framed(frame: bytes) -> bool:
    return len(frame) > 3 and framed(frame[:-2]) == frame


class BadPads(Link):
    """Answers as the emulator does, half of the time mangled; remembers which presses were told in right frames."""

    def __init__(self, chance: Random) -> None:
        self._chance = chance
        self._pads = ModbusPadEmulator(TcpPort(), units=(1, 2))
        self._answers: list[bytes] = []
        self._pads._send = self._answers.append  # type: ignore[method-assign]
        self._pieces: list[bytes] = []
        self._asked = 0
        self.pressed: list[tuple[int, Key]] = []
        self.writes: list[bytes] = []

    def write(self, data: bytes) -> None:
        if self._asked == SESSION_ANSWERS:
            raise absent("played to the end")
        self._asked += 1
        assert is_framed(data)
        if self._chance.randrange(2):
            unit, code = self._chance.choice((1, 2)), self._chance.randrange(1, 10)
            self._pads.press(unit, code)
            self.pressed.append((unit, KEYS[code]))
        self._answers.clear()
        self._pads._buffer = b""
        self._pads._take(data)
        self.writes.append(data)
        answer = b"".join(self._answers)
        if self._chance.randrange(2) and answer:
            other = framed(bytes([data[0], data[1], 6]) + self._chance.randbytes(3))
            answer = mangled(self._chance, [answer, answer, data, other[:-1]])
        self._pieces = in_pieces(self._chance, answer)

    def read(self, timeout: float) -> bytes:
        return self._pieces.pop(0) if self._pieces else b""

    def close(self) -> None:
        self._pieces = []


def unguarded(listener: Callable[..., Any] | None, *args: Any) -> None:
    if listener:
        listener(*args)


def is_subsequence(told: list[Any], pressed: list[Any]) -> bool:
    rest = iter(pressed)
    return all(each in rest for each in told)


def test_the_driver_tells_presses_in_their_order_and_none_twice() -> None:
    chance = Random(40)
    in_all = 0
    for _ in range(DRIVEN // SESSION_ANSWERS):
        wire = BadPads(chance)
        told: list[tuple[int, Key]] = []
        pads = ModbusPads(
            Address("serial", path="/dev/null"),
            lambda *key: told.append(key),  # noqa: B023
            units=(1, 2),
            timing=Timing(answer=0.0003, pause=0, poll_every=0, silent_every=0),
        )
        pads._call = unguarded  # type: ignore[method-assign]
        pads.opener = lambda wire=wire: wire  # type: ignore[misc]
        pads.show_ticket(1, "A012")
        with suppress(LinkError):
            pads._session()
        for unit in (1, 2):
            mine = [key for who, key in told if who == unit]
            assert is_subsequence(mine, [key for who, key in wire.pressed if who == unit])
        in_all += len(told)
    assert in_all > 300


def test_the_emulator_obeys_only_right_frames() -> None:
    chance = Random(41)
    obeyed = 0
    for _ in range(FUZZ_CASES - DRIVEN):
        pads = ModbusPadEmulator(TcpPort(), units=(1,))
        answers: list[bytes] = []
        pads._send = answers.append  # type: ignore[method-assign]
        value = chance.randrange(1, 999)
        right = [
            framed(struct.pack(">BBHH", 1, 0x06, 2, value)),
            framed(struct.pack(">BBHHBH", 1, 0x10, 2, 1, 2, value)),
            framed(
                struct.pack(">BBHH", 1, chance.randrange(256), chance.randrange(0x20), chance.randrange(9))
            ),
        ]
        data = mangled(chance, right)
        for piece in in_pieces(chance, data):
            pads._take(piece)
        assert all(is_framed(answer) and answer[0] == 1 for answer in answers)
        if pads.units[1].holding[2] != 0xFFFF:
            obeyed += 1
            stretches = [data[at : at + size] for at in range(len(data)) for size in (8, 11)]
            written = pads.units[1].holding[2].to_bytes(2, "big")
            assert any(is_framed(each) and each[1] in (0x06, 0x10) and written in each for each in stretches)
    assert obeyed > 100


def test_the_explainer_says_every_byte() -> None:
    chance = Random(42)
    for _ in range(500):
        explainer = ModbusPadExplainer()
        right = [framed(bytes.fromhex("01 04 00 10 00 08")), framed(bytes.fromhex("01 10 00 00 00 05"))]
        data = mangled(chance, right)
        for piece in in_pieces(chance, data):
            for direction in ("in", "out"):
                lines = explainer.feed(direction, piece)  # type: ignore[arg-type]
                assert all(line.startswith(("面板", "全部面板", "无法识别")) for line in lines)
