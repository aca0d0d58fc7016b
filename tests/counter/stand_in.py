"""A small hall that speaks the working contract, and a browser to look at its pages: what the page tests need of the world."""

import threading
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from flask import Flask, Response, jsonify, request
from flask_socketio import ConnectionRefusedError, SocketIO, emit
from playwright.sync_api import BrowserContext, Page, sync_playwright
from werkzeug.serving import WSGIRequestHandler, make_server

from tests import chromium as browsers
from tinghao.counter.pages import blueprint as counter_pages
from tinghao.display.pages import blueprint as display_pages
from tinghao.web import pages

Json = dict[str, Any]

HERE = Path(__file__).parent
AXE = HERE.parents[1] / "node_modules/axe-core/axe.min.js"
WAIT_MS = 5000

HALL = {
    "id": 1,
    "code": "hengnan",
    "name": "衡南县人民政府政务服务中心综合服务大厅",
    "name_en": "Hengnan County Government Service Hall",
    "timezone": "Asia/Shanghai",
    "hours": [{"days": "1-5", "opens": "08:00", "closes": "17:30"}],
}
ZONES = [
    (
        "unified",
        "“无差别”综合受理区(跨省通办、高效办成一件事)",
        "Unified Reception (cross-province services, one-stop matters)",
        1,
    ),
    ("tax", "税务综合服务区", "Tax", 1),
    ("hr", "人力资源和社会保障综合服务区", "Human Resources and Social Security", 2),
    ("medical", "医疗保障综合服务区", "Medical Insurance", 2),
    ("realty", "不动产登记、水电气网、住房公积金综合服务区", "Real Estate, Utilities and Housing Fund", 2),
    ("police", "公安(户籍、出入境、网安、治安、交通安全)综合服务区", "Public Security", 2),
    ("desk", "综合导办咨询服务台", "Information Desk", 1),
]
PREFIXES = "ABCDEFG"
WINDOWS = [12, 8, 10, 8, 10, 10, 2]
"""How many windows each zone has: 60 in all."""

LONG_MATTER = "工程建设项目竣工联合验收(含规划、土地、消防、人防、档案等事项限时联合验收)"
LONG_MATERIAL = "建设工程竣工验收报告及由具有相应资质的单位出具的检测、测绘成果报告书(原件核验)"
MATTERS = [
    {
        "code": "birth-registration",
        "name": "新生儿落户登记",
        "line": 1,
        "materials": ["出生医学证明", "父母双方居民户口簿", "父母双方居民身份证", "结婚证"],
        "time": "即办",
        "fee": "不收费",
    },
    {
        "code": "joint-acceptance",
        "name": LONG_MATTER,
        "line": 1,
        "materials": [f"第{n}项:{LONG_MATERIAL}" for n in range(1, 13)],
        "time": "承诺时限 10 个工作日(不含现场勘验、专家评审及公示所需时间)",
        "fee": "不收费;测绘、检测等技术服务费用由申请人与服务机构约定",
    },
]


def iso(instant: datetime) -> str:
    return instant.isoformat(timespec="milliseconds").replace("+00:00", "Z")


