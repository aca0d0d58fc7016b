"""Looking things up about tickets: by number, all that happened, why it was called."""

import re
from collections.abc import Mapping
from datetime import datetime
from typing import Any

from sqlalchemy import Connection

from tinghao.basics.clock import hall_day, iso
from tinghao.basics.masking import mask_number
from tinghao.server.hall.facts import HallFacts
from tinghao.server.queueing import problems, statements, views

Json = dict[str, Any]

_NUMBER = re.compile(r"([A-Z])0*(\d{1,5})")
_TAIL = re.compile(r"[0-9]{3}[0-9X]")


def find(connection: Connection, hall: HallFacts, asked: str, now: datetime) -> list[Json]:
    """Today's tickets of a number such as `A012` or `a12`, or of a visitor by the last four of his ID number."""
    return [views.staff_ticket(ticket) for ticket in _found(connection, hall, asked.strip().upper(), now)]


def story(connection: Connection, hall: HallFacts, ticket_id: int) -> Json:
    """A ticket with its acts, its intervals and its outcomes."""
    ticket = one(connection, hall, ticket_id)
    row = {"of_ticket": ticket_id}
    return {
        **views.staff_ticket(ticket),
        "acts": [_act(each) for each in connection.execute(statements.ACTS, row)],
        "intervals": [_interval(each) for each in connection.execute(statements.INTERVALS, row)],
        "outcomes": [_outcome(each) for each in connection.execute(statements.OUTCOMES, row)],
    }


def one(connection: Connection, hall: HallFacts, ticket_id: int) -> Mapping[Any, Any]:
    """The ticket; raises `NoSuchTicket` if it is not of this hall."""
    row = {"ticket_id": ticket_id, "of_hall": hall.id}
    found = statements.TICKET.first(connection, row)
    if found is None:
        raise problems.NoSuchTicket
    ticket: Json = found._asdict()
    return ticket


def by_number(connection: Connection, hall: HallFacts, asked: str, now: datetime) -> list[Mapping[Any, Any]]:
    """Today's tickets of a number in capitals: more than one if it goes through several lines."""
    number = _NUMBER.fullmatch(asked)
    line = hall.lines_by_prefix.get(number[1]) if number else None
    if number is None or line is None:
        return []
    row = {"line": line.id, "day": hall_day(now, hall.timezone), "number": int(number[2])}
    return list(connection.execute(statements.BY_NUMBER, row).mappings())


def _found(connection: Connection, hall: HallFacts, asked: str, now: datetime) -> list[Mapping[Any, Any]]:
    if tickets := by_number(connection, hall, asked, now):
        return tickets
    if _TAIL.fullmatch(asked):
        row = {"day": hall_day(now, hall.timezone), "of_hall": hall.id, "tail": mask_number(asked)}
        return list(connection.execute(statements.BY_TAIL, row).mappings())
    return []


def _act(row: Any) -> Json:
    return {
        "verb": row.verb,
        "at": iso(row.at),
        "actor": row.actor,
        "actor_name": row.actor_name,
        "window": row.window_id,
        "reason": row.reason,
    }


def _interval(row: Any) -> Json:
    return {
        "state": row.state,
        "line": row.line_id,
        "window": row.window_id,
        "began_at": iso(row.began_at),
        "ended_at": iso(row.ended_at),
    }


def _outcome(row: Any) -> Json:
    return {
        "matter": row.matter_code,
        "matter_name": row.matter_name,
        "outcome": row.outcome,
        "note": row.note,
    }
