"""No hot path reads a whole table on PostgreSQL, however long the past: PostgreSQL counts itself how often it did."""

import psycopg
import pytest

from tests.server.conftest import MORNING, SECRET, Server
from tests.server.hot_paths import GROWING, MANY, all_day, make_past
from tinghao.server.app import create_app
from tinghao.server.config import ServerConfig

WHOLE_TABLES_READ = """
SELECT relname, seq_scan FROM pg_stat_user_tables WHERE seq_scan > 0 AND n_live_tup >= %s
"""


@pytest.mark.parametrize("databases", ["postgresql"], indirect=True)
def test_the_hot_paths_use_an_index(server: Server) -> None:
    all_day(server)
    server.store.write(make_past)
    server.store.close()
    with psycopg.connect(
        server.database.url.set(drivername="postgresql").render_as_string(False)
    ) as connection:
        connection.autocommit = True
        connection.execute("ANALYZE")
        connection.execute("SELECT pg_stat_reset()")
        connection.execute("ANALYZE")
        server.clock.now = MORNING.replace(day=MORNING.day + 2)
        config = ServerConfig(database=server.database, secret=SECRET)
        server.app = create_app(config, server.clock, async_mode="threading")
        all_day(server)
        # What a connection has counted is known when it ends.
        server.store.close()
        [(counted,)] = connection.execute(
            "SELECT count(*) FROM pg_stat_user_tables WHERE n_live_tup >= %s", [MANY]
        )
        assert counted == len(GROWING)
        assert connection.execute(WHOLE_TABLES_READ, [MANY]).fetchall() == []
