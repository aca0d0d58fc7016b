"""What is known of the boards and their doors; no wire and no clock."""

from __future__ import annotations

from collections.abc import Mapping

from tinghao.drivers.locker.protocol import StatusOrder, open_doors

MISSES_UNTIL_SILENT = 2


class Board:
    """One board: its doors as last told, and when it is to be asked again."""

    def __init__(self, number: int, locks: int) -> None:
        self.number = number
        self.locks = locks
        self.status = b""
        self.doors: dict[int, bool] = {}
        self.begin()

    def begin(self) -> None:
        """A new session: what was known of the doors stays, so that a change meanwhile is told."""
        self.asked = False
        self.misses = 0
        self.heard_rubbish = False
        self.ask_at = 0.0

    @property
    def answers(self) -> bool:
        return self.asked and not self.misses

    @property
    def is_silent(self) -> bool:
        return self.misses >= MISSES_UNTIL_SILENT

    @property
    def trouble(self) -> str:
        if self.heard_rubbish:
            return f"柜锁板 {self.number} 应答有误，请检查屏蔽和终端电阻"
        return f"柜锁板 {self.number} 没有应答，请检查电源、接线和拨码"

    def missed(self, heard_rubbish: bool) -> None:
        self.asked = True
        self.misses += 1
        self.heard_rubbish = heard_rubbish

    def told(self, status: bytes, order: StatusOrder, inverted: bool) -> list[tuple[int, bool]]:
        """The doors that changed; at first only those that are open, since shut is what one expects."""
        self.asked, self.misses, self.status = True, 0, status
        before, self.doors = self.doors, self._wired(open_doors(status, order, inverted))
        return [(lock, is_open) for lock, is_open in self.doors.items() if before.get(lock, False) != is_open]

    def _wired(self, doors: Mapping[int, bool]) -> dict[int, bool]:
        return {lock: is_open for lock, is_open in doors.items() if lock <= self.locks}
