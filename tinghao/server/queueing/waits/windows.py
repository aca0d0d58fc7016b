"""How the active windows share themselves out among the lines they serve."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

ACTIVE_WITHIN = timedelta(minutes=10)
"""A window that has called nobody for longer, while people wait for it, is not at work, whatever it says."""

ROUNDS = 12


@dataclass(frozen=True)
class ActiveWindow:
    """A window at work: the lines it serves now, and whether nobody is at it."""

    lines: tuple[str, ...]
    free: bool


def at_work(free_since: datetime | None, first_waiting: datetime | None, now: datetime) -> bool:
    """Whether an open window works: somebody is at it, or it has not been free for long while somebody waits for it.

    A window with nobody to call may well be there.
    """
    if free_since is None or first_waiting is None:
        return True
    return now - max(free_since, first_waiting) <= ACTIVE_WITHIN


def shared_out(windows: Iterable[ActiveWindow], work: Mapping[str, float]) -> dict[str, tuple[float, float]]:
    """For each line the windows that work for it, and how many of them are free.

    `work` is the minutes of work that waits in each line. A window that serves several lines goes where most waits for the
    windows there are: nobody is told a long wait beside a window that will soon take him.
    """
    groups: dict[tuple[str, ...], list[int]] = {}
    for window in windows:
        group = groups.setdefault(window.lines, [0, 0])
        group[0] += 1
        group[1] += window.free
    shares = {lines: [1 / len(lines)] * len(lines) for lines in groups if lines}
    if any(len(lines) > 1 for lines in shares):
        for _ in range(ROUNDS):
            shares = _nearer(shares, groups, work)
    found: dict[str, tuple[float, float]] = {}
    for lines, parts in shares.items():
        count, free = groups[lines]
        for line, part in zip(lines, parts, strict=True):
            active, idle = found.get(line, (0.0, 0.0))
            # Somebody who comes to a free window is served there, whatever else it serves.
            found[line] = active + count * part, idle + free
    return found


def _nearer(
    shares: Mapping[tuple[str, ...], Sequence[float]],
    groups: Mapping[tuple[str, ...], Sequence[int]],
    work: Mapping[str, float],
) -> dict[tuple[str, ...], list[float]]:
    capacity: dict[str, float] = {}
    for lines, parts in shares.items():
        for line, part in zip(lines, parts, strict=True):
            capacity[line] = capacity.get(line, 0.0) + groups[lines][0] * part
    nearer = {}
    for lines, parts in shares.items():
        wanted = [part * work[line] / capacity[line] for line, part in zip(lines, parts, strict=True)]
        nearer[lines] = [each / sum(wanted) for each in wanted]
    return nearer
