"""Many cheap HTTP clients on one loop: each follows a script that asks, gets its answer, and asks again.

One thread and one selector, so that the clients cost little beside the server they measure.
"""

import heapq
import itertools
import json
import re
import selectors
import socket
import time
import uuid
from collections import defaultdict
from collections.abc import Generator, Sequence
from dataclasses import dataclass, field
from typing import Any, NamedTuple

Json = dict[str, Any]

API = "/api/v1"
REFUSED = 400
HUNG_AFTER = 30
"""Seconds without any answer after which the server is taken for hung."""

_LENGTH = re.compile(rb"\r\ncontent-length: *(\d+)", re.IGNORECASE)
_CLOSE = re.compile(rb"\r\nconnection: *close", re.IGNORECASE)


@dataclass(frozen=True)
class Ask:
    """One request. It is not sent before `at`; when its sender is late, it counts from `at`.

    Only labelled ones that are granted are recorded.
    """

    path: str
    body: Json | None = None
    label: str = ""
    at: float = 0.0
    method: str = "POST"


class Answer(NamedTuple):
    """What came back, and the moment (`time.monotonic`) from which it counts."""

    status: int
    content: Json
    began: float


Script = Generator[Ask, Answer, None]


@dataclass
class Measured:
    """What a run has shown: how long it took, the latencies by label, and how busy the clients kept their own processor."""

    seconds: float = 0.0
    latencies: dict[str, list[float]] = field(default_factory=lambda: defaultdict(list))
    client_cpu: float = 0.0


class _Client:
    def __init__(self, address: tuple[str, int], token: str, script: Script) -> None:
        self.script = script
        self.began = 0.0
        self.label = ""
        self._address = address
        self._head = (
            f"Host: {address[0]}\r\nAuthorization: Bearer {token}\r\nContent-Type: application/json\r\n"
        )
        self._received = b""
        self.socket = self._connect()

    def _connect(self) -> socket.socket:
        made = socket.create_connection(self._address, timeout=HUNG_AFTER)
        made.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        made.setblocking(False)
        return made

    def send(self, ask: Ask, began: float) -> None:
        content = b"" if ask.body is None else json.dumps(ask.body).encode()
        key = f"Idempotency-Key: {uuid.uuid4()}\r\n" if ask.method == "POST" else ""
        start = f"{ask.method} {ask.path} HTTP/1.1\r\n"
        head = f"{start}{self._head}{key}Content-Length: {len(content)}\r\n\r\n"
        self.label, self.began = ask.label, began
        self.socket.sendall(head.encode() + content)

    def receive(self) -> tuple[Answer, bool] | None:
        """The answer once it is whole, and whether the server will close the connection."""
        piece = self.socket.recv(65536)
        self._received += piece
        end = self._received.find(b"\r\n\r\n")
        length = _LENGTH.search(self._received, 0, end + 2)
        if end < 0 or len(self._received) < end + 4 + (size := int(length[1]) if length else 0):
            if not piece:
                raise ConnectionError("the server closed the connection before its answer was whole")
            return None
        head, content = self._received[: end + 2], self._received[end + 4 : end + 4 + size]
        self._received = b""
        found = json.loads(content) if content else {}
        return Answer(int(head[9:12]), found, self.began), _CLOSE.search(head) is not None

    def renew(self) -> None:
        self.socket.close()
        self.socket = self._connect()


class Load:
    """Scripts that run together against the server's processes on `ports`, spread over them."""

    def __init__(self, ports: Sequence[int]) -> None:
        self._ports = itertools.cycle(ports)
        self._clients: list[_Client] = []
        self._selector = selectors.DefaultSelector()
        self._due: list[tuple[float, int, _Client, Ask]] = []
        self._order = itertools.count()
        self._busy = 0
        self._measured = Measured()

    def add(self, token: str, script: Script) -> None:
        """Adds one client."""
        self._clients.append(_Client(("127.0.0.1", next(self._ports)), token, script))

    def run(self) -> Measured:
        """Runs all scripts to their ends."""
        began, cpu = time.monotonic(), time.process_time()
        try:
            for client in self._clients:
                self._selector.register(client.socket, selectors.EVENT_READ, client)
                self._advance(client, None)
            while self._busy or self._due:
                self._wait()
        finally:
            for client in self._clients:
                client.socket.close()
            self._selector.close()
        self._measured.seconds = time.monotonic() - began
        self._measured.client_cpu = (time.process_time() - cpu) / self._measured.seconds
        return self._measured

    def _wait(self) -> None:
        now = time.monotonic()
        while self._due and self._due[0][0] <= now:
            _, _, client, ask = heapq.heappop(self._due)
            self._send(client, ask, time.monotonic())
        patience = max(0.0, self._due[0][0] - time.monotonic()) if self._due else HUNG_AFTER
        ready = self._selector.select(patience)
        if not ready and not self._due:
            raise TimeoutError("the server does not answer")
        for key, _ in ready:
            self._receive(key.data)

    def _receive(self, client: _Client) -> None:
        received = client.receive()
        if received is None:
            return
        now = time.monotonic()
        answer, closing = received
        self._busy -= 1
        if client.label and answer.status < REFUSED:
            self._measured.latencies[client.label].append(now - client.began)
        if closing:
            self._selector.unregister(client.socket)
            client.renew()
            self._selector.register(client.socket, selectors.EVENT_READ, client)
        self._advance(client, answer)

    def _advance(self, client: _Client, answer: Answer | None) -> None:
        try:
            ask = next(client.script) if answer is None else client.script.send(answer)
        except StopIteration:
            return
        now = time.monotonic()
        if ask.at > now:
            heapq.heappush(self._due, (ask.at, next(self._order), client, ask))
        else:
            self._send(client, ask, ask.at or now)

    def _send(self, client: _Client, ask: Ask, began: float) -> None:
        self._busy += 1
        client.send(ask, began)
