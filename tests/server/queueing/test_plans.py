"""No hot path reads a whole table, however long the past: SQLite. For PostgreSQL see `test_postgresql_plans`."""

import re
import sqlite3
from collections.abc import Iterator
from typing import Any

import pytest
from sqlalchemy import Engine, event

from tests.server.conftest import Server
from tests.server.hot_paths import GROWING, all_day, make_past

TABLES = {table.__tablename__ for table in GROWING}
SMALL = (
    "ix_ticket_waiting",
    "ix_ticket_at_window",
    "uq_ticket_window",
    "ix_ticket_aside",
    "ix_ticket_to_window",
    "ix_ticket_to_staff",
    "uq_shift_window",
    "uq_shift_staff",
    "uq_queue_alert_open",
    "ix_print_order_open",
)
"""Indexes of what is not over: to read all of one is to read little."""

Asked = dict[str, Any]
"""Parameters by statement."""


@pytest.fixture
def asked() -> Iterator[Asked]:
    """Everything that is asked of databases opened from now on, by whatever way it reaches the driver."""
    said: Asked = {}

    class Cursor(sqlite3.Cursor):
        def execute(self, statement: str, parameters: Any = (), /) -> sqlite3.Cursor:
            said.setdefault(statement, parameters)
            return super().execute(statement, parameters)

    class Connection(sqlite3.Connection):
        def cursor(self, *_: Any) -> sqlite3.Cursor:  # type: ignore[override]
            return super().cursor(Cursor)

    def listen(_dialect: Any, _record: Any, _arguments: Any, options: dict[str, Any]) -> None:
        options["factory"] = Connection

    event.listen(Engine, "do_connect", listen)
    yield said
    event.remove(Engine, "do_connect", listen)


def reads_much(step: str) -> bool:
    """Whether a step of a plan goes through a whole table that grows, or through all that one hall has in it."""
    found = re.match(r"(SCAN|SEARCH) (\w+?)(_\d+)?(?: USING (?:COVERING )?INDEX (\w+)| |$)", step)
    if found is None or found[2] not in TABLES or found[4] in SMALL:
        return False
    return found[1] == "SCAN" or step.endswith("(hall_id=?)")


@pytest.mark.parametrize("databases", ["sqlite"], indirect=True)
def test_the_hot_paths_use_an_index(asked: Asked, server: Server) -> None:
    all_day(server)
    seen = {each: asked[each] for each in asked if each.startswith(("SELECT", "UPDATE", "DELETE", "INSERT"))}
    assert len(seen) > 60
    server.store.write(make_past)
    with sqlite3.connect(server.database.file) as connection:
        much = [
            f"{step}: {statement}"
            for statement, parameters in seen.items()
            for *_, step in connection.execute(f"EXPLAIN QUERY PLAN {statement}", parameters)
            if reads_much(step)
        ]
    assert not much, "\n".join(much)


@pytest.mark.parametrize(
    ("step", "much"),
    [
        ("SCAN ticket", True),
        ("SCAN ticket_1", True),
        ("SCAN ticket USING COVERING INDEX ix_ticket_visitor", True),
        ("SCAN ticket USING INDEX ix_ticket_waiting", False),
        ("SCAN window", False),
        ("SEARCH event USING INDEX sqlite_autoindex_event_1 (hall_id=?)", True),
        ("SEARCH event USING INDEX sqlite_autoindex_event_1 (hall_id=? AND seq>?)", False),
        ("SEARCH ticket USING INTEGER PRIMARY KEY (rowid=?)", False),
    ],
)
def test_what_reads_much(step: str, much: bool) -> None:
    assert reads_much(step) is much


def test_days_are_kept_as_dates(server: Server) -> None:
    server.take()
    with server.store.read() as connection:
        assert str(connection.exec_driver_sql("SELECT day FROM ticket").scalar()) == "2026-11-23"
