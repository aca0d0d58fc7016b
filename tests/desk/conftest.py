"""The desk's hall, listening on a free port; the browser is the counter's."""

import threading
from collections.abc import Iterator

import pytest
from werkzeug.serving import make_server

from tests.counter.stand_in import QuietHandler, address, chromium, hall, page
from tests.desk.stand_in import DeskHall

__all__ = ["address", "chromium", "hall", "page"]


@pytest.fixture(scope="session")
def served() -> Iterator[tuple[DeskHall, str]]:
    """The stand-in, listening on a free port."""
    stand_in = DeskHall()
    server = make_server("127.0.0.1", 0, stand_in.app, threaded=True, request_handler=QuietHandler)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield stand_in, f"http://127.0.0.1:{server.port}"
    server.shutdown()
