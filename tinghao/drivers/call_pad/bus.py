"""The half-duplex line: who hears right frames, who may speak when, and what is only one's own echo."""

from __future__ import annotations

import time

from tinghao.drivers.call_pad.protocol import Frame, FrameHunter
from tinghao.drivers.links import Link

QUIET = 0.02
PACE = 0.05
BITS_PER_BYTE = 10
STALE = 0.1
ECHO_WITHIN = 0.06
ECHOES_AWAITED = 16
LISTEN = 0.02


class Bus:
    def __init__(self, link: Link, baud: int) -> None:
        self._link = link
        self._byte_time = BITS_PER_BYTE / baud
        self._hunter = FrameHunter()
        self._heard_at = 0.0
        self._free_at = 0.0
        self._echoes: list[tuple[Frame, float]] = []
        self.rubbish = 0

    def listen(self) -> list[Frame]:
        """The right frames of the others that have come within a moment; `rubbish` counts bytes since the last one."""
        data = self._link.read(LISTEN)
        now = time.monotonic()
        if not data:
            self._echoes = [echo for echo in self._echoes if echo[1] > now]
        if data:
            self._heard_at = now
            frames = self._hunter.feed(data)
        elif self._hunter.pending and now - self._heard_at > STALE:
            frames = self._hunter.silence()
        else:
            frames = []
        self.rubbish = 0 if frames else self.rubbish + len(self._hunter.take_rubbish())
        return [frame for frame in frames if not self._is_echo(frame)]

    def may_speak(self) -> bool:
        """Nobody is in the middle of a frame, and the last one is over for everybody."""
        now = time.monotonic()
        return not self._hunter.pending and now >= self._free_at and now - self._heard_at >= QUIET

    def send(self, frame: Frame) -> None:
        data = bytes(frame)
        self._link.write(data)
        takes = len(data) * self._byte_time
        now = time.monotonic()
        self._free_at = now + takes + PACE
        self._echoes = [*self._echoes, (frame, now + takes + ECHO_WITHIN)][-ECHOES_AWAITED:]

    def _is_echo(self, frame: Frame) -> bool:
        """Adapters that hear themselves give back at once what was sent, but a busy machine may read it late.

        So an echo is awaited until the line was found silent after its time.
        """
        for echo in self._echoes:
            if echo[0] == frame:
                self._echoes.remove(echo)
                return True
        return False
