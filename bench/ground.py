"""On what the measured houses stand: kinds of databases on the same disk, and how many server processes use one."""

import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

import psycopg

from bench.servers import PostgresServer, RedisServer
from tinghao.server.store import DatabaseAddress

SQLITE, POSTGRESQL = "sqlite", "postgresql"
KINDS = {SQLITE: "SQLite", POSTGRESQL: "PostgreSQL"}


@dataclass(frozen=True)
class Ground:
    """A kind of database, and how many server processes use it: with SQLite there is one."""

    kind: str = SQLITE
    processes: int = 1

    def __str__(self) -> str:
        return KINDS[self.kind] + (f" × {self.processes}" if self.processes > 1 else "")


class Disk:
    """Databases in a folder: SQLite files, or those of a PostgreSQL of our own, which is started when it is first needed."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    @contextmanager
    def database(self, kind: str) -> Iterator[DatabaseAddress]:
        """A database without any tables, thrown away in the end."""
        if kind == POSTGRESQL:
            database = self._postgres.create()
            try:
                yield database
            finally:
                self._postgres.drop(database)
        else:
            with tempfile.TemporaryDirectory(prefix="tinghao-bench-", dir=self.folder) as folder:
                yield DatabaseAddress.of(Path(folder) / "tinghao.db")

    @cached_property
    def redis(self) -> RedisServer:
        """Started when it is first asked for."""
        return RedisServer()

    @cached_property
    def _postgres(self) -> PostgresServer:
        return PostgresServer(self.folder)

    def close(self) -> None:
        """Stops the servers and removes their files."""
        if "redis" in self.__dict__:
            self.redis.stop()
        if "_postgres" in self.__dict__:
            self._postgres.remove()


def size(database: DatabaseAddress) -> int:
    """Bytes on the disk."""
    if not database.is_postgresql:
        return sum(file.stat().st_size for file in database.file.parent.glob(f"{database.file.name}*"))
    where = database.url.set(drivername="postgresql").render_as_string(hide_password=False)
    with psycopg.connect(where) as connection:
        row = connection.execute("SELECT pg_database_size(current_database())").fetchone()
        assert row
        return int(row[0])
