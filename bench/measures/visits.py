"""Whole visits: kiosks and clerks at work at once, each as fast as it is answered."""

from collections.abc import Iterator

from bench.ground import Ground
from bench.measures.base import WARM_UP, Bench, floor, of_floor, percent, rate, spread
from bench.people import Crew
from bench.processes import Cpu
from bench.report import Table, middle

KIOSKS = 32
CLERKS = 60
STOCK = 3
"""So many wait for each clerk when the kiosks begin, so that nobody presses in vain."""

STEPS = {"ticket": "take", "call": "call", "start": "start", "finish": "finish"}
"""The labels of the steps, and what the table calls them."""


def measure(bench: Bench) -> Iterator[Table]:
    """Visits a second, and the latency of each of their steps."""
    amount = bench.amount
    table = Table(
        f"visits: number taken, called, started, finished by {KIOSKS} kiosks and {CLERKS} clerks at once",
        (
            "database",
            "visits/s",
            "of bare inserts",
            "inserts/s",
            *(f"{step} {part} ms" for step in STEPS.values() for part in ("p50", "p99")),
            "server CPU",
            "client CPU",
        ),
        f"Median of {amount.runs} runs of {amount.visits} visits after a warm-up, till the last one is finished; half of the "
        "visitors are of another class than the ordinary.",
    )
    for ground in bench.grounds:
        _measure_on(bench, ground, table)
    yield table


def _measure_on(bench: Bench, ground: Ground, table: Table) -> None:
    amount = bench.amount
    each = max(1, amount.visits // CLERKS)
    with bench.house(ground, kiosks=KIOSKS, clerks=CLERKS) as house:
        crew = Crew(house, CLERKS)
        crew.stock(STOCK)
        crew.visits(max(1, int(each * WARM_UP)), KIOSKS).run()
        runs, floors, busy = [], [], []
        for _ in range(amount.runs):
            floors.append(floor(bench, house))
            work = crew.visits(each, KIOSKS)
            cpu = Cpu(house.pids)
            runs.append(work.run())
            busy.append(cpu.share())
        table.add(
            str(ground),
            rate(runs, "finish"),
            of_floor(runs, "finish", floors),
            middle(floors),
            *(figure for step in STEPS for figure in spread([run.latencies[step] for run in runs])),
            percent(busy),
            percent([run.client_cpu for run in runs]),
        )
