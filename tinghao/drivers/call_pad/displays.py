"""What every pad is to show, and what of it still has to be sent: the newest of each field wins."""

from __future__ import annotations

import threading
from collections import deque
from dataclasses import dataclass
from typing import Literal

from tinghao.drivers.call_pad.protocol import Frame, beep, let_rate, show_digits, show_stars

Field = Literal["digits", "waiting", "ticket", "stars", "beep", "rate"]

EVENTS: tuple[Field, ...] = ("beep", "rate")


@dataclass
class _Pad:
    waiting: str | None = None
    ticket: str | None = None
    stars: int | None = None


class Displays:
    """Any thread may set, the driver's own takes.  `together` sends waiting and ticket in one frame."""

    def __init__(self, together: bool) -> None:
        self._together = together
        self._lock = threading.Lock()
        self._pads: dict[int, _Pad] = {}
        self._due: deque[tuple[int, Field]] = deque()
        self._all_sent = threading.Event()
        self._all_sent.set()

    def show(
        self, pad: int, *, waiting: str | None = None, ticket: str | None = None, stars: int | None = None
    ) -> None:
        with self._lock:
            shown = self._pads.setdefault(pad, _Pad())
            if waiting is not None:
                shown.waiting = waiting
                self._want(pad, "digits" if self._together else "waiting")
            if ticket is not None:
                shown.ticket = ticket
                self._want(pad, "digits" if self._together else "ticket")
            if stars is not None:
                shown.stars = stars
                self._want(pad, "stars")

    def happen(self, pad: int, event: Literal["beep", "rate"]) -> None:
        with self._lock:
            self._want(pad, event)

    def again(self, pad: int, field: Field) -> None:
        with self._lock:
            self._want(pad, field)

    def all_again(self) -> None:
        """Pads may have forgotten what they show."""
        with self._lock:
            for pad, shown in self._pads.items():
                self._want_all(pad, shown)

    def drop_events(self) -> None:
        """A beep that waited for the line to come back would puzzle people."""
        with self._lock:
            self._due = deque(due for due in self._due if due[1] not in EVENTS)

    def take(self) -> tuple[int, Field, Frame] | None:
        """What to send next."""
        with self._lock:
            if not self._due:
                return None
            pad, field = self._due.popleft()
            return pad, field, self._frame(pad, field)

    def sent(self) -> None:
        """What was taken last is on the wire."""
        with self._lock:
            if not self._due:
                self._all_sent.set()

    def wait_sent(self, seconds: float) -> bool:
        return self._all_sent.wait(seconds)

    def _want(self, pad: int, field: Field) -> None:
        self._all_sent.clear()
        if (pad, field) not in self._due:
            self._due.append((pad, field))

    def _want_all(self, pad: int, shown: _Pad) -> None:
        if self._together and (shown.waiting is not None or shown.ticket is not None):
            self._want(pad, "digits")
        if not self._together and shown.waiting is not None:
            self._want(pad, "waiting")
        if not self._together and shown.ticket is not None:
            self._want(pad, "ticket")
        if shown.stars is not None:
            self._want(pad, "stars")

    def _frame(self, pad: int, field: Field) -> Frame:
        if field == "beep":
            return beep(pad)
        if field == "rate":
            return let_rate(pad)
        shown = self._pads[pad]
        if field == "stars":
            return show_stars(pad, shown.stars or 0)
        waiting = shown.waiting or "" if field != "ticket" else ""
        ticket = shown.ticket or "" if field != "waiting" else ""
        return show_digits(pad, waiting, ticket)
