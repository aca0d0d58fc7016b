"""The kiosk's small memory on disk: the hall's definition, and that a wish was under way. Never a person."""

import json
import os
from pathlib import Path
from typing import Any

from tinghao.kiosk.hall_server import Json

HALL = "hall.json"
WISH = "unfinished-wish"


class Store:
    """A folder of this kiosk's own."""

    def __init__(self, folder: Path) -> None:
        folder.mkdir(parents=True, exist_ok=True)
        self._folder = folder

    def load_hall(self) -> dict[str, Any] | None:
        """`{hall, matters}` as last received; nothing if there never was one, or it is broken."""
        try:
            kept = json.loads((self._folder / HALL).read_text(encoding="utf-8"))
        except (OSError, ValueError):
            return None
        return kept if isinstance(kept, dict) and {"hall", "matters"} <= kept.keys() else None

    def save_hall(self, hall: Json) -> None:
        """Replaces the kept definition as a whole."""
        self._write(HALL, json.dumps(hall, ensure_ascii=False))

    def mark_wish(self) -> None:
        """A number is being asked for."""
        self._write(WISH, "")

    def clear_wish(self) -> bool:
        """No number is being asked for any more; tells whether one was."""
        path = self._folder / WISH
        existed = path.exists()
        path.unlink(missing_ok=True)
        return existed

    def _write(self, name: str, text: str) -> None:
        temporary = self._folder / f".{name}.new"
        temporary.write_text(text, encoding="utf-8")
        os.replace(temporary, self._folder / name)
