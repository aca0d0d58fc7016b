"""Numbers taken at kiosks through HTTP, beside what the disk alone could do."""

from collections.abc import Iterator

from bench import people
from bench.ground import Ground
from bench.measures.base import WARM_UP, Bench, floor, of_floor, percent, rate, spread
from bench.processes import Cpu
from bench.report import Table, middle


def measure(bench: Bench) -> Iterator[Table]:
    """Tickets a second and latency with 1, 8 and 32 kiosks."""
    amount = bench.amount
    table = Table(
        "tickets: numbers taken through HTTP, each by a visitor with a card",
        (
            "database",
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
        "Bare inserts: the driver alone, durable, one row a transaction, one connection, on the same disk before each run.",
    )
    for ground in bench.grounds:
        _measure_on(bench, ground, table)
    yield table


def _measure_on(bench: Bench, ground: Ground, table: Table) -> None:
    amount = bench.amount
    with bench.house(ground, kiosks=max(amount.tickets)) as house:
        matter = people.places(house)[0].matter
        for kiosks, count in amount.tickets.items():
            people.take_tickets(house, matter, max(kiosks, int(count * WARM_UP)), kiosks)
            runs, floors, busy = [], [], []
            for _ in range(amount.runs):
                floors.append(floor(bench, house))
                cpu = Cpu(house.pids)
                runs.append(people.take_tickets(house, matter, count, kiosks))
                busy.append(cpu.share())
            table.add(
                str(ground),
                kiosks,
                rate(runs, "ticket"),
                *spread([run.latencies["ticket"] for run in runs]),
                of_floor(runs, "ticket", floors),
                middle(floors),
                percent(busy),
                percent([run.client_cpu for run in runs]),
            )
