"""What a process uses, as Linux tells it; elsewhere nothing is known."""

import os
import time
from collections.abc import Sequence
from pathlib import Path

_TICKS = os.sysconf("SC_CLK_TCK")


def memory_mb(pid: int) -> float | None:
    """Resident memory of a process and its children, in MB."""
    try:
        lines = Path(f"/proc/{pid}/status").read_text().splitlines()
        children = _children(pid)
    except OSError:
        return None
    own = next((int(line.split()[1]) / 1024 for line in lines if line.startswith("VmRSS:")), 0.0)
    return own + sum(memory_mb(child) or 0.0 for child in children)


class Cpu:
    """How busy processes and their children keep the processors, from now on: 1.0 is one whole processor."""

    def __init__(self, pids: Sequence[int]) -> None:
        self._pids = pids
        self._used, self._began = _used_by_all(pids), time.monotonic()

    def share(self) -> float | None:
        """The share since it was made."""
        used = _used_by_all(self._pids)
        if used is None or self._used is None:
            return None
        return (used - self._used) / (time.monotonic() - self._began)


def _used_by_all(pids: Sequence[int]) -> float | None:
    used = [_used(pid) for pid in pids]
    known = [each for each in used if each is not None]
    return sum(known) if len(known) == len(used) else None


def _used(pid: int) -> float | None:
    try:
        fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
        children = _children(pid)
    except OSError:
        return None
    own = (int(fields[11]) + int(fields[12])) / _TICKS
    return own + sum(_used(child) or 0.0 for child in children)


def _children(pid: int) -> list[int]:
    return [int(child) for child in Path(f"/proc/{pid}/task/{pid}/children").read_text().split()]
