"""The whole server with its pages, listening on a free port, and a phone's browser."""

import threading
from collections.abc import Iterator
from dataclasses import dataclass
from functools import partial
from pathlib import Path

import pytest
import requests
from flask import Flask
from playwright.sync_api import Page, sync_playwright
from werkzeug.serving import make_server

from tests import chromium
from tests.counter.stand_in import QuietHandler
from tinghao.assembly import assemble
from tinghao.basics.clock import system_clock
from tinghao.demo.make import HALLS
from tinghao.server.config import ServerConfig
from tinghao.server.devices import service as devices
from tinghao.server.hall.definition import read_definition
from tinghao.server.hall.service import import_hall
from tinghao.server.hall.views import hall_id_of
from tinghao.server.store import DatabaseAddress, Store
from tinghao.server.store.migrate import upgrade


@dataclass
class House:
    """The server and a kiosk's token."""

    app: Flask
    address: str
    kiosk: str

    def presence(self) -> str:
        """The address that a kiosk shows for phones."""
        headers = {"Authorization": f"Bearer {self.kiosk}"}
        found: str = requests.get(f"{self.address}/api/v1/presence", headers=headers, timeout=10).json()[
            "url"
        ]
        return found


@pytest.fixture(scope="module")
def house(tmp_path_factory: pytest.TempPathFactory) -> Iterator[House]:
    database = DatabaseAddress.of(Path(tmp_path_factory.mktemp("phone")) / "tinghao.db")
    upgrade(database)
    store = Store(database)
    definition = read_definition(HALLS / "hengnan.toml").at_all_hours()
    now = system_clock()
    store.write(partial(import_hall, definition=definition, now=now))
    kiosk = store.write(
        lambda work: devices.add(work, hall_id_of(work.connection, "hengnan"), "kiosk", "1号取号机", now)
    )
    store.close()
    config = ServerConfig(database=database, secret="a secret of the test, long enough to pass")
    app = assemble(config, async_mode="threading")
    server = make_server("127.0.0.1", 0, app, threaded=True, request_handler=QuietHandler)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield House(app, f"http://127.0.0.1:{server.port}", kiosk)
    server.shutdown()
    app.extensions["store"].close()


@pytest.fixture
def phone() -> Iterator[Page]:
    """A phone that remembers nothing; a fault in a script fails the test."""
    with sync_playwright() as playwright:
        browser = chromium.launch(playwright)
        page = browser.new_context(locale="zh-CN", viewport={"width": 390, "height": 844}).new_page()
        page.set_default_timeout(10_000)
        faults: list[str] = []
        page.on("pageerror", lambda error: faults.append(str(error)))
        yield page
        browser.close()
    assert not faults
