"""Databases for the tests, of both kinds: made empty or as copies, and thrown away."""

import shutil
from pathlib import Path
from typing import Protocol

from bench.servers import PostgresServer
from tinghao.server.store import DatabaseAddress


class Databases(Protocol):
    """Makes databases of one kind."""

    def make(self, template: DatabaseAddress | None = None) -> DatabaseAddress:
        """An empty one, or a copy of one that nobody uses now."""

    def remove(self, database: DatabaseAddress) -> None:
        """Throws one away."""

    def content(self, database: DatabaseAddress) -> bytes:
        """All that stands in one."""


class SqliteDatabases:
    """SQLite files, each in a folder of its own."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._made = 0

    def make(self, template: DatabaseAddress | None = None) -> DatabaseAddress:
        self._made += 1
        file = self._folder / f"d{self._made}" / "tinghao.db"
        if template:
            file.parent.mkdir()
            shutil.copy(template.file, file)
        return DatabaseAddress.of(file)

    def remove(self, database: DatabaseAddress) -> None:
        shutil.rmtree(database.file.parent)

    def content(self, database: DatabaseAddress) -> bytes:
        return b"".join(path.read_bytes() for path in database.file.parent.iterdir())


class PostgresDatabases:
    """Databases of a PostgreSQL server."""

    def __init__(self, server: PostgresServer) -> None:
        self._server = server

    def make(self, template: DatabaseAddress | None = None) -> DatabaseAddress:
        return self._server.create(template)

    def remove(self, database: DatabaseAddress) -> None:
        self._server.drop(database)

    def content(self, database: DatabaseAddress) -> bytes:
        return self._server.dump(database)
