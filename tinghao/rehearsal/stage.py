"""The stage: a hall taken into a database of its own by the real import, and the people who act in it."""

import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from functools import cache, partial
from pathlib import Path
from tempfile import TemporaryDirectory
from zoneinfo import ZoneInfo

from sqlalchemy import event

from tinghao.rehearsal.day import Clerk, Day, Moment
from tinghao.server.access import Caller
from tinghao.server.devices import service as devices
from tinghao.server.hall.book import HallBook
from tinghao.server.hall.definition import HallDefinition
from tinghao.server.hall.facts import HallFacts
from tinghao.server.hall.service import import_hall
from tinghao.server.hall.views import hall_id_of
from tinghao.server.store import Store
from tinghao.server.store.migrate import upgrade
from tinghao.server.store.work import Event

LONG_BEFORE = datetime(2026, 1, 1, tzinfo=UTC)
GUIDE_STAFF = 9000
"""Above all windows' numbers, which are the clerks' accounts."""


class Stage:
    """One hall in one database; `happened` are the events since somebody took them away."""

    def __init__(self, store: Store, hall: HallFacts, kiosk_id: int) -> None:
        self.store, self.hall = store, hall
        self.happened: list[Event] = []
        store.on_commit(self.happened.extend)
        self.kiosk = Caller(hall.id, kiosk_id, "kiosk")
        self.guide = Caller(hall.id, 0, "counter", GUIDE_STAFF, None, "导办", "guide")

    def clerk(self, clerk: Clerk) -> Caller:
        """The caller that a clerk is."""
        name = f"{clerk.window}号窗口人员"
        return Caller(self.hall.id, 0, "counter", clerk.window, None, name, skills=clerk.skills)

    def instant(self, day: Day, at: Moment) -> datetime:
        """A moment of a day as the services know it."""
        midnight = datetime.combine(day.date, datetime.min.time(), ZoneInfo(self.hall.timezone))
        return midnight.astimezone(UTC) + timedelta(milliseconds=at)


@contextmanager
def stage(definition: HallDefinition) -> Iterator[Stage]:
    """The hall, alone in a temporary database that is thrown away afterwards."""
    with TemporaryDirectory(prefix="tinghao-rehearsal-") as folder:
        file = Path(folder) / "tinghao.db"
        file.write_bytes(_empty_database())
        store = Store(file)
        event.listen(store.engine, "connect", _need_not_last)
        try:
            store.write(partial(import_hall, definition=definition, now=LONG_BEFORE))
            yield _furnished(store, definition.hall.code)
        finally:
            store.close()


@cache
def _empty_database() -> bytes:
    """A database of the current version; the migrations take longer than a short day."""
    with TemporaryDirectory(prefix="tinghao-rehearsal-") as folder:
        file = Path(folder) / "tinghao.db"
        upgrade(file)
        return file.read_bytes()


def _need_not_last(raw: sqlite3.Connection, _: object) -> None:
    raw.execute("PRAGMA synchronous=OFF")


def _furnished(store: Store, code: str) -> Stage:
    with store.read() as connection:
        hall = HallBook().at(connection, hall_id_of(connection, code))
    store.write(lambda work: devices.add(work, hall.id, "kiosk", "取号机", LONG_BEFORE))
    with store.read() as connection:
        (kiosk,) = devices.of_hall(connection, hall.id)
    return Stage(store, hall, kiosk.id)
