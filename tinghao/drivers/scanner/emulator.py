"""A scanner made of software."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from tinghao.drivers.scanner.driver import Suffix


class ScannerEmulator:
    def __init__(self, link: Path, *, suffix: Suffix = "cr", encoding: str = "utf-8",
                 on_change: Callable[[], None] | None = None) -> None:
        self.link = link
        self.plugged = False

    def plug(self) -> None: ...
    def unplug(self) -> None: ...
    def close(self) -> None: ...
    def scan(self, text: str) -> None: ...
