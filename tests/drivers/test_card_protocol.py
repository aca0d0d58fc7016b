"""The frames of the vendor sheets, byte for byte, and what may happen to them on a bad line."""

from dataclasses import replace
from datetime import date
from typing import Literal

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tinghao.drivers.card_reader import protocol
from tinghao.drivers.card_reader.card_text import ETHNICITY, newest_address, parse_card
from tinghao.drivers.card_reader.cards import DEMO_CARDS, OTHER_CARDS, made_up
from tinghao.drivers.card_reader.emulated_card import text_of
from tinghao.drivers.card_reader.protocol import (
    CardTextError,
    FrameHunter,
    IdCard,
    Management,
    Reading,
    Reply,
    build_frame,
    can_answer,
    parse_reply,
    sam_id_text,
    set_baud,
    set_rf_frame,
)

REQUESTS = {
    "RESET_SAM": "AA AA AA 96 69 00 03 10 FF EC",
    "SAM_STATUS": "AA AA AA 96 69 00 03 11 FF ED",
    "SAM_ID": "AA AA AA 96 69 00 03 12 FF EE",
    "FIND_CARD": "AA AA AA 96 69 00 03 20 01 22",
    "SELECT_CARD": "AA AA AA 96 69 00 03 20 02 21",
    "READ_TEXT_PHOTO": "AA AA AA 96 69 00 03 30 01 32",
    "READ_TEXT_PHOTO_FINGERPRINT": "AA AA AA 96 69 00 03 30 10 23",
    "READ_NEW_ADDRESS": "AA AA AA 96 69 00 03 30 03 30",
    "READ_MANAGEMENT": "AA AA AA 96 69 00 03 30 05 36",
}
REPLIES = [
    ("AA AA AA 96 69 00 04 00 00 90 94", protocol.SW3_OK, ""),
    ("AA AA AA 96 69 00 04 00 00 60 64", protocol.SW3_SELF_TEST_FAILED, ""),
    ("AA AA AA 96 69 00 08 00 00 9F 00 00 00 00 97", protocol.SW3_CARD_FOUND, "00 00 00 00"),
    ("AA AA AA 96 69 00 04 00 00 80 84", protocol.SW3_FIND_FAILED, ""),
    (
        "AA AA AA 96 69 00 0C 00 00 90 00 00 00 00 00 00 00 00 9C",
        protocol.SW3_OK,
        "00 00 00 00 00 00 00 00",
    ),
    ("AA AA AA 96 69 00 04 00 00 81 85", protocol.SW3_SELECT_FAILED, ""),
    ("AA AA AA 96 69 00 04 00 00 41 45", protocol.SW3_READ_FAILED, ""),
    ("AA AA AA 96 69 00 04 00 00 91 95", protocol.SW3_ITEM_ABSENT, ""),
]
FOUND = bytes.fromhex("AA AA AA 96 69 00 08 00 00 9F 00 00 00 00 97")


@pytest.mark.parametrize(("name", "frame"), REQUESTS.items())
def test_requests(name: str, frame: str) -> None:
    body = getattr(protocol, name)
    assert build_frame(body) == bytes.fromhex(frame)
    assert FrameHunter().feed(bytes.fromhex(frame)) == [body]


@pytest.mark.parametrize(("frame", "sw3", "data"), REPLIES)
def test_replies(frame: str, sw3: int, data: str) -> None:
    (body,) = FrameHunter().feed(bytes.fromhex(frame))
    reply = parse_reply(body)
    assert reply
    assert (reply.sw3, reply.data) == (sw3, bytes.fromhex(data))
    assert build_frame(body) == bytes.fromhex(frame)


@pytest.mark.parametrize(
    ("baud", "frame"),
    [
        (115200, "AA AA AA 96 69 00 03 60 00 63"),
        (57600, "AA AA AA 96 69 00 03 60 01 62"),
        (38400, "AA AA AA 96 69 00 03 60 02 61"),
        (19200, "AA AA AA 96 69 00 03 60 03 60"),
        (9600, "AA AA AA 96 69 00 03 60 04 67"),
    ],
)
def test_the_request_for_a_speed(baud: int, frame: str) -> None:
    assert build_frame(set_baud(baud)) == bytes.fromhex(frame)


