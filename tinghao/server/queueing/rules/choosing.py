"""Who is called next, and what has to be kept to tell later why.

In this order: who was placed first by hand; whose guaranteed longest wait would else be missed; the lines of the first
calling rule that holds; then the window's own way: the first line that has somebody, lines in turn by a ratio, or the
highest score over all its lines. Where all else is equal the one who waits longer is called.

Two visitors of one class in one line are never called against their order (place, since, id); nor in different lines of
one window, when it chooses by score and no calling rule restricts its lines.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any, Literal, Self, get_args

from tinghao.server.hall.queue_rules import CallingRule, Priority, QueueRules
from tinghao.server.queueing.rules.turns import Turns, after_turn, next_line

By = Literal["placed", "guarantee", "condition", "order", "ratio", "score", "only"]
Way = Literal["score", "order", "ratio"]

MOST_COMPARED = 8
MINUTE = timedelta(minutes=1)
LONGEST_STEP = 1440.0
"""Minutes between two calls, at most: a pace near nothing must not leave the calendar."""
LONG_AGO = datetime(1970, 1, 1, tzinfo=UTC)
"""Before everybody's `since`."""


@dataclass(frozen=True)
class Candidate:
    """The first waiting ticket of a class in a line, by (place, since, id). `place` below 0: placed first by hand."""

    id: int
    label: str
    line: str
    priority: str
    place: int
    since: datetime


@dataclass(frozen=True)
class Standing:
    """How many wait in each line, and since when the longest does. Names all lines of the window and of the calling rules."""

    waiting: Mapping[str, int] = field(default_factory=dict)
    longest_since: Mapping[str, datetime] = field(default_factory=dict)


@dataclass(frozen=True)
class Serving:
    """The lines a window serves now and how it chooses between them; `ratio` goes with `lines`, a part left out is 1.

    `turns` are the credits left by its last choice (`Choice.turns`); they matter for a ratio only.
    """

    lines: tuple[str, ...]
    choice: Way = "score"
    ratio: tuple[int, ...] = ()
    turns: Turns = field(default_factory=dict)


@dataclass(frozen=True)
class Compared:
    """How a candidate stood when another (or it) was chosen; `due_in_minutes` until its guaranteed longest wait ends."""

    id: int
    label: str
    line: str
    priority: str
    waited_minutes: float
    score: float
    due_in_minutes: float | None


@dataclass(frozen=True)
class Choice:
    """Who is called, and why: `compared` holds the chosen one first, then at most seven heads that came nearest.

    `rule` names the calling rule; `lines` are those the window served, `way` its own way of choosing; `turns` is what to keep
    for its next choice.
    """

    ticket_id: int
    by: By
    rule: str | None
    compared: tuple[Compared, ...]
    lines: tuple[str, ...] = ()
    way: Way = "score"
    turns: Turns = field(default_factory=dict, compare=False)

    def as_json(self) -> dict[str, Any]:
        """What is kept with the call; without `turns`, which are the window's, not the call's."""
        rows = [list(vars(each).values()) for each in self.compared]
        kept: dict[str, Any] = {"by": self.by, "lines": "".join(self.lines), "compared": rows}
        if self.rule is not None:
            kept["rule"] = self.rule
        if self.way != "score":
            kept["way"] = self.way
        return kept

    @classmethod
    def from_json(cls, kept: Mapping[str, Any]) -> Self:
        """The choice that `as_json` told; ValueError when it is none."""
        compared = tuple(Compared(*row) for row in kept["compared"])
        if kept["by"] not in get_args(By) or not compared:
            raise ValueError("not a choice")
        return cls(
            compared[0].id,
            kept["by"],
            kept.get("rule"),
            compared,
            tuple(kept["lines"]),
            kept.get("way", "score"),
        )


def score(priority: Priority, since: datetime, now: datetime) -> float:
    """Minutes waited × the class's weight, and its head start."""
    return priority.weight * ((now - since) / MINUTE) + priority.head_start_minutes


def deadline(priority: Priority, since: datetime) -> datetime | None:
    """When the guaranteed longest wait ends; None for a class without one."""
    if priority.guarantee_minutes is None:
        return None
    return since + priority.guarantee_minutes * MINUTE


def choose(
    candidates: Iterable[Candidate],
    serving: Serving,
    rules: QueueRules,
    standing: Standing,
    now: datetime,
    calls_per_minute: float | None = None,
    deadlines: Callable[[], Iterable[datetime]] | None = None,
) -> Choice | None:
    """The candidate to be called now, None if there is none.

    `calls_per_minute` is the pace of all windows that take from these lines, None if unknown. `deadlines` gives the
    deadlines of all who wait for this window (heads included, placed ones not); it is asked only when it matters, and
    without it the heads' own are taken. What is promised of them stands at `must_call`.
    A candidate of a line that the window doesn't serve was sent to this very window; in an order its line comes first.
    """
    heads = sorted(candidates, key=lambda head: (head.place, head.since, head.id))
    if not heads:
        return None
    table = _Table(heads, serving, rules, now)
    placed = [head for head in heads if head.place < 0]
    if placed:
        return table.chosen(placed[0], "placed")
    if len(heads) == 1:
        return table.chosen(heads[0], "only")
    guaranteed = table.guaranteed()
    if guaranteed:
        waiting = sum(standing.waiting.get(line, 0) for line in {*serving.lines, *(h.line for h in heads)})
        dues = [due for due, _ in guaranteed]
        lead = rules.settings.guarantee_lead_minutes
        every = deadlines or (lambda: dues)
        if must_call(dues[0], max(waiting, len(heads)), now, lead, calls_per_minute, every):
            return table.chosen(guaranteed[0][1], "guarantee")
    for rule in rules.calling:
        within = [head for head in heads if head.line in rule.lines and head.line in serving.lines]
        if within and holds(rule, standing, now):
            if len(within) < len(heads):
                return table.chosen(table.own_way(within), "condition", rule.name)
            break
    return table.chosen(table.own_way(heads), serving.choice)


