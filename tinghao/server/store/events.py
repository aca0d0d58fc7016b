"""What happened in a hall, numbered without gaps, written in the transaction that made it happen."""

from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, bindparam, insert, select, update

from tinghao.server.store.prepared import Prepared
from tinghao.server.store.tables import EventCounter, EventRow
from tinghao.server.store.work import Event, Work

MOST_AT_ONCE = 500
"""Who has missed more events than this is better served by a picture of the whole."""

_NEXT = Prepared(
    update(EventCounter)
    .where(EventCounter.hall_id == bindparam("hall"))
    .values(last=EventCounter.last + 1)
    .returning(EventCounter.last)
)
_INSERT = Prepared(insert(EventRow))
_LAST = select(EventCounter.last).where(EventCounter.hall_id == bindparam("hall"))


def open_series(connection: Connection, hall_id: int) -> None:
    """Begins the event numbers of a new hall."""
    connection.execute(insert(EventCounter).values(hall_id=hall_id, last=0))


def record(
    work: Work, *, hall_id: int, kind: str, at: datetime, actor: str, data: Mapping[str, Any]
) -> Event:
    """Writes one event with the hall's next number."""
    seq = _NEXT.one(work.connection, {"hall": hall_id}).last
    row = {"hall_id": hall_id, "seq": seq, "kind": kind, "at": at, "actor": actor, "data": dict(data)}
    _INSERT.run(work.connection, row)
    event = Event(hall_id, seq, kind, at, data)
    work.events.append(event)
    return event


def last_number(connection: Connection, hall_id: int) -> int:
    """The number of the hall's newest event; 0 before the first."""
    number: int = connection.execute(_LAST, {"hall": hall_id}).scalar_one()
    return number


def last_numbers(connection: Connection, halls: Iterable[int]) -> dict[int, int]:
    """The numbers of the newest events of these halls."""
    query = select(EventCounter.hall_id, EventCounter.last).where(EventCounter.hall_id.in_(halls))
    return {row.hall_id: row.last for row in connection.execute(query)}


def after(connection: Connection, hall_id: int, seq: int) -> list[Event]:
    """The hall's events after number `seq`, oldest first, at most `MOST_AT_ONCE`."""
    query = (
        select(EventRow)
        .where(EventRow.hall_id == hall_id, EventRow.seq > seq)
        .order_by(EventRow.seq)
        .limit(MOST_AT_ONCE)
    )
    return [_event(row) for row in connection.execute(query)]


def newest(
    connection: Connection, hall_id: int, kinds: tuple[str, ...], *, within: int, most: int
) -> list[Event]:
    """The newest events of some kinds among the hall's last `within` events, newest first."""
    floor = last_number(connection, hall_id) - within
    query = (
        select(EventRow)
        .where(EventRow.hall_id == hall_id, EventRow.seq > floor, EventRow.kind.in_(kinds))
        .order_by(EventRow.seq.desc())
        .limit(most)
    )
    return [_event(row) for row in connection.execute(query)]


def _event(row: Any) -> Event:
    return Event(row.hall_id, row.seq, row.kind, row.at, row.data)
