"""A card reader made of software: the SDT protocol behind whatever port it is plugged into.

    reader = CardReaderEmulator(Path("/run/tinghao/idreader"))
    reader.plug()
    reader.lay(DEMO_CARDS[0])

Like most real ones it finds a laid card until it is selected, and then no more until it was lifted;
with `keeps_finding=True` it is of the other sort, that finds it again and again.  After a failed
reading it refuses the card until it is lifted and laid again.

A request with a wrong checksum is answered with SW3 10, one of a wrong length with 11, an unknown one
with 21; all of them, and what is no request at all, stand in `malformed`.
"""

from __future__ import annotations

import struct
from collections import deque
from collections.abc import Callable
from functools import partial
from pathlib import Path

from tinghao.basics.masking import mask_name
from tinghao.drivers.card_reader.cards import DEMO_CARDS, OTHER_CARDS
from tinghao.drivers.card_reader.emulated_card import MANAGEMENT, PHOTO, padded, text_of
from tinghao.drivers.card_reader.emulated_frames import Ear, Heard, answer
from tinghao.drivers.card_reader.protocol import IdCard
from tinghao.drivers.emulated import Emulator, OnChange
from tinghao.drivers.face import Control, Facts, Lamp, Widget
from tinghao.drivers.ports import EmulatedPort

SAM_NUMBER = struct.pack("<HHIII", 5, 1, 20101129, 1228293, 296863149)
MOST_KEPT = 100
ADDRESS = 70
DATA_OF = {b"\x61\xff": 1}
SPEEDS = (115200, 57600, 38400, 19200, 9600)

OK, FOUND = 0x90, 0x9F
WRONG_CHECKSUM, WRONG_LENGTH, WRONG_COMMAND = 0x10, 0x11, 0x21
READ_FAILED, SELF_TEST_FAILED, NOT_FOUND, NOT_SELECTED, NO_CONTENT = 0x41, 0x60, 0x80, 0x81, 0x91
REFUSALS: dict[Heard, int] = {"wrong checksum": WRONG_CHECKSUM, "wrong length": WRONG_LENGTH}

CARD_KINDS = {
    "resident": ("居民身份证", "Resident card"),
    "residence_permit": ("港澳台居民居住证", "Residence permit"),
    "permanent_resident": ("外国人永居证2023版", "Foreigner 2023"),
    "permanent_resident_2017": ("外国人永居证2017版", "Foreigner 2017"),
}


