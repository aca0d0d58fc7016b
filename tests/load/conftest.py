"""Houses with many stations, for tests of many at once."""

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from bench.house import House


@pytest.fixture
def house(tmp_path: Path) -> Iterator[Callable[..., House]]:
    """Makes a house and starts it; stops it in the end."""
    houses: list[House] = []

    def make(**furniture: int) -> House:
        houses.append(House(tmp_path, **furniture))
        houses[-1].start()
        return houses[-1]

    yield make
    for each in houses:
        each.stop()
