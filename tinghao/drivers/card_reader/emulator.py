"""A card reader made of software: the SDT protocol on a pseudo-terminal.

    reader = CardReaderEmulator(Path("/run/tinghao/idreader"))
    reader.plug()
    reader.lay(DEMO_CARDS[0])

Like most real ones it finds a laid card until it is selected, and then no more until it was lifted;
with `keeps_finding=True` it is of the other sort, that finds it again and again.  After a failed
reading it refuses the card until it is lifted and laid again.
"""

from __future__ import annotations

import struct
from datetime import date
from pathlib import Path

from tinghao.drivers.card_reader.protocol import (
    ETHNICITY,
    FIND_CARD,
    KIND_OF_FLAG,
    LONG_TERM,
    PHOTO_LEN,
    READ_MANAGEMENT,
    READ_NEW_ADDRESS,
    READ_TEXT_PHOTO,
    RESET_SAM,
    SAM_ID,
    SAM_STATUS,
    SELECT_CARD,
    SEX,
    SW3_CARD_FOUND,
    SW3_COMMAND_WRONG,
    SW3_FIND_FAILED,
    SW3_ITEM_ABSENT,
    SW3_OK,
    SW3_READ_FAILED,
    SW3_SELECT_FAILED,
    TEXT_LEN,
    FrameHunter,
    IdCard,
    build_frame,
)
from tinghao.drivers.emulated import Emulator, OnChange
from tinghao.drivers.ports import EmulatedPort

EMULATED_SAM_ID = struct.pack("<HHIII", 5, 1, 20101129, 1228293, 296863149)
PHOTO = b"WLf" + bytes(PHOTO_LEN - 3)


class CardReaderEmulator(Emulator):
    def __init__(
        self, port: EmulatedPort | Path, on_change: OnChange | None = None, *, keeps_finding: bool = False
    ) -> None:
        super().__init__(port, on_change)
        self._keeps_finding = keeps_finding
        self._card: IdCard | None = None
        self._selected = False
        self._refused = False
        self._next_failure: int | None = None
        self._hunter = FrameHunter()

    @property
    def card(self) -> IdCard | None:
        """What lies on the plate."""
        return self._card

    def lay(self, card: IdCard) -> None:
        self._put(card)

    def lift(self) -> None:
        self._put(None)

    def fail_next_read(self, sw3: int = SW3_READ_FAILED) -> None:
        with self._lock:
            self._next_failure = sw3

    def _put(self, card: IdCard | None) -> None:
        with self._lock:
            self._card = card
            self._selected = self._refused = False
        self._changed()

    def _power_on(self) -> None:
        self._selected = self._refused = False
        self._hunter.clear()

    def _received(self, data: bytes) -> None:
        for body in self._hunter.feed(data):
            self._send(build_frame(self._answer(body)))

    def _answer(self, body: bytes) -> bytes:
        command = body[:2]
        if command in (RESET_SAM, SAM_STATUS):
            return _status(SW3_OK)
        if command == SAM_ID:
            return _status(SW3_OK) + EMULATED_SAM_ID
        if command == FIND_CARD:
            return self._find()
        if command == SELECT_CARD:
            return self._select()
        if command == READ_TEXT_PHOTO:
            return self._read()
        if command == READ_MANAGEMENT:
            return _status(SW3_OK) + bytes(28) if self._selected else _status(SW3_READ_FAILED)
        if command == READ_NEW_ADDRESS:
            return _status(SW3_ITEM_ABSENT if self._selected else SW3_READ_FAILED)
        return _status(SW3_COMMAND_WRONG)

    def _find(self) -> bytes:
        if self._card and (self._keeps_finding or not (self._selected or self._refused)):
            return _status(SW3_CARD_FOUND) + bytes(4)
        return _status(SW3_FIND_FAILED)

    def _select(self) -> bytes:
        if not self._card:
            return _status(SW3_SELECT_FAILED)
        self._selected = True
        return _status(SW3_OK) + bytes(8)

    def _read(self) -> bytes:
        failure, self._next_failure = self._next_failure, None
        if failure is not None:
            self._refused = True
            return _status(failure)
        if not self._card or not self._selected or self._refused:
            return _status(SW3_READ_FAILED)
        lengths = TEXT_LEN.to_bytes(2, "big") + PHOTO_LEN.to_bytes(2, "big")
        return _status(SW3_OK) + lengths + text_block(self._card) + PHOTO


def text_block(card: IdCard) -> bytes:
    """The 256 bytes a card like this would hold."""
    block = bytearray(" ".encode("utf-16-le") * (TEXT_LEN // 2))

    def put(offset: int, length: int, value: str) -> None:
        data = value.encode("utf-16-le")
        if len(data) > length:
            raise ValueError(f"{len(data)} bytes in a field of {length}")
        block[offset : offset + len(data)] = data

    sex = next(code for code, sex in SEX.items() if sex == card.sex)
    put(188, 16, _day(card.valid_from))
    put(204, 16, _day(card.valid_to))
    put(248, 2, next(flag for flag, kind in KIND_OF_FLAG.items() if kind == card.kind))
    if card.kind == "permanent_resident_2017":
        put(0, 120, card.name_en)
        put(120, 2, sex)
        put(122, 30, card.number)
        put(152, 6, card.nationality)
        put(158, 30, card.name)
        put(220, 16, _day(card.birth))
        put(236, 4, "01")
        put(240, 8, card.issuer)
        return bytes(block)
    put(0, 30, card.name)
    put(30, 2, sex)
    put(36, 16, _day(card.birth))
    put(122, 36, card.number)
    if card.kind == "permanent_resident":
        put(32, 4, "00")
        put(52, 70, card.name_en[:35])
        put(220, 22, card.name_en[35:])
        put(242, 6, card.nationality)
        return bytes(block)
    put(52, 70, card.address)
    put(158, 30, card.issuer)
    if card.kind == "residence_permit":
        put(220, 18, card.pass_number)
        put(238, 4, "01")
    else:
        put(32, 4, f"{next(code for code, name in ETHNICITY.items() if name == card.ethnicity):02}")
    return bytes(block)


def _status(sw3: int) -> bytes:
    return bytes([0, 0, sw3])


def _day(day: date | None) -> str:
    return day.strftime("%Y%m%d") if day else LONG_TERM
