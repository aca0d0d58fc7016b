"""The same day by the earliest deadline first: whether the guaranteed waits could have been kept at all.

An event loop of its own that knows nothing of the rules or services. It plays days whose visitors come once: nobody is sent away,
moved on, or comes back.
"""

import heapq
from dataclasses import dataclass, field

from tinghao.rehearsal.day import MINUTE, SECOND, Clerk, Day, Moment, moment
from tinghao.rehearsal.record import TicketRecord
from tinghao.rehearsal.visitors import Visitor, visitors

NEVER = 2**62
FREE, COMES = 0, 1
"""A window that becomes free calls before those are seen who come at the same moment."""


@dataclass(frozen=True, order=True)
class _Waiting:
    due: Moment
    since: Moment
    ticket: int
    comes: Moment = field(compare=False)
    line: str = field(compare=False)
    takes: Moment = field(compare=False)
    leaves: Moment = field(compare=False)


@dataclass
class _Window:
    lines: tuple[str, ...]
    opens: Moment
    ends: Moment
    breaks: list[tuple[Moment, Moment]]
    busy_until: Moment = 0
    """Or paused until"""
    closed: bool = False

    def pause_due(self, now: Moment) -> Moment | None:
        """How long the break lasts that is to begin now, if any."""
        return self.breaks.pop(0)[1] if self.breaks and now >= self.breaks[0][0] else None

    def next_look(self) -> Moment:
        """When an idle clerk stops waiting: his next break, or the end."""
        return min([self.ends, *(begins for begins, _ in self.breaks)])


def missed_deadlines(day: Day, tickets: list[TicketRecord]) -> set[int]:
    """Ids of the tickets that miss their guaranteed wait when windows always take the earliest deadline.

    `tickets` are those of the day, in the order of their issue, which tells their classes.
    """
    to_come = _waiting(day, tickets)
    events = [(each.comes, COMES, each.ticket) for each in to_come.values()]
    windows: dict[int, _Window] = {}
    for number, (clerk, begins, ends) in enumerate(_shifts(day)):
        windows[number] = _window(day, clerk, begins, ends)
        events.append((begins, FREE, number))
    heapq.heapify(events)
    here: set[_Waiting] = set()
    late: set[int] = set()
    while events:
        now, kind, which = heapq.heappop(events)
        here = {each for each in here if each.leaves > now}
        if kind == COMES:
            here.add(to_come[which])
        asked = [which] if kind == FREE else sorted(windows)
        for number in asked:
            window = windows[number]
            if window.closed or not window.opens <= now or now < window.busy_until:
                continue
            taken = min((each for each in here if each.line in window.lines), default=None)
            pause = window.pause_due(now)
            if pause is not None:
                window.busy_until = now + pause
            elif taken is not None:
                here.discard(taken)
                window.busy_until = now + taken.takes
                if now > taken.due:
                    late.add(taken.ticket)
            else:
                window.closed = now >= window.ends
                if kind == FREE and not window.closed:
                    heapq.heappush(events, (window.next_look(), FREE, number))
                continue
            heapq.heappush(events, (window.busy_until, FREE, number))
    return late


def _waiting(day: Day, tickets: list[TicketRecord]) -> dict[int, _Waiting]:
    rules = day.hall.rules
    found = {}
    for who, ticket in zip(visitors(day), tickets, strict=True):
        promised = rules.priority(ticket.priority).guarantee_minutes
        since = who.comes + round((ticket.since - ticket.issued).total_seconds() * SECOND)
        found[ticket.id] = _Waiting(
            NEVER if promised is None else since + promised * MINUTE,
            since,
            ticket.id,
            who.comes,
            ticket.line,
            _takes(day, who),
            NEVER if who.patience is None else who.comes + who.patience,
        )
    return found


def _takes(day: Day, who: Visitor) -> Moment:
    return day.absent_seconds * SECOND if who.misses else who.walk + who.parts[0]


def _shifts(day: Day) -> list[tuple[Clerk, Moment, Moment]]:
    return [(clerk, moment(begins), moment(ends)) for clerk in day.clerks for begins, ends in clerk.shifts]


def _window(day: Day, clerk: Clerk, begins: Moment, ends: Moment) -> _Window:
    lines = next(window.lines for window in day.hall.windows if window.number == clerk.window)
    breaks = [(moment(each.begins), each.minutes * MINUTE) for each in clerk.breaks]
    return _Window(lines, begins, ends, sorted(each for each in breaks if begins <= each[0] < ends))
