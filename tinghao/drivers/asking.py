"""A line with one master: a request, its answer, a pause.  For buses of devices that speak when asked.

After a time-out or a bad answer the input is thrown away and the link opened again, so that a late answer
can't be taken for the next one's.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass
from threading import Event
from typing import TypeVar

from tinghao.drivers.base import SLICE
from tinghao.drivers.links import Link

CAME_LIMIT = 512

T = TypeVar("T")
Accept = Callable[[bytes, bytes], T | None]
"""Finds the answer in what came, given the request."""


@dataclass(frozen=True)
class Pacing:
    """Seconds.

    answer   how long an answer may take
    gap      silence that ends an answer; 0 when its length tells the end
    pause    between an answer and the next request
    """

    answer: float
    gap: float
    pause: float


def exchange(
    link: Link, request: bytes, accept: Accept[T], pacing: Pacing, closing: Event | None = None
) -> tuple[T | None, bytes]:
    """The answer, looked for until the time is over; and all that came."""
    link.write(request)
    came = b""
    until = time.monotonic() + pacing.answer
    while (left := until - time.monotonic()) > 0 and not (closing and closing.is_set()):
        data = link.read(min(left, pacing.gap if came and pacing.gap else SLICE))
        came = (came + data)[-CAME_LIMIT:]
        may_be_whole = not data if pacing.gap else bool(data)
        if came and may_be_whole:
            answer = accept(came, request)
            if answer is not None:
                return answer, came
    return None, came


class Line:
    """Owns the link, which its driver closes.  `overheard` is given all that comes, asked for or not."""

    def __init__(
        self,
        opener: Callable[[], Link],
        closing: Event,
        pacing: Pacing,
        overheard: Callable[[bytes], object] | None = None,
    ) -> None:
        self._opener = opener
        self._closing = closing
        self._pacing = pacing
        self._overheard = overheard
        self._link = opener()
        self._link.drain()
        self._free_at = 0.0
        self.heard_rubbish = False

    def close(self) -> None:
        self._link.close()

    def ask(self, request: bytes, accept: Accept[T]) -> T | None:
        """`None` for silence or rubbish; `heard_rubbish` tells which."""
        self.listen(self._free_at - time.monotonic())
        answer, came = exchange(self._link, request, accept, self._pacing, self._closing)
        self._free_at = time.monotonic() + self._pacing.pause
        self._hear(came)
        self.heard_rubbish = answer is None and bool(came)
        if answer is None and not self._closing.is_set():
            self._begin_again()
        return answer

    def tell(self, request: bytes, rest: float) -> None:
        """A request whose answer, if there is one, says nothing."""
        self.listen(self._free_at - time.monotonic())
        self._link.write(request)
        self._free_at = time.monotonic() + max(rest, self._pacing.pause)

    def listen(self, seconds: float) -> None:
        """Waits; what comes meanwhile, or lay in the input, is no answer."""
        until = time.monotonic() + seconds
        came = self._link.read(0)
        while (left := until - time.monotonic()) > 0 and not self._closing.is_set():
            came = (came + self._link.read(min(left, SLICE)))[-CAME_LIMIT:]
        self._hear(came)

    def _hear(self, came: bytes) -> None:
        if came and self._overheard:
            self._overheard(came)

    def _begin_again(self) -> None:
        self._link.close()
        self._link = self._opener()
        self._link.drain()
