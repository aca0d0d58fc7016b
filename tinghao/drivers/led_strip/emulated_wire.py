"""The emulator's own reading of the protocol's page: frames, checksum, parameters, marks in texts."""

from __future__ import annotations

import re
from typing import Literal

HOST = b"\x00\x80"

WRONG_GROUP, WRONG_COMMAND, NO_ROOM, WRONG_CRC, WRONG_TIME = 1, 2, 4, 5, 14

Colour = Literal["red", "green", "yellow"]
COLOURS: dict[bytes, Colour] = {b"1": "red", b"2": "green", b"3": "yellow"}
MARK = re.compile(rb"\\(?:F[A-Z][0-9]{3}|C([0-9]))")


class Refusal(Exception):
    """Said with A1 and this code."""

    def __init__(self, code: int, why: str) -> None:
        super().__init__(why)
        self.code = code


class Rest:
    """Parameters, taken from the front."""

    def __init__(self, data: bytes) -> None:
        self._data = data

    def take(self, count: int) -> bytes:
        if count > len(self._data):
            raise Refusal(NO_ROOM, "parameters cut short")
        taken, self._data = self._data[:count], self._data[count:]
        return taken

    def number(self, count: int) -> int:
        return int.from_bytes(self.take(count), "little")

    def end(self) -> None:
        if self._data:
            raise Refusal(NO_ROOM, "too many parameters")


def drawn(text: bytes) -> tuple[tuple[str, Colour], ...]:
    """The text cut at its colour marks; GBK is taken in pairs, so that no second byte is taken for a mark."""
    marks: list[tuple[str, Colour]] = []
    colour: Colour = "red"
    said = ""
    while text:
        mark = MARK.match(text)
        if mark:
            if mark[1]:
                marks += [(said, colour)] if said else []
                colour, said = COLOURS.get(mark[1], "red"), ""
            text = text[mark.end() :]
            continue
        size = 2 if text[0] >= 0x80 else 1
        said += text[:size].decode("gbk", errors="replace")
        text = text[size:]
    return (*marks, (said, colour)) if said else tuple(marks)


def crc(data: bytes) -> int:
    left = 0
    for byte in data:
        left = left >> 8 ^ _CRC_OF[(left ^ byte) & 0xFF]
    return left


def _crc_of(byte: int) -> int:
    for _ in range(8):
        byte = (byte >> 1) ^ (0xA001 * (byte & 1))
    return byte


_CRC_OF = [_crc_of(byte) for byte in range(256)]


def without_escapes(data: bytes) -> bytes | None:
    if re.search(rb"[\xa6\x5b](?![\x01\x02])", data):
        return None
    return re.sub(rb"([\xa6\x5b])([\x01\x02])", lambda pair: bytes([pair[1][0] + 1 - pair[2][0]]), data)


def with_escapes(data: bytes) -> bytes:
    def escaped(byte: re.Match[bytes]) -> bytes:
        return {0xA5: b"\xa6\x02", 0xA6: b"\xa6\x01", 0x5A: b"\x5b\x02", 0x5B: b"\x5b\x01"}[byte[0][0]]

    return re.sub(rb"[\xa5\xa6\x5a\x5b]", escaped, data)


def framed(card: bytes, data: bytes) -> bytes:
    body = HOST + card + bytes(6) + b"\xfe\x02" + len(data).to_bytes(2, "little") + data
    return b"\xa5" * 8 + with_escapes(body + crc(body).to_bytes(2, "little")) + b"\x5a"
