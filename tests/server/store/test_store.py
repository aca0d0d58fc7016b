"""The one writer: durable, in order, each use case by itself."""

import threading
from functools import partial
from pathlib import Path

import pytest
from sqlalchemy import text

from tinghao.basics.clock import system_clock
from tinghao.server.store import Store, Work, events
from tinghao.server.store.migrate import WrongVersion, require_current, upgrade
from tinghao.server.store.work import Event

HALL = 7


@pytest.fixture
def store(tmp_path: Path) -> Store:
    database = tmp_path / "tinghao.db"
    upgrade(database)
    store = Store(database)
    store.write(lambda work: events.open_series(work.connection, HALL))
    return store


def record(work: Work, number: int) -> Event:
    return events.record(work, hall_id=HALL, kind="test", at=system_clock(), actor="test", data={"n": number})


def test_the_database_is_durable_and_lets_readers_read(store: Store) -> None:
    with store.read() as connection:
        pragmas = {
            name: connection.exec_driver_sql(f"PRAGMA {name}").scalar()
            for name in ("journal_mode", "synchronous", "foreign_keys")
        }
    assert pragmas == {"journal_mode": "wal", "synchronous": 2, "foreign_keys": 1}


def test_events_of_many_writers_are_numbered_without_gaps_and_told_in_order(store: Store) -> None:
    told: list[int] = []
    store.on_commit(lambda news: told.extend(event.seq for event in news))
    writers = [
        threading.Thread(target=lambda: [store.write(partial(record, number=n)) for n in range(50)])
        for _ in range(8)
    ]
    for writer in writers:
        writer.start()
    for writer in writers:
        writer.join()
    assert told == list(range(1, 401))
    with store.read() as connection:
        assert [event.seq for event in events.after(connection, HALL, 0)] == told


def test_a_use_case_that_fails_leaves_nothing_and_harms_no_other(store: Store) -> None:
    """Also when it shares its commit with others: the gate holds the writer until all three wait."""
    told: list[Event] = []
    store.on_commit(told.extend)
    gate, results = threading.Event(), {}

    def hold(work: Work) -> None:
        gate.wait()

    def fail(work: Work) -> None:
        record(work, 2)
        raise LookupError("no")

    def run(name: str, act: object) -> None:
        try:
            results[name] = store.write(act)  # type: ignore[arg-type]
        except LookupError as error:
            results[name] = error

    acts = {
        "hold": hold,
        "one": lambda work: record(work, 1),
        "bad": fail,
        "three": lambda work: record(work, 3),
    }
    threads = [threading.Thread(target=run, args=item) for item in acts.items()]
    for thread in threads:
        thread.start()
    gate.set()
    for thread in threads:
        thread.join()
    assert isinstance(results["bad"], LookupError)
    assert sorted(event.data["n"] for event in told) == [1, 3]
    assert sorted(event.seq for event in told) == [1, 2]


def test_nothing_is_told_of_what_was_not_committed(store: Store) -> None:
    told: list[Event] = []
    store.on_commit(told.extend)

    def break_the_commit(work: Work) -> None:
        record(work, 1)
        work.connection.execute(text("PRAGMA defer_foreign_keys = ON"))
        work.connection.execute(
            text(
                "INSERT INTO ticket_interval (ticket_id, state, began_at) VALUES (12345, 'waiting', '2026-01-01')"
            )
        )

    with pytest.raises(Exception, match="FOREIGN KEY"):
        store.write(break_the_commit)
    assert told == []
    assert store.write(lambda work: record(work, 2)).seq == 1
    assert [event.data["n"] for event in told] == [2]


def test_a_closed_store_says_so(store: Store) -> None:
    store.close()
    with pytest.raises(RuntimeError, match="closed"):
        store.write(lambda work: None)


def test_a_database_that_is_missing_or_of_another_version_is_refused(tmp_path: Path) -> None:
    database = tmp_path / "other.db"
    with pytest.raises(WrongVersion, match="tinghao db upgrade"):
        require_current(database)
    Store(database).read().__enter__()
    with pytest.raises(WrongVersion, match="version None"):
        require_current(database)
    upgrade(database)
    require_current(database)


def test_the_migrations_make_the_tables_that_the_program_knows(tmp_path: Path) -> None:
    from alembic.autogenerate import compare_metadata
    from alembic.runtime.migration import MigrationContext

    from tinghao.server import tables
    from tinghao.server.store import Base

    assert tables
    upgrade(tmp_path / "new.db")
    with Store(tmp_path / "new.db").read() as connection:
        assert compare_metadata(MigrationContext.configure(connection), Base.metadata) == []
