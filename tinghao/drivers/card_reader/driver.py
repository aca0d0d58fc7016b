"""The resident ID card reader as a station sees it.

    WAIT   find every 300 ms (some readers miss the first find: it is asked twice) until a card is found
    READ   select, read text and photo, drop the photo
    HOLD   the card has been read or refused; it has to go before the next one counts

What a find answers while the card still lies there differs: a selected and unmoved card normally
answers 80 (not found), on some readers 9F again and again.  So HOLD ends after several 80 in a row and
a minimum time.  A 9F after an 80 means that something was laid again: it is read.  The first 9F of a
HOLD may be the same card or one quickly changed: it is read too, silently.  The number that is held is
not given again, nor the same one within `Timing.same_card_quiet`: a card left lying gives one reading.
On readers of the first sort `on_lift` comes about a second after the reading even if the card stays.

After SW3 31, 32, 33, 41 the card can't be read again before it was lifted: `on_problem("relay")`.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from contextlib import closing
from dataclasses import dataclass
from threading import Event
from typing import Literal

from tinghao.drivers.address import Address
from tinghao.drivers.base import OPENING, READY, SLICE, Driver, OnState
from tinghao.drivers.card_reader.protocol import (
    FIND_CARD,
    READ_TEXT_PHOTO,
    SAM_ID,
    SAM_STATUS,
    SELECT_CARD,
    SW3_CARD_FOUND,
    SW3_CARD_TYPE_UNKNOWN,
    SW3_OK,
    SW3_TEXT,
    CardTextError,
    FrameHunter,
    IdCard,
    Reply,
    build_frame,
    parse_card,
    parse_reply,
    sam_id_text,
    text_of_reading,
)
from tinghao.drivers.links import Link, faulty

SELECT_ATTEMPTS = 3

Problem = Literal["relay", "unsupported"]

PROBLEM_TEXT: dict[Problem, str] = {
    "relay": "请将身份证拿开后重新放置",
    "unsupported": "无法识别此证件，请到咨询台办理",
}


@dataclass(frozen=True)
class Timing:
    """Seconds; the budgets are how long an answer may take."""

    find_every: float = 0.3
    find_budget: float = 1.0
    select_budget: float = 1.0
    read_budget: float = 5.0
    lift_misses: int = 3
    lift_after: float = 1.0
    same_card_quiet: float = 2.0


class CardReader(Driver):
    family = "card_reader"
    title = "身份证阅读器"
    kinds = ("serial", "tcp")
    baud = 115200

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
        self._on_card = on_card
        self._on_lift = on_lift
        self._on_problem = on_problem
        self._timing = timing or Timing()
        self._present = False
        self._last_number = ""
        self._last_read_at = 0.0
        self.sam_id = ""

    def _session(self) -> None:
        self._set_state(OPENING)
        with closing(self._open()) as link:
            sam = _Sam(link, self._closing)
            self._greet(sam)
            self._set_state(READY)
            try:
                while not self._closing.is_set():
                    self._wait(sam)
                    self._read_and_hold(sam)
            finally:
                self._lifted()

    def _greet(self, sam: _Sam) -> None:
        status = sam.ask(SAM_STATUS, self._timing.find_budget)
        if status.sw3 != SW3_OK:
            raise faulty(f"读卡器：{SW3_TEXT.get(status.sw3, '状态异常')}（{status.sw3:02X}）")
        identity = sam.ask(SAM_ID, self._timing.find_budget)
        if identity.sw3 == SW3_OK and len(identity.data) == 16:
            self.sam_id = sam_id_text(identity.data)

    def _wait(self, sam: _Sam) -> None:
        while not self._closing.is_set() and not self._find(sam):
            self._closing.wait(self._timing.find_every)

    def _find(self, sam: _Sam) -> bool:
        return any(sam.ask(FIND_CARD, self._timing.find_budget).sw3 == SW3_CARD_FOUND for _ in range(2))

    def _read_and_hold(self, sam: _Sam) -> None:
        held = self._read(sam, "")
        checked = False
        misses = 0
        since = time.monotonic()
        while not self._closing.wait(self._timing.find_every):
            if not self._find(sam):
                misses += 1
                if misses >= self._timing.lift_misses and time.monotonic() - since >= self._timing.lift_after:
                    break
            elif misses or not checked:
                held = self._read(sam, held, silently=not misses)
                checked, misses, since = True, 0, time.monotonic()
        self._lifted()

    def _read(self, sam: _Sam, held: str, *, silently: bool = False) -> str:
        """Tells the station what was read, unless it is the card held already; gives the number held now."""
        answer = self._read_text(sam)
        if self._closing.is_set():
            return ""
        if not isinstance(answer, IdCard):
            if silently:
                return held
            self._lifted()
            self._call(self._on_problem, answer)
            return ""
        if answer.number != held and not self._just_read(answer):
            self._lifted()
            self._last_number, self._last_read_at = answer.number, time.monotonic()
            self._present = True
            self._call(self._on_card, answer)
        return answer.number

    def _read_text(self, sam: _Sam) -> IdCard | Problem:
        if not self._select(sam):
            return "relay"
        reading = sam.ask(READ_TEXT_PHOTO, self._timing.read_budget)
        if reading.sw3 == SW3_CARD_TYPE_UNKNOWN:
            return "unsupported"
        if reading.sw3 != SW3_OK:
            return "relay"
        try:
            return parse_card(text_of_reading(reading.data))
        except CardTextError:
            return "unsupported"

    def _select(self, sam: _Sam) -> bool:
        """A card still on its way to the plate is often found and not yet selected."""
        for _ in range(SELECT_ATTEMPTS):
            if sam.ask(SELECT_CARD, self._timing.select_budget).sw3 == SW3_OK:
                return True
            self._closing.wait(SLICE)
            self._find(sam)
        return False

    def _just_read(self, card: IdCard) -> bool:
        quiet = time.monotonic() - self._last_read_at < self._timing.same_card_quiet
        return quiet and card.number == self._last_number

    def _lifted(self) -> None:
        if self._present:
            self._present = False
            self._call(self._on_lift)


class _Sam:
    """One question, one answer, on a line that may be noisy or silent."""

    def __init__(self, link: Link, closing: Event) -> None:
        self._link = link
        self._closing = closing
        self._hunter = FrameHunter()

    def ask(self, command: bytes, budget: float) -> Reply:
        for _ in range(2):
            reply = self._ask_once(command, budget)
            if reply:
                return reply
        if self._closing.is_set():
            return Reply(b"\0\0\0", b"")
        raise faulty("读卡器没有应答，请检查电源、接线和波特率")

    def _ask_once(self, command: bytes, budget: float) -> Reply | None:
        self._link.drain()
        self._hunter.clear()
        self._link.write(build_frame(command))
        until = time.monotonic() + budget
        while not self._closing.is_set():
            left = until - time.monotonic()
            if left <= 0:
                return None
            for body in self._hunter.feed(self._link.read(min(left, SLICE))):
                reply = parse_reply(body)
                if reply:
                    return reply
        return None
