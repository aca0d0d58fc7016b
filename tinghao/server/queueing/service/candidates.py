"""Who may be called at a window, gathered for the rules that choose."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import Connection

from tinghao.basics.clock import hall_day
from tinghao.server.hall.facts import HallFacts
from tinghao.server.queueing import statements
from tinghao.server.queueing.rules import choosing
from tinghao.server.queueing.rules.profiles import InForce

Json = dict[str, Any]
EVERYBODY = 2**31 - 1


@dataclass(frozen=True)
class Facts:
    """How the lines of a window stand, and how many calls a minute its windows make (None when nobody asks)."""

    standing: choosing.Standing
    pace: float | None


def choose_for(
    connection: Connection, hall: HallFacts, shift: Any, in_force: InForce, now: datetime
) -> choosing.Choice | None:
    """Whom the window of this shift would call now."""
    heads = _firsts(connection, hall, shift, in_force, now, [1] * len(hall.priority_codes), 1)
    if not heads:
        return None
    known = facts(connection, hall, in_force, now)
    guarantees = [hall.rules.priority(code).guarantee_minutes for code in hall.priority_codes]

    def deadlines() -> Iterable[datetime]:
        # If so many of one class wait as are called until the last of them is due, not all can be met, whoever is behind.
        pace = max(known.pace or 0.0, 1 / choosing.LONGEST_STEP)
        most = [0 if minutes is None else int(minutes * pace) + 2 for minutes in guarantees]
        after = dict(zip(hall.priority_codes, guarantees, strict=True))
        found = _firsts(connection, hall, shift, in_force, now, most, EVERYBODY)
        return [
            each.since + minutes * choosing.MINUTE
            for each in found
            if (minutes := after[each.priority]) is not None
        ]

    serving = in_force.serving(shift.turns)
    candidates = [_candidate(hall, head) for head in heads]
    return choosing.choose(candidates, serving, hall.rules, known.standing, now, known.pace, deadlines)


def _firsts(
    connection: Connection,
    hall: HallFacts,
    shift: Any,
    in_force: InForce,
    now: datetime,
    most: list[int],
    most_sent: int,
) -> list[Any]:
    """The first whom the window may call in each line, so many of each class; and of those who were sent to it."""
    query = statements.firsts(len(in_force.lines), len(hall.priority_codes), len(_skills(shift, in_force)))
    row = {**_asked(hall, shift, in_force, now), **statements.numbered("most", most), "most": most_sent}
    # One who was sent to this very window is found twice.
    return list({each.id: each for each in query.all(connection, row)}.values())


def everybody(
    connection: Connection, hall: HallFacts, shift: Any, in_force: InForce, now: datetime
) -> list[choosing.Candidate]:
    """All whom the window of this shift may call, in its lines or sent to it."""
    query = statements.candidates(len(in_force.lines), len(_skills(shift, in_force)))
    return [_candidate(hall, each) for each in query.all(connection, _asked(hall, shift, in_force, now))]


def facts(connection: Connection, hall: HallFacts, in_force: InForce, now: datetime) -> Facts:
    """What the rules ask of the lines besides their heads."""
    return Facts(_standing(connection, hall, in_force, now), _pace(connection, hall, in_force))


def _asked(hall: HallFacts, shift: Any, in_force: InForce, now: datetime) -> Json:
    return {
        "day": hall_day(now, hall.timezone),
        "now": now,
        "at_window": shift.window_id,
        "by_staff": shift.staff_id,
        **statements.numbered("skill", _skills(shift, in_force)),
        **statements.numbered("line", _line_ids(hall, in_force)),
        **statements.numbered("priority", hall.priority_codes),
    }


def _skills(shift: Any, in_force: InForce) -> list[str]:
    return [each for each in shift.skills if in_force.skills is None or each in in_force.skills]


def _line_ids(hall: HallFacts, in_force: InForce) -> list[int]:
    return [hall.lines_by_prefix[prefix].id for prefix in in_force.lines]


def _candidate(hall: HallFacts, row: Any) -> choosing.Candidate:
    line = hall.lines[row.line_id].prefix
    return choosing.Candidate(row.id, row.label, line, row.priority, row.place, row.since)


def _standing(connection: Connection, hall: HallFacts, in_force: InForce, now: datetime) -> choosing.Standing:
    named = {line for rule in hall.rules.calling for line in rule.when.lines}
    lines = [hall.lines_by_prefix[prefix].id for prefix in {*in_force.lines, *named}]
    day = hall_day(now, hall.timezone)
    counts = statements.series(len(lines)).all(connection, {**statements.numbered("line", lines), "day": day})
    waiting = {hall.lines[each.line_id].prefix: each.waiting for each in counts}
    return choosing.Standing(waiting, _longest(connection, hall, day) if named else {})


def _longest(connection: Connection, hall: HallFacts, day: date) -> dict[str, datetime]:
    """Since when the longest waits in each line for which a calling rule asks it."""
    rules = (rule.when for rule in hall.rules.calling if rule.when.longest_wait_over is not None)
    query = statements.longest(len(hall.priority_codes))
    row = {**statements.numbered("priority", hall.priority_codes), "day": day}
    longest = {}
    for prefix in {line for when in rules for line in when.lines}:
        firsts = query.all(connection, {**row, "line": hall.lines_by_prefix[prefix].id})
        if firsts:
            longest[prefix] = min(first.since for first in firsts)
    return longest


def _pace(connection: Connection, hall: HallFacts, in_force: InForce) -> float | None:
    """Calls a minute of all windows that serve these lines; asked only if somebody has a guaranteed longest wait."""
    if not any(priority.guarantee_minutes for priority in hall.rules.priorities):
        return None
    lines = _line_ids(hall, in_force)
    if not lines:
        return None
    query = statements.serving_windows(len(lines))
    open_ = query.one(connection, statements.numbered("line", lines)).open
    mean = sum(hall.lines[line].mean_minutes for line in lines) / len(lines)
    return float(open_ / mean)
