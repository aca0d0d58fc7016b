"""One visit for several lines (一件事): passing on to the next with the place kept."""

import secrets
from datetime import datetime
from typing import Any

from tinghao.server.access import Caller
from tinghao.server.hall.facts import HallFacts
from tinghao.server.queueing import statements
from tinghao.server.queueing.service import calling, record, taking
from tinghao.server.store import Work

Json = dict[str, Any]


def pass_on(work: Work, hall: HallFacts, caller: Caller, now: datetime, finished: Json) -> None:
    """After a step in order the same number waits in the next line, its waiting counted from the visit's beginning."""
    if finished["journey_id"] is None:
        return
    row = {"journey": finished["journey_id"]}
    journey = statements.JOURNEY.one(work.connection, row)
    step = finished["step"] + 1
    if journey.together or finished["return_to"] or step >= len(journey.steps):
        calling.call_where_he_waits_too(work, hall, now, finished)
        return
    onward = {
        **finished,
        "line_id": hall.lines_by_prefix[journey.steps[step]].id,
        "step": step,
        "state": "waiting",
        "secret": secrets.token_urlsafe(taking.SECRET_BYTES),
        # What bound him to a place or time in the last line is not of this one.
        "place": 0,
        "not_before": None,
        "to_window_id": None,
        "to_staff_id": None,
        "window_id": None,
        "staff_id": None,
        "issued_at": now,
        "called_at": None,
        "started_at": None,
        "ended_at": None,
        "recalls": 0,
        "reason": None,
        "ahead": None,
        "wait_estimate": None,
        "wait_low": None,
        "wait_high": None,
    }
    del onward["id"]
    ticket = taking.insert(work, onward, now)
    lines = record.count(work, None, ticket)
    record.tell(work, caller, now, "ticket.passed_on", ticket, lines)
    calling.call_for_those_who_want(work, hall, now, but=finished["window_id"])
