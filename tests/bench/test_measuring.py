"""What measurements stand on: the hall with more windows, mixed visitors, floors that leave nothing behind."""

from collections import Counter
from itertools import repeat
from pathlib import Path

import pytest
from sqlalchemy import create_engine, inspect

from bench.floors import durable_inserts
from bench.hall import measured_hall
from bench.house import House
from bench.people import Crew, mixed, visitor
from bench.servers import PostgresServer
from tinghao.server.store import DatabaseAddress


def test_further_windows_are_spread_over_the_zones() -> None:
    hall = measured_hall(60)
    assert [window.number for window in hall.windows] == list(range(1, 61))
    zones = Counter(window.zone for window in hall.windows[44:])
    assert len(zones) == 6
    assert max(zones.values()) - min(zones.values()) <= 1
    serves = {window.zone: window.lines for window in hall.windows[:44]}
    assert all(window.lines == serves[window.zone] for window in hall.windows)
    assert not hall.rules.plans
    assert len(measured_hall(12).windows) == 44


def test_half_of_mixed_visitors_are_of_another_class_in_every_line() -> None:
    wishes = list(mixed([*repeat("a", 8), *repeat("b", 8), *["a", "b"] * 4]))
    for matter in ("a", "b"):
        kinds = Counter(
            tuple(sorted(wish.keys() - {"matter"})) for wish in wishes if wish["matter"] == matter
        )
        assert kinds == {(): 6, ("statuses",): 3, ("booked_at",): 3}


def test_visitors_are_all_different() -> None:
    assert len({visitor(n)["number"] for n in range(9_000, 31_000)}) == 22_000


@pytest.mark.parametrize("kind", ["sqlite", "postgresql"])
def test_bare_inserts_leave_nothing_behind(kind: str, tmp_path: Path, request: pytest.FixtureRequest) -> None:
    if kind == "sqlite":
        database = DatabaseAddress.of(tmp_path / "tinghao.db")
        assert durable_inserts(database, 20) > 0
        assert list(tmp_path.iterdir()) == []
    else:
        postgres: PostgresServer = request.getfixturevalue("postgres")
        database = postgres.create()
        assert durable_inserts(database, 20) > 0
        engine = create_engine(database.url)
        assert inspect(engine).get_table_names() == []
        engine.dispose()
        postgres.drop(database)


def test_whole_visits_are_all_taken_called_started_and_finished(tmp_path: Path) -> None:
    house = House(tmp_path, kiosks=4, clerks=8, definition=measured_hall(8))
    house.start()
    try:
        done = Crew(house, 8).visits(3, kiosks=4).run()
    finally:
        house.stop()
    assert {step: len(took) for step, took in done.latencies.items()} == {
        "ticket": 24,
        "call": 24,
        "start": 24,
        "finish": 24,
    }
