"""How the store uses SQLite: one file, one writer for all halls.

SQLite's lock is not fair and every commit costs an fsync: so there is one lane, whose writer commits together what waits.
"""

import sqlite3
from pathlib import Path
from typing import Any

from sqlalchemy import Connection, Engine, create_engine, event

from tinghao.server.store.tables import compact

CACHE_KIB = 65_536
BUSY_MS = 10_000
ONE_LANE = 0


class Sqlite:
    """A SQLite file as the store sees it."""

    writers = 1

    def __init__(self, file: Path) -> None:
        file.parent.mkdir(parents=True, exist_ok=True)
        self.engine = _engine(file)
        self.lookups = _engine(file, isolation_level="AUTOCOMMIT", pool_reset_on_return=None)

    def lane(self, hall: int | None) -> int | None:
        """The lane that a job waits in: all jobs in the same."""
        return ONE_LANE

    def begin_read(self, connection: Connection) -> None:
        """Begins to see one consistent state."""
        connection.exec_driver_sql("BEGIN")

    def end_read(self, connection: Connection) -> None:
        """Nothing: what reads is rolled back."""

    def begin_write(self, connection: Connection, hall: int | None) -> None:
        """Begins a transaction that nobody else's can come between."""
        connection.exec_driver_sql("BEGIN IMMEDIATE")

    def require_sound(self, connection: Connection) -> None:
        """Nothing: a failed statement leaves the transaction as it was."""

    def told(self, error: BaseException) -> BaseException:
        """The error as callers are told it."""
        return error

    def close(self) -> None:
        """Lets go of the file."""
        self.engine.dispose()
        self.lookups.dispose()


def _engine(file: Path, **options: Any) -> Engine:
    engine = create_engine(
        f"sqlite:///{file}",
        pool_size=8,
        max_overflow=64,
        hide_parameters=True,
        json_serializer=compact,
        **options,
    )

    @event.listens_for(engine, "connect")
    def configure(raw: sqlite3.Connection, _: object) -> None:
        # Transactions are begun by us: the driver's own way begins them too late for a savepoint or a consistent read.
        raw.isolation_level = None
        for pragma in (
            "journal_mode=WAL",
            "synchronous=FULL",
            "foreign_keys=ON",
            f"busy_timeout={BUSY_MS}",
            f"cache_size=-{CACHE_KIB}",
        ):
            raw.execute(f"PRAGMA {pragma}")

    return engine
