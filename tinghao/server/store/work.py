"""A use case at work, and the numbered happenings it leaves behind."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from sqlalchemy import Connection

from tinghao.basics.clock import iso

STAFF_ONLY = "ticket"
"""The one member of an event's data that only staff may see."""


@dataclass(frozen=True)
class Event:
    """One numbered happening; `data` holds the state after it of what it touched."""

    hall_id: int
    seq: int
    kind: str
    at: datetime
    data: Mapping[str, Any]

    def seen_by(self, staff: bool) -> dict[str, Any]:
        """As staff or as anybody sees it."""
        return self.for_staff() if staff else self.for_public()

    def for_staff(self) -> dict[str, Any]:
        """As clerks see it."""
        return {"seq": self.seq, "kind": self.kind, "at": iso(self.at), **self.data}

    def for_public(self) -> dict[str, Any]:
        """As boards and kiosks see it: nothing of the visitor but the number."""
        return {name: value for name, value in self.for_staff().items() if name != STAFF_ONLY}


@dataclass
class Work:
    """One use case at work: its connection, inside the transaction, and the events it has written."""

    connection: Connection
    events: list[Event] = field(default_factory=list)
