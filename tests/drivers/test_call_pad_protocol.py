"""The frames of call pads and raters, as the one known source has them."""

import pytest

from tinghao.drivers.call_pad import protocol
from tinghao.drivers.call_pad.explain import CallPadExplainer
from tinghao.drivers.call_pad.protocol import Frame, FrameHunter
from tinghao.drivers.keys import Key
from tinghao.drivers.links import Direction

TOLD = {
    "FF 68 02 02 68 01 03 04 16": protocol.beep(1),
    "FF 68 08 08 68 01 02 0A 0A 0A 00 01 02 24 16": protocol.show_digits(1, ticket="012"),
    "FF 68 08 08 68 01 02 00 00 05 0A 0A 0A 26 16": protocol.show_digits(1, waiting="5"),
    "FF 68 08 08 68 01 02 00 00 05 00 01 02 0B 16": protocol.show_digits(1, "5", "012"),
    "FF 68 08 08 68 01 02 0A 0A 0A 0A 0A 0A 3F 16": protocol.show_digits(1),
    "FF 68 03 03 68 01 02 05 08 16": protocol.show_stars(1, 5),
    "FF 68 03 03 68 01 01 0B 0D 16": protocol.let_rate(1),
}
PRESSED = {
    "FF 68 03 03 68 01 01 0C 0E 16": Key.NEXT,
    "FF 68 03 03 68 01 01 0D 0F 16": Key.RECALL,
    "FF 68 03 03 68 01 01 0B 0D 16": Key.ASK_RATING,
    "FF 68 03 03 68 01 01 0E 10 16": Key.CANCEL,
    "FF 68 03 03 68 01 01 11 13 16": Key.ONE_METRE,
    "FF 68 03 03 68 01 01 12 14 16": Key.PAUSE,
    "FF 68 03 03 68 01 01 13 15 16": Key.TRANSFER,
    "FF 68 04 04 68 01 01 06 0F 17 16": Key.ABANDON,
    "FF 68 04 04 68 01 01 00 0F 11 16": Key.HANG_UP,
    "FF 68 04 04 68 01 01 03 0F 14 16": Key.CALL_BACK,
    "FF 68 03 03 68 07 05 0C 18 16": Key.NEXT,  # another function: any but the rater's is taken
}
NO_KEYS = [
    "FF 68 03 03 68 01 01 0F 11 16",  # enter without a digit
    "FF 68 04 04 68 01 01 09 0F 1A 16",  # a digit without a meaning
    "FF 68 03 03 68 01 01 05 07 16",
    "FF 68 03 03 68 01 02 0C 0F 16",  # what the host itself says
    "FF 68 03 03 68 01 11 0C 1E 16",  # a rater
]


def hexed(text: str) -> bytes:
    return bytes.fromhex(text)


def only(text: str) -> Frame:
    (frame,) = FrameHunter().feed(hexed(text))
    return frame


@pytest.mark.parametrize("sheet", TOLD)
def test_what_the_host_says(sheet: str) -> None:
    assert bytes(TOLD[sheet]) == hexed(sheet)


@pytest.mark.parametrize("sheet", PRESSED)
def test_keys_and_their_answers(sheet: str) -> None:
    frame = only(sheet)
    assert protocol.key_of(frame) is PRESSED[sheet]
    assert protocol.rating_key_of(frame) is None
    assert bytes(protocol.answer_to(frame)) == hexed(sheet)


@pytest.mark.parametrize("sheet", NO_KEYS)
def test_what_is_no_key(sheet: str) -> None:
    assert protocol.key_of(only(sheet)) is None


@pytest.mark.parametrize(
    ("rated", "answer", "key"),
    [
        ("FF 68 03 03 68 01 11 00 12 16", "FF 68 03 03 68 01 01 00 02 16", 0),
        ("FF 68 03 03 68 01 11 03 15 16", "FF 68 03 03 68 01 01 03 05 16", 3),
        ("FF 68 03 03 68 01 11 04 16 16", "FF 68 03 03 68 01 01 04 06 16", None),
    ],
)
def test_ratings_and_their_answers(rated: str, answer: str, key: int | None) -> None:
    assert protocol.rating_key_of(only(rated)) == key
    assert bytes(protocol.answer_to(only(rated))) == hexed(answer)


@pytest.mark.parametrize(
    ("number", "digits"),
    [("A012", "012"), ("B7", "7"), ("A1234", "234"), ("", ""), ("VIP", ""), ("A０１２", "")],
)
def test_a_ticket_is_shown_by_its_last_digits(number: str, digits: str) -> None:
    assert protocol.digits_of_ticket(number) == digits


@pytest.mark.parametrize(
    "bad",
    [
        "FF 68 03 03 68 01 01 0C 0F 16",  # checksum
        "FF 68 03 04 68 01 01 0C 0E 16",  # lengths differ
        "FF 68 03 03 69 01 01 0C 0E 16",
        "FF 68 03 03 68 01 01 0C 0E 17",
        "FF 68 01 01 68 01 01 16",
        "FF 68 20 20 68",
    ],
)
def test_after_a_bad_frame_the_next_right_one_is_found(bad: str) -> None:
    right = "FF 68 03 03 68 01 01 0C 0E 16"
    hunter = FrameHunter()
    assert hunter.feed(hexed(bad) + hexed(right)) == [only(right)]
    assert hunter.take_rubbish() == hexed(bad)
    assert hunter.take_rubbish() == b""


def test_a_frame_in_pieces_and_one_inside_a_broken_one() -> None:
    right = hexed("FF 68 03 03 68 01 01 0C 0E 16")
    hunter = FrameHunter()
    assert [frame for byte in right for frame in hunter.feed(bytes([byte]))] == [only(right.hex())]
    assert hunter.feed(hexed("FF 68 10 10 68 01") + right) == []
    assert hunter.pending
    assert hunter.silence() == [only(right.hex())]
    assert not hunter.pending


@pytest.mark.parametrize(
    ("direction", "frame", "words"),
    [
        ("in", "FF 68 03 03 68 01 01 0C 0E 16", "呼叫器 1：按键“呼叫下一位”"),
        ("in", "FF 68 04 04 68 01 01 06 0F 17 16", "呼叫器 1：按键“弃号”"),
        ("in", "FF 68 03 03 68 01 11 03 15 16", "呼叫器 1：评价键 03"),
        ("in", "FF 68 03 03 68 01 01 05 07 16", "呼叫器 1：功能 01 数据 05"),
        ("in", "AB CD", "无法识别 AB CD"),
        ("out", "FF 68 03 03 68 01 01 0C 0E 16", "呼叫器 1：应答“呼叫下一位”键"),
        ("out", "FF 68 03 03 68 01 01 03 05 16", "呼叫器 1：应答 03"),
        ("out", "FF 68 03 03 68 01 01 0B 0D 16", "呼叫器 1：开始评价（或应答“请求评价”键）"),
        ("out", "FF 68 02 02 68 01 03 04 16", "呼叫器 1：蜂鸣"),
        ("out", "FF 68 08 08 68 01 02 0A 0A 0A 00 01 02 24 16", "呼叫器 1：显示 等候 ___ 票号 012"),
        ("out", "FF 68 03 03 68 01 02 05 08 16", "呼叫器 1：显示 5 星"),
    ],
)
def test_frames_in_words(direction: Direction, frame: str, words: str) -> None:
    assert CallPadExplainer().feed(direction, hexed(frame)) == [words]
