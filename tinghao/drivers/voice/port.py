"""A folder as an emulator's port: what appears in it as a WAV file is what has been heard.

Unplugged, the folder is gone; what lay in it is put aside and is back when it is plugged in again.
"""

from __future__ import annotations

import logging
import threading
from pathlib import Path

from tinghao.drivers.address import Address
from tinghao.drivers.ports import Connected, EmulatedPort, Received

POLL = 0.05
LARGEST = 32 * 1024 * 1024

log = logging.getLogger(__name__)


class FolderPort(EmulatedPort):
    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self._aside = folder.with_name(folder.name + ".unplugged")
        self._stop = threading.Event()
        self._thread = threading.Thread()

    @property
    def address(self) -> Address:
        return Address("wav", path=str(self.folder))

    def open(self, received: Received, connected: Connected) -> None:
        known = _names(self._aside) | _names(self.folder)
        if self._aside.is_dir() and not self.folder.exists():
            self._aside.rename(self.folder)
        self.folder.mkdir(parents=True, exist_ok=True)
        self._stop = threading.Event()
        self._thread = threading.Thread(
            target=self._watch,
            args=(known, received, self._stop),
            name=f"folder {self.folder.name}",
            daemon=True,
        )
        self._thread.start()
        connected()

    def close(self) -> None:
        self._stop.set()
        self._thread.join(2.0)
        try:
            if _names(self.folder):
                self.folder.rename(self._aside)
            else:
                self.folder.rmdir()
        except OSError as error:
            log.debug("the folder can't be put aside: %s", error.strerror)

    def write(self, data: bytes) -> None:
        """A listener says nothing."""

    def _watch(self, known: set[str], received: Received, stop: threading.Event) -> None:
        while not stop.wait(POLL):
            present = _names(self.folder)
            for name in sorted(present - known):
                received(_content(self.folder / name))
            known = present


def _names(folder: Path) -> set[str]:
    try:
        return {path.name for path in folder.iterdir() if path.suffix == ".wav" and path.name[0] != "."}
    except OSError:
        return set()


def _content(path: Path) -> bytes:
    try:
        with path.open("rb") as file:
            return file.read(LARGEST)
    except OSError:
        return b""
