"""The font card's frames, as others recorded them, both ways; texts; and what rubbish is made of."""

from datetime import UTC, datetime
from random import Random

import pytest

from tests.drivers.fuzz import PlayedLink, in_pieces, mangled
from tinghao.drivers.address import Address
from tinghao.drivers.led_strip import Area, LedStrip, Run, Style, Timing
from tinghao.drivers.led_strip import protocol as p
from tinghao.drivers.led_strip.emulator import LedStripEmulator
from tinghao.drivers.led_strip.explain import LedStripExplainer
from tinghao.drivers.led_strip.frames import (
    CARD,
    HOST,
    Frame,
    FrameHunter,
    build_frame,
    crc16,
    escape,
    unescape,
)
from tinghao.drivers.led_strip.text import TEXT_LIMIT, encode
from tinghao.drivers.links import LinkError
from tinghao.drivers.ports import TcpPort

FUZZ_CASES = 15_000

START = bytes.fromhex("A5" * 8)
PING = "01 00 00 80 00 00 00 00 00 00 FE 02 05 00 A2 00 01 00 00 68 F8 5A"
ACK = "00 80 01 00 00 00 00 00 00 00 FE 02 05 00 A0 00 00 00 00 64 DC 5A"
BROADCAST_ACK = "00 80 FE FF 00 00 00 00 00 00 FE 02 05 00 A0 00 00 00 00 14 AC 5A"
DELETE_ALL = "01 00 00 80 00 00 00 00 00 00 FE 02 07 00 A3 06 01 02 00 FF 00 67 CC 5A"
TEXT = (
    "01 00 00 80 00 00 00 00 00 00 FE 02 2C 00 A3 06 02 00 00 00 01 23 00 00 00 00 24 00 40 00 0C 00 01 0A"
    " 01 02 00 00 00 00 01 01 01 00 17 02 08 00 00 00 5C 46 4F 30 30 30 20 20 DA F6 5A"
)
LETTERS_WITH_A_MISPRINTED_CRC = (
    "01 00 00 80 00 00 00 00 00 00 FE 02 32 00 A3 06 01 2D 00 00 01 29 00 00 00 00 00 00 80 00 20 00 00 00"
    " 00 02 00 00 00 00 02 02 03 00 04 05 0E 00 00 00 30 31 32 33 34 35 51 52 53 54 54 56 27 42 A8 7D 5A"
)
STATUS = "01 00 00 80 00 00 00 00 00 00 FE 02 05 00 A1 02 01 00 00 2D 40 5A"
TIME = "01 00 00 80 00 00 00 00 00 00 FE 02 0D 00 A2 03 01 08 00 13 20 01 25 11 17 26 05 B0 3F 5A"
DIM = "01 00 00 80 00 00 00 00 00 00 FE 02 07 00 A3 02 01 02 00 01 0C 26 2D 5A"
CLEAR = "01 00 00 80 00 00 00 00 00 00 FE 02 05 00 A3 10 01 00 00 51 F8 5A"

BUILT = {
    PING: p.request(p.PING),
    DELETE_ALL: p.delete_all_areas(),
    STATUS: p.request(p.STATUS),
    TIME: p.time_request(datetime(2013, 1, 25, 11, 17, 26, tzinfo=UTC)),
    DIM: p.brightness_request(0x0C),
    CLEAR: p.request(p.CLEAR),
}


def wire(frame: str) -> bytes:
    return START + bytes.fromhex(frame)


def only(frame: str) -> Frame:
    [found] = FrameHunter().feed(wire(frame))
    assert isinstance(found, Frame)
    return found


@pytest.mark.parametrize("frame", BUILT, ids=lambda frame: frame[42:47])
def test_recorded_requests_are_built_alike(frame: str) -> None:
    assert build_frame(BUILT[frame]) == wire(frame)


