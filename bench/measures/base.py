"""What every measurement is given: a place for its houses and how much to do."""

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass

from bench.floors import durable_inserts
from bench.ground import Disk, Ground
from bench.hall import measured_hall
from bench.house import SERVE, House
from bench.load import Measured
from bench.past import make_past
from bench.report import Cell, Table, middle, ms, quantile
from tinghao.basics.clock import system_clock

WARM_UP = 0.1
"""This part of a run goes before the first one and is not counted."""

SIMPLEST = Ground()


@dataclass(frozen=True)
class Amount:
    """How much to measure."""

    runs: int
    tickets: dict[int, int]
    """By number of kiosks: tickets in one run."""
    calls: int
    """Calls in one run, of all clerks together."""
    visits: int
    """Whole visits in one run."""
    presses: int
    boards: tuple[int, ...]
    history: tuple[int, ...]
    papers: int
    readings: int
    inserts: int
    """Bare ones before each run."""


FULL = Amount(
    runs=5,
    tickets={1: 600, 8: 2_000, 32: 3_000},
    calls=1_200,
    visits=1_800,
    presses=100,
    boards=(1, 50, 200, 1_000),
    history=(0, 1_000_000, 10_000_000),
    papers=400,
    readings=5_000,
    inserts=2_000,
)
QUICK = Amount(
    runs=2,
    tickets={1: 60, 8: 200, 32: 300},
    calls=130,
    visits=120,
    presses=10,
    boards=(1, 50),
    history=(0, 2_000),
    papers=40,
    readings=200,
    inserts=100,
)


@dataclass(frozen=True)
class Bench:
    """One call of `python -m bench`."""

    disk: Disk
    amount: Amount
    grounds: tuple[Ground, ...] = (SIMPLEST,)

    @property
    def kinds(self) -> list[str]:
        """The kinds of databases among the grounds."""
        return list(dict.fromkeys(ground.kind for ground in self.grounds))

    @contextmanager
    def house(
        self,
        ground: Ground = SIMPLEST,
        *,
        kiosks: int = 8,
        clerks: int = 1,
        past: int = 0,
        serve: Sequence[str] = SERVE,
    ) -> Iterator[House]:
        """A running house with `past` old tickets and a window for each clerk; stopped and removed in the end."""
        with self.disk.database(ground.kind) as database:
            house = House(
                self.disk.folder,
                kiosks=kiosks,
                clerks=clerks,
                serve=serve,
                definition=measured_hall(clerks),
                database=database,
                redis=self.disk.redis.url if ground.processes > 1 else None,
                processes=ground.processes,
            )
            make_past(database, past, system_clock())
            try:
                house.start()
                yield house
            finally:
                house.stop()


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


def floor(bench: Bench, house: House) -> float:
    """What the bare disk does now: durable inserts a second by the house's own kind of database."""
    return durable_inserts(house.database, bench.amount.inserts)


def of_floor(runs: Sequence[Measured], label: str, floors: Sequence[float]) -> str:
    """How many a second there were for each bare insert a second just before: of each run, then the median of the runs."""
    shares = [len(run.latencies[label]) / run.seconds / bare for run, bare in zip(runs, floors, strict=True)]
    return f"{middle(shares):.1%}"
