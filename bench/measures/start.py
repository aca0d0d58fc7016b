"""How soon the server is there: cold, and after `kill -9`; and what it takes while nobody asks."""

import threading
import time
import urllib.request
from collections.abc import Iterator

from bench import people
from bench.boards import Boards
from bench.house import House
from bench.load import Load
from bench.measures.base import Bench
from bench.processes import memory_mb
from bench.report import Table, middle

PAGE = "/display/board"
IDLE_SECONDS = 2
BOARDS = 200
KILLED_AFTER = 0.5


def measure(bench: Bench) -> Iterator[Table]:
    """Cold start, idle memory, and the way back after `kill -9`."""
    starts, memory, backs, screens = [], [], [], []
    with bench.house(kiosks=8) as house:
        token, matter = house.tokens["board"][0], people.places(house)[0].matter
        for _ in range(bench.amount.runs):
            house.kill()
            began = time.monotonic()
            house.start()
            _first_page(house)
            starts.append(time.monotonic() - began)
            time.sleep(IDLE_SECONDS)
            memory.append(memory_mb(house.pid))
            backs.append(_killed_at_work(house, matter))
            with Boards(house.port, token, BOARDS, at_once=BOARDS) as boards:
                screens.append(boards.connected_in)
    known = [found for found in memory if found is not None]
    table = Table(
        "start: how soon the server is there",
        ("what", "median", "worst", "unit"),
        f"{bench.amount.runs} times each; the program's files are in the system's cache. Killed while 8 kiosks take numbers.",
    )
    table.add("cold start to the first page", middle(starts), max(starts), "s")
    table.add("idle memory", middle(known) if known else None, max(known) if known else None, "MB resident")
    table.add("kill -9 to the next number taken", middle(backs), max(backs), "s")
    table.add(f"{BOARDS} boards come back at once, all shown", middle(screens), max(screens), "s")
    yield table


def _first_page(house: House) -> None:
    with urllib.request.urlopen(house.address + PAGE, timeout=10) as page:
        page.read()


def _killed_at_work(house: House, matter: str) -> float:
    """Seconds from the kill to the first number that a kiosk has again."""
    work = threading.Thread(target=_work_until_killed, args=(house, matter))
    work.start()
    time.sleep(KILLED_AFTER)
    killed = time.monotonic()
    house.kill()
    house.start()
    load = Load(house.ports)
    load.add(house.tokens["kiosk"][0], people.kiosk(people.ordinary([matter])))
    load.run()
    took = time.monotonic() - killed
    work.join()
    return took


def _work_until_killed(house: House, matter: str) -> None:
    try:
        people.take_tickets(house, matter, 1_000_000, 8)
    except OSError:
        return
