"""Code128 for `1D 6B 49 n`: the character sets, and how wide it becomes.

    1D 68 h     height in dots             1D 77 w    dots to the narrowest bar, 2 to 6
    1D 48 00    without the text beneath   1D 6B 49 n <data>   data begins with `{B` or `{C`

In set B a symbol is a character (`{` is written `{{`), in set C two digits, sent as one byte.  Sixteen is
never sent as a pair: the byte 10 (DLE) may begin a real-time command, which printers obey anywhere.
"""

from __future__ import annotations

import re

HEIGHT = b"\x1d\x68"
MODULE = b"\x1d\x77"
WITHOUT_TEXT = b"\x1d\x48\x00"
CODE128 = b"\x1d\x6b\x49"

MODULES_EACH = 11
STOP_MODULES = 13
QUIET_ZONES = 20
MODULE_DOTS = (3, 2)
LONGEST = 255

_PRINTABLE = re.compile(r"[ -~]+")
_RUN = re.compile(r"((?:(?!16)[0-9]{2}){2,})|([ -~])")


def code128(text: str, dots: int, height: int) -> bytes | None:
    """`None` if it holds more than ASCII or is wider than the paper."""
    if not _PRINTABLE.fullmatch(text):
        return None
    data, symbols = _symbols(text)
    modules = (symbols + 2) * MODULES_EACH + STOP_MODULES + QUIET_ZONES
    fitting = [module for module in MODULE_DOTS if modules * module <= dots]
    if not fitting or len(data) > LONGEST:
        return None
    return (
        HEIGHT
        + bytes([height])
        + MODULE
        + bytes(fitting[:1])
        + WITHOUT_TEXT
        + CODE128
        + bytes([len(data)])
        + data
    )


def _symbols(text: str) -> tuple[bytes, int]:
    """The data, and how many symbols stand between the start and the check."""
    data, symbols, charset = b"", -1, ""
    for pairs, character in _RUN.findall(text):
        wanted = "C" if pairs else "B"
        if wanted != charset:
            data += b"{" + wanted.encode()
            symbols += 1
            charset = wanted
        if pairs:
            data += bytes(int(pairs[at : at + 2]) for at in range(0, len(pairs), 2))
            symbols += len(pairs) // 2
        else:
            data += b"{{" if character == "{" else character.encode()
            symbols += 1
    return data, symbols
