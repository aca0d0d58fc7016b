"""Bytes of a wire in hex, as a technician may see them.

Nobody's data is spelled out: of a long frame only the beginning and the end are shown, a long number in
ASCII (of a card, a telephone) loses its middle, and of hanzi only the first is left.  `whole=True` shows every byte.
"""

from __future__ import annotations

import re

BYTES_A_LINE = 16
MOST_BYTES = 2 * BYTES_A_LINE
HEAD = 14
TAIL = 2
HIDDEN = "··"

_PRIVATE = (  # with how many bytes of it may be seen at its beginning and its end
    (re.compile(rb"[0-9]{7,}[0-9Xx]"), 3, 2),
    (re.compile(rb"(?:[\xe4-\xe9][\x80-\xbf]{2}){2,}"), 3, 0),  # hanzi in UTF-8
    (re.compile(rb"(?:[\xb0-\xf7][\xa1-\xfe]){2,}"), 2, 0),  # hanzi in GBK
)


def hex_lines(data: bytes, *, whole: bool = False) -> list[str]:
    if whole:
        return _lines(_hex(data))
    pairs = _hex(data)
    for pattern, first, last in _PRIVATE:
        for found in pattern.finditer(data):
            hidden = slice(found.start() + first, found.end() - last)
            pairs[hidden] = [HIDDEN] * len(pairs[hidden])
    if len(pairs) > MOST_BYTES:
        return [f"{' '.join(pairs[:HEAD])} … {' '.join(pairs[-TAIL:])}", f"（共 {len(data)} 字节）"]
    return _lines(pairs)


def _hex(data: bytes) -> list[str]:
    return [f"{byte:02X}" for byte in data]


def _lines(pairs: list[str]) -> list[str]:
    return [" ".join(pairs[at : at + BYTES_A_LINE]) for at in range(0, len(pairs), BYTES_A_LINE)]
