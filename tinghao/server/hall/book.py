"""A hall's definition, read once and kept until the next import.

Every use case and every screen that connects needs it; it changes a few times a year.
"""

from collections.abc import Callable
from datetime import datetime
from typing import Any, TypeVar

from flask import current_app
from sqlalchemy import Connection, bindparam, select

from tinghao.server.hall import reading, views
from tinghao.server.hall.facts import HallFacts
from tinghao.server.hall.models import Hall
from tinghao.server.hall.queue_rules import QueueRules
from tinghao.server.store import Prepared

Json = dict[str, Any]
Edition = tuple[int, datetime]
"""A hall's version and when it was imported. An import that was rolled back may leave its version to the next one, but not
its time: what was read in between is never taken for the later."""

_EDITION = Prepared(select(Hall.version, Hall.imported_at).where(Hall.id == bindparam("hall")))
_Told = TypeVar("_Told")


def book() -> "HallBook":
    """The application's book."""
    found: HallBook = current_app.extensions["book"]
    return found


class HallBook:
    """What is known of halls, remembered by the edition of each. What it returns must not be changed."""

    def __init__(self) -> None:
        self._kept: dict[tuple[str, int], tuple[Edition, Any]] = {}

    def at(self, connection: Connection, hall_id: int) -> HallFacts:
        """The hall with its rules, lines, windows, matters and themes; costs one small query. Ask once in a use case."""
        return self._of_now("facts", reading.read_facts, connection, hall_id)

    def rules(self, connection: Connection, hall_id: int) -> QueueRules:
        """The hall's rules of queueing in force."""
        return self.at(connection, hall_id).rules

    def rules_at(self, connection: Connection, hall_id: int, version: int) -> QueueRules:
        """The rules as they stood at a version of the hall's definition, to tell old decisions by; not remembered."""
        return reading.read_rules(connection, hall_id, version) or QueueRules()

    def hall(self, connection: Connection, hall_id: int) -> Json:
        """The hall with its zones, lines and windows."""
        return self._of_now("hall", views.describe_hall, connection, hall_id)

    def matters(self, connection: Connection, hall_id: int) -> Json:
        """Departments, themes and matters of the hall."""
        return self._of_now("matters", views.describe_matters, connection, hall_id)

    def place(self, connection: Connection, hall_id: int, line_id: int) -> Json:
        """Where a line of the hall is served: zone, floor and windows."""
        return self._of_now("places", views.describe_places, connection, hall_id)[line_id]

    def _of_now(
        self, what: str, read: Callable[[Connection, int], _Told], connection: Connection, hall_id: int
    ) -> _Told:
        edition = _EDITION.one(connection, {"hall": hall_id})
        kept = self._kept.get((what, hall_id))
        if kept is None or kept[0] != edition:
            kept = self._kept[what, hall_id] = edition, read(connection, hall_id)
        told: _Told = kept[1]
        return told
