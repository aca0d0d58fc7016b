"""The database: reading, and use cases that write. See decision 3 for the writers."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import TypeVar

from sqlalchemy import Connection, Engine
from sqlalchemy.exc import SQLAlchemyError

from tinghao.server.store.address import DatabaseAddress, Where
from tinghao.server.store.lanes import Job
from tinghao.server.store.postgresql import Postgresql
from tinghao.server.store.sqlite import Sqlite
from tinghao.server.store.work import Event, Work
from tinghao.server.store.writer import Backend, Writers

Result = TypeVar("Result")


class Store:
    """The server's memory: `read()` for looking, `write()` for one use case in one durable transaction.

    All raise `DatabaseUnreachable` while PostgreSQL is away, and go on by themselves when it is back.
    """

    def __init__(self, where: Where) -> None:
        address = DatabaseAddress.of(where)
        self._backend: Backend = Postgresql(address.url) if address.is_postgresql else Sqlite(address.file)
        self._listeners: list[Callable[[list[Event]], None]] = []
        self._writers = Writers(self._backend, self._listeners)
        self.closed = False

    @property
    def engine(self) -> Engine:
        """What the store's connections come from."""
        return self._backend.engine

    def on_commit(self, listener: Callable[[list[Event]], None]) -> None:
        """Calls `listener` with the events of each commit, after it: a hall's in their order, halls at the same time."""
        self._listeners.append(listener)

    @contextmanager
    def read(self) -> Iterator[Connection]:
        """A connection that sees one consistent state."""
        with self._told(), self._backend.engine.connect() as connection:
            self._backend.begin_read(connection)
            yield connection
            self._backend.end_read(connection)

    @contextmanager
    def look(self) -> Iterator[Connection]:
        """A connection for a single look-up, without a transaction around it."""
        with self._told(), self._backend.lookups.connect() as connection:
            yield connection

    def write(self, act: Callable[[Work], Result], hall: int | None = None) -> Result:
        """Runs one use case and returns its result once it is durable; what it raises undoes all it did.

        Use cases of the same `hall` never run at the same time, also in other processes. Without a hall it is the use
        case's own matter what it shares with others. It may be asked to run from any thread.
        """
        job = Job(act, hall)
        self._writers.run(job)
        if job.error is not None:
            raise job.error
        result: Result = job.result
        return result

    def close(self) -> None:
        """Finishes what was begun and lets go of the database."""
        self.closed = True
        self._writers.close()
        self._backend.close()

    @contextmanager
    def _told(self) -> Iterator[None]:
        try:
            yield
        except SQLAlchemyError as error:
            raise self._backend.told(error)  # noqa: B904 -- it is the same error or carries it
