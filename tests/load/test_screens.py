"""Screens at several server processes: each shows every event once and in order, whichever process made it."""

import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from bench.house import House
from bench.servers import RedisServer
from bench.wishes import Sender
from tests.load import crowd
from tests.load.screens import Screen

PROCESSES = 2

pytestmark = pytest.mark.timeout(120)


@pytest.fixture
def running(house: Callable[..., House]) -> House:
    return house(f"postgresql × {PROCESSES}", kiosks=8, clerks=4)


@pytest.fixture
def screens(running: House) -> Iterator[list[Screen]]:
    """One at each process."""
    screens = [Screen(port, running.tokens["board"][0]) for port in running.ports]
    yield screens
    for screen in screens:
        screen.close()


@pytest.fixture
def take(running: House) -> Callable[[int], int]:
    """Takes a number at one of the processes; returns the number of the event that tells of it."""
    senders = [Sender([port], running.tokens["kiosk"][0]) for port in running.ports]

    def take(process: int) -> int:
        status, ticket = senders[process].wish("/tickets", {"matter": crowd.MATTER})
        assert status == 201, ticket
        return newest(running)

    return take


def newest(house: House) -> int:
    [(number,)] = crowd.rows(house, "SELECT last FROM event_counter")
    return int(number)


def test_every_screen_shows_everything_in_order(running: House, screens: list[Screen]) -> None:
    first, acknowledged = newest(running), crowd.Acknowledged()
    crowd.take_tickets(running, 100, acknowledged)
    crowd.serve_all(running, crowd.at_windows(running, 4), lambda: True, acknowledged)
    last = newest(running)
    for screen in screens:
        screen.wait(lambda screen=screen: screen.last >= last)
        assert screen.shown == list(range(first + 1, last + 1))


def test_without_redis_the_work_goes_on_and_screens_find_out(
    running: House,
    screens: list[Screen],
    take: Callable[[int], int],
    redis_server: RedisServer,
    log: Path,
) -> None:
    here, there = screens
    number = take(0)
    for screen in screens:
        screen.wait(lambda screen=screen: screen.last == number)
    redis_server.stop()

    missed = [take(0) for _ in range(3)]
    here.wait(lambda: here.last == missed[-1])
    assert here.pushed >= set(missed)
    there.wait(lambda: there.last == missed[-1])
    assert not there.pushed & set(missed)

    redis_server.start()
    while log.read_text().count("Redis is back") < PROCESSES:
        time.sleep(0.05)
    missed.append(take(0))
    there.wait(lambda: there.last == missed[-1])
    assert missed[-1] in there.pushed
    assert here.shown == there.shown == list(range(here.shown[0], missed[-1] + 1))
    assert log.read_text().count("Redis is away") == PROCESSES


def test_a_redis_that_hangs_keeps_nobody_waiting(
    screens: list[Screen], take: Callable[[int], int], redis_server: RedisServer
) -> None:
    here, _ = screens
    redis_server.hold()
    try:
        number = [take(0) for _ in range(3)][-1]
        here.wait(lambda: here.last == number)
        assert number in here.pushed
    finally:
        redis_server.go_on()


def test_a_screen_whose_process_dies_goes_on_at_another(
    running: House, screens: list[Screen], take: Callable[[int], int]
) -> None:
    _, there = screens
    running.processes[0].kill()
    number = take(1)
    there.wait(lambda: there.last == number)
    running.processes[0].start()
    again = Screen(running.port, running.tokens["board"][0])
    assert again.last == number
    number = take(1)
    for screen in (again, there):
        screen.wait(lambda screen=screen: screen.last == number)
    again.close()
