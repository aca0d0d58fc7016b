"""Why was this one called before that one? Told from the record, in words for a clerk to say. No visitor's name is in it."""

import math
from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime

from tinghao.server.queueing.rules import sentences as texts
from tinghao.server.queueing.rules.choosing import MINUTE, Choice, deadline
from tinghao.server.queueing.rules.comparing import AS_KEPT, Comparison, HallWords, One, reason_of
from tinghao.server.queueing.rules.sentences import Pair, number_words, say, window_words
from tinghao.server.queueing.rules.states import AT_WINDOW, STATE_WORDS
from tinghao.server.queueing.rules.told import (
    Act,
    Stood,
    Stretch,
    Told,
    last_call,
    last_call_until,
    last_change,
    standing_at,
)


@dataclass(frozen=True)
class Explanation:
    """The one sentence that answers, and what else belongs to it, each in Chinese and in English."""

    sentence: str
    sentence_en: str
    points: list[Pair]


def why(
    chosen: Told,
    other: Told | None,
    hall: HallWords,
    now: datetime,
    skills: Collection[str] | None = None,
) -> Explanation:
    """Why `chosen` was called (the last time) and not `other`; if it has not been called, how the two stand now.

    `skills` are those that clerk and window had together at the call, None if unknown.
    Where the record gives no reason the answer says so.
    """
    if other and other.id == chosen.id:
        return Explanation(*say(texts.SAME, a=chosen.label, b=other.label), [])
    act = last_call(chosen)
    if act is None:
        return Explanation(*_uncalled(chosen, other, hall, now))
    return Explanation(*_Call(chosen, act, hall, skills).answer(other))


def why_next(choice: Choice, hall: HallWords, window: int, now: datetime) -> Pair:
    """Why the one of this choice is next at the window, were it to call now."""
    head = choice.compared[0]
    since = now - head.waited_minutes * MINUTE
    place = -1 if choice.by == "placed" else 0
    stretches = [Stretch("waiting", head.line, since, None)]
    ticket = Told(head.id, head.label, "waiting", head.priority, place, since, since, stretches)
    act = Act("call", now, "", window, detail={"choice": choice.as_json()})
    sentence, english, _ = _Call(ticket, act, hall, None).answer(None)
    return sentence, english


def _uncalled(
    chosen: Told, other: Told | None, hall: HallWords, now: datetime
) -> tuple[str, str, list[Pair]]:
    a, b = chosen.label, other.label if other else ""
    mine = standing_at(chosen, now)
    if mine is None or mine.state != "waiting":
        return *say(texts.NOT_CALLED_STATE, a=a, state=STATE_WORDS[chosen.state]), []
    theirs = standing_at(other, now) if other else None
    if other is None or theirs is None:
        return *say(texts.NOT_CALLED, a=a), []
    if theirs.state != "waiting":
        act = last_call(other)
        if act:
            words = {"b_at": hall.time(act.at), "b_window": window_words(act.window)}
            return *say(texts.OTHER_CALLED, a=a, b=b, **words), []
        return *say(texts.NOT_CALLED, a=a), [say(texts.OVER_NOW, b=b, state=STATE_WORDS[other.state])]
    if mine.line != theirs.line:
        return *say(texts.NOW_APART, a=a, b=b), []
    placed = [one for one in (mine, theirs) if one.place < 0]
    if len(placed) == 1:
        text = texts.NOW_BEFORE if placed[0] is mine else texts.NOW_BEHIND
        first = a if placed[0] is mine else b
        return *say(text, a=a, b=b), [say(texts.PLACED, a=first)]
    one, two = One(chosen, mine), One(other, theirs)
    comparison = Comparison(hall, now)
    if comparison.is_before(one, two):
        reason = comparison.reason(one, two)
        return *say(texts.NOW_BEFORE, a=a, b=b), [reason, *comparison.points(one, two)]
    reason = comparison.reason(two, one)
    return *say(texts.NOW_BEHIND, a=a, b=b), [reason, *comparison.points(two, one)]


