"""The hot paths on a database that has seen years."""

import time
from collections.abc import Iterator
from contextlib import ExitStack
from dataclasses import dataclass, field

from bench import people
from bench.boards import Boards
from bench.ground import KINDS, Ground, size
from bench.house import House
from bench.load import API, Load, Measured
from bench.measures.base import WARM_UP, Bench, floor, rate, spread
from bench.people import Crew, Shown
from bench.report import Table, middle

KIOSKS = 32
CLERKS = 60
BOARDS = 50
APART = 0.06
READS = 50
MB = 1024 * 1024


@dataclass
class _Past:
    """One house and what was measured in it."""

    tickets: int
    house: House
    crew: Crew
    made_in: float
    size_mb: float
    floors: list[float] = field(default_factory=list)
    issued: list[Measured] = field(default_factory=list)
    called: list[Measured] = field(default_factory=list)
    shown: list[Shown] = field(default_factory=list)
    pictures: list[Measured] = field(default_factory=list)
    connected: list[float] = field(default_factory=list)

    def forget(self) -> None:
        """What was measured so far was the warm-up."""
        for found in (self.floors, self.issued, self.called, self.shown, self.pictures, self.connected):
            found.clear()

    def figures(self) -> dict[str, float]:
        """What stands in the table, in its units."""
        issued, called = (
            spread([run.latencies[label] for run in runs])
            for label, runs in (("ticket", self.issued), ("call", self.called))
        )
        return {
            "bare inserts/s": middle(self.floors),
            "tickets/s": rate(self.issued, "ticket"),
            "tickets for each bare insert": self._of_floor(self.issued, "ticket"),
            "ticket p50 ms": issued[0],
            "ticket p99 ms": issued[1],
            "calls/s": rate(self.called, "call"),
            "calls for each bare insert": self._of_floor(self.called, "call"),
            "call p50 ms": called[0],
            "call p99 ms": called[1],
            "press to last board p50 ms": spread([run.last_board for run in self.shown])[0],
            "press to last board p99 ms": spread([run.last_board for run in self.shown])[1],
            "hall's picture p50 ms": spread([run.latencies["read"] for run in self.pictures])[0],
            "all boards connected ms": spread([self.connected])[0],
        }

    def _of_floor(self, runs: list[Measured], label: str) -> float:
        return rate(runs, label) / middle(self.floors)


def measure(bench: Bench) -> Iterator[Table]:
    """Tickets, calls and boards with old tickets; the houses take turns, so that a slow moment meets all of them."""
    amount = bench.amount
    for kind in bench.kinds:
        with ExitStack() as stack:
            pasts = [_open(bench, stack, Ground(kind), tickets) for tickets in amount.history]
            for past in pasts:
                _round(bench, past, WARM_UP)
                past.forget()
            for _ in range(amount.runs):
                for past in pasts:
                    _round(bench, past, 1)
            yield _table(bench, kind, pasts)


def _table(bench: Bench, kind: str, pasts: list[_Past]) -> Table:
    first = pasts[0].figures()
    columns = ["what"]
    for past in pasts:
        columns.append(f"{past.tickets:,} old")
        if past.tickets:
            columns.append(f"ratio {past.tickets:,}")
    sizes = ", ".join(f"{past.size_mb:,.0f} MB (made in {past.made_in:.0f} s)" for past in pasts)
    table = Table(
        f"history: the hot paths with old tickets in {KINDS[kind]}",
        columns,
        f"Median of {bench.amount.runs} runs after a warm-up, the houses in turn: {KIOSKS} kiosks, "
        f"{CLERKS} clerks flat out, {BOARDS} boards. "
        f"Databases: {sizes}.",
    )
    figures = [past.figures() for past in pasts]
    for what, zero in first.items():
        cells: list[float | str] = []
        for past, found in zip(pasts, figures, strict=True):
            cells.append(found[what])
            if past.tickets:
                cells.append(f"{found[what] / zero:.2f}")
        table.add(what, *cells)
    return table


def _open(bench: Bench, stack: ExitStack, ground: Ground, tickets: int) -> _Past:
    began = time.monotonic()
    house = stack.enter_context(bench.house(ground, kiosks=KIOSKS, clerks=CLERKS, past=tickets))
    made_in = time.monotonic() - began
    return _Past(tickets, house, Crew(house, CLERKS), made_in, size(house.database) / MB)


def _round(bench: Bench, past: _Past, part: float) -> None:
    amount, house = bench.amount, past.house
    matter = people.places(house)[0].matter
    past.floors.append(floor(bench, house))
    past.pictures.append(_look(house))
    past.called.append(past.crew.call(max(1, int(amount.calls * part) // CLERKS)))
    with Boards(house.port, house.tokens["board"][0], BOARDS, at_once=BOARDS) as boards:
        past.connected.append(boards.connected_in)
        past.shown.append(past.crew.press(boards, max(1, int(amount.presses * part)), APART)[0])
    past.issued.append(people.take_tickets(house, matter, int(amount.tickets[KIOSKS] * part), KIOSKS))


def _look(house: House) -> Measured:
    load = Load(house.ports)
    load.add(house.tokens["board"][0], people.reader(f"{API}/snapshot", READS))
    return load.run()
