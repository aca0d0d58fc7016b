"""Asking the card: one request, one answer, on a line that may be noisy or silent."""

from __future__ import annotations

import time
from threading import Event

from tinghao.drivers.base import CLOSED, SLICE
from tinghao.drivers.led_strip.frames import HOST, Frame, FrameHunter, build_frame
from tinghao.drivers.led_strip.protocol import (
    STATUS,
    Status,
    is_ack,
    parse_status,
    refusal_text,
    request,
)
from tinghao.drivers.links import DeviceState, Link, LinkError, faulty

TRIES = 3
BITS_A_BYTE = 10


class Refused(LinkError):
    """The card is there and says no."""


class Card:
    """`answer` is how long a card may think; `baud` is 0 on a network, else the time on the wire is added."""

    def __init__(self, link: Link, closing: Event, answer: float, baud: int) -> None:
        self._link = link
        self._closing = closing
        self._answer = answer
        self._baud = baud
        self._hunter = FrameHunter()

    def command(self, data: bytes, doing: str) -> None:
        """Until it is acknowledged; the last refusal or the silence is raised after `TRIES`."""
        answer = None
        for attempt in range(TRIES):
            answer = self._ask(data)
            if answer is not None and is_ack(answer):
                if attempt:
                    self._swallow_late_answers()
                return
        if answer is not None:
            raise Refused(DeviceState("faulty", f"控制卡拒绝{doing}：{refusal_text(answer)}"))
        raise faulty("LED 条屏控制卡没有应答，请检查电源、接线和波特率")

    def status(self) -> Status | None:
        """`None` from cards that don't know the question."""
        for _ in range(TRIES):
            answer = self._ask(request(STATUS))
            if answer is not None:
                return parse_status(answer)
        return None

    def _swallow_late_answers(self) -> None:
        """Nothing in an acknowledgement tells what it is for: that of an earlier try must not pass for the next one."""
        until = time.monotonic() + self._answer
        while time.monotonic() < until and not self._closing.is_set():
            self._link.read(SLICE)

    def _ask(self, data: bytes) -> bytes | None:
        self._link.drain()
        self._hunter.clear()
        frame = build_frame(data)
        self._link.write(frame)
        on_the_wire = len(frame) * BITS_A_BYTE / self._baud if self._baud else 0.0
        until = time.monotonic() + on_the_wire + self._answer
        while not self._closing.is_set():
            left = until - time.monotonic()
            if left <= 0:
                return None
            for found in self._hunter.feed(self._link.read(min(left, SLICE))):
                if isinstance(found, Frame) and found.destination == HOST:
                    return found.data
        raise LinkError(CLOSED)
