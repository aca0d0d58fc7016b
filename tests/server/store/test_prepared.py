"""Prepared statements: the same values, transactions and errors as by SQLAlchemy's own way."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta, timezone
from pathlib import Path

import pytest
from sqlalchemy import Connection, bindparam, delete, insert, literal, select, update
from sqlalchemy.exc import IntegrityError

from tinghao.server.store import Store
from tinghao.server.store.migrate import upgrade
from tinghao.server.store.prepared import Prepared
from tinghao.server.store.tables import EventCounter, EventRow

NOON = datetime(2026, 11, 23, 12, 0, tzinfo=timezone(timedelta(hours=8)))
EVENT = {
    "hall_id": 7,
    "seq": 1,
    "kind": "test",
    "at": NOON,
    "actor": "试",
    "data": {"words": "一", "none": None},
}

ADD_EVENT = Prepared(insert(EventRow))
EVENTS = Prepared(select(EventRow).where(EventRow.hall_id == bindparam("hall")).order_by(EventRow.seq))
ADD_COUNTER = Prepared(insert(EventCounter))
COUNT_ON = Prepared(
    update(EventCounter)
    .where(EventCounter.hall_id == bindparam("hall"))
    .values(last=EventCounter.last + 2)
    .returning(EventCounter.last, literal("counted").label("word"))
)


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    database = tmp_path / "tinghao.db"
    upgrade(database)
    store = Store(database)
    yield store
    store.close()


@pytest.fixture
def connection(store: Store) -> Iterator[Connection]:
    with store.read() as connection:
        yield connection


def test_values_come_back_as_the_column_types_say(connection: Connection) -> None:
    ADD_EVENT.run(connection, EVENT)
    (row,) = EVENTS.all(connection, {"hall": 7})
    assert row._asdict() == EVENT
    assert row.at.tzinfo is UTC
    assert row == tuple(connection.execute(select(EventRow)).one())


def test_what_the_statement_itself_holds_needs_not_be_given(connection: Connection) -> None:
    ADD_COUNTER.run(connection, {"hall_id": 7, "last": 5})
    assert COUNT_ON.one(connection, {"hall": 7}) == (7, "counted")


def test_a_row_that_is_not_there(connection: Connection) -> None:
    assert EVENTS.first(connection, {"hall": 7}) is None
    with pytest.raises(LookupError):
        EVENTS.one(connection, {"hall": 7})


def test_a_name_that_is_missing_is_an_error(connection: Connection) -> None:
    with pytest.raises(KeyError):
        EVENTS.first(connection, {})


def test_a_statement_whose_text_is_not_fixed_is_refused(connection: Connection) -> None:
    some = Prepared(select(EventRow).where(EventRow.seq.in_(bindparam("seqs", expanding=True))))
    with pytest.raises(TypeError, match="not for a prepared statement"):
        some.all(connection, {"seqs": [1, 2]})


def test_it_is_part_of_the_transaction(store: Store) -> None:
    with store.read() as connection:
        ADD_EVENT.run(connection, EVENT)
        connection.rollback()
    with store.read() as connection:
        assert EVENTS.all(connection, {"hall": 7}) == []


def test_the_first_statement_of_a_reader_begins_what_it_sees(store: Store) -> None:
    with store.read() as connection:
        assert EVENTS.all(connection, {"hall": 7}) == []
        store.write(lambda work: ADD_EVENT.run(work.connection, EVENT))
        assert EVENTS.all(connection, {"hall": 7}) == []
    with store.read() as connection:
        assert len(EVENTS.all(connection, {"hall": 7})) == 1


def test_a_first_row_leaves_nothing_open_that_hinders_the_commit(store: Store) -> None:
    store.write(lambda work: [ADD_EVENT.run(work.connection, {**EVENT, "seq": n}) for n in range(3)])
    first = store.write(lambda work: EVENTS.first(work.connection, {"hall": 7}))
    assert first is not None
    store.write(lambda work: work.connection.execute(delete(EventRow)))
    with store.read() as connection:
        assert EVENTS.first(connection, {"hall": 7}) is None


def test_errors_are_those_of_sqlalchemy_and_tell_no_values(connection: Connection) -> None:
    ADD_EVENT.run(connection, EVENT)
    with pytest.raises(IntegrityError) as refused:
        ADD_EVENT.run(connection, EVENT)
    assert not refused.value.connection_invalidated
    assert "试" not in str(refused.value)
    assert len(EVENTS.all(connection, {"hall": 7})) == 1
