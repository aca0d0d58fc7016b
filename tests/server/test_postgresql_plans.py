"""No hot path reads a whole table on PostgreSQL, however many tickets are past: PostgreSQL counts itself how often it did."""

from datetime import timedelta
from typing import Any

import psycopg
import pytest
from sqlalchemy import Integer, Table, cast, func, insert, literal, select, true

from tests.server.conftest import MORNING, SECRET, Server
from tinghao.server.app import create_app
from tinghao.server.config import ServerConfig
from tinghao.server.queueing.models import Ticket, TicketInterval
from tinghao.server.store import Work
from tinghao.server.store.tables import EventRow, WishRow

MANY = 4_000
WHOLE_TABLES_READ = """
SELECT relname, seq_scan FROM pg_stat_user_tables WHERE seq_scan > 0 AND n_live_tup >= %s
"""


@pytest.mark.parametrize("databases", ["postgresql"], indirect=True)
def test_the_hot_paths_use_an_index(server: Server) -> None:
    visit(server)
    server.store.write(make_past)
    server.store.close()
    with psycopg.connect(
        server.database.url.set(drivername="postgresql").render_as_string(False)
    ) as connection:
        connection.autocommit = True
        connection.execute("ANALYZE")
        connection.execute("SELECT pg_stat_reset()")
        connection.execute("ANALYZE")
        config = ServerConfig(database=server.database, secret=SECRET)
        server.app = create_app(config, server.clock, async_mode="threading")
        visit(server)
        # What a connection has counted is known when it ends.
        server.store.close()
        [(counted,)] = connection.execute(
            "SELECT count(*) FROM pg_stat_user_tables WHERE n_live_tup >= %s", [MANY]
        )
        assert counted >= 4
        assert connection.execute(WHOLE_TABLES_READ, [MANY]).fetchall() == []


COPIES = func.generate_series(1, MANY).table_valued("n", name="copies").render_derived()


def visit(server: Server) -> None:
    """One visit through all that is asked all day."""
    token, window = server.at_window()
    taken = server.take(identity={"source": "card", "number": "11010519491231002X"})
    ticket = server.ask("POST", f"/windows/{window}/next", token).json["id"]
    for verb in ("recall", "start", "finish"):
        assert server.ask("POST", f"/tickets/{ticket}/{verb}", token).status_code == 200
    server.ask("GET", f"/tickets/by-slug/{taken['slug']}", None)
    for who in (token, server.tokens["hengnan"]["board"]):
        newest = server.ask("GET", "/snapshot", who).json["seq"]
        server.ask("GET", f"/events?after={newest - 3}", who)
    assert server.ask("DELETE", f"/windows/{window}/shift", token).status_code in (200, 204)


def make_past(work: Work) -> None:
    """Copies of the visit's rows, long over."""
    n = COPIES.c.n
    day = cast(literal(MORNING.date()), Ticket.day.type) - cast(1 + n / 200, Integer)
    tickets: Any = Ticket.__table__
    copy(work, tickets, {"id": tickets.c.id + 1_000 + n, "number": tickets.c.number + n, "day": day})
    intervals: Any = TicketInterval.__table__
    copy(
        work,
        intervals,
        {"id": intervals.c.id + 1_000 + 10 * n, "ticket_id": intervals.c.ticket_id + 1_000 + n},
    )
    events: Any = EventRow.__table__
    copy(work, events, {"seq": -20 * n - events.c.seq})
    wishes: Any = WishRow.__table__
    earlier = literal(MORNING - timedelta(days=1), wishes.c.at.type)
    copy(work, wishes, {"key": wishes.c.key + func.concat("-", n), "at": earlier})


def copy(work: Work, table: Table, changes: dict[str, Any]) -> None:
    """Adds `MANY` changed copies of each row."""
    columns = [changes.get(column.name, column) for column in table.columns]
    copies = select(*columns).select_from(table.join(COPIES, true()))
    work.connection.execute(insert(table).from_select(list(table.columns.keys()), copies))
