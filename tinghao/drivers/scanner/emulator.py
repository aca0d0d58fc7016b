"""A scanner made of software: sends what is "scanned" to a pseudo-terminal, in the encoding and with the
suffix it is set to.
"""

from __future__ import annotations

from pathlib import Path

from tinghao.drivers.emulated import Emulator, OnChange
from tinghao.drivers.ports import EmulatedPort
from tinghao.drivers.scanner.driver import SUFFIX, Suffix


class ScannerEmulator(Emulator):
    def __init__(
        self,
        port: EmulatedPort | Path,
        on_change: OnChange | None = None,
        *,
        suffix: Suffix = "cr",
        encoding: str = "utf-8",
    ) -> None:
        super().__init__(port, on_change)
        self._suffix = SUFFIX[suffix]
        self._encoding = encoding
        self.last_scanned = ""

    def scan(self, text: str) -> None:
        self.scan_bytes(text.encode(self._encoding))
        self.last_scanned = text
        self._changed()

    def scan_bytes(self, code: bytes) -> None:
        self._send(code + self._suffix)

    def _received(self, data: bytes) -> None:
        """Trigger and setting commands are taken silently."""
