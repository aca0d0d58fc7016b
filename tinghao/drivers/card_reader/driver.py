"""The resident ID card reader as a station sees it.

    WAIT   find every 300 ms (some readers miss the first find: it is asked twice) until a card is found
    READ   select, read text and photo; the photo is dropped unless a `PhotoDecoder` wants it.  What else is
           wished (newer address, management information) is asked for while the card lies there; a reader
           that doesn't know it, or a card without it, leaves it empty
    HOLD   the card has been read or refused; it has to go before the next one counts

What a find answers while the card still lies there differs: a selected and unmoved card normally
answers 80 (not found), on some readers 9F again and again.  So HOLD ends after several 80 in a row and
a minimum time.  A 9F after an 80 means that something was laid again: it is read.  The first 9F of a
HOLD may be the same card or one quickly changed: it is read too, silently.  The number that is held is
not given again, nor the same one within `Timing.same_card_quiet` of when it was last seen: a card left
lying gives one reading, even on a reader that loses and finds it again and again.
On readers of the first sort `on_lift` comes about a second after the reading even if the card stays.

After SW3 31, 32, 33, 41 the card can't be read again before it was lifted: `on_problem("relay")`.
SW3 10 and 11 (the request was broken on its way) are answered by asking again; 21, 23, 60, 66 are the
reader's own trouble and make it faulty.  A module that failed its self-test is reset once.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from contextlib import closing
from dataclasses import dataclass, replace
from typing import Literal

from tinghao.drivers.address import Address
from tinghao.drivers.base import OPENING, READY, SLICE, Driver, OnState
from tinghao.drivers.card_reader.card_text import newest_address, parse_card
from tinghao.drivers.card_reader.photo import PatientDecoder, PhotoDecoder
from tinghao.drivers.card_reader.protocol import (
    FIND_CARD,
    READ_MANAGEMENT,
    READ_NEW_ADDRESS,
    READ_TEXT_PHOTO,
    READ_TEXT_PHOTO_FINGERPRINT,
    RESET_SAM,
    SAM_ID,
    SAM_ID_LEN,
    SAM_STATUS,
    SELECT_CARD,
    SW3_CARD_FOUND,
    SW3_CARD_TYPE_UNKNOWN,
    SW3_OK,
    SW3_SELF_TEST_FAILED,
    CardTextError,
    IdCard,
    Management,
    Reading,
    sam_id_text,
)
from tinghao.drivers.card_reader.sam import NO_ANSWER, Sam, fault
from tinghao.drivers.card_reader.usb_wire import open_reader
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
    select_every: float = SLICE
    read_budget: float = 5.0
    extra_budget: float = 1.0
    photo_budget: float = 0.8
    lift_misses: int = 3
    lift_after: float = 1.0
    same_card_quiet: float = 2.0


class CardReader(Driver):
    family = "card_reader"
    title = "身份证阅读器"
    kinds = ("serial", "tcp", "usb")
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
        photo_decoder: PhotoDecoder | None = None,
        with_new_address: bool = False,
        with_fingerprint: bool = False,
        with_management: bool = False,
    ) -> None:
        super().__init__(address, on_state)
        self._on_card = on_card
        self._on_lift = on_lift
        self._on_problem = on_problem
        self._timing = timing or Timing()
        self._photos = PatientDecoder(photo_decoder, self._timing.photo_budget) if photo_decoder else None
        self._with_new_address = with_new_address
        self._with_fingerprint = with_fingerprint
        self._with_management = with_management
        self._present = False
        self._last_number = ""
        self._last_read_at = 0.0
        self.sam_id = ""

    def _session(self) -> None:
        self._set_state(OPENING)
        with closing(self._open()) as link:
            sam = Sam(link, self._closing)
            self._greet(sam)
            self._set_state(READY)
            try:
                while not self._closing.is_set():
                    self._wait(sam)
                    self._read_and_hold(sam)
            finally:
                self._lifted()

    def _connect(self) -> Link:
        return open_reader(self.address) if self.address.kind == "usb" else super()._connect()

    def _greet(self, sam: Sam) -> None:
        status = sam.try_ask(SAM_STATUS, self._timing.find_budget)
        if status and status.sw3 == SW3_SELF_TEST_FAILED:
            status = sam.ask(RESET_SAM, self._timing.read_budget)
        if status is None:
            raise faulty(NO_ANSWER)
        if status.sw3 != SW3_OK:
            raise fault(status)
        identity = sam.try_ask(SAM_ID, self._timing.find_budget)
        if identity and identity.sw3 == SW3_OK and len(identity.data) == SAM_ID_LEN:
            self.sam_id = sam_id_text(identity.data)

    def _wait(self, sam: Sam) -> None:
        while not self._closing.is_set() and not self._find(sam):
            self._closing.wait(self._timing.find_every)

    def _find(self, sam: Sam) -> bool:
        return any(sam.ask(FIND_CARD, self._timing.find_budget).sw3 == SW3_CARD_FOUND for _ in range(2))

    def _read_and_hold(self, sam: Sam) -> None:
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

    def _read(self, sam: Sam, held: str, *, silently: bool = False) -> str:
        """Tells the station what was read, unless it is the card held already; gives the number held now."""
        answer = self._read_text(sam)
        if self._closing.is_set():
            return ""
        if isinstance(answer, str):
            if silently:
                return held
            self._lifted()
            self._call(self._on_problem, answer)
            return ""
        card, reading = answer
        is_new = card.number != held and not self._just_read(card)
        self._last_number, self._last_read_at = card.number, time.monotonic()
        if is_new:
            self._lifted()
            card = self._completed(sam, card, reading)
            if self._closing.is_set():
                return ""
            self._present = True
            self._call(self._on_card, card)
        return card.number

    def _read_text(self, sam: Sam) -> tuple[IdCard, Reading] | Problem:
        if not self._select(sam):
            return "relay"
        command = READ_TEXT_PHOTO_FINGERPRINT if self._with_fingerprint else READ_TEXT_PHOTO
        answer = sam.ask(command, self._timing.read_budget)
        if answer.sw3 == SW3_CARD_TYPE_UNKNOWN:
            return "unsupported"
        if answer.sw3 != SW3_OK:
            return "relay"
        try:
            reading = Reading.cut(answer.data, 3 if self._with_fingerprint else 2)
            return parse_card(reading.text), reading
        except CardTextError:
            return "unsupported"

    def _completed(self, sam: Sam, card: IdCard, reading: Reading) -> IdCard:
        """The card is asked first, the decoder last: the card may be taken away any moment."""
        return replace(
            card,
            fingerprint=reading.fingerprint,
            new_address=self._new_address(sam) if self._with_new_address else "",
            management=Management.cut(self._extra(sam, READ_MANAGEMENT)) if self._with_management else None,
            photo=self._photos.decode(reading.photo) if self._photos else b"",
        )

    def _new_address(self, sam: Sam) -> str:
        try:
            return newest_address(self._extra(sam, READ_NEW_ADDRESS))
        except CardTextError:
            return ""

    def _extra(self, sam: Sam, command: bytes) -> bytes:
        answer = sam.try_ask(command, self._timing.extra_budget)
        return answer.data if answer and answer.sw3 == SW3_OK else b""

    def _select(self, sam: Sam) -> bool:
        """A card still on its way to the plate is often found and not yet selected."""
        for _ in range(SELECT_ATTEMPTS):
            if sam.ask(SELECT_CARD, self._timing.select_budget).sw3 == SW3_OK:
                return True
            self._closing.wait(self._timing.select_every)
            self._find(sam)
        return False

    def _just_read(self, card: IdCard) -> bool:
        quiet = time.monotonic() - self._last_read_at < self._timing.same_card_quiet
        return quiet and card.number == self._last_number

    def _lifted(self) -> None:
        if self._present:
            self._present = False
            self._call(self._on_lift)