@pytest.mark.parametrize("frame", [*BUILT, TEXT])
def test_recorded_requests_are_read(frame: str) -> None:
    found = only(frame)
    assert (found.destination, found.source) == (CARD, HOST)
    assert found.data == bytes.fromhex(frame)[14:-3]


@pytest.mark.parametrize("frame", [ACK, BROADCAST_ACK])
def test_acknowledgements(frame: str) -> None:
    found = only(frame)
    assert found.destination == HOST
    assert p.is_ack(found.data)
    assert build_frame(found.data, HOST, found.source) == wire(frame)


def test_a_recorded_area_is_read() -> None:
    assert p.parse_areas(only(TEXT).data) == ([], [p.AreaContent(1, 0, 36, 64, 12, 1, rb"\FO000  ")])
    letters = bytes.fromhex(LETTERS_WITH_A_MISPRINTED_CRC)[14:-3]
    assert p.parse_areas(letters) == ([], [p.AreaContent(0, 0, 0, 128, 32, 3, b"012345QRSTTV'B")])


def test_recorded_areas_are_built_alike_but_for_the_length_one_left_out() -> None:
    place = p.Place(1, 0, 36, 64, 12, x_unit=1)
    style = Style(line_spacing=10, run=1, timeout=2, speed=0x17, stay=2)
    built = p.area_request(place, style, rb"\FO000  ", reply=False)
    assert built == only(TEXT).data.replace(bytes.fromhex("A3 06 02 00 00"), bytes.fromhex("A3 06 02 27 00"))

    place = p.Place(0, 0, 0, 128, 32, x_unit=1)
    style = Style(mode=3, timeout=2, single_line=False, wrap=True, speed=4, stay=5)
    built = build_frame(p.area_request(place, style, b"012345QRSTTV'B"))
    assert built[:-3] == wire(LETTERS_WITH_A_MISPRINTED_CRC)[:-3]


def test_x_and_width_are_counted_as_the_card_does() -> None:
    def across(**unit: object) -> str:
        return p.Place(0, 0, 0, 192, 16, **unit).across(192).hex()  # type: ignore[arg-type]

    assert (across(), across(x_unit=1), across(x_unit=1, dot_flag=True)) == ("1800", "c000", "c080")


def test_the_four_escapes() -> None:
    assert escape(bytes.fromhex("A5 A6 5A 5B 00")) == bytes.fromhex("A6 02 A6 01 5B 02 5B 01 00")
    assert unescape(bytes.fromhex("A6 02 A6 01 5B 02 5B 01 00")) == bytes.fromhex("A5 A6 5A 5B 00")
    assert unescape(bytes.fromhex("A6 03")) is None
    assert unescape(bytes.fromhex("00 5B")) is None


def test_the_checksum_is_arc() -> None:
    assert crc16(b"123456789") == 0xBB3D


def test_an_unchecked_frame_is_taken_and_a_wrong_one_is_not() -> None:
    unchecked = wire(ACK.replace("64 DC", "FF FF"))
    assert [type(found) for found in FrameHunter().feed(unchecked)] == [Frame]
    wrong = wire(ACK.replace("64 DC", "64 DD"))
    assert [type(found) for found in FrameHunter().feed(wrong)] == [bytes]


@pytest.mark.parametrize(
    ("data", "why"),
    [
        ("A1 05 00 00 00", "CRC 校验错误（A1 05 00）"),
        ("A1 02 00 00 00", "没有此命令（A1 02 00）"),
        ("A0 00 03 00 00", "控制卡正忙（A0 00 03）"),
        ("A3 06 0C 00 00", "字库不存在（A3 06 0C）"),
        ("A0 77 00 00 00", "原因不明（A0 77 00）"),
    ],
)
def test_refusals(data: str, why: str) -> None:
    assert p.refusal_text(bytes.fromhex(data)) == why
    assert not p.is_ack(bytes.fromhex(data))


