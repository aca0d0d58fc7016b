"""`kill -9` of server processes while kiosks take numbers and clerks call."""

import random
import threading
from collections.abc import Callable

import pytest

from bench.house import House
from tests.load import crowd

KIOSKS = 32
CLERKS = 12

pytestmark = pytest.mark.timeout(300)


@pytest.mark.parametrize(("kind", "tickets", "kills"), [("sqlite", 600, 4), ("postgresql × 4", 240, 3)])
def test_what_was_acknowledged_survives_kills(
    house: Callable[..., House], kind: str, tickets: int, kills: int
) -> None:
    """Every wish is repeated with its key until it is answered; so in the end there is one ticket for each, not one more.

    Of several processes one dies at a time, and the wish is repeated at another.
    """
    running = house(kind, kiosks=KIOSKS, clerks=CLERKS)
    crew = crowd.at_windows(running, CLERKS)
    counted = threading.Semaphore(0)
    acknowledged = crowd.Acknowledged(happened=counted.release)
    issued = threading.Event()
    killed: list[int] = []

    def kill_now_and_then() -> None:
        chance = random.Random()
        while len(killed) < kills:
            for _ in range(chance.randint(20, 2 * tickets // kills - 40)):
                counted.acquire()
            process = chance.choice(running.processes)
            process.kill()
            killed.append(len(acknowledged.tickets) + len(acknowledged.calls))
            process.start()

    def take() -> None:
        crowd.take_tickets(running, tickets, acknowledged)
        issued.set()

    killer = threading.Thread(target=kill_now_and_then)
    taker = threading.Thread(target=take)
    killer.start()
    taker.start()
    crowd.serve_all(running, crew, issued.is_set, acknowledged)
    taker.join()
    killer.join()

    assert len(killed) == kills
    crowd.check_series(running, acknowledged, tickets)
    crowd.check_calls(running, acknowledged, tickets)
    crowd.check_events(running)
