"""When a hall gives numbers: from its opening hours, its time zone and its settings."""

from bisect import bisect_left
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from tinghao.server.hall.queue_rules import QueueSettings

DAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
WEEKDAYS = ("周一", "周二", "周三", "周四", "周五", "周六", "周日")
SEARCHED_DAYS = 15
"""Hours repeat weekly; a second week is looked at because a change of the clock may swallow a stretch of the first."""


@dataclass(frozen=True)
class Opening:
    """How a hall stands at one moment; all instants in UTC.

    `opens_at` is the next moment after now at which numbers begin to be given, `next_day_at` the first such moment of a later
    day; `closes_at` ends the present or next stretch of opening hours, `day_ends_at` the last one of today. None: there is no
    such moment.
    """

    gives_numbers: bool
    opens_at: datetime | None
    next_day_at: datetime | None
    closes_at: datetime | None
    day_ends_at: datetime | None


@dataclass(frozen=True)
class _Stretch:
    day: date
    gives_from: datetime
    gives_until: datetime
    closes: datetime


def opening(
    hours: Sequence[dict[str, Any]], timezone: str, now: datetime, settings: QueueSettings
) -> Opening:
    """Whether numbers are given now, when they are given next, and when the hall closes.

    `hours` are the rows of `Hall.hours`. A hall that serves outside its hours gives numbers at all times.
    """
    zone = ZoneInfo(timezone)
    today = now.astimezone(zone).date()
    gives = settings.outside_hours == "serve"
    opens_at: datetime | None = None
    next_day_at: datetime | None = None
    closes_at: datetime | None = None
    day_ends_at: datetime | None = None
    for stretch in _stretches(hours, zone, today, settings):
        if stretch.day == today:
            day_ends_at = stretch.closes
        if closes_at is None and stretch.closes > now:
            closes_at = stretch.closes
        if stretch.gives_from >= stretch.gives_until:
            continue
        gives = gives or stretch.gives_from <= now < stretch.gives_until
        if opens_at is None and stretch.gives_from > now:
            opens_at = stretch.gives_from
        if stretch.day > today:
            next_day_at = stretch.gives_from
            break
    return Opening(gives, opens_at, next_day_at, closes_at, day_ends_at)


def moment_words(moment: datetime | None, timezone: str, now: datetime) -> tuple[str, str]:
    """A coming moment for people in Chinese and English: `明天 08:15`, `tomorrow at 08:15`."""
    if moment is None:
        return "开放时间公布后", "after the opening hours are announced"
    zone = ZoneInfo(timezone)
    local = moment.astimezone(zone)
    clock = local.strftime("%H:%M")
    days = (local.date() - now.astimezone(zone).date()).days
    if days == 0:
        return f"今天 {clock}", f"today at {clock}"
    if days == 1:
        return f"明天 {clock}", f"tomorrow at {clock}"
    weekday = WEEKDAYS[local.weekday()]
    return (
        f"{local.month}月{local.day}日（{weekday}）{clock}",
        f"on {local:%A}, {local.day} {local:%B} at {clock}",
    )


def _stretches(
    hours: Sequence[dict[str, Any]], zone: ZoneInfo, first: date, settings: QueueSettings
) -> Iterator[_Stretch]:
    """The stretches of opening hours from the day `first` on, in the order of time."""
    early = timedelta(minutes=settings.early_minutes)
    last_ticket = timedelta(minutes=settings.last_ticket_minutes)
    for day in (first + timedelta(days=n) for n in range(SEARCHED_DAYS)):
        name = DAYS[day.weekday()]
        # A number given before midnight would belong to the day before.
        midnight = _instant(day, time(), zone, last=False)
        for row in sorted((row for row in hours if name in row["days"]), key=lambda row: str(row["opens"])):
            opens = _instant(day, time.fromisoformat(row["opens"]), zone, last=False)
            closes = _instant(day, time.fromisoformat(row["closes"]), zone, last=True)
            if opens < closes:
                yield _Stretch(day, max(opens - early, midnight), closes - last_ticket, closes)


def _instant(day: date, clock: time, zone: ZoneInfo, *, last: bool) -> datetime:
    """When the hall's clocks show `clock`: the first or the last time if they show it twice; if they leap over it, the leap."""
    one, two = (datetime.combine(day, clock.replace(fold=fold), zone).astimezone(UTC) for fold in (0, 1))
    if one <= two:
        return two if last else one
    # Skipped: `two` is reckoned with the offset after the leap and so lies before it, `one` the other way round.
    before = two.astimezone(zone).utcoffset()

    def has_leapt(second: int) -> bool:
        return (two + timedelta(seconds=second)).astimezone(zone).utcoffset() != before

    return two + timedelta(seconds=bisect_left(range(int((one - two).total_seconds())), True, key=has_leapt))
