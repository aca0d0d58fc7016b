"""The server's application on a real database with both seed halls, asked through its HTTP face."""

import itertools
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from functools import partial
from typing import Any

import pytest
from apiflask import APIFlask
from argon2 import PasswordHasher

from tests.databases import Databases, PostgresDatabases, SqliteDatabases
from tinghao.demo.make import HALLS
from tinghao.server.access import STATIONS
from tinghao.server.app import create_app
from tinghao.server.config import ServerConfig
from tinghao.server.devices import service as devices
from tinghao.server.hall.definition import HallDefinition, read_definition
from tinghao.server.hall.queue_rules import QueueRules
from tinghao.server.hall.service import import_hall
from tinghao.server.hall.views import hall_id_of
from tinghao.server.queueing.service import days
from tinghao.server.staff import service as staff
from tinghao.server.store import DatabaseAddress, Store, Work
from tinghao.server.store.migrate import upgrade

MORNING = datetime(2026, 11, 23, 1, 0, tzinfo=UTC)  # 9:00 in the hall
PASSWORD = "demo-2026"
SECRET = "a secret of the test, long enough to pass"
Json = dict[str, Any]


@pytest.fixture(scope="session", autouse=True)
def quick_passwords() -> Iterator[None]:
    """Hashing is slow on purpose; what is tested here is not how slow."""
    with pytest.MonkeyPatch.context() as patch:
        hasher = PasswordHasher(time_cost=1, memory_cost=8, parallelism=1)
        patch.setattr(staff, "_hasher", hasher)
        patch.setattr(staff, "_NOBODY", hasher.hash("nobody has this password"))
        yield


@pytest.fixture(scope="session")
def definitions() -> dict[str, HallDefinition]:
    return {path.stem: read_definition(path) for path in HALLS.glob("*.toml")}


