"""What every measurement is given: a place for its houses and how much to do."""

import shutil
import tempfile
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from bench.house import SERVE, House
from bench.load import Measured
from bench.past import make_past
from bench.report import Cell, Table, middle, ms, quantile

WARM_UP = 0.1
"""This part of a run goes before the first one and is not counted."""


@dataclass(frozen=True)
class Amount:
    """How much to measure."""

    runs: int
    tickets: dict[int, int]
    """By number of kiosks: tickets in one run."""
    calls: int
    """Calls in one run, of all clerks together."""
    presses: int
    boards: tuple[int, ...]
    history: tuple[int, ...]
    papers: int
    readings: int


FULL = Amount(
    runs=5,
    tickets={1: 600, 8: 2_000, 32: 3_000},
    calls=1_000,
    presses=100,
    boards=(1, 50, 200, 1_000),
    history=(0, 100_000, 1_000_000),
    papers=400,
    readings=5_000,
)
QUICK = Amount(
    runs=3,
    tickets={1: 60, 8: 200, 32: 300},
    calls=130,
    presses=20,
    boards=(1, 50),
    history=(0, 20_000),
    papers=40,
    readings=200,
)


@dataclass(frozen=True)
class Bench:
    """One call of `python -m bench`."""

    folder: Path
    amount: Amount

    @contextmanager
    def house(
        self, *, kiosks: int = 8, clerks: int = 1, past: int = 0, serve: Sequence[str] = SERVE
    ) -> Iterator[House]:
        """A running house with `past` old tickets; stopped and removed in the end."""
        folder = Path(tempfile.mkdtemp(prefix="tinghao-bench-", dir=self.folder))
        try:
            house = House(folder, kiosks=kiosks, clerks=clerks, serve=serve)
            make_past(house.database.file, past)
            try:
                house.start()
                yield house
            finally:
                house.stop()
        finally:
            shutil.rmtree(folder)


Measure = Callable[[Bench], Iterator[Table]]


def spread(runs: Sequence[Sequence[float]]) -> tuple[float, float]:
    """p50 and p99 in milliseconds: of each run, then the median of the runs."""
    return tuple(ms(middle([quantile(run, part) for run in runs])) for part in (0.5, 0.99))  # type: ignore[return-value]


def rate(runs: Sequence[Measured], label: str) -> float:
    """How many a second: of each run, then the median of the runs."""
    return middle([len(run.latencies[label]) / run.seconds for run in runs])


def percent(shares: Sequence[float | None]) -> Cell:
    """The middle share of a processor as text."""
    known = [share for share in shares if share is not None]
    return f"{middle(known):.0%}" if known else None
