"""Who may be called at a window, gathered for the rules that choose."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Connection

from tinghao.basics.clock import hall_day
from tinghao.server.hall.facts import HallFacts
from tinghao.server.queueing import statements
from tinghao.server.queueing.rules import choosing
from tinghao.server.queueing.rules.profiles import InForce

Json = dict[str, Any]


@dataclass(frozen=True)
class Facts:
    """How the lines of a window stand, and how many calls a minute its windows make (None when nobody asks)."""

    standing: choosing.Standing
    pace: float | None


def choose_for(
    connection: Connection, hall: HallFacts, shift: Any, in_force: InForce, now: datetime
) -> choosing.Choice | None:
    """Whom the window of this shift would call now."""
    row = _asked(hall, shift, in_force, now)
    query = statements.heads(len(in_force.lines), len(hall.priority_codes))
    found = connection.execute(query, row).all()
    if not found:
        return None
    # One who was sent to this very window is found twice.
    heads = {head.id: _candidate(hall, head) for head in found}

    def deadlines() -> Iterable[datetime]:
        every = everybody(connection, hall, shift, in_force, now)
        dues = (choosing.deadline(hall.rules.priority(each.priority), each.since) for each in every)
        return [due for due in dues if due is not None]

    known = facts(connection, hall, in_force, now)
    serving = in_force.serving(shift.turns)
    return choosing.choose(heads.values(), serving, hall.rules, known.standing, now, known.pace, deadlines)


def everybody(
    connection: Connection, hall: HallFacts, shift: Any, in_force: InForce, now: datetime
) -> list[choosing.Candidate]:
    """All whom the window of this shift may call, in its lines or sent to it."""
    row = {**_asked(hall, shift, in_force, now), "lines": _line_ids(hall, in_force)}
    return [_candidate(hall, each) for each in connection.execute(statements.CANDIDATES, row)]


def facts(connection: Connection, hall: HallFacts, in_force: InForce, now: datetime) -> Facts:
    """What the rules ask of the lines besides their heads."""
    return Facts(_standing(connection, hall, in_force, now), _pace(connection, hall, in_force))


def _asked(hall: HallFacts, shift: Any, in_force: InForce, now: datetime) -> Json:
    skills = [each for each in shift.skills if in_force.skills is None or each in in_force.skills]
    return {
        "day": hall_day(now, hall.timezone),
        "now": now,
        "at_window": shift.window_id,
        "by_staff": shift.staff_id,
        "skills": skills,
        **{f"line{n}": line for n, line in enumerate(_line_ids(hall, in_force))},
        **{f"priority{n}": code for n, code in enumerate(hall.priority_codes)},
    }


def _line_ids(hall: HallFacts, in_force: InForce) -> list[int]:
    return [hall.lines_by_prefix[prefix].id for prefix in in_force.lines]


def _candidate(hall: HallFacts, row: Any) -> choosing.Candidate:
    line = hall.lines[row.line_id].prefix
    return choosing.Candidate(row.id, row.label, line, row.priority, row.place, row.since)


def _standing(connection: Connection, hall: HallFacts, in_force: InForce, now: datetime) -> choosing.Standing:
    prefixes = {*in_force.lines, *(line for rule in hall.rules.calling for line in rule.when.lines)}
    lines = [hall.lines_by_prefix[prefix].id for prefix in sorted(prefixes)]
    row = {"lines": lines, "day": hall_day(now, hall.timezone)}
    if not hall.rules.calling:
        counts = connection.execute(statements.SERIES, row)
        return choosing.Standing({hall.lines[each.line_id].prefix: each.waiting for each in counts})
    rows = connection.execute(statements.STANDING, row).all()
    return choosing.Standing(
        {hall.lines[each.line_id].prefix: each.waiting for each in rows},
        {hall.lines[each.line_id].prefix: each.longest for each in rows},
    )


def _pace(connection: Connection, hall: HallFacts, in_force: InForce) -> float | None:
    """Calls a minute of all windows that serve these lines; asked only if somebody has a guaranteed longest wait."""
    if not any(priority.guarantee_minutes for priority in hall.rules.priorities):
        return None
    lines = _line_ids(hall, in_force)
    open_ = connection.execute(statements.SERVING_WINDOWS, {"lines": lines}).scalar_one()
    mean = sum(hall.lines[line].mean_minutes for line in lines) / len(lines)
    return float(open_ / mean)
