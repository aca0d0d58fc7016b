"""The devices on one line: who answers, who is silent, who is to be asked next."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import TypeVar

from tinghao.drivers.base import READY
from tinghao.drivers.links import DeviceState, faulty

MISSES_UNTIL_SILENT = 2


class Member:
    """One device.

    name       Chinese, for the technician: 柜锁板 2
    trouble    why it doesn't answer
    complaint  what is wrong though it answers
    """

    def __init__(self, number: int, name: str) -> None:
        self.number = number
        self.name = name
        self.begin()

    def begin(self) -> None:
        """A new session: nobody has been asked."""
        self.asked = False
        self.misses = 0
        self.ask_at = 0.0
        self.complaint = ""
        self.trouble = f"{self.name} 没有应答，请检查电源、接线和地址"

    @property
    def answers(self) -> bool:
        return self.asked and not self.misses

    @property
    def is_silent(self) -> bool:
        return self.misses >= MISSES_UNTIL_SILENT

    def answered(self) -> None:
        self.asked, self.misses = True, 0

    def missed(self, heard_rubbish: bool) -> None:
        if heard_rubbish:
            self.failed(f"{self.name} 应答有误，请检查接线、屏蔽和终端电阻")
        else:
            self.failed(f"{self.name} 没有应答，请检查电源、接线和地址")

    def failed(self, trouble: str) -> None:
        self.asked, self.trouble = True, trouble
        self.misses += 1

    def ask_again(self, now: float, every: float, silent_every: float) -> None:
        """One miss is asked again at once; who is silent, more rarely."""
        self.ask_at = now + (silent_every if self.is_silent else 0.0 if self.misses else every)


M = TypeVar("M", bound=Member)


def longest_due(members: Iterable[M], now: float) -> M | None:
    first = min(members, key=lambda member: member.ask_at)
    return first if first.ask_at <= now else None


def state_of(members: Sequence[Member]) -> DeviceState | None:
    """`ready` with the silent ones and the complaints named; `None` until all have been asked; raised when all are silent."""
    troubles = [member.trouble for member in members if member.is_silent]
    if len(troubles) == len(members):
        raise faulty("；".join(troubles))
    if not all(member.answers or member.is_silent for member in members):
        return None
    reasons = troubles + [member.complaint for member in members if member.complaint]
    return DeviceState("ready", "；".join(reasons)) if reasons else READY
