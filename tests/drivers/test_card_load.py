"""A year of cards on one reader: what was opened, started or remembered for one reading is given back after it."""

import gc
import os
import resource
import threading
from pathlib import Path

from bench.direct import DirectLink, DirectPort
from tinghao.drivers.card_reader import CardReader, IdCard, Timing
from tinghao.drivers.card_reader.cards import DEMO_CARDS
from tinghao.drivers.card_reader.emulator import CardReaderEmulator

READINGS = 10_000
WARM_UP = 1_000
MOST_GROWTH = 4 * 1024 * 1024
AT_ONCE = Timing(
    find_every=0, select_every=0, photo_budget=30, lift_misses=1, lift_after=0, same_card_quiet=0
)


class Decoder:
    def decode(self, wlt: bytes) -> bytes:
        return wlt[::-1]


class Visitors:
    """One after another lays a card, and takes it away as soon as it was read."""

    def __init__(self, emulator: CardReaderEmulator) -> None:
        self._emulator = emulator
        self.read = 0
        self.lifted = 0
        self.wrong = 0
        self.warm = threading.Event()
        self.go_on = threading.Event()
        self.done = threading.Event()

    def lay(self) -> None:
        self._emulator.lay(self._expected)

    def card_read(self, card: IdCard) -> None:
        self.read += 1
        self.wrong += card.number != self._expected.number or len(card.photo) != 1024
        self._emulator.lift()

    def card_lifted(self) -> None:
        self.lifted += 1
        if self.lifted == WARM_UP:
            self.warm.set()
            self.go_on.wait()
        if self.lifted == READINGS:
            self.done.set()
        else:
            self.lay()

    @property
    def _expected(self) -> IdCard:
        return DEMO_CARDS[self.lifted % len(DEMO_CARDS)]


def memory() -> int:
    pages = int(Path("/proc/self/statm").read_text(encoding="ascii").split()[1])
    return pages * resource.getpagesize()


def held() -> tuple[int, int, int]:
    """Handles, threads and Python's objects."""
    gc.collect()
    return len(os.listdir("/proc/self/fd")), threading.active_count(), len(gc.get_objects())


def test_ten_thousand_readings_leave_nothing_behind() -> None:
    port = DirectPort()
    with CardReaderEmulator(port) as emulator:
        visitors = Visitors(emulator)
        reader = CardReader(
            port.address,
            visitors.card_read,
            visitors.card_lifted,
            timing=AT_ONCE,
            photo_decoder=Decoder(),
            with_new_address=True,
            with_management=True,
        )
        reader.opener = lambda: DirectLink(port)
        with reader:
            visitors.lay()
            assert visitors.warm.wait(30)
            memory_before, (handles, threads, objects) = memory(), held()
            visitors.go_on.set()
            assert visitors.done.wait(60)
            memory_after, (handles_after, threads_after, objects_after) = memory(), held()
        assert (visitors.read, visitors.wrong) == (READINGS, 0)
        assert not emulator.malformed
    assert handles_after == handles
    assert threads_after <= threads
    assert objects_after < objects + 500
    assert memory_after < memory_before + MOST_GROWTH
