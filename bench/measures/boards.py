"""From a clerk's press to what the hall sees."""

from collections.abc import Iterator

from bench.boards import Boards
from bench.floors import bare_sockets
from bench.measures.base import Bench, percent, spread
from bench.people import Crew, Shown
from bench.report import Table, middle, ms, quantile

APART = {1: 0.05, 50: 0.06, 200: 0.1}
"""Seconds from press to press by number of boards, so that each is measured alone."""

APART_WITH_MORE = 0.3


def measure(bench: Bench) -> Iterator[Table]:
    """From sending `POST …/next` to the event's arrival at the boards."""
    amount = bench.amount
    table = Table(
        "boards: from a clerk's press to the boards",
        (
            "boards",
            "middle p50 ms",
            "middle p99 ms",
            "last p50 ms",
            "last p99 ms",
            "floor p50 ms",
            "floor p99 ms",
            "lost",
            "server CPU",
            "boards CPU",
        ),
        f"Median of {amount.runs} runs of {amount.presses} presses after a warm-up; middle: the median board, "
        "last: the slowest one. "
        "Floor: the same bytes to the last of as many bare sockets, without HTTP, database, WebSocket and Socket.IO.",
    )
    with bench.house() as house:
        crew = Crew(house, 1)
        for count in amount.boards:
            apart = APART.get(count, APART_WITH_MORE)
            floors = [bare_sockets(count, amount.presses) for _ in range(amount.runs)]
            with Boards(house.port, house.tokens["board"][0], count) as boards:
                crew.press(boards, amount.presses // 10, apart)
                runs: list[Shown] = []
                busy = []
                for _ in range(amount.runs):
                    shown, share = crew.press(boards, amount.presses, apart)
                    runs.append(shown)
                    busy.append(share)
                table.add(
                    count,
                    *spread([run.middle_board for run in runs]),
                    *spread([run.last_board for run in runs]),
                    *(ms(middle([quantile(took, part) for took in floors])) for part in (0.5, 0.99)),
                    sum(run.lost for run in runs),
                    percent(busy),
                    percent([boards.cpu]),
                )
    yield table
