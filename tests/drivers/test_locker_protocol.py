"""The frames of locker boards, as their sheets print them."""

import pytest

from tinghao.drivers.links import Direction
from tinghao.drivers.locker import protocol
from tinghao.drivers.locker.explain import LockerExplainer
from tinghao.drivers.locker.protocol import Pushed, StatusOrder

REQUESTS = {
    "8A 01 01 11 9B": protocol.open_one(1, 1),
    "8A 01 02 11 98": protocol.open_one(1, 2),
    "8A 01 00 11 9A": protocol.open_all(1),
    "8A 02 00 11 99": protocol.open_all(2),
    "8A 01 03 11 05 9C": protocol.open_one(1, 3, 5),
    "90 01 02 02 02 93": protocol.open_several(1, [2, 10, 18]),
    "80 01 01 33 B3": protocol.query_one(1, 1),
    "80 01 00 33 B2": protocol.query_all(1),
    "9A 01 01 11 8B": protocol.hold(1, 1, True),
    "9B 01 01 11 8A": protocol.hold(1, 1, False),
    "82 01 00 22 A1": protocol.firmware(1),
}


def hexed(text: str) -> bytes:
    return bytes.fromhex(text)


@pytest.mark.parametrize("sheet", REQUESTS)
def test_requests(sheet: str) -> None:
    assert REQUESTS[sheet] == hexed(sheet)


@pytest.mark.parametrize(
    ("request_", "answer", "contact_closed"),
    [
        ("8A 01 01 11 9B", "8A 01 01 00 8A", False),
        ("8A 01 01 11 9B", "8A 01 01 11 9B", True),
        ("80 01 01 33 B3", "80 01 01 11 91", True),
        ("80 01 01 33 B3", "80 01 01 00 80", False),
        ("80 01 01 33 B3", "80 01 01 33 B3 80 01 01 00 80", False),  # behind its echo
        ("80 01 01 33 B3", "AA 55 80 01 01 00 80 82 01 02 11 90", False),  # rubbish before, a push behind
        ("80 01 01 33 B3", "80 01 01 33 B3", None),  # nothing but the echo
        ("80 01 01 33 B3", "8A 01 01 00 8A", None),  # the answer to another request
        ("80 01 01 33 B3", "80 02 01 00 83", None),  # another board
        ("80 01 01 33 B3", "80 01 01 22 A2", None),  # neither open nor closed
        ("80 01 01 33 B3", "80 01 01 00 81", None),  # wrong check
        ("80 01 01 33 B3", "80 01 01 00", None),
    ],
)
def test_answers_about_one_lock(request_: str, answer: str, contact_closed: bool | None) -> None:
    assert protocol.lock_answer(hexed(answer), hexed(request_)) is contact_closed


@pytest.mark.parametrize(
    ("answer", "status"),
    [
        ("80 01 00 00 01 33 B3", "00 00 01"),
        ("80 01 00 00 02 33 B0", "00 00 02"),
        ("80 01 00 00 00 33 B2", "00 00 00"),
        ("80 01 00 00 00 01 33 B3", "00 00 00 01"),
        ("80 01 00 00 00 00 00 00 20 33 92", "00 00 00 00 00 00 20"),
        ("80 01 00 33 B2 80 01 00 00 01 33 B3", "00 00 01"),
        ("FF 80 01 00 33 B2 80 01 00 00 01 33 B3", "00 00 01"),
        ("FF 82 01 05 11 97 80 01 00 00 01 33 B3 82 01 05 00 86", "00 00 01"),
        ("80 01 00 33 B2", None),
        ("80 01 33 B2", None),
        ("80 02 00 00 01 33 B0", None),
        ("80 01 00 00 01 33 B2", None),
        ("80 01 00 00 01 34 B4", None),
        ("80 01 00 00 01 33 B3 00", None),
        ("80 01 81 80 01 00 00 33 B2", None),  # two lengths would fit
    ],
)
def test_the_answer_about_all_locks(answer: str, status: str | None) -> None:
    expected = None if status is None else hexed(status)
    assert protocol.status_answer(hexed(answer), protocol.query_all(1)) == expected


@pytest.mark.parametrize(
    ("order", "inverted", "opened"),
    [
        ("last_first", True, [1, 10]),
        ("first_first", True, [9, 2]),
        ("last_first", False, [2, 3, 4, 5, 6, 7, 8, 9, 11, 12, 13, 14, 15, 16]),
    ],
)
def test_the_bits(order: StatusOrder, inverted: bool, opened: list[int]) -> None:
    doors = protocol.open_doors(hexed("02 01"), order, inverted)
    assert sorted(lock for lock, is_open in doors.items() if is_open) == sorted(opened)
    assert len(doors) == 16


def test_pushed_frames_are_found_anywhere() -> None:
    pushed = protocol.pushes(hexed("00 82 01 05 11 97 82 82 02 01 00 81 82 01 00 22 A1 82 01"))
    assert pushed == [Pushed(1, 5, True), Pushed(2, 1, False)]


@pytest.mark.parametrize(
    ("direction", "frame", "words"),
    [
        ("out", "8A 01 01 11 9B", "柜锁板 1 锁 1：开锁"),
        ("out", "8A 01 00 11 9A", "柜锁板 1 全部锁：开锁"),
        ("out", "8A 01 03 11 05 9C", "柜锁板 1 锁 3：开锁 5 秒"),
        ("out", "90 01 02 02 02 93", "柜锁板 1：同时开几把锁（02 02 02）"),
        ("out", "9B 01 01 11 8A", "柜锁板 1 锁 1：结束长通电"),
        ("out", "82 01 00 22 A1", "柜锁板 1：查询固件版本"),
        ("in", "8A 01 01 00 8A", "柜锁板 1 锁 1：已给开锁脉冲，反馈触点断开"),
        ("in", "80 01 01 11 91", "柜锁板 1 锁 1：状态，反馈触点闭合"),
        ("in", "82 01 05 11 97", "柜锁板 1 锁 5：主动上报，反馈触点闭合"),
        ("in", "DE AD", "无法识别 DE AD"),
    ],
)
def test_frames_in_words(direction: Direction, frame: str, words: str) -> None:
    assert LockerExplainer().feed(direction, hexed(frame)) == [words]


def test_the_answer_to_a_query_of_all_in_words() -> None:
    explainer = LockerExplainer()
    assert explainer.feed("out", hexed("80 01 00 33 B2")) == ["柜锁板 1 全部锁：查询"]
    assert explainer.feed("in", hexed("80 01 00")) == []
    assert explainer.feed("in", hexed("00 81 33 33")) == ["柜锁板 1：状态 00 00 81"]
