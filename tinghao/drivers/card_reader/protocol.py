"""The SDT protocol of resident ID card readers (SAM_V security module; GA 450 / GA 467).

Serial 115200 8N1, or USB (`usb_wire.py`).  Request and reply look alike:

    AA AA AA 96 69 | LEN_H LEN_L | CMD PARA [DATA]     | CHK      request
    AA AA AA 96 69 | LEN_H LEN_L | SW1 SW2 SW3 [DATA]  | CHK      reply

LEN is big-endian and counts everything after itself, CHK included.  CHK is the XOR of every byte from
LEN_H up to itself, so the XOR over LEN_H..CHK is 0.  A receiver hunts for the preamble (a stray `AA 00`
before it has been seen), reads LEN, refuses one beyond `LEN_LIMIT`, and reads on.  SW1 SW2 are the
card's own answer, mostly 00 00; SW3 is the module's.

A reading is find (20 01) → select (20 02) → read (30 01 or 30 10).  What a good read brings:

    30 01    01 00 04 00           text 256, photo 1024
    30 10    01 00 04 00 04 00     text 256, photo 1024, fingerprint 1024, 512 or none

As long as the card stays, two more things may be asked for: the newer addresses (30 03: n x 70 bytes of
UTF-16LE, or SW3 91 if there are none) and the management information (30 05: IIN 4, SN 8, DN 16 bytes).

Doubtful: that the last of several newer addresses is the newest one; whether the speed set by 60 outlives
a power cut; the frame size of 61 (50 in one sheet, 58 in another).

`card_text.py` has the fields of the text.

Sources: the GA texts are not public; vendor sheets (softs.im "身份证阅读器通信协议",
eastcoms.com downdrive/508) and about ten open implementations that agree with them.
Not yet tried on a physical device.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from functools import reduce
from operator import xor
from typing import Literal

PREAMBLE = bytes.fromhex("AA AA AA 96 69")
HEAD_LEN = 7
LEN_LIMIT = 0x0A00
LEN_MINIMUM = 3

RESET_SAM = bytes.fromhex("10 FF")
SAM_STATUS = bytes.fromhex("11 FF")
SAM_ID = bytes.fromhex("12 FF")
FIND_CARD = bytes.fromhex("20 01")
SELECT_CARD = bytes.fromhex("20 02")
READ_TEXT_PHOTO = bytes.fromhex("30 01")
READ_TEXT_PHOTO_FINGERPRINT = bytes.fromhex("30 10")
READ_NEW_ADDRESS = bytes.fromhex("30 03")
READ_MANAGEMENT = bytes.fromhex("30 05")
SET_BAUD = 0x60
SET_RF_FRAME = bytes.fromhex("61 FF")

BAUD_CODES = {115200: 0x00, 57600: 0x01, 38400: 0x02, 19200: 0x03, 9600: 0x04}
RF_FRAME_SIZE = 0x50

SW3_OK = 0x90
SW3_CARD_FOUND = 0x9F
SW3_CHECKSUM_WRONG = 0x10
SW3_LENGTH_WRONG = 0x11
SW3_COMMAND_WRONG = 0x21
SW3_NOT_PERMITTED = 0x23
SW3_CARD_TYPE_UNKNOWN = 0x40
SW3_READ_FAILED = 0x41
SW3_SELF_TEST_FAILED = 0x60
SW3_SAM_NOT_AUTHORISED = 0x66
SW3_FIND_FAILED = 0x80
SW3_SELECT_FAILED = 0x81
SW3_ITEM_ABSENT = 0x91

SW3_TEXT = {
    SW3_OK: "成功",
    SW3_CARD_FOUND: "找到卡",
    SW3_CHECKSUM_WRONG: "请求校验和错误",
    SW3_LENGTH_WRONG: "请求长度错误",
    SW3_COMMAND_WRONG: "请求命令错误",
    SW3_NOT_PERMITTED: "越权操作",
    0x24: "无法识别的错误",
    0x31: "卡认证安全模块失败",
    0x32: "安全模块认证卡失败",
    0x33: "信息验证错误",
    SW3_CARD_TYPE_UNKNOWN: "无法识别的卡类型",
    SW3_READ_FAILED: "读卡失败",
    0x47: "取随机数失败",
    SW3_SELF_TEST_FAILED: "安全模块自检失败",
    SW3_SAM_NOT_AUTHORISED: "安全模块未经授权",
    SW3_FIND_FAILED: "寻卡失败",
    SW3_SELECT_FAILED: "选卡失败",
    SW3_ITEM_ABSENT: "卡中无此内容",
}

TEXT_LEN = 256
SAM_ID_LEN = 16
MANAGEMENT_LEN = 4 + 8 + 16


class CardTextError(ValueError):
    """What was read is not what a card we know holds.  Never holds what was read."""


# ---------------------------------------------------------------------------------------- frames


@dataclass(frozen=True, repr=False)
class Reply:
    """SW1 SW2 SW3 and the data after them."""

    sw: bytes
    data: bytes

    @property
    def sw3(self) -> int:
        return self.sw[2]

    def __repr__(self) -> str:
        return f"<Reply {self.sw.hex(' ')} + {len(self.data)} bytes>"


def build_frame(body: bytes) -> bytes:
    """`body` is CMD PARA DATA, or SW1 SW2 SW3 DATA."""
    counted = (len(body) + 1).to_bytes(2, "big") + body
    return PREAMBLE + counted + bytes([reduce(xor, counted)])


def parse_reply(body: bytes) -> Reply | None:
    """`None` for a body that is too short to be a reply."""
    return Reply(body[:3], body[3:]) if len(body) >= 3 else None


def can_answer(command: bytes, reply: Reply) -> bool:
    """False for what is surely the late answer to another request."""
    if reply.sw3 in (SW3_OK, SW3_CARD_FOUND) and (reply.sw3 == SW3_CARD_FOUND) != (command == FIND_CARD):
        return False
    is_reading = command in (READ_TEXT_PHOTO, READ_TEXT_PHOTO_FINGERPRINT)
    return not (is_reading and reply.sw3 == SW3_OK and len(reply.data) < TEXT_LEN)


class FrameHunter:
    """Takes bytes as they come, gives the bodies of the whole and right frames among them."""

    def __init__(self) -> None:
        self._buffer = bytearray()
        self._rubbish = bytearray()

    def feed(self, data: bytes) -> list[bytes]:
        return [body for body, _ in self.sort(data) if body is not None]

    def sort(self, data: bytes) -> Iterator[tuple[bytes | None, bytes]]:
        """In order: a body, or `None` with the bytes that belong to no frame."""
        self._buffer += data
        while self._align():
            end = HEAD_LEN + int.from_bytes(self._buffer[5:HEAD_LEN], "big")
            if not LEN_MINIMUM <= end - HEAD_LEN <= LEN_LIMIT:
                self._pass(1)
                continue
            if len(self._buffer) < end:
                break
            if reduce(xor, self._buffer[len(PREAMBLE) : end]):
                self._pass(1)
                continue
            body = bytes(self._buffer[HEAD_LEN : end - 1])
            del self._buffer[:end]
            yield from self._swept()
            yield body, b""
        yield from self._swept()

    def clear(self) -> bytes:
        """Forgets what has begun, and gives it."""
        begun = bytes(self._buffer)
        self._buffer.clear()
        return begun

    def _align(self) -> bool:
        """Brings a preamble to the front; true when the length can be read behind it."""
        at = self._buffer.find(PREAMBLE)
        if at < 0:
            self._pass(max(0, len(self._buffer) - len(PREAMBLE) + 1))
            return False
        self._pass(at)
        return len(self._buffer) >= HEAD_LEN

    def _pass(self, count: int) -> None:
        self._rubbish += self._buffer[:count]
        del self._buffer[:count]

    def _swept(self) -> Iterator[tuple[None, bytes]]:
        if self._rubbish:
            yield None, bytes(self._rubbish)
            self._rubbish.clear()


def set_baud(baud: int) -> bytes:
    """The request that changes the reader's speed; its answer still comes at the old one."""
    return bytes([SET_BAUD, BAUD_CODES[baud]])


