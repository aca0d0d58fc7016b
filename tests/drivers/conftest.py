"""What the tests of the drivers share: waiting for a call back instead of sleeping."""

import queue
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from tinghao.drivers.links import DeviceState


class Heard:
    """A listener that remembers; `next()` waits for the next call."""

    def __init__(self) -> None:
        self._queue: queue.Queue[Any] = queue.Queue()

    def __call__(self, *args: Any) -> None:
        self._queue.put(args[0] if args else None)

    def next(self, timeout: float = 5) -> Any:
        return self._queue.get(timeout=timeout)

    def until(self, wanted: Callable[[Any], bool], timeout: float = 5) -> Any:
        while not wanted(heard := self.next(timeout)):
            pass
        return heard

    def until_state(self, state: str, timeout: float = 5) -> DeviceState:
        return self.until(lambda heard: heard.state == state, timeout)

    @property
    def silent(self) -> bool:
        return self._queue.empty()


@pytest.fixture
def hear() -> type[Heard]:
    return Heard


@pytest.fixture
def link(tmp_path: Path) -> Path:
    return tmp_path / "port"


def pytest_make_parametrize_id(val: object) -> str | None:
    """Long frames would make long names, and those with a time in them another name in each process."""
    return f"{len(val)} bytes" if isinstance(val, bytes) and len(val) > 16 else None