class _Call:
    """The call of `chosen` by `act`."""

    def __init__(self, chosen: Told, act: Act, hall: HallWords, skills: Collection[str] | None) -> None:
        # The clock may have been put back between the two.
        stood = standing_at(chosen, max(act.at, chosen.stretches[0].began), but=act)
        assert stood is not None
        self._one = One(chosen, stood)
        self._act, self._hall, self._skills = act, hall, skills
        self._choice = _choice_of(act)
        self._window = window_words(act.window)
        self._known = {"a": chosen.label, "at": hall.time(act.at), "window": self._window}

    def answer(self, other: Told | None) -> tuple[str, str, list[Pair]]:
        """Sentence, English sentence and points."""
        if other is None:
            sentence, points = self._reason(None)
            return *sentence, points
        known = {"b": other.label}
        theirs = standing_at(other, self._act.at)
        if theirs is None:
            issued = self._hall.time(other.issued_at)
            return *say(texts.NOT_TAKEN, issued=issued, **known, **self._known), []
        if theirs.state != "waiting":
            return *self._not_waiting(other, theirs), []
        sentence, points = self._out_of_reach(other, theirs) or self._reason(One(other, theirs))
        return *sentence, points

    def _not_waiting(self, other: Told, theirs: Stood) -> Pair:
        b, act = other.label, last_call_until(other, self._act.at)
        if theirs.state == "held":
            return say(texts.HELD, b=b)
        called = {"b_at": self._hall.time(act.at), "b_window": window_words(act.window)} if act else {}
        if theirs.state == "no_show":
            return say(texts.MISSED if act else texts.MISSED_UNCALLED, b=b, **called)
        if act and theirs.state in {*AT_WINDOW, "finished"}:
            return say(texts.CALLED_BEFORE, b=b, **called, **self._known)
        return say(texts.OVER, b=b, state=STATE_WORDS[theirs.state])

    def _out_of_reach(self, other: Told, theirs: Stood) -> tuple[Pair, list[Pair]] | None:
        """Why this window could not call the other one at that moment; None if it could."""
        b, here = other.label, self._act.window
        if theirs.not_before and theirs.not_before > self._act.at:
            from_ = self._hall.time(theirs.not_before)
            return say(texts.TOO_EARLY, b=b, from_=from_, **self._known), []
        if theirs.to_window is not None and theirs.to_window != here:
            return say(texts.SENT, b=b, to=window_words(theirs.to_window)), []
        if theirs.to_staff is not None and theirs.to_staff != self._act.actor:
            return say(texts.SENT, b=b, to=theirs.to_staff), []
        lines = self._choice.lines if self._choice else ()
        if lines and theirs.line not in lines and theirs.to_window is None and theirs.to_staff is None:
            line = self._hall.line(theirs.line)
            apart = say(texts.APART)
            return say(texts.OTHER_LINE, b=b, line=line, window=self._window), [apart]
        if self._skills is not None and theirs.skill is not None and theirs.skill not in self._skills:
            return say(texts.OTHER_SKILL, b=b, window=self._window), []
        return None

    def _reason(self, other: One | None) -> tuple[Pair, list[Pair]]:
        """Why this one, and why before `other`, whom the window could have called as well."""
        choice = self._choice
        if choice is None:
            actor = self._act.actor
            return say(texts.BY_HAND, actor=actor, **self._known), reason_of(self._act)
        if choice.by == "placed" or self._one.stood.place < 0:
            return self._placed(other)
        if other is None:
            return self._alone(choice)
        if other.stood.place < 0:
            return self._unknown(other)
        if self._in_one_group(other):
            return self._compared(other)
        if choice.by == "only":
            return say(texts.ONLY, b=other.ticket.label, **self._known), []
        if choice.by == "guarantee":
            return self._before_due(choice, other)
        if choice.by == "condition" and not self._in_rule(choice, other):
            return self._by_rule(choice), []
        if choice.way != "score" and not self._in_one_line(other):
            return self._by_line(choice, other), []
        return self._compared(other)

    def _alone(self, choice: Choice) -> tuple[Pair, list[Pair]]:
        if choice.by == "guarantee":
            return self._guaranteed(choice), []
        if choice.by == "condition":
            return self._by_rule(choice), []
        if choice.by in ("order", "ratio"):
            return self._by_line(choice, None), []
        return self._first(choice)

    def _by_rule(self, choice: Choice) -> Pair:
        line = self._hall.line(self._one.stood.line)
        return say(texts.CONDITION, rule=choice.rule, line=line, **self._known)

    def _before_due(self, choice: Choice, other: One) -> tuple[Pair, list[Pair]]:
        theirs = deadline(self._hall.rules.priority(other.stood.priority), other.stood.since)
        if theirs is None:
            return self._guaranteed(choice), []
        mine = self._act.at + (choice.compared[0].due_in_minutes or 0.0) * MINUTE
        if theirs < mine - AS_KEPT * MINUTE:
            return self._unknown(other)
        times = {"due": self._hall.time(mine), "b_due": self._hall.time(theirs)}
        first = say(texts.DUE_FIRST, b=other.ticket.label, **times, **self._known)
        return self._guaranteed(choice), [first]

    def _placed(self, other: One | None) -> tuple[Pair, list[Pair]]:
        chosen = self._one
        if other and other.stood.place < 0:
            since = {
                "a_since": self._hall.time(chosen.stood.since),
                "b_since": self._hall.time(other.stood.since),
            }
            if chosen.stood.since > other.stood.since:
                return self._unknown(other)
            return say(texts.PLACED_BOTH, b=other.ticket.label, **since, **self._known), []
        act = last_change(chosen.ticket, "place", self._act.at)
        if act is None:
            return say(texts.PLACED, **self._known), []
        when = self._hall.time(act.at)
        return say(texts.PLACED_BY, actor=act.actor, when=when, **self._known), reason_of(act)

    def _guaranteed(self, choice: Choice) -> Pair:
        head, stood = choice.compared[0], self._one.stood
        due = head.due_in_minutes or 0.0
        known = {
            "waited": math.floor(head.waited_minutes),
            "most": round(head.waited_minutes + due),
            "class_": self._hall.priority(stood.priority),
        }
        if due < 0:
            return say(texts.OVER_GUARANTEE, **known, **self._known)
        near = due <= self._hall.rules.settings.guarantee_lead_minutes
        return say(texts.NEAR_GUARANTEE if near else texts.KEEP_GUARANTEE, **known, **self._known)

    def _by_line(self, choice: Choice, other: One | None) -> Pair:
        line = self._hall.line(self._one.stood.line)
        if other is None:
            alone = texts.ORDER if choice.way == "order" else texts.RATIO
            return say(alone, line=line, **self._known)
        text = texts.ORDER_OTHER if choice.way == "order" else texts.RATIO_OTHER
        b_line = self._hall.line(other.stood.line)
        return say(text, line=line, b_line=b_line, b=other.ticket.label, **self._known)

    def _first(self, choice: Choice) -> tuple[Pair, list[Pair]]:
        nearest = choice.compared[1:3]
        points = [
            say(
                texts.NEXT,
                b=each.label,
                waited=number_words(each.waited_minutes),
                score=number_words(each.score),
            )
            for each in nearest
        ]
        return say(texts.FIRST, **self._known), points

    def _compared(self, other: One) -> tuple[Pair, list[Pair]]:
        comparison = Comparison(self._hall, self._act.at, self._choice)
        if not comparison.is_before(self._one, other):
            return self._unknown(other)
        return comparison.reason(self._one, other), comparison.points(self._one, other)

    def _unknown(self, other: One) -> tuple[Pair, list[Pair]]:
        return say(texts.UNKNOWN, b=other.ticket.label, **self._known), []

    def _in_one_line(self, other: One) -> bool:
        return self._one.stood.line == other.stood.line

    def _in_one_group(self, other: One) -> bool:
        return self._in_one_line(other) and self._one.stood.priority == other.stood.priority

    def _in_rule(self, choice: Choice, other: One) -> bool:
        """Whether the calling rule that was followed would have let the other one through."""
        calling = self._hall.rules.calling
        return any(rule.name == choice.rule and other.stood.line in rule.lines for rule in calling)


def _choice_of(act: Act) -> Choice | None:
    """How the call was chosen; None when somebody picked the ticket himself."""
    kept = act.detail.get("choice")
    return Choice.from_json(kept) if kept and kept.get("compared") else None
