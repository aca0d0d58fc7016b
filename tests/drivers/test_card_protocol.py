"""The frames of the vendor sheets, byte for byte, and what may happen to them on a bad line."""

from datetime import date

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tinghao.drivers.card_reader import protocol
from tinghao.drivers.card_reader.cards import DEMO_CARDS, made_up
from tinghao.drivers.card_reader.emulator import text_block
from tinghao.drivers.card_reader.protocol import (
    CardTextError,
    FrameHunter,
    IdCard,
    build_frame,
    parse_card,
    parse_reply,
    sam_id_text,
    text_of_reading,
)

REQUESTS = {
    "RESET_SAM": "AA AA AA 96 69 00 03 10 FF EC",
    "SAM_STATUS": "AA AA AA 96 69 00 03 11 FF ED",
    "SAM_ID": "AA AA AA 96 69 00 03 12 FF EE",
    "FIND_CARD": "AA AA AA 96 69 00 03 20 01 22",
    "SELECT_CARD": "AA AA AA 96 69 00 03 20 02 21",
    "READ_TEXT_PHOTO": "AA AA AA 96 69 00 03 30 01 32",
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


def test_a_request_with_data() -> None:
    assert build_frame(bytes.fromhex("61 FF 50")) == bytes.fromhex("AA AA AA 96 69 00 04 61 FF 50 CA")


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
        parse_card(text_of_reading(data))


@settings(deadline=None)
@given(st.sampled_from(DEMO_CARDS), st.integers(0, 255), st.integers(1, 255))
def test_a_damaged_text_never_has_another_number(card: IdCard, at: int, damage: int) -> None:
    block = bytearray(text_block(card))
    block[at] ^= damage
    try:
        read = parse_card(bytes(block))
    except CardTextError:
        return
    assert read.number == card.number


def test_sam_id() -> None:
    data = bytes.fromhex("05 00 01 00 09 B8 32 01 05 BE 12 00 AD C5 B1 11")
    assert sam_id_text(data) == "05.01-20101129-0001228293-0296863149"


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
    valid_to=date(2028, 1, 1),
    name_en="EXAMPLE, MAX",
    nationality="XXA",
)


@pytest.mark.parametrize("card", [*DEMO_CARDS, RESIDENCE_PERMIT, PERMANENT_RESIDENT, PERMANENT_RESIDENT_2017])
def test_every_kind_comes_back_as_it_was(card: IdCard) -> None:
    assert parse_card(text_block(card)) == card


@pytest.mark.parametrize(
    ("code", "name"), [(1, "汉"), (5, "维吾尔"), (30, "土"), (46, "德昂"), (56, "基诺"), (97, "其他")]
)
def test_ethnicities(code: int, name: str) -> None:
    assert protocol.ETHNICITY[code] == name


def test_an_unknown_ethnicity_does_not_turn_a_person_away() -> None:
    block = bytearray(text_block(made_up("张样例", "男", date(1990, 3, 7), 991)))
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
    block = bytearray(text_block(card))
    data = value.encode("utf-16-le")
    block[offset : offset + len(data)] = data
    with pytest.raises(CardTextError):
        parse_card(bytes(block))


def test_nothing_personal_in_a_repr() -> None:
    card = DEMO_CARDS[1]
    reply = parse_reply(b"\0\0\x90" + text_block(card))
    for text in (repr(card), str(card), f"{card}", repr(reply)):
        assert card.name not in text
        assert card.number not in text


def test_the_demo_people() -> None:
    assert len({card.number for card in DEMO_CARDS}) == 6
    assert all(card.number.startswith("430422") for card in DEMO_CARDS)
