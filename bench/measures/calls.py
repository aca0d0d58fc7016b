"""Clerks who press "next": as fast as they are answered, and at the pace of a very busy hall."""

from collections.abc import Iterator

from bench.measures.base import WARM_UP, Bench, percent, rate, spread
from bench.people import Crew
from bench.processes import Cpu
from bench.report import Table

CREWS = (12, 44)
"""The unified windows of the hall, and all of its windows."""

PACES: tuple[float | None, ...] = (20.0, 100.0, None)
"""Calls a second of all clerks together; None: flat out."""

PACED_SECONDS = 8
"""How long a run at a pace lasts at most."""


def measure(bench: Bench) -> Iterator[Table]:
    """Latency of calling the next visitor."""
    amount = bench.amount
    table = Table(
        "calls: next visitor called through HTTP",
        ("clerks", "pace", "calls/s", "p50 ms", "p99 ms", "server CPU", "client CPU"),
        f"Median of {amount.runs} runs of up to {amount.calls} calls after a warm-up; after each call the clerk "
        "starts and finishes the visit, so there are three wishes to a call.",
    )
    for clerks in CREWS:
        with bench.house(clerks=clerks) as house:
            crew = Crew(house, clerks)
            crew.call(max(1, int(amount.calls * WARM_UP) // clerks))
            for pace in PACES:
                runs, busy = [], []
                for _ in range(amount.runs):
                    calls = min(amount.calls, int(pace * PACED_SECONDS)) if pace else amount.calls
                    each = max(1, calls // clerks)
                    work = crew.prepare(each, pace)
                    cpu = Cpu(house.pid)
                    runs.append(work.run())
                    busy.append(cpu.share())
                table.add(
                    clerks,
                    f"{pace:.0f}/s" if pace else "flat out",
                    rate(runs, "call"),
                    *spread([run.latencies["call"] for run in runs]),
                    percent(busy),
                    percent([run.client_cpu for run in runs]),
                )
    yield table