def test_a_status() -> None:
    data = bytes.fromhex("A1 02 00 00 00 01 0C 26 20 11 23 09 30 00 01 02") + b"P001P002\x00\x00\x02\x00\x03"
    answer = data[:16] + data[16:20] + b"\0\0" + b"\x02\x00\x03" + b"BX5K12345\0\0\0\0\0\0\0" + bytes(12)
    status = p.parse_status(answer)
    assert status == p.Status(lit=True, brightness=12, areas=(0, 3), barcode="BX5K12345")
    assert p.parse_status(answer[:24]) is None
    assert p.parse_status(bytes.fromhex("A1 02 00 00 00")) is None


def test_texts_in_colours() -> None:
    encoded = encode([Run("A012", "red"), Run("到", "green"), Run(" "), Run("停", "yellow")], "O000")
    assert encoded.text == rb"\FO000\C1A012\C2" + "到".encode("gbk") + rb" \C3" + "停".encode("gbk")
    assert encoded.columns == 9
    assert encode(Run("停", "red"), "O101", colours=False).text == rb"\FO101" + "停".encode("gbk")


def test_what_the_card_cannot_draw_is_replaced_and_told() -> None:
    encoded = encode("王𠀀€\n\\C2号", "O000")
    assert encoded.text.decode("gbk") == "\\FO000王〓〓 ＼C2号"
    assert encoded.replaced == "𠀀€"
    assert not encoded.cut


