"""The hall's lines as they stand, and who would be called next at a window."""

from datetime import datetime
from typing import Any

from sqlalchemy import Connection

from tinghao.basics.clock import hall_day, iso
from tinghao.server.hall.facts import HallFacts
from tinghao.server.queueing import problems, reasons, statements, views
from tinghao.server.queueing.rules import choosing
from tinghao.server.queueing.rules.ahead import calling_order
from tinghao.server.queueing.rules.profiles import InForce
from tinghao.server.queueing.service import candidates
from tinghao.server.queueing.waits import service as waits

Json = dict[str, Any]


def lines_now(connection: Connection, hall: HallFacts, now: datetime) -> list[Json]:
    """Every line with who waits, since when, at how many open windows, and the wait if one took a number now."""
    ids = [line.id for line in hall.lines.values() if not line.retired]
    row = {**statements.numbered("line", ids), "day": hall_day(now, hall.timezone)}
    standing = {each.line_id: each for each in statements.standing(len(ids)).all(connection, row)}
    waiting = {line_id: standing[line_id].waiting if line_id in standing else 0 for line_id in ids}
    estimates = waits.for_lines(connection, hall, waiting, now)
    serving = _windows_open(connection, hall, now)
    return [
        {
            "id": line_id,
            "prefix": hall.lines[line_id].prefix,
            "name": hall.lines[line_id].name,
            "name_en": hall.lines[line_id].name_en,
            "zone": hall.lines[line_id].zone,
            "waiting": waiting[line_id],
            "longest_since": iso(standing[line_id].longest) if line_id in standing else None,
            "windows_open": serving.get(hall.lines[line_id].prefix, 0),
            "wait": waits.shown(estimates[line_id]),
        }
        for line_id in ids
    ]


def queue_of(connection: Connection, hall: HallFacts, window_id: int, now: datetime) -> Json:
    """Ids of the tickets that the window may call, in the order in which it would call them now, and why the first is first."""
    row = {"at_window": window_id, "of_hall": hall.id}
    shift = statements.SHIFT.first(connection, row)
    if shift is None:
        raise problems.WindowNotYours
    in_force = views.in_force(connection, hall, window_id, now)
    waiting = candidates.everybody(connection, hall, shift, in_force, now)
    facts = candidates.facts(connection, hall, in_force, now)
    serving = in_force.serving(shift.turns)
    order = calling_order(waiting, serving, hall.rules, facts.standing, now, facts.pace)
    first = candidates.choose_for(connection, hall, shift, in_force, now)
    return {
        "tickets": [each.id for each in order],
        "next": first.ticket_id if first else None,
        "why": reasons.why_next(hall, first, window_id, now) if first else None,
        "places": {each.id: _place(hall, each, now) for each in order},
    }


def _place(hall: HallFacts, each: choosing.Candidate, now: datetime) -> Json:
    score = choosing.score(hall.rules.priority(each.priority), each.since, now)
    return {"score": round(score, 1), "waited": round((now - each.since) / choosing.MINUTE, 1)}


def _windows_open(connection: Connection, hall: HallFacts, now: datetime) -> dict[str, int]:
    shifts = statements.SHIFTS.all(connection, {"of_hall": hall.id})
    ids = [
        shift.window_id for shift in shifts if shift.pause_reason is None and shift.window_id in hall.windows
    ]
    forces: dict[int, InForce] = views.all_in_force(connection, hall, ids, now)
    counts: dict[str, int] = {}
    for in_force in forces.values():
        for prefix in in_force.lines:
            counts[prefix] = counts.get(prefix, 0) + 1
    return counts
