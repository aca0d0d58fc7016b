"""The writers: each takes what waits in a lane into one transaction, each use case in a savepoint of its own.

They are committed together, and nobody is answered before the commit.
"""

import logging
import threading
import time
from collections.abc import Callable
from typing import Protocol

from sqlalchemy import Connection, Engine
from sqlalchemy.exc import DBAPIError

from tinghao.server.store import prepared
from tinghao.server.store.lanes import Job, Lane, Lanes
from tinghao.server.store.work import Event, Work

log = logging.getLogger(__name__)

Listener = Callable[[list[Event]], None]


class Backend(Protocol):
    """What differs between databases; see `sqlite` and `postgresql`."""

    engine: Engine
    lookups: Engine
    writers: int

    def lane(self, hall: int | None) -> Lane:
        """The lane that a job of this hall waits in."""

    def begin_read(self, connection: Connection) -> None:
        """Begins to see one consistent state."""

    def end_read(self, connection: Connection) -> None:
        """Ends what `begin_read` began."""

    def begin_write(self, connection: Connection, hall: int | None) -> None:
        """Begins a transaction for use cases of the hall."""

    def require_sound(self, connection: Connection) -> None:
        """Raises when the transaction can't be committed any more."""

    def told(self, error: BaseException) -> BaseException:
        """The error as callers are told it."""

    def close(self) -> None:
        """Lets go of the database."""


class Writers:
    """The writing threads of one process; they begin with the first job."""

    def __init__(self, backend: Backend, listeners: list[Listener]) -> None:
        self._backend = backend
        self._listeners = listeners
        self._lanes = Lanes()
        self._starting = threading.Lock()
        self._threads: list[threading.Thread] = []

    def run(self, job: Job) -> None:
        """Returns once the job is durable or has failed."""
        self._lanes.put(self._backend.lane(job.hall), job)
        if not self._threads:
            self._start()
        job.done.wait()

    def close(self) -> None:
        """Finishes what was begun."""
        self._lanes.close()
        for thread in self._threads:
            thread.join()

    def _start(self) -> None:
        with self._starting:
            if self._threads:
                return
            self._threads = [
                threading.Thread(target=self._serve, name=f"writer-{n}", daemon=True)
                for n in range(self._backend.writers)
            ]
            for thread in self._threads:
                thread.start()

    def _serve(self) -> None:
        writer = _Writer(self._backend)
        while (served := self._lanes.serve()) is not None:
            (lane,) = served
            # Lets those who are about to ask come along in this commit.
            time.sleep(0)
            batch = self._lanes.take(lane)
            events = writer.commit(batch)
            self._tell(events)
            for job in batch:
                job.done.set()
            self._lanes.leave(lane)
        writer.drop()

    def _tell(self, events: list[Event]) -> None:
        if not events:
            return
        for listener in self._listeners:
            try:
                listener(events)
            except Exception:
                log.exception("what was committed could not be told")


class _Writer:
    """One connection that commits."""

    def __init__(self, backend: Backend) -> None:
        self._backend = backend
        self._connection: Connection | None = None

    def commit(self, batch: list[Job]) -> list[Event]:
        """Runs jobs of one lane in one transaction; their events, once they are durable. Never raises."""
        events: list[Event] = []
        try:
            connection = self._begin(batch[0].hall)
            for job in batch:
                events += self._run(connection, job, shared=len(batch) > 1)
            connection.commit()
        except BaseException as error:
            self.drop()
            told = self._backend.told(error)
            for job in batch:
                # A refusal too: it may have come from what another did in this transaction.
                job.error = told
            return []
        return events

    def drop(self) -> None:
        """Ends the connection, whatever state it is in; the database undoes what was not committed."""
        connection, self._connection = self._connection, None
        if connection is None:
            return
        try:
            connection.invalidate()
            connection.close()
        except Exception:
            log.warning("a broken connection could not be closed", exc_info=True)

    def _begin(self, hall: int | None) -> Connection:
        for last_try in (False, True):
            try:
                if self._connection is None:
                    self._connection = self._backend.engine.connect()
                self._backend.begin_write(self._connection, hall)
                break
            except DBAPIError as error:
                self.drop()
                # Lost since the last use case: nothing has been done yet, so it is done on a new connection.
                if last_try or not error.connection_invalidated:
                    raise
        assert self._connection is not None
        return self._connection

    def _run(self, connection: Connection, job: Job, *, shared: bool) -> list[Event]:
        work = Work(connection)
        if shared:
            prepared.say(connection, "SAVEPOINT use_case")
        try:
            job.result = job.act(work)
            self._backend.require_sound(connection)
        except BaseException as error:
            if connection.invalidated:
                raise
            if shared:
                prepared.say(connection, "ROLLBACK TO use_case")
            else:
                connection.rollback()
            job.error = self._backend.told(error)
            work.events = []
        if shared:
            prepared.say(connection, "RELEASE use_case")
        return work.events
