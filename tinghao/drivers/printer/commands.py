"""Where one ESC/POS command ends and the next begins.

Needed to send a job in pieces with real-time questions in between (they must not stand inside another
command: the printer would take them for its data too), and to explain what passes.

    10 04 n · 10 14 08 …          real-time          1B 40 · 1B 61 n · 1B 64 n …     parameters by table
    1D 28 c pL pH …               length in pL pH    1D 76 30 m xL xH yL yH …       x bytes × y rows
    1D 6B m … 00 / m n …          barcode            1D 56 m [n] · 1D 65 n [m [t]]  cut, presenter
    FS 26 · 2E · 21 n …           Chinese mode       everything else: text, two bytes for a GBK character
"""

from __future__ import annotations

from collections.abc import Iterator

DLE, ESC, FS, GS = 0x10, 0x1B, 0x1C, 0x1D
CLEAR_LENGTH = 10
DEFAULT_PITCH = 30

_ESC = {0x40: 0, 0x32: 0, 0x69: 0, 0x6D: 0, 0x3C: 0, 0x42: 2, 0x24: 2, 0x5C: 2, 0x70: 3, 0x63: 2, 0x57: 8}
_GS = {0x72: 1, 0x61: 1, 0x49: 1, 0x3A: 0, 0x4C: 2, 0x57: 2, 0x50: 2, 0x24: 2, 0x5C: 2, 0x5E: 3, 0x2F: 1}
_FS = {0x26: 0, 0x2E: 0, 0x53: 2, 0x70: 2}


def length_at(data: bytes, at: int = 0) -> int | None:
    """Bytes of the command that begins at `at`; `None` while it isn't complete.  Adjacent text is one command."""
    try:
        length = _length(data, at)
    except IndexError:
        return None
    return length if at + length <= len(data) else None


def split(data: bytes) -> tuple[list[bytes], bytes]:
    """The commands, and the rest that is none yet."""
    commands, at = [], 0
    while at < len(data) and (length := length_at(data, at)):
        commands.append(data[at : at + length])
        at += length
    return commands, data[at:]


def pieces(job: bytes, size: int) -> Iterator[tuple[bytes, bool]]:
    """The job in pieces of at most `size`; true where a real-time question may follow."""
    commands, rest = split(job)
    piece = b""
    for command in [*commands, rest]:
        if piece and len(piece) + len(command) > size:
            yield piece, True
            piece = b""
        piece += command
        while len(piece) > size:
            yield piece[:size], False
            piece = piece[size:]
    if piece:
        yield piece, True


def dot_rows(job: bytes) -> int:
    """How much paper lines, feeds and pictures take; codes come on top."""
    rows, pitch = 0, DEFAULT_PITCH
    for command in split(job)[0]:
        if command == b"\n":
            rows += pitch
        elif command[:2] == b"\x1b\x33":
            pitch = command[2]
        elif command[:2] == b"\x1b\x4a":
            rows += command[2]
        elif command[:2] == b"\x1d\x76":
            rows += _word(command, 6)
    return rows


def is_text(command: bytes) -> bool:
    return bool(command) and command[0] >= 0x20 and command[0] != 0x7F


def _length(data: bytes, at: int) -> int:
    first = data[at]
    if first == ESC:
        return _esc(data, at)
    if first == GS:
        return _gs(data, at)
    if first == FS:
        return 2 + _FS.get(data[at + 1], 1)
    if first == DLE:
        return CLEAR_LENGTH if data[at + 1] == 0x14 and data[at + 2] == 8 else 3
    if first < 0x20 or first == 0x7F:
        return 1
    return _text(data, at)


def _text(data: bytes, at: int) -> int:
    end = at
    while end < len(data) and data[end] >= 0x20 and data[end] != 0x7F:
        if data[end] < 0x80:
            end += 1
        elif end + 1 < len(data):
            end += 2
        else:
            break
    return end - at or 2


def _esc(data: bytes, at: int) -> int:
    name = data[at + 1]
    if name == 0x2A:
        wide = 3 if data[at + 2] >= 32 else 1
        return 5 + wide * _word(data, at + 3)
    return 2 + _ESC.get(name, 1)


def _gs(data: bytes, at: int) -> int:
    name = data[at + 1]
    if name == 0x28:
        return 5 + _word(data, at + 3)
    if name == 0x76:
        return 8 + _word(data, at + 4) * _word(data, at + 6)
    if name == 0x56:
        return 3 if data[at + 2] in (0, 1, 48, 49) else 4
    if name == 0x65:
        return 3 + {3: 1, 0x20: 2}.get(data[at + 2], 0)
    if name == 0x6B:
        return _barcode(data, at)
    return 2 + _GS.get(name, 1)


def _barcode(data: bytes, at: int) -> int:
    if data[at + 2] >= 65:
        return 4 + data[at + 3]
    end = data.find(0, at + 3)
    if end < 0:
        raise IndexError
    return end + 1 - at


def _word(data: bytes, at: int) -> int:
    return data[at] + 256 * data[at + 1]