def must_call(
    first: datetime,
    waiting: int,
    now: datetime,
    lead_minutes: float,
    calls_per_minute: float | None,
    deadlines: Callable[[], Iterable[datetime]],
) -> bool:
    """Whether the earliest deadline (`first`) must be served by this very call, `waiting` being at least all who have one.

    If this call goes to somebody else, the k-th next call comes about k / `calls_per_minute` from now. So it may, as long
    as every k-th earliest deadline is later than that by `lead_minutes`, the margin for service times that vary and windows that
    call in step. Without a pace only the margin counts.

    Promised: when the pace isn't slower than told, and the margin is at least the longest service time, calling others
    first makes no deadline missed of those who wait now: whoever is late would be late, too, had the earliest deadline been
    called each time since he came. Not promised: deadlines of visitors who come later (room given away before they
    came is gone), or when windows close, or when part of the pace goes to windows that cannot take these visitors.
    If not all deadlines can be met, the earliest are called first, the missed ones too, before everybody without one.
    """
    limit = now + lead_minutes * MINUTE
    if not calls_per_minute or calls_per_minute <= 0:
        return first <= limit
    step = min(1 / calls_per_minute, LONGEST_STEP) * MINUTE
    if first < limit + step:
        return True
    if first >= limit + waiting * step:
        return False
    return any(due < limit + place * step for place, due in enumerate(sorted(deadlines()), 1))


def holds(rule: CallingRule, standing: Standing, now: datetime) -> bool:
    """Whether all that the rule names is so in one of its lines."""
    return any(_holds_in(line, rule, standing, now) for line in rule.when.lines)


def _holds_in(line: str, rule: CallingRule, standing: Standing, now: datetime) -> bool:
    when = rule.when
    if when.waiting_over is not None and standing.waiting.get(line, 0) <= when.waiting_over:
        return False
    since = standing.longest_since.get(line, now)
    return when.longest_wait_over is None or now - since > when.longest_wait_over * MINUTE


class _Table:
    """The candidates side by side."""

    def __init__(
        self, heads: Sequence[Candidate], serving: Serving, rules: QueueRules, now: datetime
    ) -> None:
        self._heads, self._serving, self._rules, self._now = heads, serving, rules, now
        self._weights = _weights(heads, serving)

    def priority(self, head: Candidate) -> Priority:
        return self._rules.priority(head.priority)

    def guaranteed(self) -> list[tuple[datetime, Candidate]]:
        """Those with a deadline, the earliest first."""
        dues = [(deadline(self.priority(head), head.since), head) for head in self._heads]
        return sorted(
            ((due, head) for due, head in dues if due is not None),
            key=lambda pair: (pair[0], pair[1].since, pair[1].id),
        )

    def own_way(self, heads: Sequence[Candidate]) -> Candidate:
        """Of these, the one that the window's own way of choosing calls."""
        lines = [line for line in self._weights if any(head.line == line for head in heads)]
        if self._serving.choice == "order":
            heads = [head for head in heads if head.line == lines[0]]
        elif self._serving.choice == "ratio":
            turn = next_line(self._serving.turns, {line: self._weights[line] for line in lines})
            heads = [head for head in heads if head.line == turn]
        return min(heads, key=self._nearest_by_score)

    def chosen(self, head: Candidate, by: By, rule: str | None = None) -> Choice:
        near = self._nearest_by_due if by == "guarantee" else self._nearest_by_score
        others = sorted((each for each in self._heads if each.id != head.id), key=near)
        compared = tuple(self._compared(each) for each in [head, *others][:MOST_COMPARED])
        turns = self._serving.turns
        if self._serving.choice == "ratio":
            turns = after_turn(turns, self._weights, head.line)
        return Choice(head.id, by, rule, compared, self._serving.lines, self._serving.choice, turns)

    def _nearest_by_score(self, head: Candidate) -> tuple[float, datetime, int]:
        return -score(self.priority(head), head.since, self._now), head.since, head.id

    def _nearest_by_due(self, head: Candidate) -> tuple[bool, datetime, int]:
        due = deadline(self.priority(head), head.since)
        return due is None, due or head.since, head.id

    def _compared(self, head: Candidate) -> Compared:
        priority = self.priority(head)
        due = deadline(priority, head.since)
        return Compared(
            head.id,
            head.label,
            head.line,
            head.priority,
            round((self._now - head.since) / MINUTE, 1),
            round(score(priority, head.since, self._now), 1),
            None if due is None else round((due - self._now) / MINUTE, 1),
        )


def _weights(heads: Iterable[Candidate], serving: Serving) -> dict[str, int]:
    """The lines that have somebody, in the window's order, with their parts of the ratio."""
    have = {head.line for head in heads}
    parts = dict(zip(serving.lines, serving.ratio, strict=False))
    lines = [*sorted(have - set(serving.lines)), *(line for line in serving.lines if line in have)]
    return {line: parts.get(line, 1) for line in lines}
