"""The module's ear and mouth: requests out of a stream, answers as frames.  Written from the protocol's page."""

from __future__ import annotations

import time
from collections.abc import Iterator
from typing import Literal

START = b"\xaa\xaa\xaa\x96\x69"
SHORTEST, LONGEST = 3, 0x0A00
PATIENCE = 0.5
"""Seconds: a request that stops in its middle for longer is given up."""

Heard = Literal["request", "rubbish", "wrong checksum", "wrong length"]


class Ear:
    """Says what it heard, in order."""

    def __init__(self) -> None:
        self._begun = b""
        self._heard_at = 0.0

    def hear(self, data: bytes) -> Iterator[tuple[Heard, bytes]]:
        now = time.monotonic()
        if self._begun and now - self._heard_at > PATIENCE:
            yield "rubbish", self._begun
            self._begun = b""
        self._heard_at = now
        self._begun += data
        while True:
            at = self._begun.find(START)
            rubbish = at if at >= 0 else len(self._begun) - _begins_at_end(self._begun)
            if rubbish:
                yield "rubbish", self._begun[:rubbish]
                self._begun = self._begun[rubbish:]
            if at < 0 or len(self._begun) < 7:
                return
            length = self._begun[5] << 8 | self._begun[6]
            if not SHORTEST <= length <= LONGEST:
                yield "wrong length", self._begun[:7]
                self._begun = self._begun[7:]
                continue
            if len(self._begun) < 7 + length:
                return
            frame, self._begun = self._begun[: 7 + length], self._begun[7 + length :]
            yield ("wrong checksum", frame) if _xor(frame[5:]) else ("request", frame[7:-1])

    def forget(self) -> None:
        self._begun = b""


def answer(sw3: int, data: bytes = b"") -> bytes:
    """A whole frame; the card's own status is 00 00."""
    counted = (len(data) + 4).to_bytes(2, "big") + bytes([0, 0, sw3]) + data
    return START + counted + bytes([_xor(counted)])


def _begins_at_end(data: bytes) -> int:
    """How many bytes of a preamble the data ends with."""
    return next((count for count in range(len(START) - 1, 0, -1) if data.endswith(START[:count])), 0)


def _xor(data: bytes) -> int:
    value = 0
    for byte in data:
        value ^= byte
    return value
