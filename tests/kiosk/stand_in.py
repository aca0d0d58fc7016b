"""A hall's server for the kiosk's tests: speaks the part of the API a kiosk uses, from the real definition of a hall."""

import json
import re
import threading
import tomllib
from collections.abc import Callable
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

from pypinyin import Style, lazy_pinyin

HALL = Path(__file__).parents[2] / "halls" / "hengnan.toml"
TOKEN = "st_test"
SLUG = "1f-abcdefgh"


def describe(path: Path = HALL) -> tuple[dict[str, Any], dict[str, Any]]:
    """What `GET /hall` and `GET /matters` answer for a hall's file."""
    given = tomllib.loads(path.read_text("utf-8"))
    zones = [{"id": at, **zone} for at, zone in enumerate(given["zone"], 1)]
    zone_ids = {zone["code"]: zone["id"] for zone in zones}
    lines = {
        line["prefix"]: {"id": at, "code": line["prefix"], **line, "zone": zone_ids[line["zone"]]}
        for at, line in enumerate(given["line"], 1)
    }
    hall = {
        "id": 1,
        **given["hall"],
        "hours": given["hours"],
        "zones": zones,
        "lines": list(lines.values()),
        "windows": [],
    }
    matters = [_placed(matter, lines) for matter in given["matter"]]
    return hall, {
        "departments": [{**each, "zone": zone_ids[each["zone"]]} for each in given["department"]],
        "themes": [_placed(theme, lines) for theme in given["theme"]],
        "matters": matters,
    }


def _placed(row: dict[str, Any], lines: dict[str, Any]) -> dict[str, Any]:
    line = lines[row["line"]]
    initials = "".join(lazy_pinyin(row["name"], style=Style.FIRST_LETTER, errors="ignore"))
    return {"hot": False, "place": "", "initials": initials, **row, "line": line["id"], "zone": line["zone"]}


@dataclass
class StandIn:
    """The server; its fields may be looked at and changed by a test at any time."""

    hall: dict[str, Any]
    matters: dict[str, Any]
    away: bool = False
    no_tickets: bool = False
    """Away for those who ask for a number, while heartbeats come through: so it is the wish that finds out."""
    hear_only: bool = False
    """Fulfils a wish and then breaks the connection: the answer is lost."""
    refusal: dict[str, Any] | None = None
    ahead: int = 7
    more: dict[str, Any] = field(default_factory=dict)
    """Further members of new tickets."""
    tickets: dict[str, dict[str, Any]] = field(default_factory=dict)
    identities: list[dict[str, Any] | None] = field(default_factory=list)
    asked: list[str] = field(default_factory=list)
    prints: list[tuple[int, str, str | None]] = field(default_factory=list)
    orders: list[int] = field(default_factory=list)
    """Open print orders: order 50 prints the ticket 50 again; 60 is the first paper of its ticket."""
    ordered: list[int] = field(default_factory=list)
    ended: list[tuple[int, str, str | None]] = field(default_factory=list)
    presence_ends: str = "2999-01-01T00:00:00.000Z"
    deaf: bool = False
    """Does not hear what became of an order."""
    beats: list[list[dict[str, Any]]] = field(default_factory=list)
    changed: threading.Condition = field(default_factory=threading.Condition)

    def until(self, holds: Callable[[], bool], timeout: float = 10) -> None:
        """Waits for something that arrives here."""
        with self.changed:
            assert self.changed.wait_for(holds, timeout)

    def subject(self, code: str) -> dict[str, Any]:
        """The matter or theme with this code."""
        return next(
            each for kind in ("matters", "themes") for each in self.matters[kind] if each["code"] == code
        )

    def issue(self, key: str, wish: dict[str, Any]) -> dict[str, Any]:
        """Gives a number, once for a key."""
        self.asked.append(key)
        if key not in self.tickets:
            self.identities.append(wish.get("identity"))
            self.tickets[key] = self._ticket(wish["matter"], len(self.tickets) + 1)
        return self.tickets[key]

    def _ticket(self, code: str, count: int) -> dict[str, Any]:
        subject = self.subject(code)
        line = next(line for line in self.hall["lines"] if line["id"] == subject["line"])
        zone = next(zone for zone in self.hall["zones"] if zone["id"] == line["zone"])
        return {
            "id": count,
            "number": f"{line['code']}{count:03}",
            "line": line["id"],
            "matter": code,
            "matter_name": subject["name"],
            "state": "waiting",
            "issued_at": "2026-03-02T01:30:00.000Z",
            "print": "pending",
            "slug": SLUG,
            "zone": zone["name"],
            "zone_en": zone["name_en"],
            "floor": zone["floor"],
            "windows": "1–12",
            "ahead": self.ahead,
            "wait": {"low": 120, "high": 240, "words": "2 小时以上", "words_en": "over 2 hours"},
            "qr": f"http://hall.test/t/{SLUG}",
            **self.more,
        }

    def already(self, **more: Any) -> dict[str, Any]:
        """The refusal of a second number."""
        ticket = self._ticket(self.matters["matters"][0]["code"], 50) | {
            "visitor": {"name": "欧阳**", "tail": "…001X"}
        }
        sentence = "您已取号 A050，前面还有 7 人，请勿重复取号。"
        return {
            "code": "already-waiting",
            "detail": sentence,
            "detail_en": "You have A050.",
            "ticket": ticket | more,
        }

    def place(self) -> dict[str, Any]:
        """Where every known ticket stands."""
        return {
            "number": "A031",
            "state": "waiting",
            "zone": "无差别综合受理区",
            "zone_en": "Unified Service Zone",
            "floor": 1,
            "windows": "1–12",
            "ahead": 3,
            "wait": {"low": 5, "high": 10, "words": "约 5–10 分钟", "words_en": "5–10 min"},
            "window": None,
        }