class StandIn:
    """The hall: its state, its numbered events, and handles for tests to make things happen."""

    def __init__(self) -> None:
        self.lock = threading.RLock()
        self.app = Flask(__name__)
        pages.install(self.app)
        self.app.register_blueprint(display_pages)
        self.app.register_blueprint(counter_pages)
        self.socketio = SocketIO(self.app, async_mode="threading", ping_interval=5)
        self._install()
        self.reset()

    def reset(self) -> None:
        with self.lock:
            self.seq = 0
            self.log: list[Json] = []
            self.kept_from = 0
            self.wishes: list[tuple[str, str, str]] = []
            self.tokens = {"st_board": "board", "st_counter": "counter", "st_window": "window_screen"}
            self.shift: Json | None = None
            self.sockets: dict[str, str] = {}
            self.delay = threading.Event()
            self.delay.set()
            self.refuse: Json | None = None
            self.answers: dict[str, Json] = {}
            self.hall = dict(HALL)
            self.zones: list[Json] = [
                {"id": i, "code": code, "name": zh, "name_en": en, "kind": "department", "floor": floor}
                for i, (code, zh, en, floor) in enumerate(ZONES, 1)
            ]
            self.lines: list[Json] = [
                {
                    "id": i,
                    "code": p,
                    "prefix": p,
                    "name": ZONES[i - 1][1],
                    "name_en": ZONES[i - 1][2],
                    "zone": i,
                    "waiting": 0,
                }
                for i, p in enumerate(PREFIXES, 1)
            ]
            zone_of = [zone for zone, count in enumerate(WINDOWS, 1) for _ in range(count)]
            self.windows = [
                {
                    "id": 100 + n,
                    "number": n,
                    "name": f"{n}号窗口",
                    "name_en": f"Window {n}",
                    "zone": zone,
                    "lines": [zone],
                }
                | {
                    "wheelchair": n % 10 == 1,
                    "state": "closed",
                    "ticket": None,
                    "called_at": None,
                    "recalls": 0,
                }
                for n, zone in enumerate(zone_of, 1)
            ]
            self.recent: list[Json] = []
            self.tickets: dict[int, Json] = {}

    # Handles

    def window(self, number: int) -> Json:
        return self.windows[number - 1]

    def issue(
        self, line: int = 1, matter: int = 0, ago: timedelta = timedelta(), visitor: bool = True
    ) -> Json:
        """A visitor takes a number."""
        with self.lock:
            row = self.lines[line - 1]
            number = sum(1 for t in self.tickets.values() if t["line"] == line) + 1
            ticket: Json = {
                "id": len(self.tickets) + 1,
                "number": f"{row['prefix']}{number:03d}",
                "line": line,
                "matter": MATTERS[matter]["code"],
                "matter_name": MATTERS[matter]["name"],
                "state": "waiting",
                "window": None,
                "visitor": {"name": "欧阳**", "tail": "…001X"} if visitor else None,
                "issued_at": iso(datetime.now(UTC) - ago),
                "called_at": None,
                "started_at": None,
                "recalls": 0,
                "print": "printed",
            }
            self.tickets[ticket["id"]] = ticket
            row["waiting"] += 1
            self.tell("ticket.issued", ticket, None, row)
            return ticket

    def call(self, window: int, ticket: Json | None = None, ago: timedelta = timedelta()) -> Json:
        """The window calls a ticket, by default the next one of its line."""
        with self.lock:
            place = self.window(window)
            waiting = (
                t for t in self.tickets.values() if t["line"] in place["lines"] and t["state"] == "waiting"
            )
            ticket = ticket or next(waiting, None) or self.issue(place["lines"][0])
            self.lines[ticket["line"] - 1]["waiting"] -= 1
            at = iso(datetime.now(UTC) - ago)
            ticket.update(state="called", window=place["id"], called_at=at)
            return self._at_window("ticket.called", ticket, "called", at)

    def recall(self, ticket: Json) -> Json:
        with self.lock:
            ticket["recalls"] += 1
            return self._at_window("ticket.recalled", ticket, "called", iso(datetime.now(UTC)))

    def start(self, ticket: Json) -> Json:
        with self.lock:
            ticket.update(state="serving", started_at=iso(datetime.now(UTC)))
            return self._at_window("ticket.started", ticket, "serving")

    def finish(self, ticket: Json, kind: str = "finished") -> Json:
        with self.lock:
            ticket["state"] = kind
            return self._at_window(f"ticket.{kind}", ticket, "open")

    def open(self, window: int) -> None:
        with self.lock:
            self.window(window)["state"] = "open"
            self.tell("window.opened", None, self.window(window), None)

    def close(self, window: int) -> None:
        with self.lock:
            self.window(window).update(state="closed", ticket=None)
            self.tell("window.closed", None, self.window(window), None)

    def revoke(self, token: str) -> None:
        """The token is worth nothing from now on; who is connected with it is sent away."""
        self.tokens.pop(token, None)
        for sid, held in list(self.sockets.items()):
            if held == token:
                self.app.extensions["socketio"].server.disconnect(sid)

    def _at_window(self, kind: str, ticket: Json, state: str, at: str | None = None) -> Json:
        place = next(w for w in self.windows if w["id"] == ticket["window"])
        here = state in ("called", "serving")
        place.update(
            state=state,
            ticket=ticket["number"] if here else None,
            called_at=ticket["called_at"] if here else None,
            recalls=ticket["recalls"] if here else 0,
        )
        if at:
            self.recent.insert(
                0, {"number": ticket["number"], "window": place["id"], "window_name": place["name"], "at": at}
            )
        self.tell(kind, ticket, place, self.lines[ticket["line"] - 1], at)
        return ticket

    def tell(
        self, kind: str, ticket: Json | None, window: Json | None, line: Json | None, at: str | None = None
    ) -> None:
        with self.lock:
            self.seq += 1
            event: Json = {"seq": self.seq, "kind": kind, "at": at or iso(datetime.now(UTC))}
            if window:
                event["window"] = {
                    name: window[name] for name in ("id", "state", "ticket", "called_at", "recalls")
                }
            if line:
                event["line"] = {name: line[name] for name in ("id", "waiting")}
            if ticket:
                event |= {"number": ticket["number"], "ticket": dict(ticket)}
            self.log.append(event)
            for sid, token in self.sockets.items():
                self.socketio.emit("events", {"events": [self._cut(event, token)]}, to=sid)

    def _cut(self, event: Json, token: str) -> Json:
        return (
            event
            if token.startswith("cs_")
            else {name: value for name, value in event.items() if name != "ticket"}
        )

    # What the contract asks for

    def picture(self, token: str) -> Json:
        public = {
            "seq": self.seq,
            "hall": self.hall,
            "zones": self.zones,
            "lines": self.lines,
            "windows": self.windows,
        }
        public["recent"] = self.recent[:12]
        if not token.startswith("cs_"):
            return public
        current = [t for t in self.tickets.values() if t["state"] in ("waiting", "called", "serving")]
        return public | {"tickets": current, "me": {"clerk": CLERK, "shift": self.shift}}

    def _install(self) -> None:
        self.socketio.on_event("connect", self._on_connect)
        self.socketio.on_event("disconnect", self._on_disconnect)
        self.socketio.on_event("replay", self._on_replay)
        for method, path, view in (
            ("GET", "/api/v1/matters", self._matters),
            ("POST", "/api/v1/sessions", self._log_in),
            ("DELETE", "/api/v1/sessions/current", self._log_out),
            ("POST", "/api/v1/windows/<int:window_id>/shift", self._open),
            ("DELETE", "/api/v1/windows/<int:window_id>/shift", self._close),
            ("POST", "/api/v1/windows/<int:window_id>/next", self._next),
            ("POST", "/api/v1/tickets/<int:ticket_id>/<verb>", self._move),
        ):
            self.app.add_url_rule(path, view.__name__, self._guarded(view), methods=[method])

    def _on_connect(self, auth: Json) -> None:
        token = auth["token"]
        if token not in self.tokens:
            raise ConnectionRefusedError("refused", {"code": "token-revoked"})
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

    def _guarded(self, view: Any) -> Any:
        def guarded(**names: Any) -> Response | tuple[Response, int]:
            token = request.headers.get("Authorization", "").removeprefix("Bearer ")
            if token not in self.tokens:
                return self._problem(401, "token-revoked", "登录已失效,请重新登录。")
            if request.method == "GET":
                return view(**names)  # type: ignore[no-any-return]
            key = request.headers["Idempotency-Key"]
            self.wishes.append((request.method, request.path, key))
            self.delay.wait(WAIT_MS / 1000)
            if self.refuse:
                return self._problem(**self.refuse)
            with self.lock:
                if key not in self.answers:
                    self.answers[key] = {"answer": view(**names)}
                answer = self.answers[key]["answer"]
            return answer  # type: ignore[no-any-return]

        return guarded

    def _problem(self, status: int, code: str, detail: str) -> tuple[Response, int]:
        return jsonify(
            code=code, detail=detail, detail_en=code, status=status, title=code, type=f"/problems/{code}"
        ), status

    def _matters(self) -> Response:
        return jsonify(departments=[], themes=[], matters=MATTERS)

    def _log_in(self) -> Response | tuple[Response, int]:
        assert request.json is not None
        if request.json["password"] != "secret":
            return self._problem(401, "wrong-credentials", "用户名或密码不正确,请重新输入。")
        token = f"cs_{len(self.wishes)}"
        self.tokens[token] = "clerk"
        return jsonify(token=token, clerk=CLERK, shift=self.shift)

    def _log_out(self) -> tuple[Response, int]:
        return Response(), 204

    def _open(self, window_id: int) -> Response:
        self.shift = {"id": 1, "window": window_id, "opened_at": iso(datetime.now(UTC))}
        self.open(window_id - 100)
        return jsonify(self.shift)

    def _close(self, window_id: int) -> tuple[Response, int]:
        self.shift = None
        self.close(window_id - 100)
        return Response(), 204

    def _next(self, window_id: int) -> Response | tuple[Response, int]:
        place = self.window(window_id - 100)
        if not any(t["state"] == "waiting" and t["line"] in place["lines"] for t in self.tickets.values()):
            return self._problem(409, "nobody-waiting", "暂时没有等候的群众。")
        return jsonify(self.call(window_id - 100))

    def _move(self, ticket_id: int, verb: str) -> Response:
        ticket = self.tickets[ticket_id]
        if verb == "recall":
            return jsonify(self.recall(ticket))
        if verb == "start":
            return jsonify(self.start(ticket))
        return jsonify(self.finish(ticket, "no_show" if verb == "no-show" else "finished"))


