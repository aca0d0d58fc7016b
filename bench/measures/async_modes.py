"""Flask-SocketIO's async modes under the same load, each with the best server that there is for it here."""

import importlib.util
import time
from collections.abc import Iterator

from bench import people
from bench.boards import Boards
from bench.house import House
from bench.load import Ask, Load, Script
from bench.measures.base import WARM_UP, Bench, percent, rate, spread
from bench.mode_server import EMIT, MODES
from bench.people import Shown, seen
from bench.processes import Cpu, memory_mb
from bench.report import Table

BOARDS = (50, 200)
APART = {50: 0.06, 200: 0.12}
KIOSKS = 32


def measure(bench: Bench) -> Iterator[Table]:
    """From `emit` to the last board, and tickets a second."""
    amount = bench.amount
    columns = ["mode and server"]
    for count in BOARDS:
        columns += [f"last of {count} p50 ms", f"p99 of {count} ms"]
    table = Table(
        "async_modes: from emit to the last board, and tickets",
        [*columns, "lost", "emit CPU", "MB with boards", "tickets/s", "ticket p99 ms"],
        f"Median of {amount.runs} runs of {amount.presses} messages and of {amount.tickets[KIOSKS]} tickets "
        f"from {KIOSKS} kiosks, after a warm-up. "
        f"Emit CPU: the server's share of a processor with {BOARDS[-1]} boards.",
    )
    for mode, words in MODES.items():
        if mode == "gunicorn" and importlib.util.find_spec("gunicorn") is None:
            continue
        with bench.house(kiosks=KIOSKS, serve=("-m", "bench.mode_server", mode)) as house:
            matter = people.places(house)[0].matter
            people.take_tickets(house, matter, int(amount.tickets[KIOSKS] * WARM_UP), KIOSKS)
            issued = [
                people.take_tickets(house, matter, amount.tickets[KIOSKS], KIOSKS) for _ in range(amount.runs)
            ]
            cells: list[float] = []
            lost = 0
            busy: list[float | None] = []
            memory = None
            for count in BOARDS:
                with Boards(house.port, house.tokens["board"][0], count) as boards:
                    _emit(house, boards, amount.presses // 10)
                    runs, busy = [], []
                    for _ in range(amount.runs):
                        cpu = Cpu(house.pids)
                        runs.append(_emit(house, boards, amount.presses))
                        busy.append(cpu.share())
                    memory = memory_mb(house.pid)
                cells += spread([run.last_board for run in runs])
                lost += sum(run.lost for run in runs)
            p99 = spread([run.latencies["ticket"] for run in issued])[1]
            table.add(words, *cells, lost, percent(busy), memory, rate(issued, "ticket"), p99)
    yield table


def _emit(house: House, boards: Boards, times: int) -> Shown:
    numbers: list[str] = []
    load = Load(house.ports)
    load.add("", _ask(times, APART[boards.count], numbers))
    load.run()
    return seen({number: int(number) / 1e9 for number in numbers}, boards)


def _ask(times: int, apart: float, numbers: list[str]) -> Script:
    began = time.monotonic()
    for n in range(times):
        answer = yield Ask(EMIT, at=began + n * apart)
        numbers.append(answer.content["number"])
