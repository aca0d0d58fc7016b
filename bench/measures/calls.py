"""Clerks who press "next": as fast as they are answered, and at the pace of a very busy hall."""

from collections.abc import Iterator

from bench.ground import Ground
from bench.measures.base import WARM_UP, Bench, floor, of_floor, percent, rate, spread
from bench.people import Crew
from bench.processes import Cpu
from bench.report import Table, middle

CREWS = (12, 60)
"""The unified windows of the hall, and the windows of a big one."""

PACES: tuple[float | None, ...] = (100.0, None)
"""Calls a second of all clerks together; None: flat out."""


def measure(bench: Bench) -> Iterator[Table]:
    """Latency of calling the next visitor."""
    amount = bench.amount
    table = Table(
        "calls: next visitor called through HTTP",
        (
            "database",
            "clerks",
            "pace",
            "calls/s",
            "p50 ms",
            "p99 ms",
            "of bare inserts",
            "inserts/s",
            "server CPU",
            "client CPU",
        ),
        f"Median of {amount.runs} runs of {amount.calls} calls after a warm-up; half of those who wait are of another class than "
        "the ordinary. After each call the clerk starts and finishes the visit, so there are three wishes to a call.",
    )
    for ground in bench.grounds:
        for clerks in CREWS:
            _measure_on(bench, ground, clerks, table)
    yield table


def _measure_on(bench: Bench, ground: Ground, clerks: int, table: Table) -> None:
    amount = bench.amount
    each = max(1, amount.calls // clerks)
    with bench.house(ground, clerks=clerks) as house:
        crew = Crew(house, clerks)
        crew.call(max(1, int(each * WARM_UP)))
        for pace in PACES:
            runs, floors, busy = [], [], []
            for _ in range(amount.runs):
                floors.append(floor(bench, house))
                work = crew.prepare(each, pace)
                cpu = Cpu(house.pids)
                runs.append(work.run())
                busy.append(cpu.share())
            table.add(
                str(ground),
                clerks,
                f"{pace:.0f}/s" if pace else "flat out",
                rate(runs, "call"),
                *spread([run.latencies["call"] for run in runs]),
                of_floor(runs, "call", floors),
                middle(floors),
                percent(busy),
                percent([run.client_cpu for run in runs]),
            )
