"""The SDT protocol of resident ID card readers (SAM_V security module; GA 450 / GA 467).

Serial 115200 8N1.  Request and reply look alike:

    AA AA AA 96 69 | LEN_H LEN_L | CMD PARA [DATA]     | CHK      request
    AA AA AA 96 69 | LEN_H LEN_L | SW1 SW2 SW3 [DATA]  | CHK      reply

LEN is big-endian and counts everything after itself, CHK included.  CHK is the XOR of every byte from
LEN_H up to itself, so the XOR over LEN_H..CHK is 0.  A receiver hunts for the preamble (a stray `AA 00`
before it has been seen), reads LEN, refuses one beyond `LEN_LIMIT`, and reads on.  SW1 SW2 are the
card's own answer, mostly 00 00; SW3 is the module's.

A reading is find (20 01) → select (20 02) → read (30 01).  The reply to 30 01 carries `01 00 04 00`,
256 bytes of text and 1024 bytes of photo; the photo is compressed for closed decoders and is dropped
here, before anyone sees it.

The text is UTF-16LE in fixed fields padded with spaces; its layout hangs on the character at offset
248: blank for the resident card, 'I' and 'Y' for the foreign permanent resident's card (2017, 2023),
'J' for the residence permit of people from Hong Kong, Macao, Taiwan.

Sources: the GA texts are not public; vendor sheets (softs.im "身份证阅读器通信协议",
eastcoms.com downdrive/508) and about ten open implementations that agree with them.
Not yet tried on a physical reader.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from functools import reduce
from operator import xor
from typing import Literal

from tinghao.basics.id_number import IdNumberError, check_id_number

PREAMBLE = bytes.fromhex("AA AA AA 96 69")
LEN_LIMIT = 0x0A00
LEN_MINIMUM = 3

RESET_SAM = bytes.fromhex("10 FF")
SAM_STATUS = bytes.fromhex("11 FF")
SAM_ID = bytes.fromhex("12 FF")
FIND_CARD = bytes.fromhex("20 01")
SELECT_CARD = bytes.fromhex("20 02")
READ_TEXT_PHOTO = bytes.fromhex("30 01")
READ_NEW_ADDRESS = bytes.fromhex("30 03")
READ_MANAGEMENT = bytes.fromhex("30 05")

SW3_OK = 0x90
SW3_CARD_FOUND = 0x9F
SW3_CHECKSUM_WRONG = 0x10
SW3_LENGTH_WRONG = 0x11
SW3_COMMAND_WRONG = 0x21
SW3_CARD_REFUSES_SAM = 0x31
SW3_SAM_REFUSES_CARD = 0x32
SW3_VERIFICATION_FAILED = 0x33
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
    0x23: "越权操作",
    0x24: "无法识别的错误",
    SW3_CARD_REFUSES_SAM: "卡认证安全模块失败",
    SW3_SAM_REFUSES_CARD: "安全模块认证卡失败",
    SW3_VERIFICATION_FAILED: "信息验证错误",
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
PHOTO_LEN = 1024


class CardTextError(ValueError):
    """The text block is not that of a card we know.  Never holds what was read."""


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


class FrameHunter:
    """Takes bytes as they come, gives the bodies of the whole and right frames among them."""

    def __init__(self) -> None:
        self._buffer = bytearray()
        self.broken = 0

    def feed(self, data: bytes) -> list[bytes]:
        self._buffer += data
        bodies = []
        while self._align():
            length = int.from_bytes(self._buffer[5:7], "big")
            if not LEN_MINIMUM <= length <= LEN_LIMIT:
                self._skip()
                continue
            if len(self._buffer) < 7 + length:
                break
            counted = self._buffer[5 : 7 + length]
            if reduce(xor, counted):
                self._skip()
                continue
            bodies.append(bytes(counted[2:-1]))
            del self._buffer[: 7 + length]
        return bodies

    def clear(self) -> None:
        self._buffer.clear()

    def _align(self) -> bool:
        """Brings a preamble to the front; true when the length can be read behind it."""
        at = self._buffer.find(PREAMBLE)
        if at < 0:
            del self._buffer[: max(0, len(self._buffer) - len(PREAMBLE) + 1)]
            return False
        del self._buffer[:at]
        return len(self._buffer) >= 7

    def _skip(self) -> None:
        """What looked like a frame was none; a true one may begin inside it."""
        self.broken += 1
        del self._buffer[0]


def sam_id_text(data: bytes) -> str:
    """16 bytes as printed on the module: `05.01-20101129-0001228293-0296863149`."""
    if len(data) != 16:
        raise ValueError("a SAM id has 16 bytes")
    parts = [int.from_bytes(data[a:b], "little") for a, b in ((0, 2), (2, 4), (4, 8), (8, 12), (12, 16))]
    return "{:02}.{:02}-{:08}-{:010}-{:010}".format(*parts)


def text_of_reading(data: bytes) -> bytes:
    """The text block out of the data of a 30 01 reply; the photo is left behind."""
    if len(data) < 4 or int.from_bytes(data[:2], "big") != TEXT_LEN or len(data) < 4 + TEXT_LEN:
        raise CardTextError("the reading has no text block of 256 bytes")
    return data[4 : 4 + TEXT_LEN]


# ---------------------------------------------------------------------------------------- card

CardKind = Literal["resident", "permanent_resident_2017", "residence_permit", "permanent_resident"]
Sex = Literal["男", "女", "未知", "未说明"]

KIND_OF_FLAG: dict[str, CardKind] = {
    " ": "resident",
    "I": "permanent_resident_2017",
    "J": "residence_permit",
    "Y": "permanent_resident",
}
SEX: dict[str, Sex] = {"0": "未知", "1": "男", "2": "女", "9": "未说明"}
LONG_TERM = "长期"

# GB/T 3304, codes 01 to 56 in order
_ETHNICITIES = """
    汉 蒙古 回 藏 维吾尔 苗 彝 壮 布依 朝鲜 满 侗 瑶 白 土家 哈尼 哈萨克 傣 黎 傈僳
    佤 畲 高山 拉祜 水 东乡 纳西 景颇 柯尔克孜 土 达斡尔 仫佬 羌 布朗 撒拉 毛南 仡佬 锡伯
    阿昌 普米 塔吉克 怒 乌孜别克 俄罗斯 鄂温克 德昂 保安 裕固 京 塔塔尔 独龙 鄂伦春 赫哲 门巴 珞巴 基诺
