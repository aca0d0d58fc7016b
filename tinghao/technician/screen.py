"""Text in a terminal, where a hanzi takes two columns."""

from __future__ import annotations

from collections.abc import Sequence
from unicodedata import combining, east_asian_width

GAP = 2


def width(text: str) -> int:
    return sum(
        0 if combining(character) else 2 if east_asian_width(character) in "WF" else 1 for character in text
    )


def pad(text: str, columns: int) -> str:
    return text + " " * (columns - width(text))


def table(rows: Sequence[Sequence[str]]) -> list[str]:
    """Lines whose columns begin below one another."""
    columns = [max(map(width, column)) + GAP for column in zip(*rows, strict=True)]
    return ["".join(map(pad, row, columns)).rstrip() for row in rows]
