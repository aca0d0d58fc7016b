"""A local gateway that speaks the contract of `docs/devices/sms.md`, for tests and demonstrations.

    with EmulatedGateway(token="…") as gateway:
        gateway.address, gateway.messages
        gateway.bad_days.append("slow")         # one request each: see `BadDay`

Written from the contract, not from the driver.  The same reference has the same answer and counts once.
"""

from __future__ import annotations

import hashlib
import hmac
import json
import threading
import time
from collections import deque
from collections.abc import Callable
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any, Literal, Self

from tinghao.drivers.address import Address

BadDay = Literal["limit", "error", "error-but-taken", "slow", "cut", "garbage", "huge"]

BODY_LIMIT = 16 * 1024
CLOCK_SKEW = 300
FIELDS = {"reference", "to", "text", "sign"}


class EmulatedGateway:
    """`refused` are numbers it never sends to; `bad_days` are used up one a request."""

    def __init__(self, *, token: str = "", secret: str = "") -> None:
        self._token = token
        self._secret = secret
        self._answers: dict[str, dict[str, str]] = {}
        self._lock = threading.Lock()
        self._released = threading.Event()
        self._server = ThreadingHTTPServer(("127.0.0.1", 0), self._handler())
        self._server.daemon_threads = True
        self.messages: list[dict[str, str]] = []
        self.refused: set[str] = set()
        self.bad_days: deque[BadDay] = deque()
        self.requests = 0
        self.trouble = ""
        self.can_be_asked = True
        self.retry_after = "1"

    @property
    def address(self) -> Address:
        return Address.parse(f"http://127.0.0.1:{self._server.server_address[1]}/sms")

    def __enter__(self) -> Self:
        threading.Thread(target=self._server.serve_forever, args=(0.02,), name="gateway", daemon=True).start()
        return self

    def __exit__(self, *_: object) -> None:
        self._released.set()
        self._server.shutdown()
        self._server.server_close()

    def allows(self, headers: Any, body: bytes) -> bool:
        if self._secret:
            when = headers.get("X-Time", "")
            if not when.isdigit() or abs(int(when) - time.time()) > CLOCK_SKEW:
                return False
            wanted = hmac.new(self._secret.encode(), when.encode() + b"\n" + body, hashlib.sha256).hexdigest()
            return hmac.compare_digest(wanted, headers.get("X-Signature", ""))
        return not self._token or headers.get("Authorization") == f"Bearer {self._token}"

    def take(self, body: bytes) -> tuple[int, dict[str, Any]]:
        """Status and answer for one message."""
        try:
            message = json.loads(body)
        except ValueError:
            return 400, {"reason": "不是 JSON"}
        if not isinstance(message, dict) or set(message) != FIELDS:
            return 400, {"reason": "缺少字段"}
        with self._lock:
            reference = message["reference"]
            if reference not in self._answers:
                refused = message["to"] in self.refused
                self._answers[reference] = (
                    {"result": "refused", "reason": "号码在黑名单中"} if refused else {"result": "accepted"}
                )
                if not refused:
                    self.messages.insert(0, message)
            answer = self._answers[reference]
        return (422 if answer["result"] == "refused" else 202), answer

    def state(self) -> dict[str, Any]:
        return {"ready": False, "reason": self.trouble} if self.trouble else {"ready": True}

    def _handler(self) -> type[BaseHTTPRequestHandler]:
        gateway = self

        class Handler(BaseHTTPRequestHandler):
            def do_GET(self) -> None:
                if not gateway.allows(self.headers, b""):
                    self._answer(401, {})
                elif not gateway.can_be_asked:
                    self._answer(405, {})
                else:
                    self._answer(200, gateway.state())

            def do_POST(self) -> None:
                gateway.requests += 1
                body = self.rfile.read(min(int(self.headers.get("Content-Length", 0)), BODY_LIMIT))
                if not gateway.allows(self.headers, body):
                    self._answer(401, {})
                elif gateway.bad_days:
                    gateway.misbehave(gateway.bad_days.popleft(), body, self._answer, self.wfile.write)
                else:
                    self._answer(*gateway.take(body))

            def _answer(self, status: int, content: dict[str, Any]) -> None:
                body = json.dumps(content, ensure_ascii=False).encode()
                self.send_response(status)
                if status == 429:
                    self.send_header("Retry-After", gateway.retry_after)
                self.send_header("Content-Length", str(len(body)))
                self.end_headers()
                self.wfile.write(body)

            def log_message(self, *_: object) -> None:
                """Requests hold numbers: nothing is logged."""

        return Handler

    def misbehave(
        self,
        day: BadDay,
        body: bytes,
        answer: Callable[[int, dict[str, Any]], None],
        write: Callable[[bytes], Any],
    ) -> None:
        if day == "limit":
            answer(429, {})
            return
        if day == "error":
            answer(500, {})
            return
        self.take(body)
        if day == "error-but-taken":
            answer(502, {})
        elif day == "slow":
            self._released.wait(30)
        elif day == "cut":
            write(b'HTTP/1.1 202 Accepted\r\nContent-Length: 500\r\n\r\n{"result": "acc')
        elif day == "garbage":
            write(b"HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\n\xff\xfe<html>!")
        else:
            write(b"HTTP/1.1 200 OK\r\n\r\n" + b"[" * 1_000_000)
