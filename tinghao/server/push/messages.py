"""Between server processes: each tells the others through Redis what it sends to screens.

Redis only makes it quick. What is lost here is noticed by the screens and asked for again, so nothing is kept and nobody
waits for a Redis that is away.
"""

import hashlib
import json
import logging
import time
from collections.abc import Iterator
from typing import Any

import redis
from redis.backoff import NoBackoff
from redis.retry import Retry
from socketio import PubSubManager

log = logging.getLogger(__name__)

ANSWERS_WITHIN = 2
LOOK_AGAIN_EVERY = 1
"""Seconds."""


def channel_of(secret: str) -> str:
    """The channel of one installation: another's processes may use the same Redis and have halls of the same numbers."""
    return f"tinghao:{hashlib.sha256(b'channel ' + secret.encode()).hexdigest()[:16]}"


class Messages(PubSubManager):  # type: ignore[misc]
    """Socket.IO's messages between processes over Redis."""

    name = "redis"

    def __init__(self, url: str, channel: str) -> None:
        super().__init__(channel=channel)
        self._redis = redis.Redis.from_url(
            url,
            socket_connect_timeout=ANSWERS_WITHIN,
            socket_timeout=ANSWERS_WITHIN,
            # Once more on a new connection: the old one may have been closed while nothing was to be said.
            retry=Retry(NoBackoff(), 1),
        )
        self._away = False

    def _publish(self, data: dict[str, Any]) -> None:
        if self._away:
            return
        try:
            self._redis.publish(self.channel, json.dumps(data))
        except redis.RedisError as error:
            self._lose(error)

    def _listen(self) -> Iterator[bytes]:
        while True:
            try:
                yield from self._hear()
            except redis.RedisError as error:
                self._lose(error)
            time.sleep(LOOK_AGAIN_EVERY)

    def _hear(self) -> Iterator[bytes]:
        """Messages until Redis is away, for this connection or for the one that speaks."""
        with self._redis.pubsub(ignore_subscribe_messages=True) as heard:  # type: ignore[no-untyped-call]
            heard.subscribe(self.channel)
            self._redis.ping()
            self._find()
            while not self._away:
                message = heard.get_message(timeout=LOOK_AGAIN_EVERY)
                if message:
                    yield message["data"]

    def _lose(self, error: redis.RedisError) -> None:
        if not self._away:
            log.warning("Redis is away (%s): screens at other processes hear of things later", error)
        self._away = True

    def _find(self) -> None:
        if self._away:
            log.warning("Redis is back")
        self._away = False
