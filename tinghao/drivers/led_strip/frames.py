"""Frames of the font card's protocol, both ways; `protocol.py` draws them."""

from __future__ import annotations

from dataclasses import dataclass

HOST = 0x8000
CARD = 0x0001

FRAME_START = 0xA5
FRAME_END = 0x5A
HEADER_LEN = 14
CRC_LEN = 2
DATA_MINIMUM = 5
BODY_LIMIT = 1024
CRC_UNCHECKED = 0xFFFF
DEVICE_ANY = 0xFE
VERSION = 0x02

_ESCAPED = {0xA5: b"\xa6\x02", 0xA6: b"\xa6\x01", 0x5A: b"\x5b\x02", 0x5B: b"\x5b\x01"}
_UNESCAPED = {after: before for before, after in _ESCAPED.items()}


@dataclass(frozen=True)
class Frame:
    """What stands between the A5 and the 5A, with a right CRC."""

    destination: int
    source: int
    data: bytes


def crc16(data: bytes) -> int:
    """CRC-16/ARC: reflected A001, begun with 0."""
    crc = 0
    for byte in data:
        crc ^= byte
        for _ in range(8):
            crc = crc >> 1 ^ (0xA001 if crc & 1 else 0)
    return crc


def escape(body: bytes) -> bytes:
    return b"".join(_ESCAPED.get(byte) or bytes([byte]) for byte in body)


def unescape(body: bytes) -> bytes | None:
    """`None` if an escape is none of the four."""
    out = bytearray()
    pairs = iter(range(len(body)))
    for at in pairs:
        if body[at] not in (0xA6, 0x5B):
            out.append(body[at])
            continue
        byte = _UNESCAPED.get(body[at : at + 2])
        if byte is None:
            return None
        out.append(byte)
        next(pairs, None)
    return bytes(out)


def build_frame(data: bytes, destination: int = CARD, source: int = HOST) -> bytes:
    header = (
        destination.to_bytes(2, "little")
        + source.to_bytes(2, "little")
        + bytes(6)
        + bytes([DEVICE_ANY, VERSION])
        + len(data).to_bytes(2, "little")
    )
    body = header + data
    return bytes([FRAME_START] * 8) + escape(body + crc16(body).to_bytes(2, "little")) + bytes([FRAME_END])


def parse_body(escaped: bytes) -> Frame | None:
    """`None` if lengths, escapes or the CRC are wrong."""
    body = unescape(escaped)
    if body is None or len(body) < HEADER_LEN + DATA_MINIMUM + CRC_LEN:
        return None
    counted, crc = body[:-CRC_LEN], int.from_bytes(body[-CRC_LEN:], "little")
    if int.from_bytes(body[12:14], "little") != len(counted) - HEADER_LEN:
        return None
    if crc not in (CRC_UNCHECKED, crc16(counted)):
        return None
    return Frame(
        int.from_bytes(body[:2], "little"), int.from_bytes(body[2:4], "little"), counted[HEADER_LEN:]
    )


class FrameHunter:
    """Takes bytes as they come, gives the frames among them, and the pieces that were none."""

    def __init__(self) -> None:
        self._buffer = bytearray()

    def feed(self, data: bytes) -> list[Frame | bytes]:
        found: list[Frame | bytes] = []
        for byte in data:
            if byte == FRAME_START and self._inside:
                self._give_up(found)
            self._buffer.append(byte)
            if byte == FRAME_END or len(self._buffer) > 2 * BODY_LIMIT:
                self._end(found)
        return found

    def clear(self) -> None:
        self._buffer.clear()

    @property
    def _inside(self) -> bool:
        """Something else than A5 has come last."""
        return bool(self._buffer) and self._buffer[-1] != FRAME_START

    def _give_up(self, found: list[Frame | bytes]) -> None:
        found.append(bytes(self._buffer))
        self._buffer.clear()

    def _end(self, found: list[Frame | bytes]) -> None:
        starts = len(self._buffer) - len(self._buffer.lstrip(bytes([FRAME_START])))
        frame = parse_body(bytes(self._buffer[starts:-1])) if starts else None
        if frame:
            found.append(frame)
            self._buffer.clear()
        else:
            self._give_up(found)
