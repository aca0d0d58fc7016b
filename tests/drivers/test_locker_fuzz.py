"""Bad wires between driver and locker boards: nothing is raised, and no door is told that no frame told."""

import threading
from collections.abc import Iterator
from contextlib import suppress
from random import Random

import pytest

from tests.drivers.fuzz import in_pieces, mangled
from tinghao.drivers.address import Address
from tinghao.drivers.links import Link, LinkError, absent
from tinghao.drivers.locker import LockerBoard, Timing, driver
from tinghao.drivers.locker.emulator import LockerEmulator
from tinghao.drivers.locker.explain import LockerExplainer
from tinghao.drivers.locker.jobs import Job, OpenOutcome
from tinghao.drivers.ports import TcpPort

FUZZ_CASES = 15_000
SESSION_ANSWERS = 12
ANSWERED = FUZZ_CASES // 3
BOARDS = {1: 24, 2: 16}


def xored(body: bytes) -> bytes:
    check = 0
    for byte in body:
        check ^= byte
    return body + bytes([check])


def status_frame(chance: Random, board: int) -> bytes:
    count = chance.choice((1, 2, 3, 3, 3, 4, 7))
    return xored(
        bytes([0x80, board, *(chance.choice((0, 0, 1, 0x80, 0x33, 0xFF)) for _ in range(count)), 0x33])
    )


def frames_told(data: bytes, board: int) -> Iterator[bytes]:
    """Every stretch of the bytes that is a right answer to a query of all locks, by brute force."""
    for start in range(len(data)):
        for end in range(start + 6, len(data) + 1):
            frame = data[start:end]
            if frame[:2] == bytes([0x80, board]) and frame[-2] == 0x33 and xored(frame[:-1]) == frame:
                yield frame[2:-2]


class BadBoards(Link):
    """Answers each request with something mangled; remembers what was answered to queries of all locks."""

    def __init__(self, chance: Random) -> None:
        self._chance = chance
        self._pieces: list[bytes] = []
        self.answers: dict[int, list[bytes]] = {board: [] for board in BOARDS}
        self.answered = 0

    def write(self, data: bytes) -> None:
        if self.answered == SESSION_ANSWERS:
            raise absent("played to the end")
        self.answered += 1
        board = data[1]
        echo, status = data, status_frame(self._chance, board)
        lock = xored(bytes([data[0], board, data[2], self._chance.choice((0x00, 0x11, 0x33))]))
        push = xored(bytes([0x82, board, 1, 0x11]))
        right = status if data[0] == 0x80 and data[2] == 0 else lock
        answer = right
        if self._chance.randrange(3):
            answer = mangled(
                self._chance, [right, right, echo + right, push, status_frame(self._chance, 3 - board)]
            )
        elif self.answers[board] and data[2] == 0 and self._chance.randrange(2):
            answer = self.answers[board][-1]
        if data[0] == 0x80 and data[2] == 0:
            self.answers[board].append(answer)
        self._pieces = in_pieces(self._chance, answer)

    def read(self, timeout: float) -> bytes:
        return self._pieces.pop(0) if self._pieces else b""

    def close(self) -> None:
        self._pieces = []


class WatchedJob(Job):
    """`opened` needs a door that was told to be open (every answer here has a bit for lock 3)."""

    def __init__(self, driver: LockerBoard) -> None:
        super().__init__(1, 3, None)
        self._driver = driver

    def finish(self, outcome: OpenOutcome) -> None:
        assert outcome.result != "opened" or self._driver.doors[1, 3]
        super().finish(outcome)


