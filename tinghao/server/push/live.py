"""The Socket.IO face. A client that connects joins its room first and is then told where it stands, so nothing falls between."""

import queue
import threading
from typing import Any

from flask import Flask, request
from flask_socketio import ConnectionRefusedError, SocketIO, disconnect, emit, join_room

from tinghao.server.access import Caller, NotKnown
from tinghao.server.access.http import resolve
from tinghao.server.store import Store, events
from tinghao.server.store.work import Event

PING_EVERY = 5
"""Seconds. A cut link is noticed within twice this by both sides; a screen must not look fresh when it isn't."""

RECHECK_EVERY = 5


class Live:
    """All connected screens and clerks of one server process."""

    def __init__(self, app: Flask, store: Store, async_mode: str) -> None:
        self.socketio = SocketIO(
            app,
            async_mode=async_mode,
            transports=["websocket"],
            ping_interval=PING_EVERY,
            ping_timeout=PING_EVERY,
            manage_session=False,
            serve_client=False,
            cors_allowed_origins=app.config["ALLOWED_ORIGINS"],
        )
        self._app = app
        self._store = store
        self._callers: dict[str, tuple[str, Caller]] = {}
        self._committed: queue.SimpleQueue[list[Event]] = queue.SimpleQueue()
        store.on_commit(self._committed.put)
        self.socketio.on_event("connect", self._connect)
        self.socketio.on_event("disconnect", self._disconnect)
        self.socketio.on_event("replay", self._replay)

    def start(self) -> None:
        """Begins to push."""
        threading.Thread(target=self._push_all, name="push", daemon=True).start()
        self.socketio.start_background_task(self._recheck)

    def _connect(self, auth: Any) -> None:
        given = auth if isinstance(auth, dict) else {}
        token = str(given.get("token", ""))
        caller = resolve(self._app, token)
        if caller is None:
            raise ConnectionRefusedError(*self._refusal())
        sid: str = request.sid  # type: ignore[attr-defined]
        self._callers[sid] = (token, caller)
        join_room(_room(caller))
        self._tell(caller, given.get("last_seq"))

    def _disconnect(self, *_: Any) -> None:
        self._callers.pop(request.sid, None)  # type: ignore[attr-defined]

    def _replay(self, wanted: Any) -> None:
        found = self._callers.get(request.sid)  # type: ignore[attr-defined]
        if found is None:
            disconnect()
            return
        self._tell(found[1], wanted.get("after") if isinstance(wanted, dict) else None)

    def _tell(self, caller: Caller, last: Any) -> None:
        """Gives the caller what he missed since number `last`, or the whole picture when that is too much or unknown."""
        missed = self._missed(caller, last)
        if missed is None:
            with self._store.read() as connection:
                now = self._app.extensions["clock"]()
                picture = self._app.extensions["pictures"].seen_by(connection, caller, now)
            emit("snapshot", picture)
        else:
            emit("events", {"events": _shown(missed, caller.is_staff), "replay": True})

    def _missed(self, caller: Caller, last: Any) -> list[Event] | None:
        if not isinstance(last, int) or last < 0:
            return None
        with self._store.read() as connection:
            newest = events.last_number(connection, caller.hall_id)
            if last > newest or newest - last > events.MOST_AT_ONCE:
                return None
            return events.after(connection, caller.hall_id, last)

    def _push_all(self) -> None:
        while True:
            batch = self._committed.get()
            while not self._committed.empty():
                batch = batch + self._committed.get()
            by_hall: dict[int, list[Event]] = {}
            for event in batch:
                by_hall.setdefault(event.hall_id, []).append(event)
            for hall_id, news in by_hall.items():
                self.socketio.emit("events", {"events": _shown(news, False)}, to=f"hall:{hall_id}:public")
                self.socketio.emit("events", {"events": _shown(news, True)}, to=f"hall:{hall_id}:staff")

    def _recheck(self) -> None:
        """Sends away those whose token was revoked or whose session ended."""
        while True:
            self.socketio.sleep(RECHECK_EVERY)
            for sid, (token, _) in list(self._callers.items()):
                if resolve(self._app, token) is None:
                    self.socketio.server.disconnect(sid)
                self.socketio.sleep(0)

    @staticmethod
    def _refusal() -> tuple[str, dict[str, object]]:
        problem = NotKnown()
        return problem.code, problem.as_json()


def _room(caller: Caller) -> str:
    return f"hall:{caller.hall_id}:{'staff' if caller.is_staff else 'public'}"


def _shown(news: list[Event], to_staff: bool) -> list[dict[str, Any]]:
    return [event.seen_by(to_staff) for event in news]
