"""Who is before whom in a line, as things stand: for "前面还有 3 人" and for the list a clerk sees."""

from collections import defaultdict, deque
from collections.abc import Iterable
from dataclasses import replace
from datetime import datetime, timedelta

from tinghao.server.hall.queue_rules import Priority, QueueRules
from tinghao.server.queueing.rules.choosing import (
    LONG_AGO,
    MINUTE,
    Candidate,
    Serving,
    Standing,
    choose,
    deadline,
    score,
)

Groups = dict[tuple[str, str], deque[Candidate]]
"""Who waits, by line and class, each in its order."""


def overtake_before(
    mine: Priority, mine_since: datetime, other: Priority, now: datetime, lead_minutes: float = 0
) -> datetime:
    """Who waits in class `other` since before this moment is ahead, now, of one who waits in class `mine` since `mine_since`.

    For one's own class it is `mine_since` (a draw goes to the smaller id). Guaranteed waits count from `lead_minutes` before
    their end; what the pace of calls would demand earlier is left out. Placed ones are ahead of all.
    """
    if other.code == mine.code:
        return mine_since
    own_due = deadline(mine, mine_since)
    lead = lead_minutes * MINUTE
    if own_due is not None and own_due <= now + lead:
        return LONG_AGO if other.guarantee_minutes is None else own_due - other.guarantee_minutes * MINUTE
    needed = (score(mine, mine_since, now) - other.head_start_minutes) / other.weight
    # Within a day more or less: a weight near nothing must not leave the calendar.
    by_score = now - timedelta(minutes=min(max(needed, -1440), (now - LONG_AGO) / MINUTE))
    if other.guarantee_minutes is None:
        return by_score
    return max(by_score, now + lead - other.guarantee_minutes * MINUTE)


def calling_order(
    waiting: Iterable[Candidate],
    serving: Serving,
    rules: QueueRules,
    standing: Standing,
    now: datetime,
    calls_per_minute: float | None = None,
) -> list[Candidate]:
    """All who wait for a window, in the order in which it would call them one after the other, could it do so now.

    `waiting` are whole tickets, not only the heads; `standing` as for `choose`.
    """
    groups: Groups = defaultdict(deque)
    dues: dict[int, datetime] = {}
    for ticket in sorted(waiting, key=lambda each: (each.place, each.since, each.id)):
        groups[ticket.line, ticket.priority].append(ticket)
        if due := deadline(rules.priority(ticket.priority), ticket.since):
            dues[ticket.id] = due
    counts = dict(standing.waiting)
    order: list[Candidate] = []
    while heads := {group[0].id: group for group in groups.values() if group}:
        left = Standing(counts, _longest(groups, standing) if rules.calling else {})
        choice = choose(
            [group[0] for group in heads.values()],
            serving,
            rules,
            left,
            now,
            calls_per_minute,
            dues.values,
        )
        assert choice is not None
        called = heads[choice.ticket_id].popleft()
        dues.pop(called.id, None)
        counts[called.line] = counts.get(called.line, 1) - 1
        serving = replace(serving, turns=choice.turns)
        order.append(called)
    return order


def _longest(groups: Groups, standing: Standing) -> dict[str, datetime]:
    """Of the window's lines the longest waits left; of others, which calling rules may name, as they stand."""
    left: dict[str, list[datetime]] = defaultdict(list)
    for (line, _), group in groups.items():
        left[line].extend(each.since for each in group)
    others = {line: since for line, since in standing.longest_since.items() if line not in left}
    return others | {line: min(sinces) for line, sinces in left.items() if sinces}
