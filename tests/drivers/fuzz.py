"""What the fuzz tests share: bad wires, made by a seed, and a link that plays them to a driver."""

from collections.abc import Callable, Sequence
from random import Random

from tinghao.drivers.address import Address
from tinghao.drivers.links import Link, absent
from tinghao.drivers.ports import Connected, EmulatedPort, Received


def mangled(chance: Random, frames: Sequence[bytes]) -> bytes:
    """Rubbish, or right frames cut, glued, repeated, with foreign bytes inside or bits turned."""
    kind = chance.randrange(7)
    frame = chance.choice(frames)
    if kind == 0:
        return chance.randbytes(chance.randrange(64))
    if kind == 1:
        return frame[: chance.randrange(len(frame))]
    if kind == 2:
        return frame[chance.randrange(len(frame)) :] + chance.choice(frames)
    if kind == 3:
        at = chance.randrange(len(frame))
        return frame[:at] + chance.randbytes(chance.randrange(1, 4)) + frame[at:]
    if kind == 4:
        at = chance.randrange(len(frame))
        return frame[:at] + bytes([frame[at] ^ 1 << chance.randrange(8)]) + frame[at + 1 :]
    if kind == 5:
        return frame + frame[: chance.randrange(len(frame))] + chance.choice(frames)
    return b"".join(chance.choice(frames) for _ in range(chance.randrange(4)))


def in_pieces(chance: Random, data: bytes) -> list[bytes]:
    """The same bytes as they may arrive."""
    pieces = []
    while data:
        size = chance.choice((1, 2, 7, 64, len(data)))
        pieces.append(data[:size])
        data = data[size:]
    return pieces


class PlayedLink(Link):
    """Gives what it was given, a piece a read, is silent for a few reads, and breaks."""

    def __init__(self, pieces: Sequence[bytes], silent_reads: int = 3) -> None:
        self._pieces = [*pieces, *[b""] * silent_reads]
        self.written: list[bytes] = []

    def read(self, timeout: float) -> bytes:
        if not self._pieces:
            raise absent("played to the end")
        return self._pieces.pop(0)

    def write(self, data: bytes) -> None:
        self.written.append(data)

    def drain(self) -> None:
        """What is played is meant to be heard."""

    def close(self) -> None:
        """Nothing to let go of."""


class AnsweringLink(Link):
    """Answers what is written as it was told to."""

    def __init__(self, answer: Callable[[bytes], bytes]) -> None:
        self._answer = answer
        self._input = b""

    def read(self, timeout: float) -> bytes:
        data, self._input = self._input, b""
        return data

    def write(self, data: bytes) -> None:
        self._input += self._answer(data)

    def close(self) -> None:
        """Nothing to let go of."""


class PlayedPort(EmulatedPort):
    """Keeps what an emulator writes; what it hears is given to it directly."""

    address = Address.parse("tcp://127.0.0.1:1")

    def __init__(self) -> None:
        self.said: list[bytes] = []

    @property
    def written(self) -> bytes:
        return b"".join(self.said)

    def open(self, received: Received, connected: Connected) -> None:
        """There is nobody at the other end."""

    def close(self) -> None:
        """Nothing to let go of."""

    def write(self, data: bytes) -> None:
        self.said.append(data)
