"""The database and its one writer.

SQLite's lock is not fair and every commit costs an fsync. So all writing goes through one writer that takes what waits,
in the order it came, into one transaction, each use case in a savepoint of its own, and commits them together: nobody is
answered before the commit.
"""

import queue
import sqlite3
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Generic, TypeVar

from sqlalchemy import Connection, Engine, create_engine, event

from tinghao.server.store.work import Event, Work

Result = TypeVar("Result")

MOST_IN_A_COMMIT = 64
CACHE_KIB = 65_536
BUSY_MS = 10_000


@dataclass
class _Job(Generic[Result]):
    act: Callable[[Work], Result]
    done: threading.Event = field(default_factory=threading.Event)
    result: Result | None = None
    error: BaseException | None = None


class Store:
    """The server's memory: `read()` for looking, `write()` for one use case in one durable transaction."""

    def __init__(self, path: Path) -> None:
        path.parent.mkdir(parents=True, exist_ok=True)
        self.engine = _engine(path)
        self._lookups = _engine(path, isolation_level="AUTOCOMMIT", pool_reset_on_return=None)
        self._jobs: queue.SimpleQueue[_Job[Any] | None] = queue.SimpleQueue()
        self._listeners: list[Callable[[list[Event]], None]] = []
        self._writer = threading.Thread(target=self._write_all, name="writer", daemon=True)
        self._started = threading.Lock()
        self._closed = False

    def on_commit(self, listener: Callable[[list[Event]], None]) -> None:
        """Calls `listener` with the events of each commit, in their order, after it."""
        self._listeners.append(listener)

    @contextmanager
    def read(self) -> Iterator[Connection]:
        """A connection that sees one consistent state."""
        with self.engine.connect() as connection:
            yield connection

    @contextmanager
    def look(self) -> Iterator[Connection]:
        """A connection for a single look-up, without a transaction around it."""
        with self._lookups.connect() as connection:
            yield connection

    def write(self, act: Callable[[Work], Result]) -> Result:
        """Runs one use case and returns its result once it is durable; what it raises undoes all it did."""
        job = _Job(act)
        with self._started:
            if self._closed:
                raise RuntimeError("the store is closed")
            if not self._writer.is_alive():
                self._writer.start()
        self._jobs.put(job)
        job.done.wait()
        if job.error is not None:
            raise job.error
        return job.result  # type: ignore[return-value]

    def close(self) -> None:
        """Finishes what was begun and lets go of the file."""
        with self._started:
            self._closed = True
            alive = self._writer.is_alive()
        if alive:
            self._jobs.put(None)
            self._writer.join()
        self.engine.dispose()
        self._lookups.dispose()

    def _write_all(self) -> None:
        with self.engine.connect().execution_options(tinghao_writes=True) as connection:
            while (first := self._jobs.get()) is not None:
                # Lets those who are about to ask come along in this commit.
                time.sleep(0)
                batch, closing = self._take_along(first)
                self._commit(connection, batch)
                if closing:
                    return

    def _take_along(self, first: _Job[Any]) -> tuple[list[_Job[Any]], bool]:
        batch = [first]
        while len(batch) < MOST_IN_A_COMMIT:
            try:
                job = self._jobs.get_nowait()
            except queue.Empty:
                break
            if job is None:
                return batch, True
            batch.append(job)
        return batch, False

    def _commit(self, connection: Connection, batch: list[_Job[Any]]) -> None:
        events: list[Event] = []
        try:
            with connection.begin():
                for job in batch:
                    events += self._run(connection, job)
        except BaseException as error:
            # A commit that SQLite refuses leaves its transaction open behind SQLAlchemy's back.
            connection.connection.rollback()
            for job in batch:
                job.error = job.error or error
            events = []
        if events:
            for listener in self._listeners:
                listener(events)
        for job in batch:
            job.done.set()

    @staticmethod
    def _run(connection: Connection, job: _Job[Any]) -> list[Event]:
        work = Work(connection)
        connection.exec_driver_sql("SAVEPOINT use_case")
        try:
            job.result = job.act(work)
        except BaseException as error:
            connection.exec_driver_sql("ROLLBACK TO use_case")
            job.error = error
            work.events = []
        connection.exec_driver_sql("RELEASE use_case")
        return work.events


def _engine(path: Path, **options: Any) -> Engine:
    engine = create_engine(f"sqlite:///{path}", pool_size=8, max_overflow=64, hide_parameters=True, **options)

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

    if "isolation_level" not in options:

        @event.listens_for(engine, "begin")
        def begin(connection: Connection) -> None:
            writes = connection.get_execution_options().get("tinghao_writes")
            connection.exec_driver_sql("BEGIN IMMEDIATE" if writes else "BEGIN")

    return engine
