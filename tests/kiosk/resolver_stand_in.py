"""A code resolver for tests: speaks the contract of docs/devices/scanner.md, and breaks it when told to."""

import json
import threading
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any, Literal

from tinghao.drivers.card_reader.cards import DEMO_CARDS

TOKEN = "cr_test"
PEOPLE: dict[str, dict[str, str]] = {
    "ESSC:1": {"number": DEMO_CARDS[0].number, "name": DEMO_CARDS[0].name},
    "ESSC:2": {"number": DEMO_CARDS[2].number},
}

Mood = Literal["well", "error", "cut-off", "garbage", "moved", "held", "dripping"]


@dataclass
class ResolverStandIn:
    """`held` answers only once `go_on` is set; `answer` overrides what it says when well."""

    mood: Mood = "well"
    answer: Any = None
    asked: list[str] = field(default_factory=list)
    go_on: threading.Event = field(default_factory=threading.Event)
    heard: threading.Event = field(default_factory=threading.Event)

    def told(self, code: str) -> Any:
        """What the contract says about a code."""
        if self.answer is not None:
            return self.answer
        if code in PEOPLE:
            return {"result": "found", **PEOPLE[code]}
        return {"result": "unknown" if code.startswith("ESSC:") else "not-mine"}


class Handler(BaseHTTPRequestHandler):
    """One question."""

    protocol_version = "HTTP/1.1"
    stand_in: ResolverStandIn

    def do_POST(self) -> None:
        """Answers, or does what the mood says."""
        given = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
        assert list(given) == ["code"]
        stand_in = self.stand_in
        stand_in.asked.append(given["code"])
        stand_in.heard.set()
        moods: dict[Mood, Callable[[], None]] = {
            "error": lambda: self._answer(500, b"{}"),
            "garbage": lambda: self._answer(200, b"[" * 9000),
            "moved": lambda: self._answer(307, b"", ("Location", "http://127.0.0.1:9/")),
            "cut-off": lambda: self._answer(200, b'{"result": "fou', ("Content-Length", "500")),
            "dripping": self._drip,
        }
        if stand_in.mood == "held":
            stand_in.go_on.wait(10)
        if self.headers["Authorization"] != f"Bearer {TOKEN}":
            return self._answer(401, b"{}")
        moods.get(
            stand_in.mood, lambda: self._answer(200, json.dumps(stand_in.told(given["code"])).encode())
        )()

    def _drip(self) -> None:
        """Headers without end, a little at a time: no time-out between two bytes ever notices."""
        while not self.stand_in.go_on.wait(0.02):
            self.wfile.write(b"HTTP/1.1 100 Continue\r\n\r\n")
        self.close_connection = True

    def _answer(self, status: int, body: bytes, *headers: tuple[str, str]) -> None:
        self.send_response(status)
        for name, value in {"Content-Length": str(len(body)), **dict(headers)}.items():
            self.send_header(name, value)
        with suppress(ConnectionError):  # who asked may have given up
            self.end_headers()
            self.wfile.write(body)
        self.close_connection = True

    def log_message(self, format: str, *args: object) -> None:
        """Silent."""


def serve(stand_in: ResolverStandIn) -> tuple[ThreadingHTTPServer, str]:
    """Starts it on a free port; gives its address."""
    server = ThreadingHTTPServer(("127.0.0.1", 0), type("Bound", (Handler,), {"stand_in": stand_in}))
    server.daemon_threads = True
    threading.Thread(target=server.serve_forever, args=(0.02,), daemon=True).start()
    return server, f"http://127.0.0.1:{server.server_address[1]}/resolve"
