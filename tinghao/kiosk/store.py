"""The kiosk's small memory on disk: the hall's definition, and what was on its way to paper. Never a person.

A full or broken disk is logged and stops nobody: the kiosk works on without its memory.
"""

import json
import logging
import os
from pathlib import Path
from typing import Any

from tinghao.kiosk.hall_server import Json

HALL = "hall.json"
UNFINISHED = "unfinished"
REPRINT = "reprint.json"

log = logging.getLogger(__name__)


class Store:
    """A folder of this kiosk's own."""

    def __init__(self, folder: Path) -> None:
        folder.mkdir(parents=True, exist_ok=True)
        self._folder = folder

    def load_hall(self) -> dict[str, Any] | None:
        """`{hall, matters}` as last received; nothing if there never was one, or it is broken."""
        return self._read(HALL, {"hall", "matters"})

    def save_hall(self, hall: Json) -> None:
        """Replaces the kept definition as a whole."""
        self._write(HALL, json.dumps(hall, ensure_ascii=False))

    def mark_unfinished(self) -> None:
        """A number is being asked for or printed."""
        self._write(UNFINISHED, "")

    def clear_unfinished(self) -> bool:
        """No number is on its way any more; tells whether one was."""
        return self._forget(UNFINISHED)

    def load_reprint(self) -> dict[str, Any] | None:
        """The order `{order, outcome, reason}` that was begun and not told to the server; nothing if there is none."""
        return self._read(REPRINT, {"order", "outcome", "reason"})

    def keep_reprint(self, reprint: Json) -> None:
        """An order is being printed, or has an outcome to tell."""
        self._write(REPRINT, json.dumps(reprint, ensure_ascii=False))

    def clear_reprint(self) -> None:
        """The server knows what became of the order."""
        self._forget(REPRINT)

    def _read(self, name: str, members: set[str]) -> dict[str, Any] | None:
        try:
            kept = json.loads((self._folder / name).read_text(encoding="utf-8"))
        except (OSError, ValueError):
            return None
        return kept if isinstance(kept, dict) and members <= kept.keys() else None

    def _forget(self, name: str) -> bool:
        try:
            (self._folder / name).unlink()
        except FileNotFoundError:
            return False
        except OSError as error:
            log.error("the kiosk's memory can't be cleared: %s", error.strerror)
        return True

    def _write(self, name: str, text: str) -> None:
        temporary = self._folder / f".{name}.new"
        try:
            temporary.write_text(text, encoding="utf-8")
            os.replace(temporary, self._folder / name)
        except OSError as error:
            log.error("the kiosk's memory can't be written: %s", error.strerror)
