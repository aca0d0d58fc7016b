"""The rows of a definition as they were written, not yet known to be good."""

import json
from dataclasses import dataclass
from typing import Any

_NAMED_BY = {"line": "prefix", "arrival": "name", "calling": "name"}


@dataclass(frozen=True)
class WrittenRow:
    """A table of the file as it was written. A key of an inner table is joined to its name: `when.lines`."""

    table: str
    index: int
    values: dict[str, Any]

    def value(self, key: str) -> Any:
        """What stands at the key; None when there is nothing."""
        found: Any = self.values
        for part in key.split("."):
            found = found.get(part) if isinstance(found, dict) else None
        return found

    def text(self, key: str) -> str | None:
        """The value if it is a text."""
        value = self.value(key)
        return value if isinstance(value, str) else None

    def number(self, key: str) -> int | None:
        """The value if it is a whole number."""
        value = self.value(key)
        return value if isinstance(value, int) and not isinstance(value, bool) else None

    def items(self, key: str) -> list[Any]:
        """The value if it is a list."""
        value = self.value(key)
        return value if isinstance(value, list) else []

    def texts(self, key: str) -> list[str]:
        """The texts of a list."""
        return [item for item in self.items(key) if isinstance(item, str)]

    def numbers(self, key: str) -> list[int]:
        """The whole numbers of a list."""
        return [item for item in self.items(key) if isinstance(item, int) and not isinstance(item, bool)]

    def title(self) -> str:
        """How a problem names the row."""
        if self.table in ("hall", "queue"):
            return self.table
        if self.table == "windows":
            return f"windows {shown(self.value('from'))}-{shown(self.value('to'))}"
        name = self.text(_NAMED_BY.get(self.table, "code"))
        return f"{self.table} {shown(name)}" if name else f"{self.table} no. {self.index + 1}"


WrittenRows = dict[str, list[WrittenRow]]
"""By table."""


def shown(value: object) -> str:
    """A value as it would stand in the file, cut if it is long."""
    text = json.dumps(value, ensure_ascii=False, default=str)
    return text if len(text) <= 60 else text[:57] + "..."