class Handler(BaseHTTPRequestHandler):
    """One request to the stand-in."""

    protocol_version = "HTTP/1.1"
    stand_in: StandIn

    def do_GET(self) -> None:
        """Reads."""
        stand_in, path = self.stand_in, self.path.removeprefix("/api/v1")
        if stand_in.away:
            return self._break()
        if path == "/presence":
            code = "TH1HAAAQAAAAAAYWMLKBMJBV6ZBNHF4AEBGMWBRG755NKQW2"
            url = f"http://hall.test/take/hengnan#{code}"
            return self._answer(200, {"code": code, "url": url, "ends": stand_in.presence_ends})
        if path == "/stations/prints":
            made = [
                {"id": order, "again": order != 60, "ticket": stand_in.already()["ticket"]}
                for order in stand_in.orders
            ]
            return self._answer(200, {"orders": made})
        if path == "/hall":
            return self._answer(200, stand_in.hall)
        if path == "/matters":
            return self._answer(200, stand_in.matters)
        if path == f"/tickets/by-slug/{SLUG}":
            return self._answer(200, stand_in.place())
        return self._answer(
            404, {"code": "no-such-ticket", "detail": "没有找到该号码。", "detail_en": "No such ticket."}
        )

    def do_POST(self) -> None:
        """Wishes."""
        stand_in, path = self.stand_in, self.path.removeprefix("/api/v1")
        wish = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
        assert self.headers["Authorization"] == f"Bearer {TOKEN}"
        with stand_in.changed:
            stand_in.changed.notify_all()
            if stand_in.away or (stand_in.no_tickets and path == "/tickets"):
                if path == "/tickets":
                    stand_in.asked.append(self.headers["Idempotency-Key"])
                return self._break()
            if path == "/tickets":
                return self._issue(wish)
            if path == "/stations/heartbeat":
                stand_in.beats.append(wish["devices"])
                return self._answer(204, None)
            if found := re.fullmatch(r"/tickets/(\d+)/reprint", path):
                stand_in.ordered.append(int(found[1]))
                stand_in.orders.append(int(found[1]))
                return self._answer(201, {})
            if found := re.fullmatch(r"/stations/prints/(\d+)", path):
                return self._end_order(int(found[1]), wish)
            found = re.fullmatch(r"/tickets/(\d+)/prints", path)
            assert found
            stand_in.prints.append((int(found[1]), wish["outcome"], wish.get("reason")))
            return self._answer(200, {})

    def _end_order(self, order: int, wish: dict[str, Any]) -> None:
        if self.stand_in.deaf:
            return self._break()
        self.stand_in.orders.remove(order)
        self.stand_in.ended.append((order, wish["outcome"], wish.get("reason")))
        return self._answer(200, {})

    def _issue(self, wish: dict[str, Any]) -> None:
        if self.stand_in.refusal:
            return self._answer(409, self.stand_in.refusal)
        ticket = self.stand_in.issue(self.headers["Idempotency-Key"], wish)
        return self._break() if self.stand_in.hear_only else self._answer(201, ticket)

    def _break(self) -> None:
        self.close_connection = True

    def _answer(self, status: int, content: Any) -> None:
        body = b"" if content is None else json.dumps(content).encode()
        self.send_response(status)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, format: str, *args: object) -> None:
        """Silent."""


def serve(stand_in: StandIn) -> tuple[ThreadingHTTPServer, str]:
    """Starts it on a free port; gives its address."""
    handler = type("Bound", (Handler,), {"stand_in": stand_in})
    server = ThreadingHTTPServer(("127.0.0.1", 0), handler)
    server.daemon_threads = True
    threading.Thread(target=server.serve_forever, args=(0.02,), daemon=True).start()
    return server, f"http://127.0.0.1:{server.server_address[1]}"
