"""Time is an argument: the one place that asks the machine for it."""

from collections.abc import Callable
from datetime import UTC, date, datetime
from zoneinfo import ZoneInfo

Clock = Callable[[], datetime]
"""Gives the present instant, timezone-aware, in UTC."""


def system_clock() -> datetime:
    """The machine's own time."""
    return datetime.now(UTC)


def hall_day(instant: datetime, timezone: str) -> date:
    """The calendar day that `instant` falls on in a hall's time zone."""
    return instant.astimezone(ZoneInfo(timezone)).date()


def iso(instant: datetime | None) -> str | None:
    """ISO 8601 in UTC with a `Z`, as the API gives every instant."""
    if instant is None:
        return None
    return instant.astimezone(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")


def on_the_minute(instant: datetime) -> datetime:
    """`instant` without its seconds."""
    return instant.replace(second=0, microsecond=0)
