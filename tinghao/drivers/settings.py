"""What differs between installations of one family, as a technician types it: `boards=1:24,2:12`, `width=256`."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any


class SettingError(ValueError):
    """A setting that is not there or can't be so; `reason` says it in Chinese to whoever typed it."""

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason


@dataclass(frozen=True)
class Setting:
    """`hint` says in Chinese what to write; `read` makes the value of it and raises `ValueError` when it can't."""

    hint: str
    read: Callable[[str], Any]


def number(low: int, high: int, *, step: int = 1) -> Callable[[str], int]:
    """A whole number within bounds."""

    def read(text: str) -> int:
        value = int(text)
        if not low <= value <= high or value % step:
            raise ValueError(text)
        return value

    return read


def numbers(low: int, high: int) -> Callable[[str], tuple[int, ...]]:
    """`1,2,5` or `1-4`."""
    one = number(low, high)

    def read(text: str) -> tuple[int, ...]:
        found: list[int] = []
        for part in text.split(","):
            first, _, last = part.partition("-")
            found += range(one(first), one(last or first) + 1)
        return tuple(dict.fromkeys(found)) or read("")

    return read


def counts(keys: Callable[[str], int], values: Callable[[str], int]) -> Callable[[str], dict[int, int]]:
    """`1:24,2:12`."""

    def read(text: str) -> dict[int, int]:
        pairs = (part.partition(":") for part in text.split(","))
        return {keys(key): values(value) for key, _, value in pairs}

    return read


def choice(**values: Any) -> Callable[[str], Any]:
    """One of a few words."""

    def read(text: str) -> Any:
        if text not in values:
            raise ValueError(text)
        return values[text]

    return read