def test_the_request_for_a_frame_size() -> None:
    assert build_frame(set_rf_frame()) == bytes.fromhex("AA AA AA 96 69 00 04 61 FF 50 CA")
    assert build_frame(set_rf_frame(0x58)) == bytes.fromhex("AA AA AA 96 69 00 04 61 FF 58 C2")


@pytest.mark.parametrize(
    ("sw3", "text"),
    [
        (0x90, "成功"),
        (0x9F, "找到卡"),
        (0x10, "请求校验和错误"),
        (0x11, "请求长度错误"),
        (0x21, "请求命令错误"),
        (0x23, "越权操作"),
        (0x24, "无法识别的错误"),
        (0x31, "卡认证安全模块失败"),
        (0x32, "安全模块认证卡失败"),
        (0x33, "信息验证错误"),
        (0x40, "无法识别的卡类型"),
        (0x41, "读卡失败"),
        (0x47, "取随机数失败"),
        (0x60, "安全模块自检失败"),
        (0x66, "安全模块未经授权"),
        (0x80, "寻卡失败"),
        (0x81, "选卡失败"),
        (0x91, "卡中无此内容"),
    ],
)
def test_every_result_has_its_words(sw3: int, text: str) -> None:
    assert protocol.SW3_TEXT[sw3] == text


@pytest.mark.parametrize(
    ("request_", "sw3", "length", "possible"),
    [
        ("20 01", 0x9F, 4, True),
        ("20 01", 0x80, 0, True),
        ("20 01", 0x90, 8, False),
        ("20 02", 0x90, 8, True),
        ("20 02", 0x9F, 4, False),
        ("30 01", 0x90, 1284, True),
        ("30 01", 0x90, 8, False),
        ("30 10", 0x90, 0, False),
        ("30 01", 0x41, 0, True),
    ],
)
def test_a_late_answer_is_known_by_its_shape(request_: str, sw3: int, length: int, possible: bool) -> None:
    assert can_answer(bytes.fromhex(request_), Reply(bytes([0, 0, sw3]), bytes(length))) is possible


@pytest.mark.parametrize("at", range(5, len(FOUND)))
def test_any_flipped_bit_is_noticed(at: int) -> None:
    for bit in range(8):
        damaged = bytearray(FOUND)
        damaged[at] ^= 1 << bit
        assert FrameHunter().feed(bytes(damaged)) == []


@pytest.mark.parametrize(
    "noise",
    ["AA 00", "AA", "AA AA", "AA AA AA 96", "00 FF 13", "AA AA AA 96 69 FF FF", "AA AA AA 96 69 00 00"],
)
def test_noise_before_a_frame(noise: str) -> None:
    assert FrameHunter().feed(bytes.fromhex(noise) + FOUND) == [FOUND[7:-1]]


def test_a_frame_inside_a_broken_one_is_found() -> None:
    broken = bytes.fromhex("AA AA AA 96 69 00 04 00 00 90 00")
    assert FrameHunter().feed(broken[:-2] + FOUND) == [FOUND[7:-1]]


@settings(deadline=None)
@given(st.lists(st.binary(min_size=3, max_size=300), max_size=5), st.randoms(use_true_random=False))
def test_glued_and_cut_frames(bodies: list[bytes], random: object) -> None:
    stream = b"".join(build_frame(body) for body in bodies)
    hunter, found, at = FrameHunter(), [], 0
    while at < len(stream):
        size = random.randint(1, 40)  # type: ignore[attr-defined]
        found += hunter.feed(stream[at : at + size])
        at += size
    assert found == bodies


@settings(deadline=None)
@given(st.lists(st.binary(max_size=64), max_size=20))
def test_random_bytes_never_raise_and_never_pile_up(pieces: list[bytes]) -> None:
    hunter = FrameHunter()
    for piece in pieces:
        for body in hunter.feed(piece):
            parse_reply(body)
    assert len(hunter._buffer) <= 7 + protocol.LEN_LIMIT


