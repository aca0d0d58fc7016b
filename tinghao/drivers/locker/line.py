"""The RS-485 line as its one master uses it: a request, its answer, a pause.

After a time-out or a bad answer the input is thrown away and the port opened again, so that a late answer
can't be taken for the next one's.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from threading import Event
from typing import TypeVar

from tinghao.drivers.base import SLICE
from tinghao.drivers.links import Link
from tinghao.drivers.locker.protocol import Pushed, pushes

GAP = 0.03
PAUSE = 0.05
ANSWER_LIMIT = 256

T = TypeVar("T")
Accept = Callable[[bytes, bytes], T | None]
"""Finds the answer in what came, given the request."""


def exchange(
    link: Link, request: bytes, accept: Accept[T], budget: float, closing: Event | None = None
) -> tuple[T | None, bytes]:
    """The answer, looked for at every quiet gap until the budget is spent; and all that came."""
    link.write(request)
    came = b""
    until = time.monotonic() + budget
    while (left := until - time.monotonic()) > 0 and not (closing and closing.is_set()):
        data = link.read(min(left, GAP if came else SLICE))
        came = (came + data)[-ANSWER_LIMIT:]
        if came and not data:
            answer = accept(came, request)
            if answer is not None:
                return answer, came
    return None, came


class Line:
    """Owns the link; closed by its driver."""

    def __init__(self, opener: Callable[[], Link], closing: Event, budget: float) -> None:
        self._opener = opener
        self._closing = closing
        self._budget = budget
        self._link = opener()
        self._link.drain()
        self._free_at = 0.0
        self._pushed: list[Pushed] = []
        self.heard_rubbish = False

    def close(self) -> None:
        self._link.close()

    def ask(self, request: bytes, accept: Accept[T]) -> T | None:
        """`None` for silence or rubbish; `heard_rubbish` tells which."""
        self.listen(self._free_at - time.monotonic())
        answer, came = exchange(self._link, request, accept, self._budget, self._closing)
        self._free_at = time.monotonic() + PAUSE
        self._pushed += pushes(came)
        self.heard_rubbish = answer is None and bool(came)
        if answer is None and not self._closing.is_set():
            self._begin_again()
        return answer

    def tell(self, request: bytes, rest: float) -> None:
        """A request whose answer, if there is one, says nothing."""
        self.listen(self._free_at - time.monotonic())
        self._link.write(request)
        self._free_at = time.monotonic() + max(rest, PAUSE)

    def listen(self, seconds: float) -> None:
        """Waits, and notes what boards push meanwhile; takes what lies in the input in any case."""
        until = time.monotonic() + seconds
        came = self._link.read(0)
        while (left := until - time.monotonic()) > 0 and not self._closing.is_set():
            came = (came + self._link.read(min(left, SLICE)))[-ANSWER_LIMIT:]
        self._pushed += pushes(came)

    def take_pushed(self) -> list[Pushed]:
        taken, self._pushed = self._pushed, []
        return taken

    def _begin_again(self) -> None:
        self._link.close()
        self._link = self._opener()
        self._link.drain()
