"""The social security card as a station sees it: put in, read once, taken out.

    WAIT   ask for a card every 300 ms
    READ   power on, select the application, read number and name (`protocol.py`), power off
    HOLD   until the card is out; it is read once, however long it stays

A card that is pulled while it is read, or whose contacts don't hold, is `on_problem("relay")`; one of
another kind "unsupported"; one that wants a PIN first "protected".  Settings: `style` (P1, P2, whether the
card's number alone is enough), `timing`.
"""

from __future__ import annotations

from collections.abc import Callable
from contextlib import closing
from dataclasses import dataclass

from tinghao.drivers.address import Address
from tinghao.drivers.base import OPENING, READY, Driver, OnState
from tinghao.drivers.links import Link, LinkError
from tinghao.drivers.social_card.pcsc import PcscLink
from tinghao.drivers.social_card.protocol import (
    CardGone,
    CardProblem,
    CardStyle,
    Problem,
    SocialCard,
    read_card,
)
from tinghao.drivers.social_card.wire import CardSlot
from tinghao.drivers.wires import open_link

PROBLEM_TEXT: dict[Problem, str] = {
    "relay": "请将社保卡取出后重新插入",
    "unsupported": "无法识别此卡，请到咨询台办理",
    "protected": "此卡需要密码才能读取，请到窗口办理",
}


@dataclass(frozen=True)
class SlotTiming:
    """Seconds between two looks for a card, and for one answer."""

    look_every: float = 0.3
    answer: float = 2.5


class SocialCardReader(Driver):
    family = "social_card"
    title = "社保卡读卡器"
    kinds = ("pcsc", "tcp")

    def __init__(
        self,
        address: Address,
        on_card: Callable[[SocialCard], None],
        on_lift: Callable[[], None] | None = None,
        on_problem: Callable[[Problem], None] | None = None,
        on_state: OnState | None = None,
        *,
        style: CardStyle | None = None,
        timing: SlotTiming | None = None,
    ) -> None:
        super().__init__(address, on_state)
        self._on_card = on_card
        self._on_lift = on_lift
        self._on_problem = on_problem
        self._style = style or CardStyle()
        self._timing = timing or SlotTiming()
        self._inserted = False

    def _connect(self) -> Link:
        if self.address.kind == "pcsc":
            return PcscLink(self.address.path)
        return open_link(self.address, self.baud)

    def _session(self) -> None:
        self._set_state(OPENING)
        with closing(self._open()) as link:
            slot = CardSlot(link, self._closing, self._timing.answer)
            try:
                while not self._closing.is_set():
                    self._look(slot)
                    self._closing.wait(self._timing.look_every)
            finally:
                self._taken_out()

    def _look(self, slot: CardSlot) -> None:
        there = bool(slot.atr())
        is_new = there and not self._inserted
        if is_new:
            slot.power_on()  # before it is called ready: another program may hold the card
        self._set_state(READY)
        if not there:
            self._taken_out()
        elif is_new:
            self._inserted = True
            self._read(slot)

    def _read(self, slot: CardSlot) -> None:
        try:
            card = read_card(slot.transmit, self._style)
        except CardGone:
            self._call(self._on_problem, "relay")
        except CardProblem as error:
            self._call(self._on_problem, error.problem)
        except LinkError:
            if not self._closing.is_set():
                self._call(self._on_problem, "relay")
            raise
        else:
            self._call(self._on_card, card)
        slot.power_off()

    def _taken_out(self) -> None:
        if self._inserted:
            self._inserted = False
            self._call(self._on_lift)
