"""What passes on a wire, as a person reads it: time, direction, bytes in hex, meaning.

Bytes are gathered until the explainer knows what they mean, the direction turns, or the line has been quiet.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime

from tinghao.drivers.families import Explainer
from tinghao.drivers.hexadecimal import hex_lines
from tinghao.drivers.links import Direction

QUIET = 0.3

ARROW: dict[Direction, str] = {"out": "→", "in": "←"}
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
