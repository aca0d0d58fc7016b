"""Who on a line is asked next, and what its state says; and the asking itself."""

import threading

import pytest

from tests.drivers.fuzz import PlayedLink
from tinghao.drivers.asking import Line, Pacing
from tinghao.drivers.links import LinkError
from tinghao.drivers.members import Member, longest_due, state_of


def members() -> list[Member]:
    return [Member(number, f"板 {number}") for number in (1, 2, 3)]


def test_nothing_is_said_until_all_have_been_asked() -> None:
    one, two, three = line = members()
    one.answered()
    two.answered()
    three.missed(False)
    assert state_of(line) is None
    three.answered()
    state = state_of(line)
    assert state is not None
    assert (state.state, state.reason) == ("ready", "")


def test_the_silent_and_the_complaints_are_named() -> None:
    one, two, three = line = members()
    one.answered()
    for _ in range(2):
        two.missed(heard_rubbish=True)
    three.answered()
    three.complaint = "板 3 不接受显示"
    state = state_of(line)
    assert state is not None
    assert state.state == "ready"
    assert state.reason == "板 2 应答有误，请检查接线、屏蔽和终端电阻；板 3 不接受显示"


def test_all_silent_is_a_fault() -> None:
    line = members()
    for member in line * 2:
        member.missed(heard_rubbish=False)
    with pytest.raises(LinkError, match=r"板 1 没有应答.*板 3 没有应答"):
        state_of(line)


def test_who_is_due() -> None:
    one, two, three = line = members()
    one.answered()
    one.ask_again(10.0, every=0.5, silent_every=2.0)
    two.missed(False)
    two.ask_again(10.0, every=0.5, silent_every=2.0)
    for _ in range(2):
        three.missed(False)
    three.ask_again(10.0, every=0.5, silent_every=2.0)
    assert [member.ask_at for member in line] == [10.5, 10.0, 12.0]
    assert longest_due(line, 10.0) is two
    assert longest_due(line, 9.0) is None


def ends_in_x(came: bytes, _: bytes) -> bytes | None:
    return came if came.endswith(b"x") else None


@pytest.mark.parametrize(("gap", "answer"), [(0.0, b"ax"), (0.01, b"axbx")])
def test_an_answer_ends_by_its_length_or_by_silence(gap: float, answer: bytes) -> None:
    wire = PlayedLink([b"", b"a", b"x", b"bx"])
    line = Line(lambda: wire, threading.Event(), Pacing(answer=1.0, gap=gap, pause=0.0))
    assert line.ask(b"?", ends_in_x) == answer
    assert wire.written == [b"?"]


def test_what_is_no_answer_is_overheard() -> None:
    heard: list[bytes] = []
    wire = PlayedLink([b"before", b"late"], silent_reads=5000)
    pacing = Pacing(answer=0.001, gap=0.0, pause=0.0)
    line = Line(lambda: wire, threading.Event(), pacing, heard.append)
    assert line.ask(b"?", ends_in_x) is None
    assert heard == [b"before", b"late"]
    assert line.heard_rubbish
