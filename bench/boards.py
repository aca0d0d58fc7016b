"""Many boards in a process of their own: bare sockets that speak just enough WebSocket, Engine.IO and Socket.IO.

One loop serves them all, so that the clients cost little beside the server they measure.
"""

import json
import multiprocessing
import os
import resource
import selectors
import socket
import time
from collections import defaultdict
from multiprocessing.connection import Connection
from typing import Any

CONNECT_SECONDS = 60
SETTLE_SECONDS = 10
CALLED = b"ticket.called"
AT_ONCE = 50
"""So many boards may be on their way to their first picture at the same time, where nothing else is said."""

Arrivals = dict[str, list[float]]
"""By the number called: the moments (`time.monotonic`) at which the boards had it."""


class Boards:
    """`count` boards with one station's token, connected and shown the hall; together that took `connected_in` seconds."""

    def __init__(self, port: int, token: str, count: int, at_once: int = AT_ONCE) -> None:
        context = multiprocessing.get_context("spawn")
        self._pipe, theirs = context.Pipe()
        self._process = context.Process(target=_live, args=(port, token, count, at_once, theirs), daemon=True)
        self._process.start()
        theirs.close()
        self.count = count
        self.cpu = 0.0
        """How busy they kept their processor up to the last `arrivals()`."""
        if not self._pipe.poll(CONNECT_SECONDS + SETTLE_SECONDS):
            self.close()
            raise TimeoutError(f"{count} boards did not connect within {CONNECT_SECONDS} s")
        self.connected_in: float = self._pipe.recv()

    def arrivals(self, expected: int) -> Arrivals:
        """What has arrived since the last time, once `expected` calls have reached all boards."""
        until = time.monotonic() + SETTLE_SECONDS
        found: Arrivals = defaultdict(list)
        while True:
            self._pipe.send("give")
            news, self.cpu = self._pipe.recv()
            for number, moments in news.items():
                found[number] += moments
            if sum(map(len, found.values())) >= expected * self.count or time.monotonic() > until:
                return found
            time.sleep(0.05)

    def close(self) -> None:
        """Ends the boards."""
        self._process.terminate()
        self._process.join()
        self._pipe.close()

    def __enter__(self) -> "Boards":
        return self

    def __exit__(self, *_: object) -> None:
        self.close()


class _Board:
    def __init__(self, port: int, token: str) -> None:
        self.socket = socket.create_connection(("127.0.0.1", port), timeout=CONNECT_SECONDS)
        self.socket.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        self.socket.setblocking(False)
        self.shown = False
        self._token = token
        self._received = b""
        self._upgraded = False
        self.socket.sendall(
            b"GET /socket.io/?EIO=4&transport=websocket HTTP/1.1\r\nHost: 127.0.0.1\r\nUpgrade: websocket\r\n"
            b"Connection: Upgrade\r\nSec-WebSocket-Version: 13\r\nSec-WebSocket-Key: AAAAAAAAAAAAAAAAAAAAAA==\r\n\r\n"
        )

    def receive(self) -> list[bytes]:
        """The events' messages that are whole now; answers what the protocol asks for."""
        piece = self.socket.recv(262_144)
        if not piece:
            raise ConnectionError(f"the server sent a board away: {self._received[:200]!r}")
        self._received += piece
        if not self._upgraded and not self._upgrade():
            return []
        return [message for message in self._messages() if self._is_event(message)]

    def _upgrade(self) -> bool:
        head, end, rest = self._received.partition(b"\r\n\r\n")
        if not end:
            return False
        if not head.startswith(b"HTTP/1.1 101"):
            raise ConnectionError(f"no WebSocket: {head[:200]!r}")
        self._upgraded, self._received = True, rest
        return True

    def _messages(self) -> list[bytes]:
        """Cuts whole frames off; a server's frames are unmasked, and those here are never in parts."""
        found, at, data = [], 0, self._received
        while len(data) >= at + 2:
            length, start = data[at + 1] & 127, at + 2
            if length > 125:
                width = 2 if length == 126 else 8
                length, start = int.from_bytes(data[start : start + width], "big"), start + width
            if len(data) < start + length:
                break
            found.append(data[start : start + length])
            at = start + length
        self._received = data[at:]
        return found

    def _is_event(self, message: bytes) -> bool:
        if message.startswith(b"0{"):
            self._say(b"40" + json.dumps({"token": self._token}).encode())
        elif message == b"2":
            self._say(b"3")
        elif message.startswith(b'42["snapshot"'):
            self.shown = True
        elif message.startswith(b"44"):
            raise ConnectionError(f"refused: {message[:300].decode()}")
        return message.startswith(b'42["events"')

    def _say(self, text: bytes) -> None:
        # A client must mask; a mask of zeros leaves the text as it is.
        self.socket.sendall(bytes([0x81, 0x80 | len(text)]) + b"\0\0\0\0" + text)


def _live(port: int, token: str, count: int, at_once: int, pipe: Connection) -> None:
    _allow_many_sockets()
    selector, arrived = selectors.DefaultSelector(), _Arrived()
    began = time.monotonic()
    boards: list[_Board] = []
    while (shown := sum(board.shown for board in boards)) < count:
        for _ in range(min(count - len(boards), at_once - (len(boards) - shown))):
            board = _Board(port, token)
            boards.append(board)
            selector.register(board.socket, selectors.EVENT_READ, board)
        _receive(selector, arrived, pipe)
    pipe.send(time.monotonic() - began)
    selector.register(pipe, selectors.EVENT_READ)
    awake, cpu = time.monotonic(), time.process_time()
    while True:
        if _receive(selector, arrived, pipe):
            busy = (time.process_time() - cpu) / (time.monotonic() - awake)
            pipe.send((arrived.take(), busy))


def _receive(selector: selectors.BaseSelector, arrived: "_Arrived", pipe: Connection) -> bool:
    """Reads what has come; tells whether the arrivals are asked for."""
    asked = False
    for key, _ in selector.select():
        if key.data is None:
            try:
                pipe.recv()
            except EOFError:
                # The measuring process is gone.
                os._exit(1)
            asked = True
            continue
        messages = key.data.receive()
        now = time.monotonic()
        for message in messages:
            arrived.note(message, now)
    return asked


class _Arrived:
    """Notes arrivals. The same message comes to all boards: it is taken apart once."""

    def __init__(self) -> None:
        self._moments: Arrivals = defaultdict(list)
        self._last: tuple[bytes, list[str]] = (b"", [])

    def note(self, message: bytes, now: float) -> None:
        if message != self._last[0]:
            self._last = (message, _numbers(message))
        for number in self._last[1]:
            self._moments[number].append(now)

    def take(self) -> Arrivals:
        taken, self._moments = self._moments, defaultdict(list)
        return dict(taken)


def _numbers(message: bytes) -> list[str]:
    if CALLED not in message:
        return []
    content: Any = json.loads(message[2:])[1]
    return [event["number"] for event in content["events"] if event["kind"] == CALLED.decode()]


def _allow_many_sockets() -> None:
    _, most = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (most, most))
