"""What lies in an emulated card's memory.  Written from the protocol's page: where each field stands."""

from __future__ import annotations

from datetime import date

from tinghao.drivers.card_reader.protocol import IdCard

TEXT = 256
PHOTO = b"WLf" + bytes(range(256)) * 3 + bytes(253)
MANAGEMENT = bytes(4) + bytes.fromhex("11 22 33 44 55 66 77 88") + bytes(range(16))

# field: (offset, bytes)
_COMMON = {"since": (188, 16), "until": (204, 16), "flag": (248, 2)}
_PERSON = {"name": (0, 30), "sex": (30, 2), "birth": (36, 16), "number": (122, 36)}
_HOME = {"address": (52, 70), "issuer": (158, 30)}
FIELDS: dict[str, dict[str, tuple[int, int]]] = {
    "resident": _COMMON | _PERSON | _HOME | {"ethnicity": (32, 4)},
    "residence_permit": _COMMON | _PERSON | _HOME | {"pass": (220, 18), "count": (238, 4)},
    "permanent_resident": _COMMON
    | _PERSON
    | {"count": (32, 4), "latin": (52, 70), "latin on": (220, 22), "nation": (242, 6), "link": (250, 6)},
    "permanent_resident_2017": _COMMON
    | {"latin": (0, 120), "sex": (120, 2), "number": (122, 30), "nation": (152, 6), "name": (158, 30)}
    | {"birth": (220, 16), "version": (236, 4), "issuer": (240, 8)},
}
FLAGS = {
    "resident": " ",
    "residence_permit": "J",
    "permanent_resident": "Y",
    "permanent_resident_2017": "I",
}
SEXES = {"未知": "0", "男": "1", "女": "2", "未说明": "9"}
PEOPLES = """
    汉 蒙古 回 藏 维吾尔 苗 彝 壮 布依 朝鲜 满 侗 瑶 白 土家 哈尼 哈萨克 傣 黎 傈僳 佤 畲 高山 拉祜 水 东乡 纳西
    景颇 柯尔克孜 土 达斡尔 仫佬 羌 布朗 撒拉 毛南 仡佬 锡伯 阿昌 普米 塔吉克 怒 乌孜别克 俄罗斯 鄂温克 德昂 保安
    裕固 京 塔塔尔 独龙 鄂伦春 赫哲 门巴 珞巴 基诺
"""
OTHER_PEOPLES = {"穿青人": 81, "其他": 97, "外国血统中国籍人士": 98}
LATIN_HERE = 35


def text_of(card: IdCard) -> bytes:
    """The 256 bytes a card like this holds."""
    memory = bytearray(b" \0" * (TEXT // 2))
    values = _values(card)
    for field, (offset, size) in FIELDS[card.kind].items():
        memory[offset : offset + size] = padded(values[field], size)
    return bytes(memory)


def padded(text: str, size: int) -> bytes:
    """UTF-16LE filled up with spaces; `ValueError` if the text has no room."""
    data = text.encode("utf-16-le")
    if len(data) > size:
        raise ValueError(f"{len(data)} bytes in a field of {size}")
    return data + b" \0" * ((size - len(data)) // 2)


def _values(card: IdCard) -> dict[str, str]:
    is_long = card.kind == "permanent_resident"
    return {
        "name": card.name,
        "sex": SEXES[card.sex],
        "ethnicity": f"{_code(card.ethnicity):02}" if card.ethnicity else "",
        "birth": _day(card.birth),
        "address": card.address,
        "number": card.number,
        "issuer": card.issuer,
        "since": _day(card.valid_from),
        "until": _day(card.valid_to) if card.valid_to else "长期",
        "pass": card.pass_number,
        "count": "01",
        "latin": card.name_en[:LATIN_HERE] if is_long else card.name_en,
        "latin on": card.name_en[LATIN_HERE:],
        "nation": card.nationality,
        "link": "000",
        "version": "01",
        "flag": FLAGS[card.kind],
    }


def _code(people: str) -> int:
    return OTHER_PEOPLES.get(people) or PEOPLES.split().index(people) + 1


def _day(day: date) -> str:
    return f"{day:%Y%m%d}"