class CardReaderEmulator(Emulator):
    def __init__(
        self, port: EmulatedPort | Path, on_change: OnChange | None = None, *, keeps_finding: bool = False
    ) -> None:
        super().__init__(port, on_change)
        self.malformed: deque[str] = deque(maxlen=MOST_KEPT)
        self.speed = SPEEDS[0]
        self.rf_frame = 0
        self._keeps_finding = keeps_finding
        self._card: IdCard | None = None
        self._selected = False
        self._refused = False
        self._ill = False
        self._next_failure: int | None = None
        self._ear = Ear()
        self._commands: dict[bytes, Callable[[bytes], bytes]] = {
            b"\x10\xff": self._reset,
            b"\x11\xff": self._status,
            b"\x12\xff": lambda _: answer(OK, SAM_NUMBER),
            b"\x20\x01": self._find,
            b"\x20\x02": self._select,
            b"\x30\x01": lambda _: self._read(PHOTO),
            b"\x30\x10": self._read_with_fingerprint,
            b"\x30\x03": self._read_new_address,
            b"\x30\x05": self._read_management,
            b"\x61\xff": self._set_rf_frame,
        }
        for code, speed in enumerate(SPEEDS):
            self._commands[bytes([0x60, code])] = partial(self._set_speed, speed)

    # ------------------------------------------------------------------------------------ by hand

    @property
    def card(self) -> IdCard | None:
        """What lies on the plate."""
        return self._card

    def lay(self, card: IdCard) -> None:
        self._put(card)

    def lift(self) -> None:
        self._put(None)

    def fail_next_read(self, sw3: int = READ_FAILED) -> None:
        with self._lock:
            self._next_failure = sw3
        self._changed()

    def fall_ill(self) -> None:
        """The module fails its self-test until it is reset."""
        with self._lock:
            self._ill = True
        self._changed()

    def face(self) -> list[Widget]:
        card = self._card
        kind, kind_en = CARD_KINDS[card.kind] if card else ("无", "none")
        who = mask_name(card.name or card.name_en) if card else ""
        return [
            Lamp("已选卡", "Card selected", self._selected),
            Facts((("证件", "Card", f"{kind} {kind_en}"), ("姓名", "Name", who))),
        ]

    def controls(self) -> list[Control]:
        lay = [
            Control(
                f"lay-{at}",
                f"放上 {CARD_KINDS[card.kind][0]} {mask_name(card.name or card.name_en)}",
                f"Lay card {at}: {CARD_KINDS[card.kind][1].lower()}",
                lambda _, card=card: self.lay(card),  # type: ignore[misc]
            )
            for at, card in enumerate((*DEMO_CARDS, *OTHER_CARDS))
        ]
        return [
            *lay,
            Control("lift", "拿开", "Lift", lambda _: self.lift()),
            Control("fail-next-read", "下次读卡失败", "Fail the next read", lambda _: self.fail_next_read()),
            Control("fall-ill", "自检失败", "Fail the self-test", lambda _: self.fall_ill()),
        ]

    def _put(self, card: IdCard | None) -> None:
        with self._lock:
            self._card = card
            self._selected = self._refused = False
        self._changed()

    # ------------------------------------------------------------------------------------ by wire

    def _power_on(self) -> None:
        self._selected = self._refused = self._ill = False
        self._ear.forget()

    def _received(self, data: bytes) -> None:
        for heard, piece in self._ear.hear(data):
            if heard == "request":
                self._send(self._answer(piece))
                continue
            self._note(heard, piece)
            if heard in REFUSALS:
                self._send(answer(REFUSALS[heard]))

    def _answer(self, request: bytes) -> bytes:
        command, data = request[:2], request[2:]
        do = self._commands.get(command)
        if do is None:
            self._note("unknown command", request)
            return answer(WRONG_COMMAND)
        if len(data) != DATA_OF.get(command, 0):
            self._note("wrong length", request)
            return answer(WRONG_LENGTH)
        return do(data)

    def _note(self, what: str, data: bytes) -> None:
        self.malformed.append(f"{what} {data[:16].hex(' ')}")

    def _reset(self, _: bytes) -> bytes:
        self._selected = self._refused = self._ill = False
        return answer(OK)

    def _status(self, _: bytes) -> bytes:
        return answer(SELF_TEST_FAILED if self._ill else OK)

    def _find(self, _: bytes) -> bytes:
        if self._card and (self._keeps_finding or not (self._selected or self._refused)):
            return answer(FOUND, bytes(4))
        return answer(NOT_FOUND)

    def _select(self, _: bytes) -> bytes:
        if not self._card:
            return answer(NOT_SELECTED)
        self._selected = True
        self._changed()
        return answer(OK, bytes(8))

    def _read_with_fingerprint(self, _: bytes) -> bytes:
        return self._read(PHOTO, self._card.fingerprint if self._card else b"")

    def _read(self, *after_text: bytes) -> bytes:
        failure, self._next_failure = self._next_failure, None
        if failure is not None:
            self._refused = True
            return answer(failure)
        card = self._readable
        if not card:
            return answer(READ_FAILED)
        parts = (text_of(card), *after_text)
        lengths = b"".join(len(part).to_bytes(2, "big") for part in parts)
        return answer(OK, lengths + b"".join(parts))

    def _read_new_address(self, _: bytes) -> bytes:
        card = self._readable
        if not card:
            return answer(READ_FAILED)
        return answer(OK, padded(card.new_address, ADDRESS)) if card.new_address else answer(NO_CONTENT)

    def _read_management(self, _: bytes) -> bytes:
        return answer(OK, MANAGEMENT) if self._readable else answer(READ_FAILED)

    @property
    def _readable(self) -> IdCard | None:
        return self._card if self._selected and not self._refused else None

    def _set_speed(self, speed: int, _: bytes) -> bytes:
        self.speed = speed
        return answer(OK)

    def _set_rf_frame(self, data: bytes) -> bytes:
        self.rf_frame = data[0]
        return answer(OK)
