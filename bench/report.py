"""Figures and the tables they stand in."""

import math
import statistics
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

Cell = str | int | float | None


@dataclass
class Table:
    """One table of results; `note` says how it was measured."""

    title: str
    columns: Sequence[str]
    note: str = ""
    rows: list[list[Cell]] = field(default_factory=list)

    def add(self, *cells: Cell) -> None:
        """Adds one row."""
        self.rows.append(list(cells))

    def as_json(self) -> dict[str, Any]:
        """The table for other programs."""
        rows = [dict(zip(self.columns, row, strict=True)) for row in self.rows]
        return {"title": self.title, "note": self.note, "rows": rows}

    def __str__(self) -> str:
        lines = [list(self.columns), *([_shown(cell) for cell in row] for row in self.rows)]
        widths = [max(map(_width, column)) for column in zip(*lines, strict=True)]
        text = [
            "  ".join(cell + " " * (width - _width(cell)) for cell, width in zip(line, widths, strict=True))
            for line in lines
        ]
        rule = "  ".join("-" * width for width in widths)
        note = [self.note] if self.note else []
        return "\n".join([f"## {self.title}", *note, "", text[0], rule, *text[1:], ""])


def quantile(values: Sequence[float], part: float) -> float:
    """The smallest value that at least `part` of all do not exceed."""
    ordered = sorted(values)
    return ordered[max(0, math.ceil(part * len(ordered)) - 1)]


def middle(values: Sequence[float]) -> float:
    """The median of several runs."""
    return statistics.median(values)


def ms(seconds: float) -> float:
    """Seconds as milliseconds."""
    return seconds * 1000


def _shown(cell: Cell) -> str:
    if cell is None:
        return "–"
    if isinstance(cell, float):
        return f"{cell:,.0f}" if abs(cell) >= 100 else f"{cell:.1f}" if abs(cell) >= 10 else f"{cell:.2f}"
    return f"{cell:,}" if isinstance(cell, int) else cell


def _width(text: str) -> int:
    return sum(2 if unicodedata.east_asian_width(sign) in "WF" else 1 for sign in text)
