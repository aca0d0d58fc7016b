"""Who gets no number: when the hall is closed, when a line's numbers have run out, when the visitor has one already."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from zoneinfo import ZoneInfo

from tinghao.server.hall.facts import Line, Subject
from tinghao.server.hall.queue_rules import Limit, QueueRules
from tinghao.server.queueing import problems
from tinghao.server.queueing.rules.hours import Opening, moment_words
from tinghao.server.queueing.rules.states import State


@dataclass(frozen=True)
class OpenTicket:
    """An unfinished ticket that the visitor has in the line; `window` and `window_en` name where it is called or served."""

    label: str
    state: State
    ahead: int = 0
    window: str = ""
    window_en: str = ""


@dataclass(frozen=True)
class Taken:
    """What was taken today: numbers of the line, of the matter or theme, by this visitor; and his unfinished ones in the line."""

    of_line: int = 0
    of_subject: int = 0
    by_visitor: int = 0
    unfinished: Sequence[OpenTicket] = ()


def check_hours(opening: Opening, timezone: str, now: datetime) -> None:
    """Raises `HallClosed`, or `LastTicketOver` when the hall is still open but gives no more numbers today."""
    if opening.gives_numbers:
        return
    next_, next_en = moment_words(opening.opens_at, timezone, now)
    if _is_later_today(opening.day_ends_at, now) and not _same_day(opening.opens_at, timezone, now):
        raise problems.LastTicketOver(next=next_, next_en=next_en)
    raise problems.HallClosed(next=next_, next_en=next_en)


def line_limit(rules: QueueRules, line: Line) -> Limit | None:
    """The day's limit of a line: the smallest, if several rows name it."""
    return min((row for row in rules.limits if row.line == line.prefix), key=_daily, default=None)


def subject_limit(rules: QueueRules, subject: Subject) -> Limit | None:
    """The day's limit of a matter or theme: the smallest, if several rows name it."""
    return min((row for row in rules.limits if row.matter == subject.code), key=_daily, default=None)


def check_limits(
    rules: QueueRules,
    line: Line,
    subject: Subject,
    taken: Taken,
    opening: Opening,
    timezone: str,
    now: datetime,
) -> None:
    """Raises `AlreadyWaiting`, `PersonDailyLimit` or `LineFull` when the visitor cannot have one more number of the line."""
    settings = rules.settings
    if 0 < settings.open_tickets <= len(taken.unfinished):
        raise _already_waiting(taken.unfinished[0])
    if 0 < settings.tickets_per_person <= taken.by_visitor:
        raise problems.PersonDailyLimit(count=taken.by_visitor)
    next_, next_en = moment_words(opening.next_day_at, timezone, now)
    full = line_limit(rules, line)
    if full and taken.of_line >= full.daily:
        raise problems.LineFull(line=line.name, line_en=line.name_en, next=next_, next_en=next_en)
    full = subject_limit(rules, subject)
    if full and taken.of_subject >= full.daily:
        raise problems.LineFull(line=subject.name, line_en=subject.name_en, next=next_, next_en=next_en)


def _daily(limit: Limit) -> int:
    return limit.daily


def _already_waiting(ticket: OpenTicket) -> problems.AlreadyWaiting:
    places: dict[State, tuple[str, str]] = {
        "waiting": (f"前面还有 {ticket.ahead} 人", f"{ticket.ahead} before you"),
        "called": (f"正在叫号，请前往{ticket.window}", f"being called to {ticket.window_en}"),
        "serving": ("正在办理", "being served"),
        "held": ("已暂挂，可到导办台恢复", "on hold; the desk can resume it"),
        "no_show": ("已过号，请到导办台重新排队", "missed; the desk can put you back in line"),
    }
    place, place_en = places[ticket.state]
    return problems.AlreadyWaiting(number=ticket.label, place=place, place_en=place_en)


def _is_later_today(moment: datetime | None, now: datetime) -> bool:
    return moment is not None and now < moment


def _same_day(moment: datetime | None, timezone: str, now: datetime) -> bool:
    zone = ZoneInfo(timezone)
    return moment is not None and moment.astimezone(zone).date() == now.astimezone(zone).date()
