"""Orders from other threads to the one that talks to the card: each waits for its outcome, none longer than `TIMEOUT`."""

from __future__ import annotations

import threading
from dataclasses import dataclass, field

TIMEOUT = 3.0
CUT_OFF = "LED 条屏连接中断"


@dataclass
class Order:
    """A request, and in Chinese what it does."""

    data: bytes
    doing: str
    done: threading.Event = field(default_factory=threading.Event)
    problem: str = "LED 条屏没有及时处理"

    def end(self, problem: str = "") -> None:
        self.problem = problem
        self.done.set()


class Orders:
    """One of a sort waits at most: the newer one wins."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._waiting: dict[str, Order] = {}

    def give(self, data: bytes, doing: str) -> str:
        """Empty when it was done, else what was in the way."""
        order = Order(data, doing)
        with self._lock:
            displaced, self._waiting[doing] = self._waiting.get(doing), order
        if displaced:
            displaced.end("已被新的指令取代")
        if not order.done.wait(TIMEOUT):
            self._withdraw(order)
        return order.problem

    def take(self) -> Order | None:
        with self._lock:
            return self._waiting.pop(next(iter(self._waiting))) if self._waiting else None

    def refuse_all(self) -> None:
        while order := self.take():
            order.end(CUT_OFF)

    def _withdraw(self, order: Order) -> None:
        with self._lock:
            if self._waiting.get(order.doing) is order:
                del self._waiting[order.doing]
