"""The writers: durable, in order, each use case by itself, on SQLite as on PostgreSQL."""

import subprocess
import sys
import threading
from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import insert, select, text, update
from sqlalchemy.exc import IntegrityError

from tests.databases import Databases
from tinghao.basics.clock import system_clock
from tinghao.server.store import DatabaseAddress, Store, Work, events
from tinghao.server.store.migrate import WrongVersion, require_current, upgrade
from tinghao.server.store.tables import EventCounter, WishRow
from tinghao.server.store.work import Event

HALL = 7
OTHER_HALL = 8


@pytest.fixture
def store(store: Store) -> Store:
    for hall in (HALL, OTHER_HALL):
        store.write(lambda work, hall=hall: events.open_series(work.connection, hall))
    return store


def record(work: Work, number: int, hall: int = HALL) -> Event:
    return events.record(work, hall_id=hall, kind="test", at=system_clock(), actor="test", data={"n": number})


def run_all(*acts: Callable[[], Any]) -> list[Any]:
    """Runs these at the same time; what they returned or raised."""
    found: list[Any] = [None] * len(acts)

    def run(n: int, act: Callable[[], Any]) -> None:
        try:
            found[n] = act()
        except Exception as error:
            found[n] = error

    threads = [threading.Thread(target=run, args=item) for item in enumerate(acts)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return found


@pytest.mark.parametrize("databases", ["sqlite"], indirect=True)
def test_a_sqlite_file_is_durable_and_lets_readers_read(store: Store) -> None:
    with store.read() as connection:
        pragmas = {
            name: connection.exec_driver_sql(f"PRAGMA {name}").scalar()
            for name in ("journal_mode", "synchronous", "foreign_keys")
        }
    assert pragmas == {"journal_mode": "wal", "synchronous": 2, "foreign_keys": 1}


@pytest.mark.parametrize("hall", [HALL, None])
def test_events_of_many_writers_are_numbered_without_gaps_and_told_in_order(
    store: Store, hall: int | None
) -> None:
    told: list[int] = []
    store.on_commit(lambda news: told.extend(event.seq for event in news))
    run_all(
        *[lambda: [store.write(partial(record, number=n), hall) for n in range(50)] for _ in range(8)],
    )
    assert told == list(range(1, 401))
    with store.read() as connection:
        assert [event.seq for event in events.after(connection, HALL, 0)] == told


def test_each_hall_has_its_own_series_and_hears_of_it_in_order(store: Store) -> None:
    told: dict[int, list[int]] = {HALL: [], OTHER_HALL: []}
    store.on_commit(lambda news: [told[event.hall_id].append(event.seq) for event in news])
    run_all(
        *[
            lambda hall=hall: [store.write(partial(record, number=n, hall=hall), hall) for n in range(50)]
            for hall in (HALL, OTHER_HALL) * 4
        ]
    )
    assert told == {hall: list(range(1, 201)) for hall in (HALL, OTHER_HALL)}


def test_two_stores_on_one_database_do_not_lose_each_others_work(
    store: Store, database: DatabaseAddress
) -> None:
    """As two processes would: what is read in a use case is still so when it writes."""
    second = Store(database)

    def read_and_write(work: Work) -> None:
        row = select(EventCounter.last).where(EventCounter.hall_id == HALL)
        before = work.connection.execute(row).scalar_one()
        change = update(EventCounter).where(EventCounter.hall_id == HALL).values(last=before + 1)
        work.connection.execute(change)

    found = run_all(
        *[
            lambda each=each: [each.write(read_and_write, HALL) for _ in range(50)]
            for each in (store, second) * 3
        ]
    )
    second.close()
    assert not [error for error in found if isinstance(error, Exception)]
    with store.read() as connection:
        assert events.last_number(connection, HALL) == 300


@pytest.mark.parametrize("databases", ["postgresql"], indirect=True)
def test_a_hall_does_not_wait_for_another(store: Store) -> None:
    inside, other_is_done = threading.Event(), threading.Event()

    def slow(work: Work) -> bool:
        record(work, 1)
        inside.set()
        return other_is_done.wait(20)

    def quick() -> None:
        inside.wait()
        store.write(partial(record, number=1, hall=OTHER_HALL), OTHER_HALL)
        other_is_done.set()

    assert run_all(lambda: store.write(slow, HALL), quick) == [True, None]


def test_a_use_case_that_fails_leaves_nothing_and_harms_no_other(store: Store) -> None:
    """Also when it shares its commit with others: the gate holds the writer until all three wait."""
    told: list[Event] = []
    store.on_commit(told.extend)
    gate, held = threading.Event(), threading.Event()

    def hold(work: Work) -> None:
        held.set()
        gate.wait()

    def fail(work: Work) -> None:
        record(work, 2)
        raise LookupError("no")

    def write(act: Callable[[Work], Any]) -> Callable[[], Any]:
        return lambda: held.wait() and store.write(act, HALL)

    def open_gate() -> None:
        held.wait()
        gate.set()

    acts = [write(partial(record, number=1)), write(fail), write(partial(record, number=3))]
    found = run_all(lambda: store.write(hold, HALL), *acts, open_gate)
    assert isinstance(found[2], LookupError)
    assert sorted(event.data["n"] for event in told) == [1, 3]
    assert sorted(event.seq for event in told) == [1, 2]
    assert store.write(lambda work: record(work, 4), HALL).seq == 3


def test_a_statement_that_fails_fails_its_use_case_alone(store: Store) -> None:
    """PostgreSQL would answer the commit of such a transaction with a silent rollback."""
    wish = {"actor": "a", "key": "k", "fingerprint": "f", "answer": {}, "at": system_clock()}
    store.write(lambda work: work.connection.execute(insert(WishRow), wish))

    def refused(work: Work) -> None:
        record(work, 1)
        work.connection.execute(insert(WishRow), wish)

    with pytest.raises(IntegrityError):
        store.write(refused, HALL)
    assert store.write(lambda work: record(work, 2), HALL).seq == 1


@pytest.mark.parametrize("databases", ["postgresql"], indirect=True)
def test_a_use_case_that_goes_on_after_a_failed_statement_is_not_called_done(store: Store) -> None:
    told: list[Event] = []
    store.on_commit(told.extend)
    wish = {"actor": "a", "key": "k", "fingerprint": "f", "answer": {}, "at": system_clock()}
    store.write(lambda work: work.connection.execute(insert(WishRow), wish))

    def stubborn(work: Work) -> str:
        record(work, 1)
        with pytest.raises(IntegrityError):
            work.connection.execute(insert(WishRow), wish)
        return "done"

    with pytest.raises(RuntimeError, match="went on"):
        store.write(stubborn, HALL)
    assert told == []


DEFER = {
    "sqlite": ["PRAGMA defer_foreign_keys = ON"],
    "postgresql": [
        "ALTER TABLE ticket_interval ALTER CONSTRAINT fk_ticket_interval_ticket_id_ticket"
        " DEFERRABLE INITIALLY DEFERRED"
    ],
}


def test_nothing_is_told_of_what_was_not_committed(store: Store) -> None:
    told: list[Event] = []
    store.on_commit(told.extend)

    def break_the_commit(work: Work) -> None:
        record(work, 1)
        for statement in DEFER[work.connection.dialect.name]:
            work.connection.execute(text(statement))
        orphan = (
            "INSERT INTO ticket_interval (ticket_id, state, began_at) VALUES (12345, 'waiting', '2026-01-01')"
        )
        work.connection.execute(text(orphan))

    with pytest.raises(IntegrityError):
        store.write(break_the_commit, HALL)
    assert told == []
    assert store.write(lambda work: record(work, 2), HALL).seq == 1
    assert [event.data["n"] for event in told] == [2]


def test_a_listener_that_fails_fails_nobody_else(store: Store) -> None:
    told: list[Event] = []

    def fail(news: list[Event]) -> None:
        raise ValueError("no")

    store.on_commit(fail)
    store.on_commit(told.extend)
    assert [store.write(partial(record, number=n), HALL).seq for n in (1, 2)] == [1, 2]
    assert [event.seq for event in told] == [1, 2]


def test_a_reader_sees_one_state_and_writers_need_not_wait(store: Store) -> None:
    with store.read() as connection:
        assert events.last_number(connection, HALL) == 0
        store.write(partial(record, number=1), HALL)
        assert events.last_number(connection, HALL) == 0
        assert events.after(connection, HALL, 0) == []
    with store.look() as connection:
        assert events.last_number(connection, HALL) == 1


def test_a_closed_store_says_so(store: Store) -> None:
    store.close()
    with pytest.raises(RuntimeError, match="closed"):
        store.write(lambda work: None)


def test_a_database_that_is_missing_or_of_another_version_is_refused(databases: Databases) -> None:
    database = databases.make()
    if not database.is_postgresql:
        with pytest.raises(WrongVersion, match="tinghao db upgrade"):
            require_current(database)
    store = Store(database)
    with store.read(), pytest.raises(WrongVersion, match="version None"):
        require_current(database)
    store.close()
    upgrade(database)
    require_current(database)


def test_the_migrations_make_the_tables_that_the_program_knows(store: Store) -> None:
    from alembic.autogenerate import compare_metadata
    from alembic.runtime.migration import MigrationContext

    from tinghao.server import tables
    from tinghao.server.store import Base

    assert tables
    with store.read() as connection:
        assert compare_metadata(MigrationContext.configure(connection), Base.metadata) == []


@pytest.mark.parametrize("databases", ["postgresql"], indirect=True)
def test_of_two_who_upgrade_at_the_same_time_the_second_finds_it_done(databases: Databases) -> None:
    database = databases.make()
    url = database.url.render_as_string(hide_password=False)
    program = f"from tinghao.server.store.migrate import upgrade; upgrade({url!r})"
    both = [subprocess.Popen([sys.executable, "-c", program]) for _ in range(2)]
    assert [process.wait() for process in both] == [0, 0]
    require_current(database)


def test_addresses(tmp_path: Path) -> None:
    assert DatabaseAddress.of(tmp_path / "a.db").file == tmp_path / "a.db"
    assert DatabaseAddress.of("var/a.db").file == Path("var/a.db")
    assert DatabaseAddress.of(f"sqlite:///{tmp_path}/a.db") == DatabaseAddress.of(tmp_path / "a.db")
    address = DatabaseAddress.of("postgresql://tinghao:p%2Fw@db.example/tinghao")
    assert (address.is_postgresql, address.url.password) == (True, "p/w")
    assert "p/w" not in f"{address} {address!r}"
    assert "p%2Fw" not in f"{address} {address!r}"
    for wrong in (
        "mysql://u:secret@h/d",
        "postgresql://u:secret@h",
        "sqlite:///:memory:",
        "sqlite://",
        "://secret",
    ):
        with pytest.raises(ValueError, match="database") as refused:
            DatabaseAddress.of(wrong)
        assert "secret" not in str(refused.value)
