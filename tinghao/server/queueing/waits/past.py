"""A ticket that is over: what the past can teach."""

from dataclasses import dataclass
from datetime import datetime, timedelta

SERVED_WITHOUT_TICKET = "直办"
"""The number of a visitor who was served without a ticket: the window was busy, but nobody waited."""

_MINUTE = timedelta(minutes=1)


@dataclass(frozen=True)
class Past:
    """One ticket, as it turned out. Instants are aware and in the hall's own time zone, so that they tell the time of day.

    `called_at` is the first call. `estimate`, `low` and `high` are the minutes that were promised when the number was given.
    """

    number: str
    line: str
    matter: str
    priority: str
    issued_at: datetime
    called_at: datetime | None
    started_at: datetime | None
    ended_at: datetime | None
    state: str
    window: str | None
    estimate: float | None = None
    low: float | None = None
    high: float | None = None

    @property
    def waited(self) -> float | None:
        """Minutes from the number to the first call; nothing when he was never called or did not wait in line."""
        if self.called_at is None or self.number == SERVED_WITHOUT_TICKET:
            return None
        return max((self.called_at - self.issued_at) / _MINUTE, 0.0)

    @property
    def occupied(self) -> float | None:
        """Minutes that a window was taken by him: from the call to the end, whether he came or not."""
        if self.called_at is None or self.ended_at is None or self.window is None:
            return None
        return max((self.ended_at - self.called_at) / _MINUTE, 0.0)

    @property
    def walked_away(self) -> bool | None:
        """Whether he gave up while waiting; nothing when the day ended before anybody could know."""
        if self.called_at is not None:
            return None if self.number == SERVED_WITHOUT_TICKET else False
        return None if self.state == "expired" else True
