"""What all tests share: none fails because the machine was busy for a moment; databases where they are asked for."""

from collections.abc import Iterator
from typing import TYPE_CHECKING

import pytest
from hypothesis import settings

if TYPE_CHECKING:
    from bench.servers import PostgresServer, RedisServer

settings.register_profile("unhurried", deadline=None)
settings.load_profile("unhurried")

# Imported only where they are used: the tests of drivers need not load the server.


@pytest.fixture(scope="session")
def postgres() -> "Iterator[PostgresServer]":
    """The session's PostgreSQL."""
    from bench.servers import PostgresServer

    server = PostgresServer()
    yield server
    server.remove()


@pytest.fixture
def redis_server() -> "Iterator[RedisServer]":
    """A Redis for one test: it starts in no time."""
    from bench.servers import RedisServer

    server = RedisServer()
    yield server
    server.stop()
