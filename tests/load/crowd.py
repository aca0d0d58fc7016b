"""Kiosks and clerks at work at the same time, each on a thread of its own with a connection of its own."""

import itertools
import json
import threading
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import create_engine, text

from bench.house import House
from bench.wishes import Json, Sender

MATTER = "fagai-touzi-beian"
PREFIX = "A"


@dataclass
class Acknowledged:
    """What the server has said yes to."""

    tickets: list[Json] = field(default_factory=list)
    calls: list[Json] = field(default_factory=list)
    happened: Callable[[], None] = lambda: None

    def ticket(self, ticket: Json) -> None:
        self.tickets.append(ticket)
        self.happened()

    def call(self, call: Json) -> None:
        self.calls.append(call)
        self.happened()


def take_tickets(house: House, count: int, acknowledged: Acknowledged) -> None:
    """All kiosks of the house take `count` numbers together."""
    left = itertools.count()

    def kiosk(n: int, token: str) -> None:
        sender = Sender(ports_of(house, n), token)
        while (visit := next(left)) < count:
            status, ticket = sender.wish("/tickets", {"matter": MATTER}, key=f"visit-{visit}")
            assert status == 201, ticket
            acknowledged.ticket(ticket)

    _all_at_once([lambda item=item: kiosk(*item) for item in enumerate(house.tokens["kiosk"])])


def at_windows(house: House, clerks: int) -> list[tuple[str, int]]:
    """Clerks log in and open windows 1…n: each one's token and his window's id."""
    windows = {window["number"]: window["id"] for window in house.station("board").hall()["windows"]}
    crew = [(house.clerk(n)[1], windows[n + 1]) for n in range(clerks)]
    for n, (token, window) in enumerate(crew):
        assert Sender(ports_of(house, n), token).wish(f"/windows/{window}/shift")[0] == 201
    return crew


def serve_all(
    house: House, crew: Sequence[tuple[str, int]], enough: Callable[[], bool], acknowledged: Acknowledged
) -> None:
    """The clerks call, start and finish until `enough()` and nobody waits."""

    def clerk(n: int, token: str, window: int) -> None:
        sender = Sender(ports_of(house, n), token)
        while True:
            may_stop = enough()
            status, answer = sender.wish(f"/windows/{window}/next")
            if status == 200:
                acknowledged.call(answer)
                assert sender.wish(f"/tickets/{answer['id']}/start")[0] == 200
                assert sender.wish(f"/tickets/{answer['id']}/finish")[0] == 200
            elif answer["code"] == "nobody-waiting":
                if may_stop:
                    return
            else:
                raise AssertionError(answer)

    _all_at_once([lambda n=n, who=who: clerk(n, *who) for n, who in enumerate(crew)])


def ports_of(house: House, n: int) -> list[int]:
    """The ports that station `n` tries in turn: stations are spread over the server's processes."""
    first = n % len(house.ports)
    return house.ports[first:] + house.ports[:first]


def _all_at_once(workers: list[Callable[[], None]]) -> None:
    gate = threading.Barrier(len(workers))

    def run(work: Callable[[], None]) -> None:
        gate.wait()
        work()

    with ThreadPoolExecutor(len(workers)) as pool:
        for done in [pool.submit(run, work) for work in workers]:
            done.result()


def rows(house: House, query: str) -> list[tuple[Any, ...]]:
    """What stands in the house's database."""
    engine = create_engine(house.database.url)
    try:
        with engine.connect() as connection:
            return [tuple(row) for row in connection.execute(text(query))]
    finally:
        engine.dispose()


def numbers_called(house: House) -> list[str]:
    """The numbers in the order in which they were called."""
    found = rows(house, "SELECT data FROM event WHERE kind = 'ticket.called' ORDER BY seq")
    # SQLite gives a JSON column's text when nobody says that it is one.
    return [(data if isinstance(data, dict) else json.loads(data))["number"] for (data,) in found]


def check_series(house: House, acknowledged: Acknowledged, expected: int) -> None:
    """Every number exists once, without a gap, and each acknowledged ticket is the one in the database."""
    stored = dict(rows(house, "SELECT id, label FROM ticket"))
    assert sorted(number for (number,) in rows(house, "SELECT number FROM ticket")) == list(
        range(1, expected + 1)
    )
    given = [ticket["number"] for ticket in acknowledged.tickets]
    assert len(given) == expected
    assert len(set(given)) == expected
    assert all(stored[ticket["id"]] == ticket["number"] for ticket in acknowledged.tickets)


def check_calls(house: House, acknowledged: Acknowledged, expected: int) -> None:
    """Everybody was called once, in the order of the numbers; every acknowledged call is on record."""
    called = numbers_called(house)
    assert len(called) == expected
    assert len(set(called)) == expected
    assert sorted(call["number"] for call in acknowledged.calls) == sorted(called)
    assert dict(rows(house, "SELECT state, count(*) FROM ticket GROUP BY state")) == {"finished": expected}


def check_events(house: House) -> None:
    """The hall's events are numbered from 1 without a gap."""
    numbers = [seq for (seq,) in rows(house, "SELECT seq FROM event ORDER BY seq")]
    assert numbers == list(range(1, len(numbers) + 1))
