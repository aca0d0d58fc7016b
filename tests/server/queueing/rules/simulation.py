"""A small hall for the rules alone: windows that call whenever they are free, by `choose` or by another rule."""

import heapq
from collections import defaultdict
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime

from tinghao.server.hall.queue_rules import QueueRules
from tinghao.server.queueing.rules.choosing import (
    MINUTE,
    Candidate,
    Serving,
    Standing,
    choose,
    deadline,
)

NOW = datetime(2026, 11, 23, 3, 0, tzinfo=UTC)
NEVER = datetime.max.replace(tzinfo=UTC)

Pick = Callable[[Sequence[Candidate], datetime], Candidate]
"""Of all who wait (at least one), whom a free window calls."""


@dataclass(frozen=True)
class Visit:
    """A ticket, when it comes (minutes from NOW), and how long its service takes."""

    ticket: Candidate
    comes: float
    minutes: float


def calls(visits: Sequence[Visit], windows: int, pick: Pick) -> dict[int, datetime]:
    """When each ticket is called."""
    to_come = sorted(visits, key=lambda visit: (visit.comes, visit.ticket.id), reverse=True)
    by_id = {visit.ticket.id: visit for visit in visits}
    free_at = [0.0] * windows
    waiting: list[Candidate] = []
    called: dict[int, datetime] = {}
    at = 0.0
    while to_come or waiting:
        at = max(at, heapq.heappop(free_at))
        if not waiting:
            at = max(at, to_come[-1].comes)
        while to_come and to_come[-1].comes <= at:
            waiting.append(to_come.pop().ticket)
        now = NOW + at * MINUTE
        ticket = pick(waiting, now)
        waiting.remove(ticket)
        called[ticket.id] = now
        heapq.heappush(free_at, at + by_id[ticket.id].minutes)
    return called


def due(ticket: Candidate, rules: QueueRules) -> datetime:
    """Its deadline; NEVER without one."""
    return deadline(rules.priority(ticket.priority), ticket.since) or NEVER


def missed(visits: Sequence[Visit], called: Mapping[int, datetime], rules: QueueRules) -> set[int]:
    """Who was called after the deadline."""
    return {v.ticket.id for v in visits if called[v.ticket.id] > due(v.ticket, rules)}


def earliest_deadline(rules: QueueRules) -> Pick:
    return lambda waiting, now: min(waiting, key=lambda each: (due(each, rules), each.since, each.id))


def by_rules(rules: QueueRules, serving: Serving, calls_per_minute: float | None) -> Pick:
    """As the house chooses, from the heads of the groups."""

    def pick(waiting: Sequence[Candidate], now: datetime) -> Candidate:
        choice = choose(
            heads(waiting),
            serving,
            rules,
            standing(waiting),
            now,
            calls_per_minute,
            lambda: [when for each in waiting if (when := due(each, rules)) != NEVER],
        )
        assert choice is not None
        return next(each for each in waiting if each.id == choice.ticket_id)

    return pick


def heads(waiting: Sequence[Candidate]) -> list[Candidate]:
    """The first of each line and class."""
    groups: dict[tuple[str, str], list[Candidate]] = defaultdict(list)
    for each in waiting:
        groups[each.line, each.priority].append(each)
    return [min(group, key=in_order) for group in groups.values()]


def in_order(ticket: Candidate) -> tuple[int, datetime, int]:
    return ticket.place, ticket.since, ticket.id


def standing(waiting: Sequence[Candidate]) -> Standing:
    lines = {each.line for each in waiting}
    return Standing(
        {line: sum(each.line == line for each in waiting) for line in lines},
        {line: min(each.since for each in waiting if each.line == line) for line in lines},
    )
