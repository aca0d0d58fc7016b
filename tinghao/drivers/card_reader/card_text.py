"""The text of a card: 256 bytes of UTF-16LE in fixed fields, padded with spaces.

Which fields, hangs on the character at offset 248: blank for the resident card, 'I' and 'Y' for the foreign
permanent resident's card (2017, 2023), 'J' for the residence permit of people from Hong Kong, Macao, Taiwan.

    field        resident   J          Y                   I          offset/length in bytes
    name         0/30       0/30       0/30                158/30
    sex          30/2       30/2       30/2                120/2      '1' man, '2' woman
    ethnicity    32/4       –          –                   –          two digits of GB/T 3304
    birth        36/16      36/16      36/16               220/16     YYYYMMDD
    address      52/70      52/70      –                   –
    number       122/36     122/36     122/36              122/30     the 2017 one has 15 characters
    issuer       158/30     158/30     –                   240/8
    valid from   188/16     188/16     188/16              188/16
    valid to     204/16     204/16     204/16              204/16     or 长期
    others       –          pass       name in Latin       name in Latin
                            220/18     52/70 + 220/22,     0/120,
                                       nationality 242/6   nationality 152/6

Doubtful: the ethnicity code 81 (穿青人).  Sources as in `protocol.py`.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import date

from tinghao.basics.id_number import IdNumberError, check_id_number
from tinghao.drivers.card_reader.protocol import TEXT_LEN, CardKind, CardTextError, IdCard, Sex

ADDRESS_LEN = 70
MOST_ADDRESSES = 4

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


def newest_address(data: bytes) -> str:
    """The last one of those in the answer to 30 03; empty if there is none."""
    if len(data) % ADDRESS_LEN or len(data) > MOST_ADDRESSES * ADDRESS_LEN:
        raise CardTextError("newer addresses have 70 bytes each")
    addresses = [_field(data, at, ADDRESS_LEN) for at in range(0, len(data), ADDRESS_LEN)]
    return next(filter(None, reversed(addresses)), "")


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
