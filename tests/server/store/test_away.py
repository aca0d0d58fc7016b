"""A database that is away: nobody is told yes, nobody waits for ever, and all goes on by itself when it is back."""

import subprocess
import sys
import threading
from collections.abc import Iterator
from functools import partial
from typing import Any

import psycopg
import pytest
from sqlalchemy import text

from bench.servers import PostgresServer
from tests.server.conftest import Server
from tests.server.store.test_store import HALL, record
from tinghao.server.store import DatabaseAddress, DatabaseUnreachable, Store, Work, events, postgresql
from tinghao.server.store.work import Event

on_postgresql = pytest.mark.parametrize("databases", ["postgresql"], indirect=True)


@pytest.fixture
def store(store: Store) -> Store:
    store.write(lambda work: events.open_series(work.connection, HALL))
    return store


@pytest.fixture
def stopped(postgres: PostgresServer) -> Iterator[PostgresServer]:
    """The session's server, which the test stops; it is started again if the test fails before it does."""
    yield postgres
    if not postgres.answers():
        postgres.start()


@on_postgresql
def test_connections_lost_in_between_are_not_noticed(
    store: Store, postgres: PostgresServer, database: DatabaseAddress
) -> None:
    for number in (1, 2, 3):
        assert store.write(partial(record, number=number), HALL).seq == number
        with store.read() as connection:
            assert events.last_number(connection, HALL) == number
        with store.look() as connection:
            assert events.last_number(connection, HALL) == number
        postgres.cut(database)


@on_postgresql
def test_a_use_case_that_loses_its_connection_is_told_and_undone(
    store: Store, postgres: PostgresServer, database: DatabaseAddress
) -> None:
    told: list[Event] = []
    store.on_commit(told.extend)

    def lose_and_go_on(work: Work) -> None:
        record(work, 1)
        postgres.cut(database)
        record(work, 2)

    def lose_before_the_commit(work: Work) -> None:
        record(work, 3)
        postgres.cut(database)

    for act in (lose_and_go_on, lose_before_the_commit):
        with pytest.raises(DatabaseUnreachable):
            store.write(act, HALL)
    assert told == []
    assert store.write(lambda work: record(work, 4), HALL).seq == 1
    assert [event.data["n"] for event in told] == [4]


@on_postgresql
def test_those_who_share_the_lost_transaction_are_told_too(
    store: Store, postgres: PostgresServer, database: DatabaseAddress
) -> None:
    held, gate = threading.Event(), threading.Event()
    found: dict[int, Any] = {}

    def hold(work: Work) -> None:
        held.set()
        gate.wait()

    def share(number: int) -> None:
        def act(work: Work) -> None:
            record(work, number)
            if number == 2:
                postgres.cut(database)

        held.wait()
        try:
            found[number] = store.write(act, HALL)
        except DatabaseUnreachable as problem:
            found[number] = problem

    threads = [threading.Thread(target=share, args=(n,)) for n in (1, 2, 3)]
    threads.append(threading.Thread(target=store.write, args=(hold, HALL)))
    for thread in threads:
        thread.start()
    held.wait()
    gate.set()
    for thread in threads:
        thread.join()
    kept = {number for number in (1, 2, 3) if not isinstance(found[number], DatabaseUnreachable)}
    with store.read() as connection:
        assert {event.data["n"] for event in events.after(connection, HALL, 0)} == kept
    assert 2 not in kept


@on_postgresql
def test_a_server_that_is_away_is_told_and_found_again(server: Server, stopped: PostgresServer) -> None:
    kiosk, body = server.tokens["hengnan"]["kiosk"], {"matter": "fagai-touzi-beian"}
    first = server.ask("POST", "/tickets", kiosk, body, key="one")
    assert first.status_code == 201
    stopped.stop()
    for method, path, token in (("POST", "/tickets", kiosk), ("GET", "/snapshot", kiosk)):
        away = server.ask(method, path, token, body if method == "POST" else None, key="two")
        assert (away.status_code, away.json["code"]) == (503, "database-unreachable")
        assert "数据库" in away.json["detail"]
    stopped.start()
    second = server.ask("POST", "/tickets", kiosk, body, key="two")
    assert (second.status_code, second.json["number"]) == (201, "A002"), second.json
    assert server.ask("POST", "/tickets", kiosk, body, key="one").json == first.json
    assert server.ask("POST", "/tickets", kiosk, body, key="two").json == second.json


@on_postgresql
def test_nobody_waits_for_ever_for_his_hall(
    database: DatabaseAddress, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(postgresql.SESSION, "lock_timeout", "50ms")
    first, second = Store(database), Store(database)

    def while_held(work: Work) -> None:
        with pytest.raises(DatabaseUnreachable):
            second.write(lambda work: None, HALL)

    first.write(while_held, HALL)
    second.write(lambda work: None, HALL)
    first.close()
    second.close()


@on_postgresql
def test_a_statement_that_takes_too_long_is_given_up_alone(
    database: DatabaseAddress, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(postgresql.SESSION, "statement_timeout", "50ms")
    store = Store(database)
    with pytest.raises(DatabaseUnreachable):
        store.write(lambda work: work.connection.execute(text("SELECT pg_sleep(60)")), HALL)
    store.write(lambda work: None, HALL)
    store.close()


def test_a_writer_outlives_a_connection_that_can_not_even_be_rolled_back(store: Store) -> None:
    def break_it(work: Work) -> None:
        raw = work.connection.connection.dbapi_connection
        assert raw is not None
        raw.close()
        raise LookupError("no")

    for _ in range(3):
        with pytest.raises(Exception, match=r"no|closed|reached"):
            store.write(break_it, HALL)
    assert store.write(lambda work: record(work, 1), HALL).seq == 1


UNDER_GEVENT = """
from gevent import monkey
monkey.patch_all()
import sys
import gevent
import psycopg
from tinghao.server.store import Store, postgresql
where, plain, hall = sys.argv[1], sys.argv[2], int(sys.argv[3])
store = Store(where)
holder = psycopg.connect(plain)
holder.execute(f"SELECT pg_advisory_xact_lock({postgresql.HALL_LOCKS}, {hall})")
writer = gevent.spawn(store.write, lambda work: "written", hall)
with psycopg.connect(plain, autocommit=True) as watcher:
    while not watcher.execute("SELECT 1 FROM pg_locks WHERE locktype = 'advisory' AND NOT granted").fetchone():
        gevent.sleep(0.01)
holder.rollback()
print(writer.get())
store.close()
"""


@on_postgresql
def test_under_gevent_one_who_waits_for_the_database_lets_others_run(database: DatabaseAddress) -> None:
    url = database.url.render_as_string(hide_password=False)
    plain = url.replace("+psycopg", "")
    with psycopg.connect(plain):
        done = subprocess.run(
            [sys.executable, "-c", UNDER_GEVENT, url, plain, str(HALL)], capture_output=True, text=True
        )
    assert (done.stdout, done.returncode) == ("written\n", 0), done.stderr
