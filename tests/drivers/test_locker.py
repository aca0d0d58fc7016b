"""The driver and the emulated locker boards, over a real pseudo-terminal."""

import threading
import time
from collections.abc import Callable, Iterator
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest

from tests.drivers.fuzz import PlayedLink
from tinghao.drivers.asking import Line, Pacing
from tinghao.drivers.links import Link
from tinghao.drivers.locker import LockerBoard, OpenOutcome, Timing, driver, family
from tinghao.drivers.locker.emulator import LockerEmulator
from tinghao.drivers.locker.family import probe
from tinghao.drivers.locker.protocol import query_all, status_answer
from tinghao.drivers.ports import TcpPort
from tinghao.drivers.wires import open_link

QUICK = Timing(answer=0.1, poll_every=0.02, silent_every=0.05, pulse=0.02, door_within=0.15, patience=5)


@pytest.fixture(autouse=True)
def a_fast_line(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(driver, "GAP", 0.01)
    monkeypatch.setattr(driver, "PAUSE", 0.005)


class Bench:
    """`locks` are those the driver is told of, by default those that are there."""

    def __init__(self, port: Any, hear: Callable[[], Any], **options: Any) -> None:
        timing = options.pop("timing", QUICK)
        boards = options.setdefault("boards", {1: 24})
        locks = options.pop("locks", boards)
        wiring = options.get("inverted", False), options.get("order", "last_first")
        self.doors, self.states, self.changes = hear(), hear(), hear()
        self.emulator = LockerEmulator(port, self.changes, **options)
        self.emulator.plug()
        self.driver = LockerBoard(
            self.emulator.address,
            locks,
            lambda *door: self.doors(door),
            self.states,
            feedback_inverted=wiring[0],
            status_order=wiring[1],
            timing=timing,
        )
        self.driver.start()
        self.states.until_state("ready")

    def close(self) -> None:
        self.driver.close()
        self.emulator.close()

    def until_pulsed(self) -> None:
        while not self.emulator.pulses:
            self.changes.next()

    def opened(self) -> set[tuple[int, int]]:
        return {door for door, is_open in self.driver.doors.items() if is_open}


Build = Callable[..., Bench]


@pytest.fixture
def build(link: Path, hear: Any) -> Iterator[Build]:
    benches: list[Bench] = []

    def build(port: Any = link, **options: Any) -> Bench:
        benches.append(Bench(port, hear, **options))
        return benches[-1]

    yield build
    for bench in benches:
        bench.close()


@pytest.mark.parametrize("inverted", [False, True])
@pytest.mark.parametrize("order", ["last_first", "first_first"])
def test_opens_a_door(build: Build, inverted: bool, order: str) -> None:
    bench = build(inverted=inverted, order=order)
    assert bench.driver.open(1, 11) == OpenOutcome("opened")
    assert bench.opened() == {(1, 11)}
    assert bench.emulator.pulses == [(1, 11)]
    assert bench.doors.next() == (1, 11, True)
    bench.emulator.set_door(1, 11, False)
    assert bench.doors.next() == (1, 11, False)


@pytest.mark.parametrize("count", [2, 3, 4, 7])
def test_takes_the_number_of_status_bytes_from_the_frame(build: Build, count: int) -> None:
    bench = build(boards={1: 8}, status_bytes=count)
    assert bench.driver.open(1, 8).result == "opened"


def test_over_tcp(build: Build) -> None:
    assert build(TcpPort()).driver.open(1, 1).result == "opened"


def test_an_adapter_that_hears_itself(build: Build) -> None:
    bench = build(boards={1: 16, 2: 16}, echoes=True)
    assert bench.driver.open(2, 9).result == "opened"
    assert bench.opened() == {(2, 9)}


def test_a_pulse_is_not_an_open_door(build: Build) -> None:
    bench = build()
    bench.emulator.jam(1, 3)
    outcome = bench.driver.open(1, 3)
    assert outcome.result == "not_opened"
    assert "3 号门没有打开" in outcome.reason
    assert bench.emulator.pulses == [(1, 3)]
    bench.emulator.jam(1, 3, False)
    assert bench.driver.open(1, 3).result == "opened"


def test_a_door_that_stood_open_is_told_so(build: Build) -> None:
    bench = build()
    bench.emulator.set_door(1, 2, True)
    assert bench.doors.next() == (1, 2, True)
    assert bench.driver.open(1, 2) == OpenOutcome("opened", "门原来就开着")


def test_doors_that_are_open_at_the_start_are_told(link: Path, hear: Any) -> None:
    doors = hear()
    with LockerEmulator(link) as emulator:
        emulator.set_door(1, 24, True)
        with LockerBoard(emulator.address, {1: 24}, lambda *door: doors(door), timing=QUICK) as driver:
            assert doors.next() == (1, 24, True)
            driver.close()
    assert doors.silent


def test_a_lock_without_a_bit_is_asked_alone(build: Build) -> None:
    bench = build(status_bytes=2)
    assert bench.driver.open(1, 20).result == "opened"
    assert bench.driver.doors[1, 20] is None


def test_a_lock_that_is_not_told_is_unknown(build: Build) -> None:
    bench = build(boards={1: 16}, locks={1: 24}, status_bytes=2)
    outcome = bench.driver.open(1, 20)
    assert outcome.result == "unknown"
    assert "不报告 20 号门" in outcome.reason


def test_a_timed_pulse(build: Build) -> None:
    bench = build()
    before = time.monotonic()
    assert bench.driver.open(1, 5, seconds=1).result == "opened"
    assert time.monotonic() - before >= 1  # nobody else's solenoid while this one draws
    assert bench.emulator.malformed == []


def test_opens_all_of_a_board(build: Build) -> None:
    bench = build(boards={1: 8, 2: 8})
    assert bench.driver.open_all(2) == OpenOutcome("opened")
    assert bench.opened() == {(2, lock) for lock in range(1, 9)}


def test_opening_all_names_the_doors_that_stay_shut(build: Build) -> None:
    bench = build(boards={1: 8})
    bench.emulator.jam(1, 3)
    bench.emulator.jam(1, 7)
    outcome = bench.driver.open_all(1)
    assert outcome.result == "not_opened"
    assert "3、7 号门没有打开" in outcome.reason


def test_callers_at_once_are_served_in_turn(build: Build) -> None:
    bench = build(boards={1: 8, 2: 8})
    outcomes: dict[tuple[int, int], str] = {}

    def ask(board: int, lock: int) -> None:
        outcomes[board, lock] = bench.driver.open(board, lock).result

    wanted = [(board, lock) for board in (1, 2) for lock in range(1, 5)]
    bench.emulator.jam(2, 4)
    callers = [threading.Thread(target=ask, args=door) for door in wanted]
    for caller in callers:
        caller.start()
    for caller in callers:
        caller.join(20)
    assert outcomes == dict.fromkeys(wanted, "opened") | {(2, 4): "not_opened"}
    assert sorted(bench.emulator.pulses) == wanted
    assert bench.emulator.malformed == []


def test_requests_keep_their_distance(build: Build, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.undo()
    bench = build(timing=Timing(poll_every=0))
    heard: list[float] = []
    received = bench.emulator._received

    def timed(data: bytes) -> None:
        heard.append(time.monotonic())
        received(data)

    bench.emulator._received = timed  # type: ignore[method-assign]
    bench.driver.open(1, 1)
    assert len(heard) > 3
    assert min(later - earlier for earlier, later in pairwise(heard)) >= 0.05


def test_who_waited_too_long_is_not_served_later(build: Build) -> None:
    bench = build(timing=Timing(answer=0.2, poll_every=0.02, door_within=0.5, patience=0.2))
    bench.emulator.jam(1, 1)
    first = threading.Thread(target=bench.driver.open, args=(1, 1))
    first.start()
    bench.until_pulsed()
    outcome = bench.driver.open(1, 2)
    first.join(5)
    assert outcome.result == "not_opened"
    assert "稍后再试" in outcome.reason
    assert bench.driver.open(1, 3).result == "opened"
    assert bench.emulator.pulses == [(1, 1), (1, 3)]


@pytest.mark.parametrize(
    ("board", "lock", "seconds"), [(2, 1, None), (1, 25, None), (1, 0, None), (1, 1, 10)]
)
def test_what_is_not_there_is_refused(build: Build, board: int, lock: int, seconds: int | None) -> None:
    bench = build()
    outcome = bench.driver.open(board, lock, seconds)
    assert outcome.result == "not_opened"
    assert outcome.reason
    assert bench.emulator.pulses == []


def test_a_silent_board_is_named_and_the_others_go_on(build: Build) -> None:
    bench = build(boards={1: 8, 2: 8})
    bench.emulator.cut_power(2)
    state = bench.states.until(lambda state: bool(state.reason))
    assert state.state == "ready"
    assert "柜锁板 2 没有应答" in state.reason
    assert "柜锁板 1" not in state.reason
    assert bench.driver.open(1, 1).result == "opened"
    assert bench.driver.open(2, 1) == OpenOutcome("not_opened", bench.driver._boards[2].trouble)
    assert (2, 1) not in bench.emulator.pulses
    bench.emulator.cut_power(2, False)
    bench.states.until(lambda state: state.state == "ready" and not state.reason)
    assert bench.driver.open(2, 1).result == "opened"


def test_a_board_that_dies_while_opening_leaves_it_unknown(build: Build) -> None:
    bench = build(boards={1: 8, 2: 8})
    obey = bench.emulator._obey

    def dies(frame: bytes) -> None:
        obey(frame)
        if frame[0] == 0x8A:
            bench.emulator.cut_power(2)

    bench.emulator._obey = dies  # type: ignore[method-assign]
    outcome = bench.driver.open(2, 1)
    assert outcome.result == "unknown"
    assert "柜锁板 2 没有应答" in outcome.reason


def test_only_silence_is_faulty(build: Build) -> None:
    bench = build()
    bench.emulator.cut_power(1)
    assert "没有应答" in bench.states.until_state("faulty").reason
    assert bench.driver.open(1, 1) == OpenOutcome("not_opened", bench.driver.state.reason)
    bench.emulator.cut_power(1, False)
    bench.states.until_state("ready")


def test_rubbish_is_told_from_silence(build: Build) -> None:
    bench = build()
    bench.emulator.set_fault("checksum")
    assert "应答有误" in bench.states.until_state("faulty").reason


def test_noise_before_each_answer(build: Build) -> None:
    bench = build()
    bench.emulator.set_fault("noise")
    assert bench.driver.open(1, 1).result == "opened"


def test_an_unconfirmed_pulse_is_given_again(build: Build) -> None:
    bench = build()
    bench.emulator.jam(1, 1)
    swallow = _swallowing_opens(bench.emulator, 1)
    assert bench.driver.open(1, 1).result == "not_opened"
    assert bench.emulator.pulses == [(1, 1)]
    assert swallow == [0]


def _swallowing_opens(emulator: LockerEmulator, count: int) -> list[int]:
    """The next so many open requests are lost on their way."""
    left = [count]
    obey = emulator._obey

    def lossy(frame: bytes) -> None:
        if frame[0] == 0x8A and left[0]:
            left[0] -= 1
        else:
            obey(frame)

    emulator._obey = lossy  # type: ignore[method-assign]
    return left


def test_a_lost_open_request_still_opens(build: Build) -> None:
    bench = build()
    _swallowing_opens(bench.emulator, 1)
    assert bench.driver.open(1, 1).result == "opened"


def test_a_cable_pulled_while_opening_leaves_it_unknown(build: Build) -> None:
    bench = build(timing=Timing(answer=0.2, poll_every=0.02, door_within=10))
    bench.emulator.jam(1, 1)
    outcomes: list[OpenOutcome] = []
    caller = threading.Thread(target=lambda: outcomes.append(bench.driver.open(1, 1)))
    caller.start()
    bench.until_pulsed()
    bench.emulator.unplug()
    caller.join(5)
    assert outcomes[0].result == "unknown"
    assert "断开" in outcomes[0].reason


def test_closing_lets_every_caller_go(build: Build) -> None:
    bench = build(timing=Timing(answer=0.2, poll_every=0.02, door_within=10))
    bench.emulator.jam(1, 1)
    outcomes: list[OpenOutcome] = []
    callers = [
        threading.Thread(target=lambda lock=lock: outcomes.append(bench.driver.open(1, lock)))  # type: ignore[misc]
        for lock in (1, 2, 3)
    ]
    callers[0].start()
    bench.until_pulsed()
    for caller in callers[1:]:
        caller.start()
    bench.driver.close()
    for caller in callers:
        caller.join(3)
    assert sorted(outcome.result for outcome in outcomes) == ["not_opened", "not_opened", "unknown"]
    assert {outcome.reason for outcome in outcomes} == {"已停用"}
    assert bench.emulator.pulses == [(1, 1)]


def test_a_call_back_may_not_wait_for_its_own_thread(link: Path, hear: Any) -> None:
    refused, states = hear(), hear()

    def door(board: int, lock: int, is_open: bool) -> None:
        with pytest.raises(RuntimeError):
            driver.open(board, lock)
        refused(lock)

    with LockerEmulator(link) as emulator:
        emulator.set_door(1, 1, True)
        driver = LockerBoard(emulator.address, {1: 24}, door, states, timing=QUICK)
        with driver:
            assert refused.next() == 1
            states.until_state("ready")


def test_a_pushed_door_is_asked_for_at_once(build: Build) -> None:
    bench = build(pushes=True, timing=Timing(answer=0.2, poll_every=60))
    bench.emulator.set_door(1, 9, True)
    assert bench.doors.next() == (1, 9, True)


def test_a_reading_counts_when_it_comes_twice(build: Build) -> None:
    bench = build(boards={1: 8})
    told = bench.emulator._cabinet.status
    once = [bytes.fromhex("00 00 7F")]
    bench.emulator._cabinet.status = lambda board: once.pop() if once else told(board)  # type: ignore[method-assign]
    assert bench.driver.open(1, 1).result == "opened"
    assert bench.doors.next() == (1, 1, True)
    assert bench.doors.silent
    assert not once


def test_the_port_is_opened_again_after_silence() -> None:
    links: list[PlayedLink] = []

    def opener() -> Link:
        answer = bytes.fromhex("80 01 00 00 01 33 B3") if links else b""
        links.append(PlayedLink([b"", answer], silent_reads=2000))
        return links[-1]

    wire = Line(opener, threading.Event(), Pacing(answer=0.0005, gap=0.03, pause=0.05))
    assert wire.ask(query_all(1), status_answer) is None
    assert len(links) == 2


def test_the_probe_says_who_is_there(link: Path) -> None:
    with LockerEmulator(link, boards={1: 24, 3: 16}, status_bytes=3) as emulator:
        emulator.set_door(1, 1, True)
        emulator.set_door(1, 2, True)
        wire = open_link(emulator.address, 9600)
        said = probe(wire)
        wire.close()
    assert said == "柜锁板 1：24 门，2 门开着；柜锁板 3：24 门，8 门开着"


def test_the_probe_is_not_fooled_by_an_echo(link: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(family, "PROBING", Pacing(answer=0.1, gap=0.01, pause=0.005))
    with LockerEmulator(link, boards={9: 8}, echoes=True) as emulator:
        wire = open_link(emulator.address, 9600)
        assert probe(wire) is None
        wire.close()


def test_the_controls_move_doors(link: Path) -> None:
    with LockerEmulator(link, boards={1: 2}) as emulator:
        controls = {control.name: control.do for control in emulator.all_controls()}
        controls["door-1-2"]("")
        assert emulator.is_open(1, 2)
        controls["jam"]("1-1")
        assert "1-1" in str(emulator.face()[1])
        with pytest.raises(ValueError, match="没有这个门"):
            controls["jam"]("7-7")
        controls["power-1"]("")
        assert emulator.face()[0].as_json()["doors"][1] == {
            "name": "1-2",
            "open": True,
            "control": "door-1-2",
        }


def test_no_second_pulse_when_nothing_is_known_of_the_first(build: Build) -> None:
    """The pulse was given and the board fell silent: somebody may have shut the door again by now."""
    bench = build(boards={1: 8, 2: 8})
    obey = bench.emulator._obey

    def spring_and_fall_silent(frame: bytes) -> None:
        if frame[0] == 0x8A:
            bench.emulator._cabinet.pulse(frame[1], [frame[2]])
        elif frame[1] != 2 or not bench.emulator.pulses:
            obey(frame)

    bench.emulator._obey = spring_and_fall_silent  # type: ignore[method-assign]
    assert bench.driver.open(2, 1).result == "unknown"
    assert bench.emulator.pulses == [(2, 1)]


def test_one_lost_answer_about_a_lone_lock_does_not_end_the_watch(build: Build) -> None:
    bench = build(status_bytes=2)
    obey, lose = bench.emulator._obey, [1]

    def lossy(frame: bytes) -> None:
        if frame[:3] == b"\x80\x01\x14" and lose:
            lose.pop()
        else:
            obey(frame)

    bench.emulator._obey = lossy  # type: ignore[method-assign]
    assert bench.driver.open(1, 20).result == "opened"
