"""How the store uses PostgreSQL: use cases of one hall are serial, also across processes; halls don't wait for each other."""

import psycopg
from psycopg.pq import TransactionStatus
from sqlalchemy import URL, Connection, create_engine, event
from sqlalchemy.exc import DBAPIError
from sqlalchemy.exc import TimeoutError as PoolTimeout

from tinghao.server.store.problems import DatabaseUnreachable
from tinghao.server.store.tables import compact

WRITERS = 4
READERS_KEPT = 4
MOST_READERS = 12
"""PostgreSQL allows 100 connections if nothing else is said: several server processes must fit."""

READER_WAITS = 10
HALL_LOCKS = 0x74_68
"""The first of the two numbers that name an advisory lock; the second is the hall's id."""

SESSION = {
    "application_name": "tinghao",
    "timezone": "UTC",
    # Acknowledged is durable, whatever the server's own setting.
    "synchronous_commit": "on",
    "lock_timeout": "10s",
    "statement_timeout": "20s",
    "idle_in_transaction_session_timeout": "30s",
}
NETWORK = {
    "connect_timeout": 5,
    "keepalives_idle": 10,
    "keepalives_interval": 3,
    "keepalives_count": 3,
    # Milliseconds. A cut network is noticed before those who wait give up.
    "tcp_user_timeout": 15_000,
}


class Postgresql:
    """A PostgreSQL database as the store sees it."""

    writers = WRITERS

    def __init__(self, url: URL) -> None:
        self.engine = create_engine(
            url,
            pool_size=WRITERS + READERS_KEPT,
            max_overflow=MOST_READERS - READERS_KEPT,
            pool_timeout=READER_WAITS,
            pool_pre_ping=True,
            pool_use_lifo=True,
            hide_parameters=True,
            json_serializer=compact,
            connect_args={
                **NETWORK,
                "options": " ".join(f"-c {name}={value}" for name, value in SESSION.items()),
            },
        )
        self.lookups = self.engine

        @event.listens_for(self.engine, "connect")
        def configure(raw: psycopg.Connection, _: object) -> None:
            # Transactions are begun by us, in one message with the hall's lock or with what a reader needs.
            raw.autocommit = True

    def lane(self, hall: int | None) -> int | None:
        """The lane that a job waits in: one for each hall; a job without a hall runs alone."""
        return hall

    def begin_read(self, connection: Connection) -> None:
        """Begins to see one consistent state."""
        connection.exec_driver_sql("BEGIN ISOLATION LEVEL REPEATABLE READ, READ ONLY")

    def end_read(self, connection: Connection) -> None:
        """Ends well: after a rollback the driver would forget all prepared statements."""
        connection.commit()

    def begin_write(self, connection: Connection, hall: int | None) -> None:
        """Begins a transaction; with a hall, waits until no other of that hall is under way."""
        begin = "BEGIN ISOLATION LEVEL READ COMMITTED"
        connection.exec_driver_sql(begin if hall is None else f"{begin}; {_lock(hall)}")

    def require_sound(self, connection: Connection) -> None:
        """Raises when a statement has failed: PostgreSQL would answer the commit with a silent rollback."""
        raw: psycopg.Connection = connection.connection.dbapi_connection  # type: ignore[assignment]
        if raw.info.transaction_status != TransactionStatus.INTRANS:
            raise RuntimeError("the use case went on after a statement of its own had failed")

    def told(self, error: BaseException) -> BaseException:
        """The error as callers are told it."""
        if isinstance(error, PoolTimeout) or (isinstance(error, DBAPIError) and _is_passing(error)):
            problem = DatabaseUnreachable()
            problem.__cause__ = error
            return problem
        return error

    def close(self) -> None:
        """Ends all connections."""
        self.engine.dispose()


def hold_hall(connection: Connection, hall: int) -> None:
    """Lets no other use case of the hall run until this one has ended; for one that learns its hall late.

    To be asked before anything is written, else two may wait for each other. On SQLite all use cases are serial anyway.
    """
    if connection.dialect.name == "postgresql":
        connection.exec_driver_sql(_lock(hall))


def _lock(hall: int) -> str:
    return f"SELECT pg_advisory_xact_lock({HALL_LOCKS}, {hall:d})"


def _is_passing(error: DBAPIError) -> bool:
    """Lost, refused, too late, or given up for another's sake: it may go well the next time."""
    return error.connection_invalidated or isinstance(error.orig, psycopg.OperationalError)
