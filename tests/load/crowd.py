"""Kiosks and clerks at work at the same time, each on a thread of its own with a connection of its own."""

import itertools
import sqlite3
import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field

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

    def kiosk(token: str) -> None:
        sender = Sender(house.port, token)
        while (n := next(left)) < count:
            status, ticket = sender.wish("/tickets", {"matter": MATTER}, key=f"visit-{n}")
            assert status == 201, ticket
            acknowledged.ticket(ticket)

    _all_at_once([lambda token=token: kiosk(token) for token in house.tokens["kiosk"]])


def serve_all(house: House, clerks: int, enough: Callable[[], bool], acknowledged: Acknowledged) -> None:
    """Clerks open windows 1…n and call, start and finish until `enough()` and nobody waits."""
    windows = {window["number"]: window["id"] for window in house.station("board").hall()["windows"]}

    def clerk(n: int) -> None:
        _, token = house.clerk(n)
        sender, window = Sender(house.port, token), windows[n + 1]
        assert sender.wish(f"/windows/{window}/shift")[0] == 201
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

    _all_at_once([lambda n=n: clerk(n) for n in range(clerks)])


def _all_at_once(workers: list[Callable[[], None]]) -> None:
    gate = threading.Barrier(len(workers))

    def run(work: Callable[[], None]) -> None:
        gate.wait()
        work()

    with ThreadPoolExecutor(len(workers)) as pool:
        for done in [pool.submit(run, work) for work in workers]:
            done.result()


def rows(house: House, query: str) -> list[tuple[object, ...]]:
    """What stands in the house's database."""
    connection = sqlite3.connect(house.database)
    try:
        return connection.execute(query).fetchall()
    finally:
        connection.close()


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
    called = [
        label
        for (label,) in rows(
            house,
            "SELECT json_extract(data, '$.number') FROM event WHERE kind = 'ticket.called' ORDER BY seq",
        )
    ]
    assert len(called) == expected
    assert len(set(called)) == expected
    assert sorted(call["number"] for call in acknowledged.calls) == sorted(called)
    assert dict(rows(house, "SELECT state, count(*) FROM ticket GROUP BY state")) == {"finished": expected}


def check_events(house: House) -> None:
    """The hall's events are numbered from 1 without a gap."""
    numbers = [seq for (seq,) in rows(house, "SELECT seq FROM event ORDER BY seq")]
    assert numbers == list(range(1, len(numbers) + 1))
