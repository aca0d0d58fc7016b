"""Fills a new house's database with the tickets of past days: the rows that real days leave, made in bulk, always the same.

One day is made in Python, row by row (`bench.past_day`), and the database itself repeats it for all days.
"""

import os
import secrets
from collections.abc import Iterator, Mapping, Sequence
from datetime import date, datetime, timedelta
from typing import Any, NamedTuple

from sqlalchemy import (
    JSON,
    BigInteger,
    Column,
    Connection,
    Date,
    Integer,
    MetaData,
    String,
    Table,
    cast,
    create_engine,
    func,
    insert,
    select,
    text,
    update,
)

from bench.past_day import EVENTS_EACH, Rows, events_of, hall_of, rows_of_a_day
from tinghao.basics.clock import hall_day
from tinghao.server.hall.facts import HallFacts
from tinghao.server.queueing.models import Series, Ticket
from tinghao.server.queueing.waits.model import Model
from tinghao.server.queueing.waits.models import WaitModel, WaitScore
from tinghao.server.store import DatabaseAddress
from tinghao.server.store.tables import EventCounter, EventRow, Instant

A_DAY = 2_500
"""Tickets a day of a busy county hall."""

DAYS_WITH_EVENTS = 3
DAYS_AT_ONCE = 100
"""Days in one transaction."""

SALTED = ("secret", "visitor_digest")
"""Columns whose values no two days share."""

OWN, NEXT = '"@own"', '"@next"'
"""In a JSON text: the ticket's id, and that of the next one at the same window."""

Json = dict[str, Any]


class _Day(NamedTuple):
    """A past day: how many days, and how many tickets, were before it."""

    n: int
    day: date
    words: str
    salt: str
    tickets: int
    before: int


_days = Table(
    "past_day",
    MetaData(),
    Column("n", Integer, primary_key=True, autoincrement=False),
    Column("day", Date),
    Column("words", String),
    Column("salt", String),
    Column("tickets", Integer),
    Column("before", BigInteger),
    prefixes=["TEMPORARY"],
)


def make_past(database: DatabaseAddress, tickets: int, now: datetime, a_day: int = A_DAY) -> None:
    """Adds so many finished tickets of the days before `now` to the database of one hall that has none.

    Each has its 3 intervals, its call, start and finish, and an outcome; each day its shifts, number series and scores of the
    promised waits. Events are there of the last days only: older ones are removed by and by in a running house.
    """
    if not tickets:
        return
    engine = create_engine(database.url)
    try:
        with engine.connect() as connection:
            _hurry(connection)
            _fill(connection, tickets, now, a_day)
            _settle(connection)
    finally:
        engine.dispose()
    if not database.is_postgresql:
        # What still has to be written would be written while something is measured.
        with database.file.open("rb") as file:
            os.fsync(file.fileno())


def _fill(connection: Connection, tickets: int, now: datetime, a_day: int) -> None:
    hall = hall_of(connection)
    rows = rows_of_a_day(connection, hall, min(a_day, tickets))
    days = list(_past_days(tickets, a_day, hall_day(now, hall.timezone)))
    _days.create(connection)
    connection.execute(insert(_days), [day._asdict() for day in days])
    stamps = [_Stamp(connection, each) for each in rows]
    for first in range(0, len(days), DAYS_AT_ONCE):
        for stamp in stamps:
            stamp.press(first, first + DAYS_AT_ONCE)
        connection.commit()
    _write_days(connection, hall, rows[0], days, now)
    _write_events(connection, hall, tickets, sum(day.tickets for day in days[-DAYS_WITH_EVENTS:]))
    if connection.dialect.name == "postgresql":
        for each in rows:
            name = each.table.name
            counter = func.pg_get_serial_sequence(name, "id")
            connection.execute(
                select(func.setval(counter, select(func.max(each.table.c.id)).scalar_subquery()))
            )
    connection.commit()


