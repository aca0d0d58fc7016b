"""Numbers on a phone are for those who are in the hall: the hall's screens show a code that is good for a few minutes."""

import hmac
from collections import deque
from collections.abc import MutableMapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import ClassVar

from tinghao.basics.hall_codes import HallCode, HallCodeError, Kind, read, sign
from tinghao.basics.problem import Problem

SHOWN_FOR = timedelta(minutes=2)
"""All screens show the same code for so long."""

GOOD_FOR = timedelta(minutes=10)
"""… and whoever saw it last has so long to take a number."""

MOST_A_MINUTE = 30
"""Numbers given to phones, in a hall: more than could walk in."""


class PresenceOver(Problem):
    code: ClassVar[str] = "presence-over"
    status: ClassVar[int] = 403
    detail: ClassVar[str] = "二维码已失效，请在大厅的取号机上重新扫码。"
    detail_en: ClassVar[str] = (
        "This code is no longer good. Please scan the one on a kiosk in the hall again."
    )


class TooMany(Problem):
    code: ClassVar[str] = "too-many-at-once"
    status: ClassVar[int] = 429
    detail: ClassVar[str] = "现在手机取号的人较多，请稍后再试，或到取号机取号。"
    detail_en: ClassVar[str] = (
        "Many are taking numbers just now. Please try again in a moment, or use a kiosk."
    )


def key_of(secret: str) -> str:
    """The key that signs presence codes, of the server's secret."""
    return hmac.digest(secret.encode(), b"presence", "sha256").hex()


def code_now(secret: str, hall_id: int, now: datetime) -> tuple[str, datetime]:
    """The code to show now, and until when it is good."""
    slot = int(now.timestamp() // SHOWN_FOR.total_seconds())
    ends = datetime.fromtimestamp((slot + 1) * SHOWN_FOR.total_seconds(), UTC) + GOOD_FOR
    return sign(HallCode(Kind.PRESENCE, hall_id, str(slot), ends), [key_of(secret)]), ends


def check_presence(code: str, secret: str, hall_id: int, now: datetime) -> None:
    """Raises `PresenceOver` unless the code was shown in this hall a short while ago."""
    try:
        found = read(code, [key_of(secret)], hall_id, now)
    except HallCodeError:
        raise PresenceOver from None
    if found.kind is not Kind.PRESENCE:
        raise PresenceOver


@dataclass
class Pace:
    """How fast phones get numbers, hall by hall; kept by one process."""

    _given: MutableMapping[int, deque[datetime]] = field(default_factory=dict)

    def check(self, hall_id: int, now: datetime) -> None:
        """Counts one more; raises `TooMany` when the last minute had enough."""
        given = self._given.setdefault(hall_id, deque())
        while given and now - given[0] >= timedelta(minutes=1):
            given.popleft()
        if len(given) >= MOST_A_MINUTE:
            raise TooMany
        given.append(now)
