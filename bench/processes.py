"""What a process uses, as Linux tells it; elsewhere nothing is known."""

import os
import time
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
    """How busy a process and its children keep the processors, from now on: 1.0 is one whole processor."""

    def __init__(self, pid: int) -> None:
        self._pid = pid
        self._used, self._began = _used(pid), time.monotonic()

    def share(self) -> float | None:
        """The share since it was made."""
        used = _used(self._pid)
        if used is None or self._used is None:
            return None
        return (used - self._used) / (time.monotonic() - self._began)


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