@settings(deadline=None)
@given(st.binary(max_size=1400))
def test_random_bytes_are_no_card(data: bytes) -> None:
    with pytest.raises(CardTextError):
        parse_card(Reading.cut(data, 2).text)


@settings(deadline=None)
@given(st.sampled_from(DEMO_CARDS), st.integers(0, 255), st.integers(1, 255))
def test_a_damaged_text_never_has_another_number(card: IdCard, at: int, damage: int) -> None:
    block = bytearray(text_of(card))
    block[at] ^= damage
    try:
        read = parse_card(bytes(block))
    except CardTextError:
        return
    assert read.number == card.number


def test_sam_id() -> None:
    data = bytes.fromhex("05 00 01 00 09 B8 32 01 05 BE 12 00 AD C5 B1 11")
    assert sam_id_text(data) == "05.01-20101129-0001228293-0296863149"


@pytest.mark.parametrize(
    ("lengths", "parts", "total"),
    [
        ("01 00 04 00", 2, 1295),
        ("01 00 04 00 04 00", 3, 2321),
        ("01 00 04 00 02 00", 3, 1809),
        ("01 00 04 00 00 00", 3, 1297),
    ],
)
def test_a_reading_is_cut_at_its_lengths(lengths: str, parts: Literal[2, 3], total: int) -> None:
    head = bytes.fromhex("00 00 90" + lengths)
    sizes = [int.from_bytes(head[at : at + 2], "big") for at in range(3, len(head), 2)]
    body = head + b"".join(bytes([mark]) * size for mark, size in enumerate(sizes, 1))
    frame = build_frame(body)
    assert len(frame) == total
    assert int.from_bytes(frame[5:7], "big") == total - 7
    (heard,) = FrameHunter().feed(frame)
    reading = Reading.cut(Reply(heard[:3], heard[3:]).data, parts)
    found = [reading.text, reading.photo, reading.fingerprint][:parts]
    assert found == [bytes([mark]) * size for mark, size in enumerate(sizes, 1)]
    text_at = 14 if parts == 2 else 16
    assert frame[text_at : text_at + 256] == reading.text


@pytest.mark.parametrize("change", [b"\x00", b"", None])
def test_a_reading_that_is_not_as_long_as_it_says(change: bytes | None) -> None:
    data = bytes.fromhex("01 00 04 00") + bytes(1280)
    wrong = {b"\x00": data + b"\x00", b"": data[:-1], None: bytes.fromhex("00 FF 04 00") + bytes(1279)}
    with pytest.raises(CardTextError):
        Reading.cut(wrong[change], 2)


def test_the_newest_of_the_newer_addresses() -> None:
    def address(text: str) -> bytes:
        return text.ljust(35).encode("utf-16-le")

    assert newest_address(b"") == ""
    assert newest_address(address("听号镇一号")) == "听号镇一号"
    assert newest_address(address("一号") + address("二号") + address("") + address("")) == "二号"
    for wrong in (address("一号")[:-1], address("一号") * 5):
        with pytest.raises(CardTextError):
            newest_address(wrong)


def test_the_management_information() -> None:
    (body,) = FrameHunter().feed(build_frame(bytes.fromhex("00 00 90") + bytes(range(28))))
    assert len(body) == 31  # LEN 0020 counts the checksum too
    found = Management.cut(body[3:])
    assert found
    assert (found.iin, found.sn, found.dn) == (bytes(range(4)), bytes(range(4, 12)), bytes(range(12, 28)))
    assert Management.cut(body[4:]) is None


def test_what_lies_between_frames_is_given_in_order() -> None:
    stream = b"\x01\x02" + FOUND + b"\xaa\x00" + FOUND[:9] + b"\x00" * 6 + FOUND
    pieces = list(FrameHunter().sort(stream))
    assert pieces == [
        (None, b"\x01\x02"),
        (FOUND[7:-1], b""),
        (None, b"\xaa\x00" + FOUND[:9] + b"\x00" * 6),
        (FOUND[7:-1], b""),
    ]