"""
ETHNICITY = dict(enumerate(_ETHNICITIES.split(), start=1))
ETHNICITY |= {81: "穿青人", 97: "其他", 98: "外国血统中国籍人士"}


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

    def __repr__(self) -> str:
        return f"<IdCard {self.kind}>"


def parse_card(text: bytes) -> IdCard:
    """The card in a text block of 256 bytes; `CardTextError` if a field is not as it must be."""
    if len(text) != TEXT_LEN:
        raise CardTextError("a text block has 256 bytes")
    kind = KIND_OF_FLAG.get(_field(text, 248, 2) or " ")
    if kind is None:
        raise CardTextError("unknown card type")
    card = _LAYOUTS[kind](text)
    if not card.name and not card.name_en:
        raise CardTextError("no name")
    if kind != "permanent_resident_2017":
        _check_number(card)
    elif len(card.number) != 15 or not (card.number.isascii() and card.number.isalnum()):
        raise CardTextError("wrong permit number")
    return card


def _check_number(card: IdCard) -> None:
    try:
        check_id_number(card.number)
    except IdNumberError as error:
        raise CardTextError(f"wrong ID number: {error.code}") from None


def _resident(text: bytes) -> IdCard:
    return IdCard(
        kind="resident",
        name=_field(text, 0, 30),
        sex=_sex(text, 30),
        ethnicity=_ethnicity(text),
        birth=_date(text, 36),
        address=_field(text, 52, 70),
        number=_field(text, 122, 36),
        issuer=_field(text, 158, 30),
        valid_from=_date(text, 188),
        valid_to=_date_or_long_term(text, 204),
    )


def _residence_permit(text: bytes) -> IdCard:
    return IdCard(
        kind="residence_permit",
        name=_field(text, 0, 30),
        sex=_sex(text, 30),
        ethnicity="",
        birth=_date(text, 36),
        address=_field(text, 52, 70),
        number=_field(text, 122, 36),
        issuer=_field(text, 158, 30),
        valid_from=_date(text, 188),
        valid_to=_date_or_long_term(text, 204),
        pass_number=_field(text, 220, 18),
    )


def _permanent_resident_2017(text: bytes) -> IdCard:
    return IdCard(
        kind="permanent_resident_2017",
        name=_field(text, 158, 30),
        sex=_sex(text, 120),
        ethnicity="",
        birth=_date(text, 220),
        address="",
        number=_field(text, 122, 30),
        issuer=_field(text, 240, 8),
        valid_from=_date(text, 188),
        valid_to=_date_or_long_term(text, 204),
        name_en=_field(text, 0, 120),
        nationality=_field(text, 152, 6),
    )


def _permanent_resident(text: bytes) -> IdCard:
    name_en = text[52 : 52 + 70] + text[220 : 220 + 22]
    return IdCard(
        kind="permanent_resident",
        name=_field(text, 0, 30),
        sex=_sex(text, 30),
        ethnicity="",
        birth=_date(text, 36),
        address="",
        number=_field(text, 122, 36),
        issuer="",
        valid_from=_date(text, 188),
        valid_to=_date_or_long_term(text, 204),
        name_en=_field(name_en, 0, len(name_en)),
        nationality=_field(text, 242, 6),
    )


_LAYOUTS: dict[CardKind, Callable[[bytes], IdCard]] = {
    "resident": _resident,
    "residence_permit": _residence_permit,
    "permanent_resident_2017": _permanent_resident_2017,
    "permanent_resident": _permanent_resident,
}


def _field(text: bytes, offset: int, length: int) -> str:
    try:
        value = text[offset : offset + length].decode("utf-16-le").rstrip(" \0")
    except UnicodeDecodeError:
        raise CardTextError(f"the field at {offset} is no UTF-16") from None
    if any(character < " " for character in value):  # private-use characters are allowed: old cards hold them
        raise CardTextError(f"the field at {offset} holds control characters")
    return value


def _sex(text: bytes, offset: int) -> Sex:
    try:
        return SEX[_field(text, offset, 2)]
    except KeyError:
        raise CardTextError("unknown sex code") from None


def _ethnicity(text: bytes) -> str:
    code = _field(text, 32, 4)
    return ETHNICITY.get(int(code), "") if code.isascii() and code.isdigit() else ""


def _date(text: bytes, offset: int) -> date:
    value = _field(text, offset, 16)
    if len(value) == 8 and value.isascii() and value.isdigit():
        try:
            return date(int(value[:4]), int(value[4:6]), int(value[6:]))
        except ValueError:
            pass
    raise CardTextError(f"the field at {offset} is no date")


def _date_or_long_term(text: bytes, offset: int) -> date | None:
    return None if _field(text, offset, 16) == LONG_TERM else _date(text, offset)
