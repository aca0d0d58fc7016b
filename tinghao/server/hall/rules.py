"""Pure decisions about a hall's own shape."""

from collections.abc import Iterable


def ranges(numbers: Iterable[int]) -> str:
    """Window numbers in short: `1–5、8、10–12`."""
    runs: list[list[int]] = []
    for number in sorted(numbers):
        if runs and number == runs[-1][-1] + 1:
            runs[-1].append(number)
        else:
            runs.append([number])
    return "、".join(str(run[0]) if len(run) == 1 else f"{run[0]}–{run[-1]}" for run in runs)
