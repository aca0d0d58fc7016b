"""Bad printers, bad wires, any bytes: never an exception, and never "printed" unless the job's own question was answered."""

from random import Random

import pytest

from tests.drivers.bad_printer import BadPrinter, Clock, Habits, job
from tests.drivers.fuzz import PlayedLink, in_pieces, mangled
from tinghao.drivers.address import Address
from tinghao.drivers.links import LinkError
from tinghao.drivers.printer import Printer, PrintOutcome, delivery, driver, wire
from tinghao.drivers.printer.commands import pieces, split
from tinghao.drivers.printer.explain import PrinterExplainer
from tinghao.drivers.printer.profiles import PROFILES, Profile
from tinghao.drivers.printer.status import Replies

FUZZ_CASES = 15_000
JOBS_EACH = 5
BAD_PRINTERS = 1_400
BAD_WIRES = 4_000
ANY_BYTES = FUZZ_CASES - BAD_PRINTERS * JOBS_EACH - BAD_WIRES

USB = Address.parse("usb:0416:5011")
TCP = Address.parse("tcp://10.0.0.8:9100")


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> Clock:
    clock = Clock()
    for module in (wire, delivery, driver):
        monkeypatch.setattr(module, "time", clock)
    return clock


def habits(chance: Random) -> Habits:
    def sometimes(most: float) -> float:
        return chance.choice((0.0, 0.0, most / 4, most))

    return Habits(
        slow=sometimes(0.6),
        lost_answers=sometimes(0.3),
        stops=sometimes(0.02),
        power_cuts=sometimes(0.02),
        hang_ups=sometimes(0.02),
        mute_real_time=chance.choice((0.0, 0.0, 0.0, 0.1, 1.0)),
        noise=sometimes(0.1),
        obeys_clear=chance.random() < 0.6,
        answers_questions=chance.random() < 0.9,
    )


def printer_on(bad: object, chance: Random, profile: Profile) -> Printer:
    printer = Printer(chance.choice((USB, TCP)), profile=profile)
    printer.opener = lambda: bad  # type: ignore[assignment, return-value]
    return printer


def test_bad_printers(clock: Clock) -> None:
    """The oracle is the printer: it knows whose question it answered."""
    results: dict[str, int] = {}
    for seed in range(BAD_PRINTERS):
        chance = Random(seed)
        bad = BadPrinter(clock, chance, habits(chance))
        profile = PROFILES["80mm" if bad.habits.obeys_clear else "80mm-clone"]
        printer = printer_on(bad, chance, profile)
        for number in range(JOBS_EACH):
            bad.delivered.clear()
            outcome = printer.print_job(job(number))
            results[outcome.result] = results.get(outcome.result, 0) + 1
            if outcome.result == "printed":
                assert number in bad.delivered & bad.printed, (seed, number, bad.habits)
            else:
                assert outcome.reason
            clock.now += chance.choice((0.0, 0.1, 2.0, 30.0))
            if chance.random() < 0.3:
                printer.status()
    assert set(results) == {"printed", "failed", "unknown"}
    assert results["printed"] > BAD_PRINTERS


def test_a_good_printer_prints_all(clock: Clock) -> None:
    bad = BadPrinter(clock, Random(1), Habits())
    printer = printer_on(bad, Random(1), PROFILES["80mm"])
    assert {printer.print_job(job(number)) for number in range(20)} == {PrintOutcome("printed")}


class RandomWire(PlayedLink):
    """Says anything at any time; remembers what came after the job was out."""

    def __init__(self, clock: Clock, chance: Random) -> None:
        super().__init__(())
        self._clock = clock
        self._chance = chance
        self._sure = chance.random() < 0.5
        self.after = b""

    def read(self, timeout: float) -> bytes:
        self._clock.now += timeout
        chance = self._chance
        if chance.random() < 0.01:
            raise LinkError(driver.CLOSED)
        if chance.random() < 0.5:
            return b""
        data = b"\x12" if self._sure and chance.random() < 0.8 else chance.randbytes(chance.randrange(1, 9))
        if self.written and any(b"JOB" in each for each in self.written):
            self.after += data
        return data


def test_bad_wires(clock: Clock) -> None:
    """Of random bytes only one shaped like the answer, with paper, may confirm."""
    for seed in range(BAD_WIRES):
        chance = Random(seed)
        link = RandomWire(clock, chance)
        profile = chance.choice([*PROFILES.values()])
        printer = printer_on(link, chance, profile)
        outcome = printer.print_job(job(seed % 10_000))
        confirmations = [byte for byte in link.after if byte & 0x90 == 0 and byte & 0x0C == 0]
        if outcome.result == "printed":
            assert (profile.confirm, bool(confirmations)) == ("paper", True), seed
        printer._printed_at = 0.0
        printer.status()


def test_any_bytes() -> None:
    """Sorter, splitter and explainer lose nothing and never raise."""
    frames = [
        bytes.fromhex(text) for text in ("10 0F 01 02 03 04", "37 22 41 42 43 44 00", "18 00 00 00", "12")
    ]
    frames.append(job(7))
    for seed in range(ANY_BYTES):
        chance = Random(seed)
        data = mangled(chance, frames)
        replies = Replies()
        explainer = PrinterExplainer()
        heard = [reply for piece in in_pieces(chance, data) for reply in replies.feed(piece, 0.0)]
        heard += replies.feed(b"", 9.0)
        assert sorted(b"".join(reply.data for reply in heard)) == sorted(data)
        commands, rest = split(data)
        assert b"".join(commands) + rest == data
        assert b"".join(piece for piece, _ in pieces(data, chance.choice((1, 16, 1024)))) == data
        for piece in in_pieces(chance, data):
            assert all(explainer.feed("out", piece) + explainer.feed("in", piece)) or piece
