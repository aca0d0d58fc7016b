"""A screen that follows the hall's events as `web/static/stream.js` does, on a bare WebSocket: messages come in their order."""

import json
import threading
import time
from typing import Any

import websocket

SECONDS = 60


class Screen:
    """One screen at the server process of a port, from now on until `close()`."""

    def __init__(self, port: int, token: str) -> None:
        self.shown: list[int] = []
        """The numbers of the events it has shown, in the order in which it did."""
        self.pushed: set[int] = set()
        """Those that came by themselves."""
        self._token = token
        self._last: int | None = None
        self._heard = 0
        self._replaying = True
        self._changed = threading.Condition()
        url = f"ws://127.0.0.1:{port}/socket.io/?EIO=4&transport=websocket"
        self._socket = websocket.create_connection(url, timeout=SECONDS)
        self._thread = threading.Thread(target=self._listen, daemon=True)
        self._thread.start()
        self.wait(lambda: self._last is not None)

    @property
    def last(self) -> int:
        """The newest number it knows everything up to."""
        return self._last or 0

    def wait(self, true: Any) -> None:
        """Waits until something holds; fails if it takes too long."""
        until = time.monotonic() + SECONDS
        with self._changed:
            while not true():
                assert self._changed.wait(until - time.monotonic()), f"stuck at event {self._last}"

    def close(self) -> None:
        """Goes away."""
        self._socket.close()

    def _listen(self) -> None:
        try:
            while message := self._socket.recv():
                with self._changed:
                    self._take(str(message))
                    self._changed.notify_all()
        except (OSError, websocket.WebSocketException):
            return

    def _take(self, message: str) -> None:
        if message.startswith("0"):
            self._socket.send("40" + json.dumps({"token": self._token, "last_seq": self._last}))
        elif message == "2":
            self._socket.send("3")
        elif message.startswith("42"):
            name, content = json.loads(message[2:])
            {"snapshot": self._snapshot, "events": self._events, "tail": self._tail}[name](content)

    def _snapshot(self, content: Any) -> None:
        self._last = content["seq"]
        self._replaying = False
        self._catch_up()

    def _events(self, content: Any) -> None:
        numbers = [event["seq"] for event in content["events"]]
        if content.get("replay"):
            self._replaying = False
        else:
            self.pushed.update(numbers)
        self._heard = max([self._heard, *numbers])
        fresh = [number for number in numbers if number > self.last]
        if self._last is not None and (not fresh or fresh[0] == self._last + 1):
            self.shown += fresh
            self._last = max([self._last, *fresh])
        self._catch_up()

    def _tail(self, content: Any) -> None:
        self._heard = max(self._heard, content["seq"])
        self._catch_up()

    def _catch_up(self) -> None:
        if self._replaying or self._heard <= self.last:
            return
        self._replaying = True
        self._socket.send("42" + json.dumps(["replay", {"after": self._last}]))