@pytest.fixture(scope="session", params=["sqlite", "postgresql"])
def databases(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Databases:
    """Makes databases of one kind; all tests of the server run on both kinds."""
    if request.param == "sqlite":
        return SqliteDatabases(tmp_path_factory.mktemp("databases"))
    return PostgresDatabases(request.getfixturevalue("postgres"))


@pytest.fixture(scope="session")
def current(databases: Databases) -> DatabaseAddress:
    """A database of the current version without anything in it; copied for those who want one."""
    database = databases.make()
    upgrade(database)
    return database


@pytest.fixture
def database(databases: Databases, current: DatabaseAddress) -> Iterator[DatabaseAddress]:
    """A database of the current version without anything in it."""
    database = databases.make(current)
    yield database
    databases.remove(database)


@pytest.fixture
def store(database: DatabaseAddress) -> Iterator[Store]:
    """A store on a database without anything in it."""
    store = Store(database)
    yield store
    store.close()


@pytest.fixture(scope="session")
def furnished(
    databases: Databases, current: DatabaseAddress, definitions: dict[str, HallDefinition]
) -> tuple[DatabaseAddress, Json]:
    """A database with both halls, a station of each kind, three clerks, a guide and a manager in each; copied for every test."""
    database = databases.make(current)
    store = Store(database)
    tokens: Json = {}

    def furnish(work: Work, hall: str) -> None:
        hall_id = hall_id_of(work.connection, hall)
        tokens[hall] = {kind: devices.add(work, hall_id, kind, kind, MORNING) for kind in STATIONS}
        for n in range(3):
            staff.add(work, hall_id, f"clerk{n}", f"人员{n}", str(n), PASSWORD)
        staff.add(work, hall_id, "guide", "导办", "98", PASSWORD, "guide")
        staff.add(work, hall_id, "manager", "主管", "99", PASSWORD, "manager")

    for hall, definition in definitions.items():
        store.write(partial(import_hall, definition=definition, now=MORNING))
        store.write(partial(furnish, hall=hall))
    store.close()
    return database, tokens


@dataclass
class TickingClock:
    """A clock that the test moves."""

    now: datetime = MORNING

    def __call__(self) -> datetime:
        return self.now

    def forward(self, **time: float) -> None:
        self.now += timedelta(**time)


@dataclass
class Server:
    """The application, its clock, its tokens."""

    app: APIFlask
    clock: TickingClock
    tokens: Json
    database: DatabaseAddress
    databases: Databases
    definitions: dict[str, HallDefinition]
    keys: Iterator[int] = field(default_factory=itertools.count)

    @property
    def store(self) -> Store:
        store: Store = self.app.extensions["store"]
        return store

    def everything_kept(self) -> bytes:
        """All that stands in the database."""
        return self.databases.content(self.database)

    def ask(
        self, method: str, path: str, token: str | None, body: Json | None = None, key: str | None = None
    ) -> Any:
        """One request; the answer's `json` and `status_code`."""
        headers = {"Idempotency-Key": key or f"key-{next(self.keys)}"}
        if token:
            headers["Authorization"] = f"Bearer {token}"
        return self.app.test_client().open(f"/api/v1{path}", method=method, json=body, headers=headers)

    def take(self, matter: str = "fagai-touzi-beian", hall: str = "hengnan", **more: Any) -> Json:
        answer = self.ask("POST", "/tickets", self.tokens[hall]["kiosk"], {"matter": matter, **more})
        assert answer.status_code == 201, answer.json
        return dict(answer.json)

    def wish(self, method: str, path: str, token: str, expected: int = 200, **body: Any) -> Json:
        """One wish that gets this status; the answer's members."""
        answer = self.ask(method, path, token, body or None)
        assert answer.status_code == expected, answer.json
        return dict(answer.json)

    def post(self, path: str, token: str, expected: int = 200, **body: Any) -> Json:
        """One POST that gets this status; the answer's members."""
        return self.wish("POST", path, token, expected, **body)

    def refused(self, path: str, token: str, **body: Any) -> str:
        """The code with which a POST is refused."""
        answer = self.ask("POST", path, token, body or None)
        assert answer.status_code >= 400, answer.json
        assert answer.json["detail"]
        return str(answer.json["code"])

    def rule(self, hall: str = "hengnan", **rules: Any) -> None:
        """Gives a hall other rules of queueing, as an import does while the server runs."""
        definition = replace(self.definitions[hall], rules=QueueRules(**rules))
        self.store.write(partial(import_hall, definition=definition, now=self.clock()))

    def tick(self, hall: str = "hengnan") -> None:
        """What time brings."""

        def act(work: Work) -> None:
            facts = self.app.extensions["book"].at(work.connection, hall_id_of(work.connection, hall))
            days.tick(work, facts, self.clock())

        self.store.write(act)

    def snapshot(self, token: str) -> Json:
        """The hall as the holder of the token sees it."""
        return dict(self.ask("GET", "/snapshot", token).json)

    def line(self, prefix: str, hall: str = "hengnan") -> int:
        """A line's id."""
        lines = self.ask("GET", "/hall", self.tokens[hall]["board"]).json["lines"]
        return next(line["id"] for line in lines if line["prefix"] == prefix)

    def clerk(self, n: int = 0, hall: str = "hengnan") -> str:
        """A session's token."""
        return self.log_in(f"clerk{n}", hall)

    def log_in(self, username: str, hall: str = "hengnan", station: str = "counter") -> str:
        """The session's token of anybody."""
        login = {"username": username, "password": PASSWORD}
        answer = self.ask("POST", "/sessions", self.tokens[hall][station], login)
        assert answer.status_code == 201, answer.json
        return str(answer.json["token"])

    def window(self, number: int, hall: str = "hengnan") -> int:
        """A window's id."""
        windows = self.ask("GET", "/hall", self.tokens[hall]["board"]).json["windows"]
        return next(window["id"] for window in windows if window["number"] == number)

    def at_window(self, number: int = 3, n: int = 0) -> tuple[str, int]:
        """A clerk with a window open: his token and the window's id."""
        token, window = self.clerk(n), self.window(number)
        assert self.ask("POST", f"/windows/{window}/shift", token).status_code == 201
        return token, window


@pytest.fixture
def server(
    databases: Databases,
    furnished: tuple[DatabaseAddress, Json],
    definitions: dict[str, HallDefinition],
) -> Iterator[Server]:
    template, tokens = furnished
    database = databases.make(template)
    clock = TickingClock()
    app = create_app(ServerConfig(database=database, secret=SECRET), clock, async_mode="threading")
    yield Server(app, clock, tokens, database, databases, definitions)
    app.extensions["store"].close()
    databases.remove(database)
