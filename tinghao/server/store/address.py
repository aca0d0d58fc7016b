"""Where the database is: a SQLite file or a PostgreSQL server."""

from dataclasses import dataclass
from pathlib import Path
from typing import Union

from sqlalchemy import URL, make_url
from sqlalchemy.exc import ArgumentError

SQLITE = "sqlite"
POSTGRESQL = "postgresql"
DRIVER = "postgresql+psycopg"

Where = Union["DatabaseAddress", Path, str]
"""An address, the path of a SQLite file, or a URL: `sqlite:///file`, `postgresql://user:password@host/database`."""


@dataclass(frozen=True)
class DatabaseAddress:
    """One database; as text it has no password in it."""

    url: URL

    @classmethod
    def of(cls, where: Where) -> "DatabaseAddress":
        """Understands a path or a URL; raises `ValueError` when it is neither."""
        if isinstance(where, DatabaseAddress):
            return where
        if isinstance(where, Path) or "://" not in where:
            return cls(URL.create(SQLITE, database=str(where)))
        try:
            url = make_url(where)
        except (ArgumentError, ValueError):
            # Not chained: the library's own text repeats the URL, and with it the password.
            raise ValueError("this is no URL of a database") from None
        if not url.database:
            raise ValueError("the URL names no database")
        if url.drivername in ("postgres", POSTGRESQL, DRIVER):
            return cls(url.set(drivername=DRIVER))
        if url.drivername == SQLITE and url.database != ":memory:":
            return cls(url)
        raise ValueError(
            "the database is a file's path, sqlite:///FILE or postgresql://USER:PASSWORD@HOST/NAME"
        )

    @property
    def is_postgresql(self) -> bool:
        return self.url.drivername == DRIVER

    @property
    def file(self) -> Path:
        """The SQLite file."""
        assert self.url.database
        assert not self.is_postgresql
        return Path(self.url.database)

    def __str__(self) -> str:
        return self.url.render_as_string(hide_password=True) if self.is_postgresql else str(self.file)
