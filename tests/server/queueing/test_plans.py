"""No hot path reads a whole table, however many tickets are past: SQLite. For PostgreSQL see `test_postgresql_plans`."""

from typing import Any

import pytest
from sqlalchemy import event

from tests.server.conftest import Server

GROWING = ("ticket", "ticket_interval", "event", "wish", "staff_session")


@pytest.fixture
def statements(server: Server) -> list[tuple[str, Any]]:
    """Everything the server asks its database for."""
    asked: list[tuple[str, Any]] = []

    @event.listens_for(server.store.engine, "before_cursor_execute")
    def note(_c: Any, _cursor: Any, statement: str, parameters: Any, _context: Any, _many: bool) -> None:
        asked.append((statement, parameters))

    return asked


@pytest.mark.parametrize("databases", ["sqlite"], indirect=True)
def test_the_hot_paths_use_an_index(server: Server, statements: list[tuple[str, Any]]) -> None:
    token, window = server.at_window()
    slug = server.take(identity={"source": "card", "number": "11010519491231002X"})["slug"]
    ticket = server.ask("POST", f"/windows/{window}/next", token).json["id"]
    for verb in ("recall", "start", "finish"):
        server.ask("POST", f"/tickets/{ticket}/{verb}", token)
    server.ask("GET", f"/tickets/by-slug/{slug}", None)
    for who in (token, server.tokens["hengnan"]["board"]):
        server.ask("GET", "/snapshot", who)
        server.ask("GET", "/events?after=1", who)
    seen = [item for item in statements if item[0].startswith(("SELECT", "UPDATE"))]
    assert len(seen) > 20
    with server.store.read() as connection:
        for statement, parameters in seen:
            plan = connection.exec_driver_sql(f"EXPLAIN QUERY PLAN {statement}", parameters).all()
            for row in plan:
                detail = row[-1]
                scanned = detail.removeprefix("SCAN ").split()[0] if detail.startswith("SCAN") else None
                assert scanned not in GROWING or "USING INDEX ix_ticket" in detail, f"{statement}\n{plan}"


def test_days_are_kept_as_dates(server: Server) -> None:
    server.take()
    with server.store.read() as connection:
        assert str(connection.exec_driver_sql("SELECT day FROM ticket").scalar()) == "2026-11-23"
