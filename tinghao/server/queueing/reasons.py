"""Why somebody was called: gathers from the record what `rules.explaining` tells from."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from sqlalchemy import Connection

from tinghao.server.hall.book import HallBook
from tinghao.server.hall.facts import HallFacts
from tinghao.server.queueing import problems, statements, stories
from tinghao.server.queueing.rules import explaining
from tinghao.server.queueing.rules.choosing import Choice
from tinghao.server.queueing.rules.comparing import HallWords
from tinghao.server.queueing.rules.told import Act, Stretch, Told

Json = dict[str, Any]

SERVER = "系统"


def why(
    connection: Connection,
    book: HallBook,
    hall: HallFacts,
    ticket_id: int,
    before: str | None,
    now: datetime,
) -> Json:
    """Why the ticket was called, and why before the one of number `before`; raises `NoSuchTicket`."""
    ticket = stories.one(connection, hall, ticket_id)
    chosen = _told(connection, hall, ticket)
    other = _told(connection, hall, _of_number(connection, hall, before, now)) if before else None
    call = next((act for act in reversed(chosen.acts) if act.verb == "call"), None)
    version = call.detail.get("rules") if call else None
    rules = book.rules_at(connection, hall.id, version) if version else hall.rules
    told = explaining.why(chosen, other, _words(hall, rules), now, _skills(connection, hall, call))
    points = [{"zh": zh, "en": en} for zh, en in told.points]
    return {"sentence": told.sentence, "sentence_en": told.sentence_en, "points": points}


def why_next(hall: HallFacts, choice: Choice, window_id: int, now: datetime) -> Json:
    """Why the one of this choice would be called next at the window."""
    number = hall.windows[window_id].number
    sentence, sentence_en = explaining.why_next(choice, _words(hall, hall.rules), number, now)
    return {"zh": sentence, "en": sentence_en}


def _words(hall: HallFacts, rules: Any) -> HallWords:
    lines = {line.prefix: (line.name, line.name_en) for line in hall.lines.values()}
    return HallWords(rules, lines, hall.timezone)


def _of_number(connection: Connection, hall: HallFacts, number: str, now: datetime) -> Mapping[Any, Any]:
    found = stories.by_number(connection, hall, number.strip().upper(), now)
    if not found:
        raise problems.NoSuchTicket
    return found[-1]


def _skills(connection: Connection, hall: HallFacts, call: Act | None) -> list[str] | None:
    """What the clerk who called was able to do, as his present or last shift tells."""
    staff_id = call.detail.get("staff") if call else None
    if staff_id is None:
        return None
    row = {"by_staff": staff_id, "of_hall": hall.id}
    found = connection.execute(statements.LAST_SHIFT_OF, row).first()
    return list(found.skills) if found else None


def _told(connection: Connection, hall: HallFacts, ticket: Mapping[Any, Any]) -> Told:
    row = {"of_ticket": ticket["id"]}
    return Told(
        id=ticket["id"],
        label=ticket["label"],
        state=ticket["state"],
        priority=ticket["priority"],
        place=ticket["place"],
        since=ticket["since"],
        issued_at=ticket["issued_at"],
        stretches=[
            Stretch(
                each.state, _prefix(hall, each.line_id or ticket["line_id"]), each.began_at, each.ended_at
            )
            for each in connection.execute(statements.INTERVALS, row)
        ],
        acts=[_act(connection, hall, each) for each in connection.execute(statements.ACTS, row).all()],
        not_before=ticket["not_before"],
        skill=ticket["skill"],
        to_window=_number(hall, ticket["to_window_id"]),
        to_staff=_name(connection, hall, ticket["to_staff_id"]),
    )


def _act(connection: Connection, hall: HallFacts, row: Any) -> Act:
    detail = dict(row.detail or {})
    before = dict(detail.get("before") or {})
    if "to_window_id" in before:
        before["to_window"] = _number(hall, before["to_window_id"])
    if "to_staff_id" in before:
        before["to_staff"] = _name(connection, hall, before["to_staff_id"])
    actor = row.actor_name or SERVER
    return Act(
        row.verb, row.at, actor, _number(hall, row.window_id), row.reason, {**detail, "before": before}
    )


def _prefix(hall: HallFacts, line_id: int) -> str:
    return hall.lines[line_id].prefix


def _number(hall: HallFacts, window_id: int | None) -> int | None:
    window = hall.windows.get(window_id or 0)
    return window.number if window else None


def _name(connection: Connection, hall: HallFacts, staff_id: int | None) -> str | None:
    if staff_id is None:
        return None
    row = {"by_staff": staff_id, "of_hall": hall.id}
    found = connection.execute(statements.LAST_SHIFT_OF, row).first()
    return found.clerk_name if found else None
