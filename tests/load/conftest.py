"""Houses with many stations, for tests of many at once."""

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from bench.house import House


@pytest.fixture
def log(tmp_path: Path) -> Path:
    """What the house's server processes complain about."""
    return tmp_path / "log"


@pytest.fixture
def house(tmp_path: Path, log: Path, request: pytest.FixtureRequest) -> Iterator[Callable[..., House]]:
    """Makes a house and starts it; stops it in the end.

    `kind` is `sqlite`, `postgresql`, or `postgresql × N` with N processes and Redis.
    """
    houses: list[House] = []

    def make(kind: str = "sqlite", **furniture: int) -> House:
        database, redis, processes = None, None, int(kind.partition(" × ")[2] or 1)
        if kind != "sqlite":
            database = request.getfixturevalue("postgres").create()
        if processes > 1:
            redis = request.getfixturevalue("redis_server").url
        where = {"database": database, "redis": redis, "processes": processes, "log": log}
        houses.append(House(tmp_path, **where, **furniture))
        houses[-1].start()
        return houses[-1]

    yield make
    for each in houses:
        each.stop()
        if each.database.is_postgresql:
            request.getfixturevalue("postgres").drop(each.database)
