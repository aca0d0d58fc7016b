"""A small hall that speaks the working contract: what the page tests need of the world."""

import threading
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from queue import SimpleQueue
from typing import Any

import pytest
from flask import Flask, Response, request
from flask_socketio import ConnectionRefusedError, SocketIO, emit
from werkzeug.serving import WSGIRequestHandler, make_server

from tests.counter import hall_data
from tests.counter.browser import chromium, overflow, page, serious
from tests.counter.hall_data import CLERK, MATTERS, iso
from tests.counter.http import Answered, Http
from tinghao.counter.pages import blueprint as counter_pages
from tinghao.display.pages import blueprint as display_pages
from tinghao.web import pages

__all__ = ["StandIn", "address", "chromium", "hall", "overflow", "page", "serious", "served"]

Json = dict[str, Any]

CURRENT = ("waiting", "called", "serving", "held", "no_show")
AT_WINDOW = ("called", "serving")
EMPTY = {"ticket": None, "called_at": None, "recalls": 0}
RANKS = {"priority": 0, "booked": 1, "ordinary": 2}


class StandIn:
    """The hall: its state, its numbered events, and handles for tests to make things happen."""

    def __init__(self) -> None:
        self.lock = threading.RLock()
        self.app = Flask(__name__)
        pages.install(self.app)
        self.app.register_blueprint(display_pages)
        self.app.register_blueprint(counter_pages)
        self.socketio = SocketIO(self.app, async_mode="threading", ping_interval=5)
        self.socketio.on_event("connect", self._on_connect)
        self.socketio.on_event("disconnect", self._on_disconnect)
        self.socketio.on_event("replay", self._on_replay)
        Http(self).install(self.app)
        self.app.after_request(_keep_assets)
        self.reset()

    def reset(self) -> None:
        with self.lock:
            self.seq = 0
            self.log: list[Json] = []
            self.kept_from = 0
            self.wishes: list[Answered] = []
            self.arriving: SimpleQueue[Answered] = SimpleQueue()
            self.order_known = True
            self.tokens = {"st_board": "board", "st_counter": "counter", "st_window": "window_screen"}
            self.shift: Json | None = None
            self.sockets: dict[str, str] = {}
            self.delay = threading.Event()
            self.delay.set()
            self.refuse: Json | None = None
            self.answers: dict[str, Any] = {}
            self.hall = dict(hall_data.HALL)
            self.settings = dict(hall_data.SETTINGS)
            self.zones = hall_data.zones()
            self.lines = hall_data.lines()
            self.windows = hall_data.windows()
            self.recent: list[Json] = []
            self.tickets: dict[int, Json] = {}

    # Handles: the line

    def window(self, number: int) -> Json:
        return self.windows[number - 1]

    def issue(
        self,
        line: int = 1,
        matter: int = 0,
        ago: timedelta = timedelta(),
        visitor: bool = True,
        **more: Any,
    ) -> Json:
        """A visitor takes a number."""
        with self.lock:
            row = self.lines[line - 1]
            number = sum(1 for t in self.tickets.values() if t["from_line"] == line) + 1
            issued_at = iso(datetime.now(UTC) - ago)
            ticket = hall_data.ticket(
                len(self.tickets) + 1, f"{row['prefix']}{number:03d}", line, MATTERS[matter], issued_at
            )
            ticket |= ({} if visitor else {"visitor": None}) | more
            self.tickets[ticket["id"]] = ticket
            return self._tell_ticket("ticket.issued", ticket, None)

    def order(self, window: Json) -> list[Json]:
        """Who waits in a window's lines, in the order of their calls: not simply by time."""
        waiting = [
            t for t in self.tickets.values() if t["state"] == "waiting" and t["line"] in window["lines"]
        ]
        return sorted(waiting, key=lambda t: (t["place"], RANKS[t["priority"]], t["since"], t["id"]))

    def change(self, kind: str, ticket: Json, at: str | None = None, **values: Any) -> Json:
        """Gives a ticket new values and tells it; a window that it leaves is free."""
        with self.lock:
            left = self._window_of(ticket) if ticket["state"] in AT_WINDOW else None
            ticket.update(values)
            here = self._window_of(ticket) if ticket["state"] in AT_WINDOW else None
            place = here or left
            if here:
                here.update(
                    state=ticket["state"],
                    ticket=ticket["number"],
                    called_at=ticket["called_at"],
                    recalls=ticket["recalls"],
                )
            elif left:
                left.update(EMPTY, state="open")
            return self._tell_ticket(kind, ticket, place, at)

    # Handles: at the window

    def call(self, window: int, ticket: Json | None = None, ago: timedelta = timedelta()) -> Json:
        """The window calls a ticket, by default the next one of its line."""
        with self.lock:
            place = self.window(window)
            ticket = ticket or next(iter(self.order(place)), None) or self.issue(place["lines"][0])
            at = iso(datetime.now(UTC) - ago)
            place["wants_next"] = False
            self._rang(ticket, place, at)
            return self.change(
                "ticket.called", ticket, at, state="called", window=place["id"], called_at=at, recalls=0
            )

    def recall(self, ticket: Json) -> Json:
        with self.lock:
            at = iso(datetime.now(UTC))
            place = self._window_of(ticket)
            assert place is not None
            self._rang(ticket, place, at)
            return self.change("ticket.recalled", ticket, at, recalls=ticket["recalls"] + 1)

    def start(self, ticket: Json) -> Json:
        return self.change("ticket.started", ticket, state="serving", started_at=iso(datetime.now(UTC)))

    def finish(self, ticket: Json, kind: str = "finished") -> Json:
        return self.change(f"ticket.{kind}", ticket, state=kind)

    # Handles: windows

    def open(self, window: int, clerk: str | None = None, clerk_id: int | None = None) -> Json:
        return self.set_window("window.opened", window, state="open", clerk=clerk, clerk_id=clerk_id)

    def take_seat(self, window: int, token: str = "") -> Json:
        """The clerk opens a window; with a token, he is logged in by it."""
        with self.lock:
            if token:
                self.tokens[token] = "clerk"
            at = iso(datetime.now(UTC))
            self.shift = {"id": window, "window": 100 + window, "opened_at": at}
            state = self.window(window)["state"]
            seat = {
                "state": "open" if state == "closed" else state,
                "clerk": CLERK["name"],
                "clerk_id": CLERK["id"],
            }
            self.set_window("window.opened", window, **seat)
            return self.shift

    def close(self, window: int) -> Json:
        closed = {
            "state": "closed",
            "clerk": None,
            "clerk_id": None,
            "pause_reason": None,
            "wants_next": False,
        }
        return self.set_window("window.closed", window, **EMPTY, **closed)

    def set_window(self, kind: str, number: int, **values: Any) -> Json:
        """Gives a window new values and tells it."""
        with self.lock:
            window = self.window(number)
            window.update(values)
            self.tell(kind, None, window, None)
            return window

    def revoke(self, token: str) -> None:
        """The token is worth nothing from now on; who is connected with it is sent away."""
        self.tokens.pop(token, None)
        for sid, held in list(self.sockets.items()):
            if held == token:
                self.app.extensions["socketio"].server.disconnect(sid)

    # Telling

    def tell(
        self, kind: str, ticket: Json | None, window: Json | None, line: Json | None, at: str | None = None
    ) -> None:
        with self.lock:
            self.seq += 1
            event: Json = {"seq": self.seq, "kind": kind, "at": at or iso(datetime.now(UTC))}
            if window:
                event["window"] = dict(window)
            if line:
                event["line"] = {name: line[name] for name in ("id", "waiting")}
            if ticket:
                event |= {"number": ticket["number"], "ticket": dict(ticket)}
            self.log.append(event)
            for sid, token in self.sockets.items():
                self.socketio.emit("events", {"events": [self._cut(event, token)]}, to=sid)

    def _tell_ticket(self, kind: str, ticket: Json, window: Json | None, at: str | None = None) -> Json:
        for row in self.lines:
            row["waiting"] = sum(
                1 for t in self.tickets.values() if t["state"] == "waiting" and t["line"] == row["id"]
            )
        self.tell(kind, ticket, window, self.lines[ticket["line"] - 1], at)
        return ticket

    def _rang(self, ticket: Json, window: Json, at: str) -> None:
        call = {"number": ticket["number"], "window": window["id"], "window_name": window["name"], "at": at}
        self.recent.insert(0, call)

    def _window_of(self, ticket: Json) -> Json | None:
        return next((w for w in self.windows if w["id"] == ticket["window"]), None)

    def _cut(self, event: Json, token: str) -> Json:
        if token.startswith("cs_"):
            return event
        return {name: value for name, value in event.items() if name != "ticket"}

    def picture(self, token: str) -> Json:
        """The snapshot, cut to what the token may see."""
        public = {
            "seq": self.seq,
            "hall": self.hall,
            "zones": self.zones,
            "lines": self.lines,
            "windows": self.windows,
            "recent": self.recent[:12],
        }
        if not token.startswith("cs_"):
            return public
        return public | {
            "tickets": [t for t in self.tickets.values() if t["state"] in CURRENT],
            "priorities": hall_data.PRIORITIES,
            "profiles": [hall_data.TAX_SUPPORT],
            "settings": self.settings,
            "me": {"clerk": CLERK, "shift": self.shift},
        }

    # The stream

    def _on_connect(self, auth: Json) -> None:
        token = auth["token"]
        if token not in self.tokens:
            raise ConnectionRefusedError("refused", {"code": "token-revoked", "status": 401})
        with self.lock:
            self.sockets[request.sid] = token  # type: ignore[attr-defined]
            self._catch_up(token, auth.get("last_seq"))

    def _on_disconnect(self, _reason: str) -> None:
        self.sockets.pop(request.sid, None)  # type: ignore[attr-defined]

    def _on_replay(self, data: Json) -> None:
        with self.lock:
            self._catch_up(self.sockets[request.sid], data["after"])  # type: ignore[attr-defined]

    def _catch_up(self, token: str, last: int | None) -> None:
        if last is None or last < self.kept_from:
            emit("snapshot", self.picture(token))
        else:
            missed = [self._cut(event, token) for event in self.log if event["seq"] > last]
            emit("events", {"events": missed, "replay": True})


def _keep_assets(response: Response) -> Response:
    """The browser of a test module asks for each file once."""
    if request.path.startswith("/assets/") and request.method == "GET":
        response.headers["Cache-Control"] = "max-age=3600"
    return response


class QuietHandler(WSGIRequestHandler):
    """Keeps connections open, and keeps its log to itself."""

    protocol_version = "HTTP/1.1"

    def log(self, *_: Any) -> None: ...


@pytest.fixture(scope="session")
def served() -> Iterator[tuple[StandIn, str]]:
    """The stand-in, listening on a free port."""
    stand_in = StandIn()
    server = make_server("127.0.0.1", 0, stand_in.app, threaded=True, request_handler=QuietHandler)
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    yield stand_in, f"http://127.0.0.1:{server.port}"
    server.shutdown()


@pytest.fixture
def hall(served: tuple[StandIn, str]) -> StandIn:
    """The stand-in, as new."""
    served[0].reset()
    return served[0]


@pytest.fixture
def address(served: tuple[StandIn, str]) -> str:
    return served[1]
