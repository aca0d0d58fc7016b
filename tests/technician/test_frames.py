"""What the monitor shows of the bytes, and what it keeps to itself."""

import pytest

from tinghao.drivers.hexadecimal import hex_lines
from tinghao.drivers.links import Direction
from tinghao.technician.frames import Frames, now


class Lines:
    """An explainer that knows frames ending in 0A."""

    def __init__(self) -> None:
        self._seen = b""

    def feed(self, direction: Direction, data: bytes) -> list[str]:
        self._seen += data
        whole, _, self._seen = self._seen.rpartition(b"\n")
        return ["一行"] * whole.count(b"\n") + ["一行"] if whole else []


def shown(*passed: tuple[Direction, bytes]) -> list[str]:
    lines: list[str] = []
    frames = Frames(Lines(), lines.append)
    at = now()
    for direction, data in passed:
        frames.passed(at, direction, data)
    frames.flush()
    return [line[12:].strip() for line in lines]


def test_pieces_of_a_frame_are_shown_together() -> None:
    assert shown(("out", b"?\n"), ("in", b"A"), ("in", b"B"), ("in", b"\n")) == [
        "→ 3F 0A",
        "一行",
        "← 41 42 0A",
        "一行",
    ]


def test_what_is_never_completed_is_shown_too() -> None:
    assert shown(("in", b"A"), ("out", b"?"), ("in", b"B")) == ["← 41", "→ 3F", "← 42"]


def test_lines_are_short() -> None:
    assert hex_lines(bytes(20)) == ["00 " * 15 + "00", "00 00 00 00"]


def test_of_a_long_frame_only_the_ends_are_shown() -> None:
    reading = bytes.fromhex("AA AA AA 96 69 05 08 00 00 90 01 00 04 00") + "张样例".encode("utf-16-le") * 200
    first, count = hex_lines(reading)
    assert first == "AA AA AA 96 69 05 08 00 00 90 01 00 04 00 … 8B 4F"
    assert count == "（共 1214 字节）"
    assert sum(line.count(" ") + 1 for line in hex_lines(reading, whole=True)) == len(reading)


def test_a_long_number_loses_its_middle() -> None:
    [first, second] = hex_lines(b"43042219900307991X\r")
    assert first == "34 33 30 " + "·· " * 12 + "··"
    assert second == "31 58 0D"
    assert hex_lines(b"A0123456") == ["41 30 31 32 33 34 35 36"]


@pytest.mark.parametrize(("encoding", "shown"), [("gbk", "02 04 C5 B7"), ("utf-8", "02 04 E6 AC A7")])
def test_of_a_name_only_the_first_character_is_shown(encoding: str, shown: str) -> None:
    name = "欧阳听听".encode(encoding)
    [line] = hex_lines(b"\x02\x04" + name + b"\x90\x00")
    assert line.startswith(shown + " ··")
    assert line.endswith("·· 90 00")
    assert hex_lines(name, whole=True)[0].count("·") == 0