def test_the_text_of_a_resident_card() -> None:
    fields = [
        ("欧阳听听", 15),
        ("2", 1),
        ("05", 2),
        ("19491231", 8),
        ("湖南省衡南县听号镇样例路22号", 35),
        ("11010519491231002X", 18),
        ("衡南县公安局", 15),
        ("20190501", 8),
        ("长期", 8),
        ("", 18),
    ]
    block = "".join(value.ljust(length) for value, length in fields).encode("utf-16-le")
    assert parse_card(block) == IdCard(
        kind="resident",
        name="欧阳听听",
        sex="女",
        ethnicity="维吾尔",
        birth=date(1949, 12, 31),
        address="湖南省衡南县听号镇样例路22号",
        number="11010519491231002X",
        issuer="衡南县公安局",
        valid_from=date(2019, 5, 1),
        valid_to=None,
    )


LAYOUTS = {
    "residence_permit": {
        0: "陈样例",
        30: "2",
        36: "19940823",
        52: "广东省样例市听号路1号",
        122: "810000199408230021",
        158: "样例市公安局",
        188: "20200101",
        204: "20250101",
        220: "H00000000",
        238: "02",
        248: "J",
    },
    "permanent_resident": {
        0: "样例",
        30: "1",
        32: "00",
        36: "19850101",
        52: "EXAMPLE, MAXIMILIAN ALEXANDER CHRIS",
        122: "932682198501010017",
        188: "20231201",
        204: "20331201",
        220: "TOPHER",
        242: "XXA",
        248: "Y",
        250: "123",
    },
    "permanent_resident_2017": {
        0: "EXAMPLE, MAX",
        120: "1",
        122: "XXA110085010100",
        152: "XXA",
        158: "样例",
        188: "20180101",
        204: "长期",
        220: "19850101",
        236: "01",
        240: "1500",
        248: "I",
    },
}
RESIDENCE_PERMIT = IdCard(
    kind="residence_permit",
    name="陈样例",
    sex="女",
    ethnicity="",
    birth=date(1994, 8, 23),
    address="广东省样例市听号路1号",
    number="810000199408230021",
    issuer="样例市公安局",
    valid_from=date(2020, 1, 1),
    valid_to=date(2025, 1, 1),
    pass_number="H00000000",
)
PERMANENT_RESIDENT = IdCard(
    kind="permanent_resident",
    name="样例",
    sex="男",
    ethnicity="",
    birth=date(1985, 1, 1),
    address="",
    number="932682198501010017",
    issuer="",
    valid_from=date(2023, 12, 1),
    valid_to=date(2033, 12, 1),
    name_en="EXAMPLE, MAXIMILIAN ALEXANDER CHRISTOPHER",
    nationality="XXA",
)
PERMANENT_RESIDENT_2017 = IdCard(
    kind="permanent_resident_2017",
    name="样例",
    sex="男",
    ethnicity="",
    birth=date(1985, 1, 1),
    address="",
    number="XXA110085010100",
    issuer="1500",
    valid_from=date(2018, 1, 1),
    valid_to=None,
    name_en="EXAMPLE, MAX",
    nationality="XXA",
)


@pytest.mark.parametrize("card", [RESIDENCE_PERMIT, PERMANENT_RESIDENT, PERMANENT_RESIDENT_2017])
def test_the_texts_of_the_other_cards(card: IdCard) -> None:
    block = bytearray(" ".encode("utf-16-le") * 128)
    for offset, value in LAYOUTS[card.kind].items():
        block[offset : offset + 2 * len(value)] = value.encode("utf-16-le")
    assert parse_card(bytes(block)) == card


@pytest.mark.parametrize("number", ["810000199408230021", "830000199201300022"])
def test_the_samples_of_residence_permits(number: str) -> None:
    assert parse_card(text_of(replace(RESIDENCE_PERMIT, number=number))).number == number


