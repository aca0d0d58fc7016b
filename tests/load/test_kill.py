"""`kill -9` of the server while kiosks take numbers and clerks call."""

import random
import threading
from collections.abc import Callable

import pytest

from bench.house import House
from tests.load import crowd

TICKETS = 2_000
KIOSKS = 32
CLERKS = 12
KILLS = 10

pytestmark = pytest.mark.timeout(300)


def test_what_was_acknowledged_survives_ten_kills(house: Callable[..., House]) -> None:
    """Every wish is repeated with its key until it is answered; so in the end there is one ticket for each, not one more."""
    running = house(kiosks=KIOSKS, clerks=CLERKS)
    counted = threading.Semaphore(0)
    acknowledged = crowd.Acknowledged(happened=counted.release)
    issued = threading.Event()
    killed: list[int] = []

    def kill_now_and_then() -> None:
        chance = random.Random()
        while len(killed) < KILLS:
            for _ in range(chance.randint(20, 2 * TICKETS // KILLS - 60)):
                counted.acquire()
            running.kill()
            killed.append(len(acknowledged.tickets) + len(acknowledged.calls))
            running.start()

    def take() -> None:
        crowd.take_tickets(running, TICKETS, acknowledged)
        issued.set()

    killer = threading.Thread(target=kill_now_and_then)
    taker = threading.Thread(target=take)
    killer.start()
    taker.start()
    crowd.serve_all(running, CLERKS, issued.is_set, acknowledged)
    taker.join()
    killer.join()

    assert len(killed) == KILLS
    crowd.check_series(running, acknowledged, TICKETS)
    crowd.check_calls(running, acknowledged, TICKETS)
    crowd.check_events(running)
