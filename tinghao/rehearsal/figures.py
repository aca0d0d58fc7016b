"""What a day comes to, out of its record: waits, walk-aways, promises kept, work done."""

import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from tinghao.rehearsal.record import Record, TicketRecord
from tinghao.server.hall.queue_rules import QueueRules
from tinghao.server.queueing.waits.scoring import Score, score

ALL = "all 全部"


@dataclass(frozen=True)
class Waits:
    """The waits of some tickets in minutes: from the number to the first call, of those who were called.

    `left` counts those who gave their number back, `never` those whose number was void at day's end without a call. `over` is the
    share of the called whose guaranteed longest wait was over, None where none is promised.
    """

    tickets: int
    called: int
    mean: float
    half: float
    most: float
    longest: float
    left: int
    never: int
    over: float | None


def waits(tickets: Iterable[TicketRecord], rules: QueueRules) -> Waits:
    """The waits of these tickets; `half` is the median, `most` the 95th percentile."""
    every = list(tickets)
    seen = sorted(ticket.wait for ticket in every if ticket.wait is not None)
    return Waits(
        len(every),
        len(seen),
        sum(seen) / len(seen) if seen else 0.0,
        percentile(seen, 0.5),
        percentile(seen, 0.95),
        percentile(seen, 1),
        sum(ticket.state == "cancelled" for ticket in every),
        sum(ticket.state == "expired" and ticket.called is None for ticket in every),
        _over(every, rules),
    )


def percentile(ordered: Sequence[float], share: float) -> float:
    """The smallest value that so large a share of `ordered` does not exceed; 0 of nothing."""
    return ordered[max(0, math.ceil(share * len(ordered)) - 1)] if ordered else 0.0


def late(ticket: TicketRecord, rules: QueueRules) -> bool:
    """Whether it was called after the guaranteed longest wait of its class."""
    promised = rules.priority(ticket.priority).guarantee_minutes
    return promised is not None and ticket.counted_wait is not None and ticket.counted_wait > promised


def by_class(tickets: Sequence[TicketRecord], rules: QueueRules) -> dict[str, Waits]:
    """The waits of each class, and of all together."""
    found = {
        f"{each.code} {each.name}": waits(
            [ticket for ticket in tickets if ticket.priority == each.code], rules
        )
        for each in rules.priorities
    }
    return {**found, ALL: waits(tickets, rules)} if len(found) > 1 else found


def by_line(tickets: Sequence[TicketRecord], rules: QueueRules) -> dict[str, dict[str, Waits]]:
    """The same for each line."""
    lines = sorted({ticket.line for ticket in tickets})
    return {line: by_class([ticket for ticket in tickets if ticket.line == line], rules) for line in lines}


def utilisation(record: Record) -> float:
    """The share of the time of open windows in which somebody was at them."""
    open_ = sum(window.open for window in record.windows)
    return sum(window.busy for window in record.windows) / open_ if open_ else 0.0


def promises(tickets: Iterable[TicketRecord]) -> Score | None:
    """How good the waits that visitors were told turned out to be."""
    return score(outcome for ticket in tickets if (outcome := ticket.outcome))


def _over(tickets: Sequence[TicketRecord], rules: QueueRules) -> float | None:
    promised = [
        ticket
        for ticket in tickets
        if ticket.called is not None and rules.priority(ticket.priority).guarantee_minutes is not None
    ]
    return sum(late(ticket, rules) for ticket in promised) / len(promised) if promised else None
