"""A bare HTTP connection for load: keep-alive, no delay, and a wish that is repeated with its key until it is answered."""

import http.client
import itertools
import json
import socket
import time
import uuid
from collections.abc import Sequence
from typing import Any

Json = dict[str, Any]

AWAY = 503
AGAIN_AFTER = 0.05
GIVE_UP_AFTER = 60


class Sender:
    """One station or clerk that sends wishes, to the first of the server's `ports`; to the next when one does not answer."""

    def __init__(self, ports: Sequence[int], token: str) -> None:
        self._ports = itertools.cycle(ports)
        self._port = next(self._ports)
        self._headers = {"Authorization": f"Bearer {token}", "Content-Type": "application/json"}
        self._connection: http.client.HTTPConnection | None = None

    def wish(self, path: str, body: Json | None = None, key: str | None = None) -> tuple[int, Json]:
        """Sends a wish until it has an answer; returns status and content. A server or database that is away is waited for."""
        headers = {**self._headers, "Idempotency-Key": key or str(uuid.uuid4())}
        content = json.dumps(body) if body is not None else None
        until = time.monotonic() + GIVE_UP_AFTER
        while True:
            try:
                status, answer = self._send(path, content, headers)
                if status != AWAY or time.monotonic() > until:
                    return status, answer
            except (OSError, http.client.HTTPException, ValueError):
                self._connection = None
                self._port = next(self._ports)
                if time.monotonic() > until:
                    raise
            time.sleep(AGAIN_AFTER)

    def _send(self, path: str, content: str | None, headers: dict[str, str]) -> tuple[int, Json]:
        if self._connection is None:
            self._connection = http.client.HTTPConnection("127.0.0.1", self._port, timeout=20)
            self._connection.connect()
            self._connection.sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        self._connection.request("POST", f"/api/v1{path}", content, headers)
        answer = self._connection.getresponse()
        return answer.status, json.loads(answer.read())
