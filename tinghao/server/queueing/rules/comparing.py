"""Two tickets that wait in one order: which is before the other, and why, in words."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

from tinghao.server.hall.queue_rules import QueueRules
from tinghao.server.queueing.rules import sentences as texts
from tinghao.server.queueing.rules.choosing import MINUTE, Choice, score
from tinghao.server.queueing.rules.sentences import Pair, number_words, say, span_words, time_words
from tinghao.server.queueing.rules.states import VERB_WORDS
from tinghao.server.queueing.rules.told import Act, Stood, Told, last_change

SAME_MOMENT = timedelta(milliseconds=1)
"""The record tells instants to the millisecond."""
SAME_SCORE = 0.01
"""What a millisecond can make of a score, and more."""
AS_KEPT = 0.1
"""A score is kept with one decimal."""


@dataclass(frozen=True)
class HallWords:
    """Of the hall: the rules in force at the call, the names of its lines by prefix, its time zone."""

    rules: QueueRules
    lines: Mapping[str, Pair]
    timezone: str

    def line(self, prefix: str) -> Pair:
        """The line's name."""
        return self.lines.get(prefix, (prefix, prefix))

    def priority(self, code: str) -> Pair:
        """The name of a class."""
        found = self.rules.priority(code)
        return found.name, found.name_en

    def time(self, moment: datetime) -> str:
        """The time of day in the hall."""
        return time_words(moment, self.timezone)


@dataclass(frozen=True)
class One:
    """A ticket and how it stood at the moment of the comparison."""

    ticket: Told
    stood: Stood


@dataclass(frozen=True)
class Comparison:
    """Of two at the moment `at`, by class and waiting; `kept` is the choice on record, whose scores go before new ones."""

    hall: HallWords
    at: datetime
    kept: Choice | None = None

    def is_before(self, a: One, b: One) -> bool:
        """Whether `a` is called before `b`."""
        older = (a.stood.since, a.ticket.id) <= (b.stood.since, b.ticket.id)
        if a.stood.priority == b.stood.priority:
            return older
        apart = self._score(a) - self._score(b)
        return apart > 0 or (apart > -SAME_SCORE and older)

    def reason(self, a: One, b: One) -> Pair:
        """Why `a` is before `b`; it must be."""
        labels = {"a": a.ticket.label, "b": b.ticket.label}
        if a.stood.priority == b.stood.priority:
            return self._by_waiting(a, b, labels)
        shown_equal = number_words(self._score(a)) == number_words(self._score(b))
        if shown_equal and a.stood.since <= b.stood.since:
            return say(texts.EQUAL_SCORES, a_score=self._score_words(a), b_score=self._score_words(b))
        digits = 3 if shown_equal else 1
        scores = {"a_score": self._score_words(a, digits), "b_score": self._score_words(b, digits)}
        return say(texts.SCORES, **scores)

    def points(self, a: One, b: One) -> list[Pair]:
        """What gave the two their classes and the begin of their waiting."""
        told = [*self._past(a), *self._past(b)]
        if a.stood.priority != b.stood.priority:
            told += [*self._class_rules(a), *self._class_rules(b)]
        return told

    def _by_waiting(self, a: One, b: One, labels: Mapping[str, str]) -> Pair:
        known = {"class_": self.hall.priority(a.stood.priority), **labels}
        apart = b.stood.since - a.stood.since
        if apart < SAME_MOMENT:
            return say(texts.SAME_MOMENT, **known)
        if _since_issue(a) and _since_issue(b):
            return say(texts.LATER_TAKEN, apart=span_words(apart), **known)
        since = {"a_since": self.hall.time(a.stood.since), "b_since": self.hall.time(b.stood.since)}
        return say(texts.LATER_SINCE, **since, **known)

    def _score(self, one: One) -> float:
        """By the rules; as kept, if that is another: the rules may be others by now."""
        by_rules = self._score_by_rules(one)
        for each in self.kept.compared if self.kept else ():
            if each.id == one.ticket.id and abs(each.score - by_rules) > AS_KEPT:
                return each.score
        return by_rules

    def _score_by_rules(self, one: One) -> float:
        return score(self.hall.rules.priority(one.stood.priority), one.stood.since, self.at)

    def _score_words(self, one: One, digits: int = 1) -> Pair:
        priority = self.hall.rules.priority(one.stood.priority)
        value = self._score(one)
        known: dict[str, object] = {
            "x": one.ticket.label,
            "waited": number_words((self.at - one.stood.since) / MINUTE, digits),
            "score": number_words(value, digits),
            "class_": self.hall.priority(one.stood.priority),
        }
        if value != self._score_by_rules(one):
            return say(texts.SCORE_KEPT, **known)
        weight, start = priority.weight, priority.head_start_minutes
        if (weight, start) == (1, 0):
            return say(texts.SCORE_PLAIN, **known)
        weighed = say(texts.WEIGHED, weight=number_words(weight)) if weight != 1 else texts.NOTHING
        started = say(texts.STARTED, start=number_words(start)) if start else texts.NOTHING
        return say(texts.SCORE_CLASS, weighed=weighed, started=started, **known)

    def _past(self, one: One) -> list[Pair]:
        told: list[Pair] = []
        label, stood = one.ticket.label, one.stood
        if act := last_change(one.ticket, "priority", self.at):
            was, is_ = self.hall.priority(act.before["priority"]), self.hall.priority(stood.priority)
            when = self.hall.time(act.at)
            told.append(say(texts.RECLASSED, x=label, actor=act.actor, when=when, was=was, class_=is_))
            told += reason_of(act)
        since = self.hall.time(stood.since)
        moved = last_change(one.ticket, "since", self.at)
        if moved is None:
            if not _since_issue(one):
                told.append(say(texts.BOOKED, x=label, since=since))
        else:
            words = VERB_WORDS.get(moved.verb, texts.NOTHING)  # type: ignore[call-overload]
            told.append(say(texts.MOVED, x=label, when=self.hall.time(moved.at), verb=words, since=since))
        return told

    def _class_rules(self, one: One) -> list[Pair]:
        code = one.stood.priority
        names = [rule.name for rule in self.hall.rules.arrival if rule.then.priority == code]
        if not names:
            return []
        rules = "；".join(names), "; ".join(names)
        return [say(texts.CLASS_IS_FOR, class_=self.hall.priority(code), rules=rules)]


def reason_of(act: Act) -> list[Pair]:
    """The reason that was given for an act, if one was."""
    return [say(texts.REASON, reason=act.reason)] if act.reason else []


def _since_issue(one: One) -> bool:
    return abs(one.stood.since - one.ticket.issued_at) < SAME_MOMENT
