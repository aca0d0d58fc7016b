"""What happens by itself as time goes on: calls that nobody answers, elastic windows, alerts, the end of the day.

`tick` may come as often as one likes and from several processes: it looks at what is, and does what is due.
"""

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any

from tinghao.basics.clock import hall_day, on_the_minute
from tinghao.server.access import Caller
from tinghao.server.hall.facts import HallFacts
from tinghao.server.queueing import statements
from tinghao.server.queueing.rules.hours import opening
from tinghao.server.queueing.rules.states import UNFINISHED
from tinghao.server.queueing.service import (
    alerts,
    calling,
    elastic,
    moving,
    printing,
    record,
    serving,
    windows,
)
from tinghao.server.queueing.waits import service as waits
from tinghao.server.store import Work

Json = dict[str, Any]

CLOSED = "大厅已下班"
DAY_OVER = "当日未办结"


def tick(work: Work, hall: HallFacts, now: datetime) -> None:
    """Does all that is due in the hall."""
    server = Caller.server(hall.id)
    _end_past_days(work, hall, server, now)
    _end_at_closing(work, hall, server, now)
    _miss_unanswered(work, hall, server, now)
    elastic.review(work, hall, server, now)
    # Whose earliest time has come, or whose line a window has begun to serve, joins by no act of anybody.
    calling.call_for_those_who_want(work, hall, now)
    alerts.review(work, hall, server, now)
    printing.end_forgotten(work, server, now)
    waits.tick(work, hall, now)


def _end_past_days(work: Work, hall: HallFacts, server: Caller, now: datetime) -> None:
    """What an earlier day has left open ends: its tickets are void, its shifts are closed."""
    today = hall_day(now, hall.timezone)
    shifts = statements.SHIFTS.all(work.connection, {"of_hall": hall.id})
    over = [shift for shift in shifts if windows.is_over(work, hall, shift, today)]
    for shift in over:
        # It must not call anybody when its ticket goes.
        windows.set_shift(work, shift, wants_next=False)
    row = {"of_hall": hall.id, "today": today}
    left = statements.LEFT_FROM_PAST_DAYS.all(work.connection, row)
    _expire(work, hall, server, now, left, DAY_OVER)
    for shift in over:
        windows.end_shift(work, hall, server, now, shift)


def _end_at_closing(work: Work, hall: HallFacts, server: Caller, now: datetime) -> None:
    """Where the hall says so, those who still wait when its last hours end are sent home with an apology."""
    settings = hall.rules.settings
    if settings.left_at_closing != "cancel" or settings.outside_hours == "serve":
        return
    ends = opening(hall.hours, hall.timezone, on_the_minute(now), settings).day_ends_at
    if ends is None or now < ends:
        return
    row = {**statements.numbered("line", hall.lines), "day": hall_day(now, hall.timezone)}
    found = statements.waiting(len(hall.lines)).all(work.connection, row)
    _expire(work, hall, server, now, found, CLOSED)


def _expire(
    work: Work,
    hall: HallFacts,
    server: Caller,
    now: datetime,
    tickets: Sequence[Any],
    reason: str,
) -> None:
    for each in tickets:
        # The same number in another line of a journey has ended with the first.
        ticket = record.ticket_of(work, hall.id, each.id)
        if ticket["state"] in UNFINISHED:
            moving.drop(work, hall, server, now, ticket, "expire", reason)


def _miss_unanswered(work: Work, hall: HallFacts, server: Caller, now: datetime) -> None:
    """Where the hall says so, a call that nobody has answered for its seconds is a missed one."""
    settings = hall.rules.settings
    if settings.no_show != "automatic":
        return
    waited = timedelta(seconds=settings.no_show_after_seconds)
    for ticket in statements.CALLED.all(work.connection, {"of_hall": hall.id}):
        if now - ticket.called_at >= waited and ticket.recalls >= settings.no_show_after_recalls:
            serving.miss(work, hall, server, now, ticket._asdict(), "超时未到")