@pytest.mark.parametrize(
    "card", [*DEMO_CARDS, *OTHER_CARDS, RESIDENCE_PERMIT, PERMANENT_RESIDENT, PERMANENT_RESIDENT_2017]
)
def test_every_kind_comes_back_as_it_was(card: IdCard) -> None:
    assert parse_card(text_of(card)) == replace(card, new_address="", fingerprint=b"")


PEOPLES = """
    01 汉 02 蒙古 03 回 04 藏 05 维吾尔 06 苗 07 彝 08 壮 09 布依 10 朝鲜 11 满 12 侗 13 瑶 14 白 15 土家 16 哈尼
    17 哈萨克 18 傣 19 黎 20 傈僳 21 佤 22 畲 23 高山 24 拉祜 25 水 26 东乡 27 纳西 28 景颇 29 柯尔克孜 30 土
    31 达斡尔 32 仫佬 33 羌 34 布朗 35 撒拉 36 毛南 37 仡佬 38 锡伯 39 阿昌 40 普米 41 塔吉克 42 怒 43 乌孜别克
    44 俄罗斯 45 鄂温克 46 德昂 47 保安 48 裕固 49 京 50 塔塔尔 51 独龙 52 鄂伦春 53 赫哲 54 门巴 55 珞巴 56 基诺
    81 穿青人 97 其他 98 外国血统中国籍人士
"""


def test_all_ethnicities() -> None:
    words = PEOPLES.split()
    expected = {int(code): name for code, name in zip(words[::2], words[1::2], strict=True)}
    assert expected == ETHNICITY
    for code, name in expected.items():
        block = bytearray(text_of(made_up("张样例", "男", date(1990, 3, 7), 991)))
        block[32:36] = f"{code:02}".encode("utf-16-le")
        assert parse_card(bytes(block)).ethnicity == name
        assert text_of(made_up("张样例", "男", date(1990, 3, 7), 991, ethnicity=name)) == bytes(block)


def test_an_unknown_ethnicity_does_not_turn_a_person_away() -> None:
    block = bytearray(text_of(made_up("张样例", "男", date(1990, 3, 7), 991)))
    block[32:36] = "77".encode("utf-16-le")
    assert parse_card(bytes(block)).ethnicity == ""


@pytest.mark.parametrize(
    ("offset", "value"),
    [
        (0, " "),
        (0, "\n"),
        (30, "7"),
        (36, "19901307"),
        (122, "430422199003079910"),
        (188, "长期"),
        (248, "Z"),
    ],
)
def test_what_is_no_card(offset: int, value: str) -> None:
    card = made_up("张", "男", date(1990, 3, 7), 991)
    block = bytearray(text_of(card))
    data = value.encode("utf-16-le")
    block[offset : offset + len(data)] = data
    with pytest.raises(CardTextError):
        parse_card(bytes(block))


def test_nothing_personal_in_a_repr() -> None:
    card = DEMO_CARDS[1]
    reply = parse_reply(b"\0\0\x90" + text_of(card))
    reading, management = Reading(b"text", b"photo", b"finger"), Management(b"1234", b"5678", b"9")
    full = replace(
        card, new_address="听号镇一号", photo=b"photo", fingerprint=b"finger", management=management
    )
    for text in (repr(full), str(full), f"{full}", repr(reply), repr(reading), repr(management)):
        for secret in (card.name, card.number, "听号镇", "photo", "finger", "1234"):
            assert secret not in text


def test_the_demo_people() -> None:
    assert len({card.number for card in DEMO_CARDS}) == 6
    assert all(card.number.startswith("430422") for card in DEMO_CARDS)


def test_the_other_people() -> None:
    assert {card.kind for card in OTHER_CARDS} == {
        "resident",
        "residence_permit",
        "permanent_resident",
        "permanent_resident_2017",
    }
    assert len({card.number for card in (*DEMO_CARDS, *OTHER_CARDS)}) == len(DEMO_CARDS) + len(OTHER_CARDS)
