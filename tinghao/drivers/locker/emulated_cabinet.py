"""The doors behind emulated locker boards: what a pulse and a hand do to them, and how their contacts read."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Literal

Place = tuple[int, int]
"""Board and lock."""

CLOSED, OPEN = 0x11, 0x00


class Cabinet:
    def __init__(
        self,
        boards: Mapping[int, int],
        inverted: bool,
        order: Literal["last_first", "first_first"],
        status_bytes: int,
    ) -> None:
        self.locks = dict(boards)
        self.open: set[Place] = set()
        self.jammed: set[Place] = set()
        self.held: set[Place] = set()
        self.pulses: list[Place] = []
        self._inverted = inverted
        self._order = order
        self._status_bytes = status_bytes

    def places(self) -> list[Place]:
        return [(board, lock) for board in self.locks for lock in self.meant(board, 0)]

    def meant(self, board: int, lock: int) -> range:
        """The locks of a board that a frame means; 0 = all."""
        every = range(1, self.locks[board] + 1)
        return every if lock == 0 else range(lock, lock + 1) if lock in every else range(0)

    def pulse(self, board: int, locks: Iterable[int]) -> None:
        for lock in locks:
            self.pulses.append((board, lock))
            if (board, lock) not in self.jammed:
                self.open.add((board, lock))

    def pulse_bits(self, board: int, bits: bytes) -> None:
        """The first byte has locks 1..8."""
        chosen = int.from_bytes(bits, "little")
        self.pulse(board, [lock for lock in self.meant(board, 0) if chosen >> (lock - 1) & 1])

    def contact(self, board: int, lock: int) -> int:
        return CLOSED if ((board, lock) in self.open) == self._inverted else OPEN

    def status(self, board: int) -> bytes:
        """Contacts that aren't wired to a lock are open."""
        closed = [lock for lock in self.meant(board, 0) if self.contact(board, lock) == CLOSED]
        bits = sum(1 << (lock - 1) for lock in closed) & (1 << 8 * self._status_bytes) - 1
        return bits.to_bytes(self._status_bytes, "big" if self._order == "last_first" else "little")
