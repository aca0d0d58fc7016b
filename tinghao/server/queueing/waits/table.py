"""Scores as tables to be read in a terminal."""

from collections.abc import Iterable, Sequence
from typing import Any

from tinghao.server.queueing.waits.replay import Replayed
from tinghao.server.queueing.waits.scoring import Score

ALL = "all"
_HEADER = ("line", "method", "tickets", "MAE", "RMSE", "bias", "<=low", "<=high", "mean high")
_DAILY = ("day", "line", "tickets", "MAE", "bias", "<=low", "<=high")


def of_replay(found: Replayed) -> list[str]:
    """A replay's scores, all lines together first, then each."""
    lines = sorted({line for _, line in found.scores if line})
    rows = [
        (line or ALL, method, *_numbers(score))
        for line in (None, *lines)
        for (method, of_line), score in found.scores.items()
        if of_line == line
    ]
    return _table(_HEADER, rows)


def of_days(rows: Iterable[Any]) -> list[str]:
    """Kept scores: rows with `prefix` and the columns of `WaitScore`."""
    return _table(
        _DAILY,
        [
            (
                row.day.isoformat(),
                row.prefix,
                str(row.tickets),
                f"{row.mean_absolute_error:.1f}",
                f"{row.bias:+.1f}",
                f"{row.below_low:.0%}",
                f"{row.coverage:.0%}",
            )
            for row in rows
        ],
    )


def _numbers(score: Score) -> tuple[str, ...]:
    return (
        str(score.tickets),
        f"{score.mean_absolute_error:.2f}",
        f"{score.root_mean_square_error:.2f}",
        f"{score.bias:+.2f}",
        f"{score.below_low:.0%}",
        f"{score.coverage:.0%}",
        f"{score.mean_high:.1f}",
    )


def _table(header: Sequence[str], rows: Sequence[Sequence[str]]) -> list[str]:
    widths = [max(len(row[n]) for row in (header, *rows)) for n in range(len(header))]
    # Words to the left, numbers to the right.
    words = 2
    return [
        "  ".join(
            cell.ljust(width) if n < words else cell.rjust(width)
            for n, (cell, width) in enumerate(zip(row, widths, strict=True))
        ).rstrip()
        for row in (header, *rows)
    ]
