"""The Socket.IO face. A client that connects joins its room first and is then told where it stands, so nothing falls between."""

import logging
import queue
import threading
from typing import Any

from flask import Flask, request
from flask_socketio import ConnectionRefusedError, SocketIO, disconnect, emit, join_room

from tinghao.basics.problem import Problem
from tinghao.server.access import Caller, NotKnown
from tinghao.server.access.http import resolve
from tinghao.server.push.messages import Messages, channel_of
from tinghao.server.store import DatabaseUnreachable, Store, events
from tinghao.server.store.work import Event

log = logging.getLogger(__name__)

PING_EVERY = 5
"""Seconds. A cut link is noticed within twice this by both sides; a screen must not look fresh when it isn't."""

RECHECK_EVERY = 5
TAIL_EVERY = 5
"""Seconds. Whoever misses an event that another process made knows it within twice this."""


class Live:
    """All connected screens and clerks of one server process."""

    def __init__(self, app: Flask, store: Store, async_mode: str, redis: str | None = None) -> None:
        others = {"client_manager": Messages(redis, channel_of(app.config["SECRET_KEY"]))} if redis else {}
        self.socketio = SocketIO(
            app,
            async_mode=async_mode,
            transports=["websocket"],
            ping_interval=PING_EVERY,
            ping_timeout=PING_EVERY,
            manage_session=False,
            serve_client=False,
            cors_allowed_origins=app.config["ALLOWED_ORIGINS"],
            **others,
        )
        self._app = app
        self._store = store
        self._callers: dict[str, tuple[str, Caller]] = {}
        self._committed: queue.SimpleQueue[list[Event]] = queue.SimpleQueue()
        self._pushed: dict[int, int] = {}
        store.on_commit(self._committed.put)
        self.socketio.on_event("connect", self._connect)
        self.socketio.on_event("disconnect", self._disconnect)
        self.socketio.on_event("replay", self._replay)

    def start(self) -> None:
        """Begins to push."""
        threading.Thread(target=self._push_all, name="push", daemon=True).start()
        self.socketio.start_background_task(self._recheck)
        self.socketio.start_background_task(self._tell_tails)

    def _connect(self, auth: Any) -> None:
        given = auth if isinstance(auth, dict) else {}
        token = str(given.get("token", ""))
        sid: str = request.sid  # type: ignore[attr-defined]
        try:
            caller = resolve(self._app, token)
            if caller is None:
                raise NotKnown
            self._callers[sid] = (token, caller)
            join_room(_room(caller))
            self._tell(caller, given.get("last_seq"))
        except Problem as problem:
            self._callers.pop(sid, None)
            raise ConnectionRefusedError(problem.code, problem.as_json()) from problem

    def _disconnect(self, *_: Any) -> None:
        self._callers.pop(request.sid, None)  # type: ignore[attr-defined]

    def _replay(self, wanted: Any) -> None:
        found = self._callers.get(request.sid)  # type: ignore[attr-defined]
        try:
            if found is None:
                raise NotKnown
            self._tell(found[1], wanted.get("after") if isinstance(wanted, dict) else None)
        except Problem:
            # Who waits for an answer that does not come must not look fresh: it comes again and is told then.
            disconnect()

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
                try:
                    self.socketio.emit("events", {"events": _shown(news, False)}, to=_public(hall_id))
                    self.socketio.emit("events", {"events": _shown(news, True)}, to=_staff(hall_id))
                    self._pushed[hall_id] = news[-1].seq
                except Exception:
                    log.exception("what was committed could not be pushed")

    def _tell_tails(self) -> None:
        """Tells this process's screens what their hall's newest number was a while ago, when they may not know.

        Whoever was pushed a later number knows it already; and what is still on its way has come by then.
        """
        before: dict[int, int] = {}
        told: dict[int, int] = {}
        while self._goes_on(TAIL_EVERY):
            for hall_id, number in before.items():
                if number > max(self._pushed.get(hall_id, 0), told.get(hall_id, 0)):
                    told[hall_id] = number
                    for room in (_public(hall_id), _staff(hall_id)):
                        self.socketio.emit("tail", {"seq": number}, to=room, ignore_queue=True)
            try:
                before = self._newest()
            except DatabaseUnreachable:
                log.warning("the database is away: screens are told nothing new")

    def _goes_on(self, seconds: float) -> bool:
        """Lets time pass; false once the store is closed."""
        self.socketio.sleep(seconds)
        return not self._store.closed

    def _newest(self) -> dict[int, int]:
        halls = {caller.hall_id for _, caller in list(self._callers.values())}
        if not halls:
            return {}
        with self._store.look() as connection:
            return events.last_numbers(connection, halls)

    def _recheck(self) -> None:
        """Sends away those whose token was revoked or whose session ended."""
        while self._goes_on(RECHECK_EVERY):
            for sid, (token, _) in list(self._callers.items()):
                try:
                    known = resolve(self._app, token) is not None
                except DatabaseUnreachable:
                    break
                if not known:
                    self.socketio.server.disconnect(sid)
                self.socketio.sleep(0)


def _room(caller: Caller) -> str:
    return _staff(caller.hall_id) if caller.is_staff else _public(caller.hall_id)


def _public(hall_id: int) -> str:
    return f"hall:{hall_id}:public"


def _staff(hall_id: int) -> str:
    return f"hall:{hall_id}:staff"


def _shown(news: list[Event], to_staff: bool) -> list[dict[str, Any]]:
    return [event.seen_by(to_staff) for event in news]
