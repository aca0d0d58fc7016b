"""A hall in a database of the test's own."""

from collections.abc import Iterator
from typing import Any

import pytest

from tests.databases import Databases
from tests.server.queueing.waits.house import House
from tinghao.server.hall.reading import read_facts
from tinghao.server.hall.views import hall_id_of
from tinghao.server.store import DatabaseAddress, Store


@pytest.fixture
def house(databases: Databases, furnished: tuple[DatabaseAddress, Any]) -> Iterator[House]:
    database = databases.make(furnished[0])
    store = Store(database)
    with store.read() as connection:
        facts = read_facts(connection, hall_id_of(connection, "hengnan"))
    yield House(store, facts)
    store.close()
    databases.remove(database)
