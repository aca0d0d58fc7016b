"""Numbers taken at kiosks through HTTP, beside what the disk alone could do."""

from collections.abc import Iterator

from bench import people
from bench.floors import durable_inserts
from bench.measures.base import WARM_UP, Bench, percent, rate, spread
from bench.processes import Cpu
from bench.report import Table, middle

FLOOR_ROWS = 2_000


def measure(bench: Bench) -> Iterator[Table]:
    """Tickets a second and latency with 1, 8 and 32 kiosks."""
    amount = bench.amount
    table = Table(
        "tickets: numbers taken through HTTP, each by a visitor with a card",
        (
            "kiosks",
            "tickets/s",
            "p50 ms",
            "p99 ms",
            "of bare inserts",
            "inserts/s",
            "server CPU",
            "client CPU",
        ),
        f"Median of {amount.runs} runs of {'/'.join(map(str, amount.tickets.values()))} tickets after a warm-up. "
        "Bare inserts: sqlite3, WAL, synchronous=FULL, one row a transaction, one connection, on the same disk before each run.",
    )
    with bench.house(kiosks=max(amount.tickets)) as house:
        matter = people.places(house)[0].matter
        for kiosks, count in amount.tickets.items():
            people.take_tickets(house, matter, max(kiosks, int(count * WARM_UP)), kiosks)
            runs, floors, busy = [], [], []
            for _ in range(amount.runs):
                floors.append(durable_inserts(house.database.file.parent, FLOOR_ROWS))
                cpu = Cpu(house.pid)
                runs.append(people.take_tickets(house, matter, count, kiosks))
                busy.append(cpu.share())
            ratio = middle(
                [
                    len(run.latencies["ticket"]) / run.seconds / floor
                    for run, floor in zip(runs, floors, strict=True)
                ]
            )
            table.add(
                kiosks,
                rate(runs, "ticket"),
                *spread([run.latencies["ticket"] for run in runs]),
                f"{ratio:.1%}",
                middle(floors),
                percent(busy),
                percent([run.client_cpu for run in runs]),
            )
    yield table