def _past_days(tickets: int, a_day: int, today: date) -> Iterator[_Day]:
    """The days before today, oldest first; the oldest one has what is left over."""
    count = -(-tickets // a_day)
    before = 0
    for n in range(count):
        day = today - timedelta(days=count - n)
        of_day = a_day if n or tickets % a_day == 0 else tickets % a_day
        yield _Day(n, day, f"{day} ", secrets.token_hex(8), of_day, before)
        before += of_day


class _Stamp:
    """One day's rows of a table, and the statement that writes them for many days."""

    def __init__(self, connection: Connection, rows: Rows) -> None:
        self._connection = connection
        self._rows = rows
        self._template = Table(
            f"past_{rows.table.name}",
            MetaData(),
            Column("k", Integer, primary_key=True, autoincrement=False),
            Column("turn", Integer),
            *(Column(column.name, _plain(column)) for column in rows.table.columns if not _is_day(column)),
            prefixes=["TEMPORARY"],
        )
        self._template.create(connection)
        connection.execute(insert(self._template), rows.rows)

    def press(self, first: int, end: int) -> None:
        """Writes the days from `first` to before `end`."""
        mine, table = self._template, self._rows.table
        chosen = (
            select(*(self._value(column) for column in table.columns))
            # Day by day, so that rows come in the order of their keys.
            .select_from(_days.join(mine, mine.c.turn < _days.c.tickets))
            .where(_days.c.n >= first, _days.c.n < end)
            .order_by(_days.c.n, mine.c.k)
        )
        self._connection.execute(insert(table).from_select([column.name for column in table.columns], chosen))

    def _value(self, column: Any) -> Any:
        if _is_day(column):
            return _days.c.day
        value = self._template.c[column.name]
        if column.name in self._rows.ids:
            each = self._rows.ids[column.name]
            return value + (_days.c.before * each.of_ticket if each.of_ticket else _days.c.n * each.of_day)
        if isinstance(column.type, Instant):
            return self._as(_days.c.words + value, column)
        if column.name in SALTED:
            return value + _days.c.salt
        if column.name == "detail":
            own = self._template.c.turn + _days.c.before + 1
            value = func.replace(value, OWN, cast(own, String))
            value = func.replace(value, NEXT, cast(own + self._rows.windows, String))
        return self._as(value, column) if _is_json(column) else value

    def _as(self, value: Any, column: Any) -> Any:
        # SQLite keeps both as text, and would make a number of what is cast.
        return cast(value, column.type) if self._connection.dialect.name == "postgresql" else value


def _is_day(column: Any) -> bool:
    return isinstance(column.type, Date)


def _is_json(column: Any) -> bool:
    return isinstance(column.type, JSON)


def _plain(column: Any) -> Any:
    """How a template keeps a column: instants as the time of day, JSON as text."""
    return String() if isinstance(column.type, Instant) or _is_json(column) else column.type


def _write_days(
    connection: Connection, hall: HallFacts, tickets: Rows, days: Sequence[_Day], now: datetime
) -> None:
    series: list[Json] = []
    for day in days:
        last: dict[int, int] = {}
        for ticket in tickets.rows[: day.tickets]:
            last[ticket["line_id"]] = ticket["number"]
        series += [
            {"line_id": line, "day": day.day, "last": number, "waiting": 0} for line, number in last.items()
        ]
    connection.execute(insert(Series), series)
    good = {"mean_absolute_error": 0.0, "bias": 0.0, "below_low": 0.5, "coverage": 0.9}
    scores = [
        {"line_id": row["line_id"], "day": row["day"], "tickets": row["last"], **good} for row in series
    ]
    connection.execute(insert(WaitScore), scores)
    model = {"hall_id": hall.id, "learned_at": now, "data": Model().as_json()}
    connection.execute(insert(WaitModel), model)
    connection.commit()


def _write_events(connection: Connection, hall: HallFacts, tickets: int, told: int) -> None:
    """The events of the last `told` tickets, numbered as if those of the older ones had been there."""
    table: Any = Ticket.__table__
    newest = connection.execute(select(table).where(table.c.id > tickets - told)).mappings()
    events = sorted(
        (event for row in newest for event in events_of(dict(row))), key=lambda event: event["at"]
    )
    counter = EventCounter.hall_id == hall.id
    before = connection.execute(select(EventCounter.last).where(counter)).scalar_one()
    first = before + EVENTS_EACH * (tickets - told) + 1
    rows = [{"hall_id": hall.id, "seq": seq, **event} for seq, event in enumerate(events, first)]
    connection.execute(insert(EventRow), rows)
    connection.execute(update(EventCounter).where(counter).values(last=before + EVENTS_EACH * tickets))
    connection.commit()


def _hurry(connection: Connection) -> None:
    if connection.dialect.name == "postgresql":
        # What is written here is right; asking for each reference would take longer than writing.
        settings: Mapping[str, str] = {
            "session_replication_role": "replica",
            "timezone": "UTC",
            "work_mem": "'256MB'",
        }
        for name, value in settings.items():
            connection.execute(text(f"SET {name} = {value}"))
        connection.execute(text("SET synchronous_commit = off"))
        connection.commit()
    else:
        for pragma in ("journal_mode=DELETE", "journal_mode=OFF", "synchronous=OFF", "cache_size=-524288"):
            connection.exec_driver_sql(f"PRAGMA {pragma}").close()
        connection.commit()


def _settle(connection: Connection) -> None:
    """Leaves the database as if it had been running for years: nothing is left to be tidied up while it is measured."""
    if connection.dialect.name == "postgresql":
        raw = connection.execution_options(isolation_level="AUTOCOMMIT")
        raw.execute(text("VACUUM (ANALYZE)"))
        raw.execute(text("CHECKPOINT"))
    else:
        connection.exec_driver_sql("PRAGMA journal_mode=WAL").close()
        connection.commit()