def set_rf_frame(size: int = RF_FRAME_SIZE) -> bytes:
    """The request that limits the frames between module and card."""
    return SET_RF_FRAME + bytes([size])


# ---------------------------------------------------------------------------------------- data of replies


def sam_id_text(data: bytes) -> str:
    """16 bytes as printed on the module: `05.01-20101129-0001228293-0296863149`."""
    if len(data) != SAM_ID_LEN:
        raise ValueError("a SAM id has 16 bytes")
    parts = [int.from_bytes(data[a:b], "little") for a, b in ((0, 2), (2, 4), (4, 8), (8, 12), (12, 16))]
    return "{:02}.{:02}-{:08}-{:010}-{:010}".format(*parts)


@dataclass(frozen=True, repr=False)
class Reading:
    """What a read brought, cut at its lengths."""

    text: bytes
    photo: bytes
    fingerprint: bytes = b""

    @classmethod
    def cut(cls, data: bytes, parts: Literal[2, 3]) -> Reading:
        """`parts` is 2 for the answer to 30 01 and 3 for that to 30 10."""
        lengths = [int.from_bytes(data[at : at + 2], "big") for at in range(0, 2 * parts, 2)]
        if len(data) != 2 * parts + sum(lengths) or lengths[0] != TEXT_LEN:
            raise CardTextError("the reading is not as long as it says")
        pieces, at = [], 2 * parts
        for length in lengths:
            pieces.append(data[at : at + length])
            at += length
        return cls(*pieces)


@dataclass(frozen=True, repr=False)
class Management:
    """The card's own numbers: its issuer's identification, its serial number, its number as an object."""

    iin: bytes
    sn: bytes
    dn: bytes

    @classmethod
    def cut(cls, data: bytes) -> Management | None:
        """`None` if these are not the 28 bytes of an answer to 30 05."""
        return cls(data[:4], data[4:12], data[12:]) if len(data) == MANAGEMENT_LEN else None


# ---------------------------------------------------------------------------------------- card

CardKind = Literal["resident", "permanent_resident_2017", "residence_permit", "permanent_resident"]
Sex = Literal["男", "女", "未知", "未说明"]

KIND_TEXT: dict[CardKind, str] = {
    "resident": "居民身份证",
    "permanent_resident_2017": "外国人永久居留身份证（2017版）",
    "residence_permit": "港澳台居民居住证",
    "permanent_resident": "外国人永久居留身份证（2023版）",
}


@dataclass(frozen=True, repr=False)
class IdCard:
    """What the card says.  Its `repr` tells the kind only: nobody's name or number slips into a log."""

    kind: CardKind
    name: str
    sex: Sex
    ethnicity: str
    birth: date
    address: str
    number: str
    issuer: str
    valid_from: date
    valid_to: date | None  # None = 长期
    name_en: str = ""
    nationality: str = ""
    pass_number: str = ""
    new_address: str = ""
    photo: bytes = b""
    fingerprint: bytes = b""
    management: Management | None = None

    def __repr__(self) -> str:
        return f"<IdCard {self.kind}>"
