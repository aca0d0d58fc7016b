"""The second-generation social security card: a chip card (ISO 7816-4) with files of tagged records.

    00 A4 04 00 0F 73 78 31 2E 73 68 2E C9 E7 BB E1 B1 A3 D5 CF     SELECT the application "sx1.sh.社会保障" (GBK)
    00 A4 00 00 02 EF 05                                            SELECT a file; P1 is 02 on some cards
    00 B2 nn 04 00                                                  READ RECORD nn; P2 is 00 on some cards
    → tag  length  value  90 00

    EF05   01 identification code (its first six hex digits are the area), 07 card number (9 characters)
    EF06   08 or 01 ID number (18 characters), 09 or 02 name (GBK, 30 bytes, padded)

An answer ends in two status bytes.  `61 xx`: xx bytes are waiting for GET RESPONSE (`00 C0 00 00 xx`).
`6C xx`: ask again with Le = xx.  `69 82`: the card wants a PIN first.  It is never given one: a few wrong
ones block the card for good.  Only SELECT, READ RECORD and GET RESPONSE ever leave (`ALLOWED`).

Third-generation cards and business data need a PSAM or their maker's library and are out of reach here.

Doubtful, hence settings: P1 of SELECT, P2 of READ RECORD.  Source: about ten open implementations that agree
with each other; the standard (LD/T 33) is not public.  Not yet tried on a physical card.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Literal

from tinghao.basics.id_number import IdNumberError, check_id_number

SELECT = 0xA4
READ_RECORD = 0xB2
GET_RESPONSE = 0xC0
ALLOWED = (SELECT, READ_RECORD, GET_RESPONSE)

APPLICATION = "sx1.sh.社会保障".encode("gbk")
CARD_FILE = bytes.fromhex("EF 05")
HOLDER_FILE = bytes.fromhex("EF 06")

IDENTIFICATION_CODE = 0x01
CARD_NUMBER = 0x07
NUMBER_AND_NAME = ((0x08, 0x09), (0x01, 0x02))
NUMBER_TAGS, NAME_TAGS = zip(*NUMBER_AND_NAME, strict=True)

SW_OK = 0x9000
SW_SECURITY = 0x6982
MORE_DATA = 0x61
WRONG_LE = 0x6C
MOST_ROUNDS = 8
PADDING = b"\x00 \xff"

Answer = tuple[bytes, int]
Transmit = Callable[[bytes], Answer]
"""Takes a command, gives the data and the two status bytes; raises `CardGone` when there is no card any more."""

Problem = Literal["relay", "unsupported", "protected"]


class CardGone(Exception):
    """The card left in the middle, or its contacts don't hold."""


class CardProblem(Exception):
    """The card can't be read; never holds what was read."""

    def __init__(self, problem: Problem) -> None:
        super().__init__(problem)
        self.problem: Problem = problem


@dataclass(frozen=True, repr=False)
class SocialCard:
    """What the card says.  `name` and `number` are empty when the card shows them only after a PIN."""

    name: str
    number: str
    card_number: str
    area_code: str

    def __repr__(self) -> str:
        return "<SocialCard>"


@dataclass(frozen=True)
class CardStyle:
    """How a card wants to be asked; `number_suffices` takes one that hides name and ID number behind a PIN."""

    select_p1: int = 0x00
    record_p2: int = 0x04
    number_suffices: bool = False


def read_card(transmit: Transmit, style: CardStyle | None = None) -> SocialCard:
    """Raises `CardProblem` for a card that isn't one or can't be read, `CardGone` when it was pulled."""
    style = style or CardStyle()
    if _ask(transmit, select_application())[1] != SW_OK:
        raise CardProblem("unsupported")
    _select(transmit, CARD_FILE, style)
    code = _record(transmit, IDENTIFICATION_CODE, style, (IDENTIFICATION_CODE,))
    card_number = _text(_record(transmit, CARD_NUMBER, style, (CARD_NUMBER,)))
    area_code = code[:3].hex() if code[:3].hex().isdigit() else ""
    try:
        number, name = _holder(transmit, style)
    except CardProblem as problem:
        if problem.problem != "protected" or not style.number_suffices or not card_number:
            raise
        number = name = ""
    return SocialCard(name, number, card_number, area_code)


def select_application() -> bytes:
    return bytes([0x00, SELECT, 0x04, 0x00, len(APPLICATION)]) + APPLICATION


def select_file(file: bytes, p1: int = 0x00) -> bytes:
    return bytes([0x00, SELECT, p1, 0x00, len(file)]) + file


def read_record(record: int, p2: int = 0x04, length: int = 0x00) -> bytes:
    return bytes([0x00, READ_RECORD, record, p2, length])


def _holder(transmit: Transmit, style: CardStyle) -> tuple[str, str]:
    _select(transmit, HOLDER_FILE, style)
    for number_record, name_record in NUMBER_AND_NAME:
        number = _text(_record(transmit, number_record, style, NUMBER_TAGS)).upper()
        if not number:
            continue
        name = _text(_record(transmit, name_record, style, NAME_TAGS))
        if name and _is_right(number):
            return number, name
    raise CardProblem("unsupported")


def _select(transmit: Transmit, file: bytes, style: CardStyle) -> None:
    status = _ask(transmit, select_file(file, style.select_p1))[1]
    if status != SW_OK:
        raise CardProblem("protected" if status == SW_SECURITY else "unsupported")


def _record(transmit: Transmit, record: int, style: CardStyle, tags: tuple[int, ...]) -> bytes:
    """The value; empty when there is no such record or it isn't what it should be."""
    data, status = _ask(transmit, read_record(record, style.record_p2))
    if status == SW_SECURITY:
        raise CardProblem("protected")
    if status != SW_OK or len(data) < 2 or data[0] not in tags or data[1] > len(data) - 2:
        return b""
    return data[2 : 2 + data[1]]


def _ask(transmit: Transmit, command: bytes) -> Answer:
    """One command with all that its answer needs to be complete."""
    data, status = _allowed(transmit, command)
    if status >> 8 == WRONG_LE:
        data, status = _allowed(transmit, command[:4] + bytes([status & 0xFF]))
    for _ in range(MOST_ROUNDS):
        if status >> 8 != MORE_DATA:
            break
        more, status = _allowed(transmit, bytes([0x00, GET_RESPONSE, 0x00, 0x00, status & 0xFF]))
        data += more
    return data, status


def _allowed(transmit: Transmit, command: bytes) -> Answer:
    if command[1] not in ALLOWED:
        raise AssertionError("such a command must never reach a card")
    return transmit(command)


def _is_right(number: str) -> bool:
    try:
        check_id_number(number)
    except IdNumberError:
        return False
    return True


def _text(value: bytes) -> str:
    """Empty for what is no text."""
    try:
        text = value.rstrip(PADDING).decode("gb18030").strip()
    except UnicodeDecodeError:
        return ""
    return "" if any(character < " " for character in text) else text
