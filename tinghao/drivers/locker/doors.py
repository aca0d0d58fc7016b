"""What is known of a board and its doors; no wire and no clock."""

from __future__ import annotations

from tinghao.drivers.locker.protocol import StatusOrder, open_doors
from tinghao.drivers.members import Member


class Board(Member):
    """Its doors as last told; they outlive a session, so that a change meanwhile is told."""

    def __init__(self, number: int, locks: int) -> None:
        super().__init__(number, f"柜锁板 {number}")
        self.locks = locks
        self.status = b""
        self.doors: dict[int, bool] = {}

    def told(self, status: bytes, order: StatusOrder, inverted: bool) -> list[tuple[int, bool]]:
        """The doors that changed; at first only those that are open, since shut is what one expects."""
        self.answered()
        before, self.status = self.doors, status
        told = open_doors(status, order, inverted)
        self.doors = {lock: is_open for lock, is_open in told.items() if lock <= self.locks}
        return [(lock, is_open) for lock, is_open in self.doors.items() if before.get(lock, False) != is_open]
