"""What could be seen in a hall at a moment of its past: who waited where, which windows worked."""

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime

from tinghao.server.hall.queue_rules import QueueRules
from tinghao.server.queueing.rules.ahead import overtake_before
from tinghao.server.queueing.waits.estimating import LineFacts
from tinghao.server.queueing.waits.past import Past
from tinghao.server.queueing.waits.windows import ActiveWindow, at_work, shared_out


@dataclass
class _Window:
    """`at` is the ticket that is there, by its place in the log; `since` when it came or when the last one went."""

    since: datetime
    lines: set[str] = field(default_factory=set)
    at: int | None = None


class Watched:
    """A hall, seen through the log of its tickets alone. Of shifts a log tells nothing: windows are known by their calls."""

    def __init__(self, rules: QueueRules, priors: Mapping[str, float]) -> None:
        self._rules = rules
        self._priors = priors
        self._waiting: dict[str, dict[int, Past]] = {}
        self._windows: dict[str, _Window] = {}

    def begin_day(self) -> None:
        """Nobody waits and no window works any more."""
        self._waiting.clear()
        self._windows.clear()

    def issued(self, index: int, past: Past) -> None:
        """Somebody took a number."""
        self._waiting.setdefault(past.line, {})[index] = past

    def left(self, index: int, past: Past) -> None:
        """He does not wait any more."""
        self._waiting.get(past.line, {}).pop(index, None)

    def called(self, index: int, past: Past) -> None:
        """A window called him."""
        assert past.called_at
        assert past.window
        self.left(index, past)
        window = self._windows.setdefault(past.window, _Window(past.called_at))
        window.at, window.since = index, past.called_at
        window.lines.add(past.line)

    def ended(self, index: int, past: Past) -> None:
        """He left the window."""
        assert past.ended_at
        assert past.window
        window = self._windows.get(past.window)
        if window is not None and window.at == index:
            window.at, window.since = None, past.ended_at

    def free_name(self) -> str:
        """A name for the window of a call whose window the log does not tell."""
        taken = {name for name, window in self._windows.items() if window.at is not None}
        return next(f"?{n}" for n in range(len(taken) + 1) if f"?{n}" not in taken)

    def ahead(self, past: Past) -> int:
        """How many would be called before a ticket that is issued now."""
        classes = self._rules.by_code
        mine = classes.get(past.priority, self._rules.ordinary)
        now = past.issued_at
        return sum(
            other.issued_at
            <= overtake_before(mine, now, classes.get(other.priority, self._rules.ordinary), now)
            for other in self._waiting.get(past.line, {}).values()
        )

    def busy(self, line: str) -> int:
        """How many visitors of the line are at windows."""
        return sum(window.at is not None and line in window.lines for window in self._windows.values())

    def windows(self, now: datetime) -> dict[str, float]:
        """How many windows work for each line in which somebody waits or that some window serves."""
        shares = self._shares(now)
        lines = {*shares, *(line for line, tickets in self._waiting.items() if tickets)}
        return {line: shares.get(line, (0.0, 0.0))[0] for line in lines}

    def facts(self, line: str, now: datetime) -> LineFacts:
        """How the line stands."""
        windows, free = self._shares(now).get(line, (0.0, 0.0))
        mix = Counter(past.matter for past in self._waiting.get(line, {}).values())
        return LineFacts(line, self._priors[line], windows, free, mix)

    def _shares(self, now: datetime) -> dict[str, tuple[float, float]]:
        work = {name: len(tickets) + 1.0 for name, tickets in self._waiting.items()}
        return shared_out(
            [
                ActiveWindow(tuple(sorted(window.lines)), window.at is None)
                for window in self._windows.values()
                if self._works(window, now)
            ],
            work,
        )

    def _works(self, window: _Window, now: datetime) -> bool:
        first = min(
            (
                next(iter(tickets.values())).issued_at
                for line in window.lines
                if (tickets := self._waiting.get(line))
            ),
            default=None,
        )
        return at_work(window.since if window.at is None else None, first, now)