CLERK = {"id": 7, "name": "欧阳建国", "badge": "HN-0107"}


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


@pytest.fixture(scope="module")
def chromium() -> Iterator[BrowserContext]:
    """One browser for all tests of a module, so that fonts are fetched once."""
    with sync_playwright() as playwright:
        browser = browsers.launch(playwright)
        context = browser.new_context(locale="zh-CN")
        context.set_default_timeout(WAIT_MS)
        yield context
        browser.close()


@pytest.fixture
def page(chromium: BrowserContext) -> Iterator[Page]:
    """A new tab of a browser that remembers nothing; a fault in a script fails the test."""
    page = chromium.new_page()
    page.set_viewport_size({"width": 1366, "height": 768})
    faults: list[str] = []
    page.on("pageerror", lambda error: faults.append(str(error)))
    yield page
    page.evaluate("localStorage.clear()")
    page.close()
    chromium.set_offline(False)
    assert not faults


def overflow(page: Page) -> list[str]:
    """What does not fit on the page as it stands."""
    page.evaluate("document.fonts.ready")
    found: list[str] = page.evaluate((HERE / "overflow.js").read_text(encoding="utf-8"))
    return found


def serious(page: Page) -> list[str]:
    """Serious and critical findings of axe on the page as it stands."""
    if not page.evaluate("Boolean(globalThis.axe)"):
        page.evaluate(AXE.read_text(encoding="utf-8"))
    found: list[str] = page.evaluate((HERE / "serious.js").read_text(encoding="utf-8"))
    return found
