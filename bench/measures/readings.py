"""What the driver itself adds to the reading of an ID card: everything but the reader's own time.

The emulated reader answers inside the call that writes to it, so its time is known exactly and taken out.
"""

import threading
import time
from collections.abc import Callable, Iterator, Sequence

from bench.direct import DirectLink, DirectPort
from bench.measures.base import WARM_UP, Bench, spread
from bench.report import Table
from tinghao.drivers.card_reader import CardReader, IdCard, Timing
from tinghao.drivers.card_reader.cards import DEMO_CARDS
from tinghao.drivers.card_reader.emulator import CardReaderEmulator
from tinghao.drivers.card_reader.protocol import FIND_CARD, build_frame

FIND = build_frame(FIND_CARD)
AT_ONCE = Timing(find_every=0, select_every=0, lift_misses=1, lift_after=0, same_card_quiet=0)
PATIENCE = 60.0

Clock = Callable[[], float]


class StoppedLink(DirectLink):
    """A clock that stands still while the reader works: since the last find, and since its last byte came."""

    def __init__(self, port: DirectPort, clock: Clock = time.perf_counter) -> None:
        super().__init__(port)
        self._clock = clock
        self._found_from = self._last_byte = clock()
        self._readers_time = 0.0

    def write(self, data: bytes) -> None:
        if data == FIND:
            self._found_from, self._readers_time = self._clock(), 0.0
        began = self._clock()
        super().write(data)
        self._readers_time += self._clock() - began

    def read(self, timeout: float) -> bytes:
        data = super().read(timeout)
        if data:
            self._last_byte = self._clock()
        return data

    def shares(self) -> tuple[float, float]:
        """Seconds: from the last byte till now, and all of the driver's own since the find that found the card."""
        now = self._clock()
        return now - self._last_byte, now - self._found_from - self._readers_time


def measure(bench: Bench) -> Iterator[Table]:
    """Time from the last byte of a reading to `on_card`, and the driver's whole computation for it."""
    runs = [_run(bench.amount.readings) for _ in range(bench.amount.runs)]
    table = Table(
        "readings: the driver's share of reading an ID card",
        ("what", "p50", "p99", "unit"),
        f"{bench.amount.runs} runs of {bench.amount.readings} readings; the reader's own time is taken out.",
    )
    for at, what in enumerate(("last byte of the reading to on_card", "everything since the card was found")):
        table.add(what, *spread([[shares[at] for shares in run] for run in runs]), "ms")
    yield table


def _run(readings: int) -> Sequence[tuple[float, float]]:
    port = DirectPort()
    link = StoppedLink(port)
    found: list[tuple[float, float]] = []
    warm_up = round(readings * WARM_UP)
    done = threading.Event()
    with CardReaderEmulator(port) as emulator:

        def read(_: IdCard) -> None:
            found.append(link.shares())
            emulator.lift()

        def lifted() -> None:
            if len(found) == warm_up + readings:
                done.set()
            else:
                emulator.lay(DEMO_CARDS[len(found) % len(DEMO_CARDS)])

        reader = CardReader(port.address, read, lifted, timing=AT_ONCE)
        reader.opener = lambda: link
        emulator.lay(DEMO_CARDS[0])
        with reader:
            if not done.wait(PATIENCE):
                raise RuntimeError("the readings came to a halt")
    return found[warm_up:]
