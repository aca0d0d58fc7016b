"""A hall's definition, read once and kept until the next import.

Every new ticket and every screen that connects needs it; it changes a few times a year.
"""

from collections.abc import Callable
from typing import Any

from flask import current_app
from sqlalchemy import Connection, bindparam, select

from tinghao.server.hall import views
from tinghao.server.hall.models import Hall

Json = dict[str, Any]

_VERSION = select(Hall.version).where(Hall.id == bindparam("hall"))


def book() -> "HallBook":
    """The application's book."""
    found: HallBook = current_app.extensions["book"]
    return found


class HallBook:
    """What `views` tells of halls, remembered by the version of each. What it returns must not be changed."""

    def __init__(self) -> None:
        self._kept: dict[tuple[str, int], tuple[int, Json]] = {}

    def hall(self, connection: Connection, hall_id: int) -> Json:
        """The hall with its zones, lines and windows."""
        found: Json = self._of_now("hall", views.describe_hall, connection, hall_id)
        return found

    def matters(self, connection: Connection, hall_id: int) -> Json:
        """Departments, themes and matters of the hall."""
        found: Json = self._of_now("matters", views.describe_matters, connection, hall_id)
        return found

    def place(self, connection: Connection, hall_id: int, line_id: int) -> Json:
        """Where a line of the hall is served: zone, floor and windows."""
        places = self._of_now("places", views.describe_places, connection, hall_id)
        found: Json = places[line_id]
        return found

    def _of_now(
        self, what: str, describe: Callable[[Connection, int], Any], connection: Connection, hall_id: int
    ) -> Any:
        version = connection.execute(_VERSION, {"hall": hall_id}).scalar_one()
        kept = self._kept.get((what, hall_id))
        if kept is None or kept[0] != version:
            kept = self._kept[what, hall_id] = version, describe(connection, hall_id)
        return kept[1]
