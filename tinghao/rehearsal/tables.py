"""Tables of plain text, aligned also where Chinese stands, whose characters are two columns wide."""

import unicodedata
from collections.abc import Iterable, Sequence

from tinghao.rehearsal.figures import Waits

HEAD = (
    "",
    "tickets 票数",
    "mean 平均",
    "P50 中位",
    "P95",
    "longest 最长",
    "left 离开",
    "never 未叫",
    "over 超时",
)
NOTHING = "-"


def waits_rows(named: Iterable[tuple[str, Waits]]) -> list[tuple[str, ...]]:
    """A row for each, below `HEAD`; waits in minutes."""
    return [
        (
            name,
            str(each.tickets),
            f"{each.mean:.1f}",
            f"{each.half:.1f}",
            f"{each.most:.1f}",
            f"{each.longest:.1f}",
            str(each.left),
            str(each.never),
            NOTHING if each.over is None else f"{each.over:.1%}",
        )
        for name, each in named
    ]


def table(head: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    """The first column to the left, the others to the right."""
    every = [head, *rows]
    widths = [max(width(cell) for cell in column) for column in zip(*every, strict=True)]
    return "\n".join(_line(row, widths) for row in every)


def width(text: str) -> int:
    """How many columns a text takes on a screen."""
    return sum(2 if unicodedata.east_asian_width(char) in "WF" else 1 for char in text)


def _line(row: Sequence[str], widths: Sequence[int]) -> str:
    first, *others = ((cell, " " * (wide - width(cell))) for cell, wide in zip(row, widths, strict=True))
    return "  ".join([first[0] + first[1], *(space + cell for cell, space in others)]).rstrip()
