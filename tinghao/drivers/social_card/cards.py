"""Made-up cards for tests and demonstrations: what each kind of card does that a reader has to stand.

The people are invented; their numbers are right by the check digit and of a sequence no registry reaches.
"""

from __future__ import annotations

from tinghao.drivers.social_card.emulated_card import EmulatedCard, Records, Style

AID = bytes.fromhex("73 78 31 2E 73 68 2E C9 E7 BB E1 B1 A3 D5 CF")
BANK_AID = bytes.fromhex("A0 00 00 03 33 01 01")
CARD_ATR = bytes.fromhex("3B 6D 00 00 80 31 80 65 B0 87 27 01 BC 83 08 90 00")
BANK_ATR = bytes.fromhex("3B 65 00 00 20 63 CB 68 00")

ZHANG = ("430422199003079916", "张样例", "A00000017")
OUYANG = ("43042219851120992X", "欧阳听听", "A00000025")
WANG = ("430422197807159939", "王𬭊", "A00000033")


def social_card(
    label: str,
    label_en: str,
    person: tuple[str, str, str],
    *,
    style: Style = "plain",
    tags: tuple[int, int] = (0x08, 0x09),
    needs_pin: bool = False,
    select_p1: frozenset[int] = frozenset({0x00, 0x02}),
) -> EmulatedCard:
    number, name, card_number = person
    number_tag, name_tag = tags
    card_file = Records(
        (
            (0x01, bytes.fromhex("43042200") + bytes(12)),
            (0x02, b"2"),
            (0x03, b"2.00"),
            (0x04, bytes(12)),
            (0x05, bytes.fromhex("20190501")),
            (0x06, bytes.fromhex("20290501")),
            (0x07, card_number.encode("ascii")),
        )
    )
    holder = Records(
        (
            (number_tag, number.encode("ascii")),
            (name_tag, name.encode("gb18030").ljust(30, b"\0")),
            (0x0A, b"1"),
            (0x0B, b"\x01"),
            (0x0D, bytes.fromhex(number[6:14])),
        ),
        needs_pin,
    )
    files = {b"\xef\x05": card_file, b"\xef\x06": holder}
    return EmulatedCard(label, label_en, CARD_ATR, {AID: files}, style, select_p1)


def demo_cards() -> dict[str, EmulatedCard]:
    """By the names of the emulator's controls."""
    return {
        "card": social_card("社保卡 张", "Social card Zhang", ZHANG),
        "card-6c": social_card("社保卡 欧阳（6C）", "Social card Ouyang (6C)", OUYANG, style="6C"),
        "card-61": social_card(
            "社保卡 王（61）", "Social card Wang (61)", WANG, style="61", tags=(0x01, 0x02)
        ),
        "card-pin": social_card("社保卡（需密码）", "Social card asking for a PIN", ZHANG, needs_pin=True),
        "card-foreign": EmulatedCard("银行卡", "Bank card", BANK_ATR, {BANK_AID: {}}),
    }