@pytest.fixture
def hurried(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(driver, "PAUSE", 0.0)


@pytest.mark.usefixtures("hurried")
def test_the_driver_tells_only_what_two_frames_told() -> None:
    chance = Random(20)
    told_in_all = 0
    for _ in range(ANSWERED // SESSION_ANSWERS):
        wire = BadBoards(chance)
        told: list[int] = []

        def door(
            board: int, lock: int, is_open: bool, wire: BadBoards = wire, told: list[int] = told
        ) -> None:
            told.append(lock)
            last, before = wire.answers[board][-1], wire.answers[board][-2]
            both = set(frames_told(last, board)) & set(frames_told(before, board))
            bits = [int.from_bytes(status, "big") >> (lock - 1) & 1 for status in both]
            assert (0 if is_open else 1) in bits

        board = LockerBoard(
            Address("serial", path="/dev/null"),
            BOARDS,
            door,
            timing=Timing(answer=0.0003, poll_every=0, silent_every=0, pulse=0, door_within=0.001),
        )
        board._call = lambda listener, *args: listener(*args) if listener else None  # type: ignore[method-assign]
        board.opener = lambda wire=wire: wire  # type: ignore[misc]
        job = WatchedJob(board)
        board._jobs.put(job)
        with suppress(LinkError):
            board._session()
        assert job.wait(0)
        told_in_all += len(told)
    assert told_in_all > 500


def test_the_emulator_pulses_only_what_a_right_request_asked_for() -> None:
    chance = Random(21)
    pulses = 0
    for _ in range(FUZZ_CASES - ANSWERED):
        emulator = LockerEmulator(TcpPort(), boards=BOARDS)
        answers: list[bytes] = []
        emulator._send = answers.append  # type: ignore[method-assign]
        right = [
            xored(bytes([chance.choice((0x80, 0x8A, 0x9A, 0x9B)), board, chance.randrange(26), function]))
            for board in (1, 2, 3)
            for function in (0x11, 0x33)
        ]
        right += [xored(bytes([0x90, 1, *chance.randbytes(3)])), xored(bytes([0x8A, 2, 4, 0x11, 3]))]
        data = mangled(chance, right)
        for piece in in_pieces(chance, data):
            emulator._take(piece)
        for board, lock in emulator.pulses:
            assert any(asks(data[at : at + 6], board, lock) for at in range(len(data)))
        assert all(xored(answer[:-1]) == answer for answer in answers)
        pulses += len(emulator.pulses)
    assert pulses > 1000


def asks(frame: bytes, board: int, lock: int) -> bool:
    """Whether a right request to pulse this lock stands at the front."""
    if frame[:2] == bytes([0x90, board]) and len(frame) == 6 and xored(frame[:5]) == frame:
        return bool(int.from_bytes(frame[2:5], "little") >> (lock - 1) & 1)
    is_right = any(xored(frame[: n - 1]) == frame[:n] for n in (5, 6) if len(frame) >= n)
    return (
        frame[:1] in (b"\x8a", b"\x9a")
        and frame[1:2] == bytes([board])
        and frame[2] in (0, lock)
        and is_right
    )


def test_the_explainer_says_every_byte() -> None:
    chance = Random(22)
    for _ in range(500):
        explainer = LockerExplainer()
        data = mangled(
            chance, [status_frame(chance, 1), xored(bytes([0x8A, 1, 1, 0x11])), xored(b"\x82\x01\x05\x00")]
        )
        lines = [said for piece in in_pieces(chance, data) for said in explainer.feed("in", piece)]
        assert all(said.startswith(("柜锁板", "无法识别")) for said in lines)


def test_two_threads_open_on_a_bad_line() -> None:
    """Whatever comes back, both get an outcome in time."""
    with LockerEmulator(TcpPort(), boards=BOARDS) as emulator:
        emulator.set_fault("noise-inside")
        timing = Timing(
            answer=0.05, poll_every=0.01, silent_every=0.05, pulse=0, door_within=0.1, patience=0.5
        )
        with LockerBoard(emulator.address, BOARDS, timing=timing) as driver:
            results: list[str] = []
            callers = [
                threading.Thread(target=lambda lock=lock: results.append(driver.open(1, lock).result))  # type: ignore[misc]
                for lock in (1, 2)
            ]
            for caller in callers:
                caller.start()
            for caller in callers:
                caller.join(5)
            assert len(results) == 2
