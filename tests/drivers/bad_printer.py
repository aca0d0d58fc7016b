"""A printer that does its work late, loses answers, stops, loses power or hangs up, on a clock that only it moves.

It remembers which job's own question it answered and handed over: the tests' oracle, which knows nothing of
the driver.
"""

from dataclasses import dataclass, field
from random import Random

from tinghao.drivers.links import Link, absent

QUESTION = bytes.fromhex("1D 72 01")
CLEAR = bytes.fromhex("10 14 08 01 03 14 01 06 02 08")
CUT = bytes.fromhex("1D 56 42 00")
NAME = 7


def job(number: int) -> bytes:
    """One ticket: `JOB` and four digits."""
    return b"\x1b@" + b"JOB%04d" % number + b"\n" * 5 + CUT


class Clock:
    """In place of the module `time`."""

    def __init__(self) -> None:
        self.now = 1000.0

    def monotonic(self) -> float:
        return self.now


@dataclass
class Habits:
    """How bad it is; all chances from 0 to 1."""

    slow: float = 0.0
    lost_answers: float = 0.0
    stops: float = 0.0
    power_cuts: float = 0.0
    hang_ups: float = 0.0
    mute_real_time: float = 0.0
    noise: float = 0.0
    obeys_clear: bool = True
    answers_questions: bool = True


@dataclass
class BadPrinter(Link):
    clock: Clock
    chance: Random
    habits: Habits
    delivered: set[int] = field(default_factory=set)
    printed: set[int] = field(default_factory=set)
    _buffer: bytes = b""
    _busy_until: float = 0.0
    _stopped_until: float = 0.0
    _out: list[tuple[float, bytes, int | None]] = field(default_factory=list)
    _at_work: int | None = None
    _cut: int | None = None

    def read(self, timeout: float) -> bytes:
        until = self.clock.now + timeout
        while True:
            self._work()
            self._out.sort(key=lambda answer: answer[0])
            if self._out and self._out[0][0] <= self.clock.now:
                return self._hand_over()
            due = [answer[0] for answer in self._out[:1]] + [self._busy_until, self._stopped_until]
            coming = [moment for moment in due if self.clock.now < moment <= until]
            if not coming:
                self.clock.now = max(until, self.clock.now)
                self._work()
                return b""
            self.clock.now = min(coming)
            self._misbehave()

    def write(self, data: bytes) -> None:
        self.clock.now += 0.001
        self._misbehave()
        rest = data
        while (at := rest.find(b"\x10\x04")) >= 0 and len(rest) > at + 2:
            self._buffer += rest[:at]
            self._answer_real_time(rest[at + 2])
            rest = rest[at + 3 :]
        if CLEAR in rest:
            before, _, rest = rest.partition(CLEAR)
            self._clear(before)
        self._buffer += rest
        self._work()

    def close(self) -> None:
        """The printer goes on."""

    # ------------------------------------------------------------------------------------ its work

    @property
    def _is_stopped(self) -> bool:
        return self.clock.now < self._stopped_until

    def _work(self) -> None:
        while self._buffer and not self._is_stopped and self.clock.now >= self._busy_until:
            self._step()

    def _step(self) -> None:
        if self._buffer.startswith(b"JOB") and len(self._buffer) >= NAME:
            self._at_work = int(self._buffer[3:NAME])
            self._use(NAME)
            if self.chance.random() < self.habits.slow:
                self._busy_until = self.clock.now + self.chance.choice((0.2, 1.0, 4.0, 7.0, 20.0))
        elif self._buffer.startswith(CUT):
            self._cut, self._at_work = self._at_work, None
            if self._cut is not None:
                self.printed.add(self._cut)
            self._use(len(CUT))
        elif self._buffer.startswith(QUESTION):
            self._use(len(QUESTION))
            if self.habits.answers_questions and self.chance.random() >= self.habits.lost_answers:
                paper = self.chance.choice((0x00, 0x00, 0x00, 0x03))
                self._say(bytes([paper]), self._cut)
            self._cut = None
        else:
            self._use(1)

    def _use(self, length: int) -> None:
        self._buffer = self._buffer[length:]

    def _answer_real_time(self, n: int) -> None:
        if self.chance.random() < self.habits.mute_real_time:
            return
        stopped = self._is_stopped
        bits = {1: 0x08 * stopped, 2: 0x04 * stopped}
        self._say(bytes([0x12 | bits.get(n, 0)]), None)

    def _clear(self, before: bytes) -> None:
        self._buffer += before
        if self.habits.obeys_clear:
            self._buffer, self._at_work, self._cut = b"", None, None
            self._say(bytes.fromhex("37 25 00"), None)

    # ------------------------------------------------------------------------------------ its mouth

    def _say(self, data: bytes, job_number: int | None) -> None:
        delay = self.chance.choice((0.0, 0.0, 0.01, 0.1)) if self.chance.random() < self.habits.slow else 0.0
        if self._out:
            delay = max(delay, self._out[-1][0] - self.clock.now)
        self._out.append((self.clock.now + delay, data, job_number))

    def _hand_over(self) -> bytes:
        _, data, number = self._out.pop(0)
        if number is not None:
            self.delivered.add(number)
        if self.chance.random() < self.habits.noise:
            return self.chance.choice((b"\xff", b"\xaa\x00", b"\x80")) + data
        return data

    def _misbehave(self) -> None:
        if self.chance.random() < self.habits.stops:
            self._stopped_until = self.clock.now + self.chance.choice((0.5, 3.0, 9.0))
        if self.chance.random() < self.habits.power_cuts:
            self._buffer, self._out, self._at_work, self._cut = b"", [], None, None
            self._busy_until = self._stopped_until = 0.0
        if self.chance.random() < self.habits.hang_ups:
            raise absent("gone")