def test_a_long_text_is_cut_between_characters() -> None:
    encoded = encode("号" * 1000, "O000")
    assert encoded.cut
    assert encoded.text.decode("gbk") == r"\FO000" + "号" * (TEXT_LIMIT // 2)
    assert encode([Run("a", "red")] * 1000, "O000").cut


@pytest.mark.parametrize("cut", range(1, 30))
def test_a_request_cut_short_has_no_areas(cut: int) -> None:
    assert p.parse_areas(only(TEXT).data[:-cut]) is None


# ---------------------------------------------------------------------------------------- words


def test_the_wire_in_words() -> None:
    explainer = LedStripExplainer()
    place = p.Place(2, 0, 0, 64, 16)
    area = build_frame(p.area_request(place, Style(), encode(Run("A012 请到", "red"), "O000").text))
    assert explainer.feed("out", wire(PING)) == ["请求 联络（ping）"]
    assert explainer.feed("out", wire(DELETE_ALL)) == ["请求 删除区域 全部"]
    assert explainer.feed("out", area[:20]) == []
    assert explainer.feed("out", area[20:]) == ["请求 区域 2 静止：A012 请到"]
    assert explainer.feed("out", wire(DIM)) == ["请求 调节亮度 01 0C"]
    assert explainer.feed("out", build_frame(bytes.fromhex("A3 06 01 00 00"))) == ["无法识别 A3 06 01 00 00"]
    assert explainer.feed("in", wire(ACK)) == ["应答 成功"]
    assert explainer.feed("in", LIST) == ["应答 开屏，亮度 12，动态区 0"]
    no = build_frame(bytes.fromhex("A1 05 00 00 00"), HOST, CARD)
    assert explainer.feed("in", b"\x00\x7e" + no) == ["无法识别 00 7E", "应答 拒绝：CRC 校验错误（A1 05 00）"]


# ---------------------------------------------------------------------------------------- rubbish


def frames_in(data: bytes) -> list[bytes]:
    """An oracle of its own: header and data of every intact frame in a finished stream."""
    found = []
    for piece in data.split(b"\x5a")[:-1]:
        if b"\xa5" not in piece:
            continue
        body = piece[piece.rindex(b"\xa5") + 1 :]
        for code, byte in (("A602", "A5"), ("5B02", "5A")):
            body = body.replace(bytes.fromhex(code), b"<%s>" % byte.encode())
        body = body.replace(b"\xa6\x01", b"\xa6").replace(b"\x5b\x01", b"\x5b")
        body = body.replace(b"<A5>", b"\xa5").replace(b"<5A>", b"\x5a")
        if len(body) < 21 or body[12] + 256 * body[13] != len(body) - 16:
            continue
        remainder = 0
        for byte in body:
            remainder ^= byte
            for _ in range(8):
                remainder = remainder >> 1 ^ 0xA001 * (remainder & 1)
        if remainder == 0 or body[-2:] == b"\xff\xff":
            found.append(body[:-2])
    return found


REQUESTS = [wire(frame) for frame in (*BUILT, TEXT)] + [
    build_frame(p.area_request(p.Place(0, 0, 0, 192, 16), Style(), encode(text, "O000").text))
    for text in ("A012 请到 3 号窗口", "暂停服务", "アZΒ")
]
NAK = build_frame(bytes.fromhex("A1 05 00 00 00"), HOST, CARD)
LIST = build_frame(bytes.fromhex("A1 02 00 00 00 01 0C") + bytes(15) + b"\x01\x00", HOST, CARD)
ANSWERS = [wire(ACK), wire(ACK), wire(ACK), wire(BROADCAST_ACK), NAK, LIST, wire(PING)]


def some(chance: Random) -> bytes:
    return chance.choice(ANSWERS) if chance.random() < 0.5 else mangled(chance, ANSWERS)


def test_fuzz_the_hunter_finds_what_is_intact_and_nothing_else() -> None:
    chance = Random(51)
    for _ in range(FUZZ_CASES // 3):
        data = mangled(chance, REQUESTS + ANSWERS)
        hunter = FrameHunter()
        found = [one for piece in in_pieces(chance, data) for one in hunter.feed(piece)]
        assert [one.data for one in found if isinstance(one, Frame)] == [one[14:] for one in frames_in(data)]


def test_fuzz_the_driver_believes_only_acknowledgements() -> None:
    chance = Random(52)
    believed = 0
    for _ in range(FUZZ_CASES // 3):
        answers = b"".join(some(chance) for _ in range(chance.randrange(1, 9)))
        strip = LedStrip(Address.parse("tcp://127.0.0.1:1"), timing=Timing(answer=0.05, ping_every=0.0))
        link = PlayedLink(in_pieces(chance, answers), silent_reads=2)
        strip.opener = lambda link=link: link  # type: ignore[misc]
        strip.show(0, "A012")
        with pytest.raises(LinkError):
            strip._session()
        acks = [one for one in frames_in(answers) if one[:2] == b"\x00\x80" and one[14:17] == b"\xa0\0\0"]
        if strip.settled(0):
            believed += 1
            assert len(acks) >= 3
    assert believed > 100


def test_fuzz_the_emulator_shows_only_what_came_intact() -> None:
    chance = Random(53)
    emulator = LedStripEmulator(TcpPort())
    for _ in range(FUZZ_CASES // 3):
        emulator._take(b"".join(in_pieces(chance, mangled(chance, REQUESTS))))
        assert {area.text for area in emulator.areas.values()} <= {
            "A012 请到 3 号窗口",
            "暂停服务",
            "アZΒ",
        }
    assert emulator.malformed


@pytest.mark.parametrize(
    "areas",
    [
        [Area(0, 0, 0, 200, 16)],
        [Area(0, 0, 8, 64, 16)],
        [Area(0, 0, 0, 0, 16)],
        [Area(0, 4, 0, 64, 16)],
        [Area(255, 0, 0, 64, 16)],
        [Area(1, 0, 0, 64, 16), Area(1, 64, 0, 64, 16)],
    ],
)
def test_a_layout_that_cannot_be(areas: list[Area]) -> None:
    with pytest.raises(ValueError, match="area"):
        LedStrip(Address.parse("tcp://10.0.0.8:5005"), width=192, height=16, areas=areas)


def test_a_font_that_cannot_be() -> None:
    with pytest.raises(ValueError, match="font"):
        LedStrip(Address.parse("tcp://10.0.0.8:5005"), font="\\C1")
