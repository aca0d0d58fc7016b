"""Resident ID card reader."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Literal

from tinghao.drivers.address import Address
from tinghao.drivers.base import Driver, OnState
from tinghao.drivers.card_reader.protocol import IdCard

Problem = Literal["relay", "unsupported"]

PROBLEM_TEXT: dict[Problem, str] = {
    "relay": "请将身份证拿开后重新放置",
    "unsupported": "无法识别此证件，请到咨询台办理",
}


@dataclass(frozen=True)
class Timing:
    find_every: float = 0.3


class CardReader(Driver):
    family = "card_reader"

    def __init__(
        self,
        address: Address,
        on_card: Callable[[IdCard], None],
        on_lift: Callable[[], None] | None = None,
        on_problem: Callable[[Problem], None] | None = None,
        on_state: OnState | None = None,
        *,
        timing: Timing | None = None,
    ) -> None:
        super().__init__(address, on_state)

    def _session(self) -> None:
        raise NotImplementedError
