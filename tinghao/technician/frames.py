"""What passes on a wire, as a person reads it: time, direction, bytes in hex, meaning.

Bytes are gathered until the explainer knows what they mean, the direction turns, or the line has been quiet.
Nobody's data is spelled out: of a long frame only the beginning and the end are shown, a long number in
ASCII (of a card, a telephone) loses its middle, and of hanzi only the first is left.  `whole=True` shows every byte.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import UTC, datetime

from tinghao.drivers.families import Explainer
from tinghao.drivers.links import Direction

BYTES_A_LINE = 16
MOST_BYTES = 2 * BYTES_A_LINE
HEAD = 14
TAIL = 2
QUIET = 0.3

ARROW: dict[Direction, str] = {"out": "→", "in": "←"}
HIDDEN = "··"

_PRIVATE = (  # with how many bytes of it may be seen at its beginning and its end
    (re.compile(rb"[0-9]{7,}[0-9Xx]"), 3, 2),
    (re.compile(rb"(?:[\xe4-\xe9][\x80-\xbf]{2}){2,}"), 3, 0),  # hanzi in UTF-8
    (re.compile(rb"(?:[\xb0-\xf7][\xa1-\xfe]){2,}"), 2, 0),  # hanzi in GBK
)

Print = Callable[[str], None]


def now() -> datetime:
    """By the clock on the technician's wall."""
    return datetime.now(UTC).astimezone()


class Frames:
    """Is told what passes and prints it; `whole` shows long frames and numbers in full."""

    def __init__(self, explainer: Explainer, line: Print, *, whole: bool = False) -> None:
        self._explainer = explainer
        self._line = line
        self._whole = whole
        self._pending = b""
        self._direction: Direction = "out"
        self._began = self._last = now()

    def passed(self, at: datetime, direction: Direction, data: bytes) -> None:
        if direction != self._direction:
            self.flush()
        if not self._pending:
            self._direction, self._began = direction, at
        self._pending += data
        self._last = at
        meaning = self._explainer.feed(direction, data)
        if meaning:
            self.flush(meaning)

    def flush(self, meaning: list[str] | None = None) -> None:
        """Prints what is gathered."""
        if self._pending:
            head = f"{self._began:%H:%M:%S}.{self._began.microsecond // 1000:03} {ARROW[self._direction]} "
            first, *more = hex_lines(self._pending, whole=self._whole)
            self._line(head + first)
            for line in more:
                self._line(" " * len(head) + line)
            self._pending = b""
        for line in meaning or []:
            self._line(f"{'':15}{line}")

    def flush_if_quiet(self) -> None:
        if self._pending and (now() - self._last).total_seconds() >= QUIET:
            self.flush()


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
