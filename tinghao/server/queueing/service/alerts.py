"""Nobody is forgotten: a waiting ticket that no open window would call, and a hold that is over, are told until they end."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import insert, update

from tinghao.basics.clock import hall_day
from tinghao.server.access import Caller
from tinghao.server.hall.facts import HallFacts
from tinghao.server.queueing import statements, views
from tinghao.server.queueing.models import Alert
from tinghao.server.queueing.rules.profiles import able
from tinghao.server.queueing.service import record
from tinghao.server.store import Work

Json = dict[str, Any]

GRACE = timedelta(minutes=2)
"""A line whose window changes clerks needs no alert."""


@dataclass(frozen=True)
class _Cause:
    kind: str
    about: str
    sentence: str
    sentence_en: str


def review(work: Work, hall: HallFacts, server: Caller, now: datetime) -> None:
    """Raises the alerts that have a cause and ends those that have none any more."""
    rows = statements.OPEN_ALERTS.all(work.connection, {"of_hall": hall.id})
    known = {(row.kind, row.about): row for row in rows}
    causes = {(cause.kind, cause.about): cause for cause in _causes(work, hall, now)}
    for key, cause in causes.items():
        if key not in known:
            values = {**vars(cause), "hall_id": hall.id, "raised_at": now}
            work.connection.execute(insert(Alert).values(**values))
            record.happened(work, server, now, "alert.raised", alert=views.alert(values))
    for key, row in known.items():
        if key not in causes:
            work.connection.execute(update(Alert).where(Alert.id == row.id).values(ended_at=now))
            record.happened(work, server, now, "alert.ended", alert={"kind": row.kind, "about": row.about})


def _causes(work: Work, hall: HallFacts, now: datetime) -> Iterator[_Cause]:
    yield from _forgotten(work, hall, now)
    row = {"of_hall": hall.id, "day": hall_day(now, hall.timezone)}
    for ticket in statements.ASIDE.all(work.connection, row):
        if ticket.state == "held" and ticket.held_until and ticket.held_until <= now:
            yield _Cause(
                "hold-over",
                ticket.label,
                f"号码 {ticket.label} 暂挂已到时限，请联系群众或恢复等候。",
                f"The hold of ticket {ticket.label} is over. Please resume it or look for the visitor.",
            )


def _forgotten(work: Work, hall: HallFacts, now: datetime) -> Iterator[_Cause]:
    """Waiting tickets that no open window would ever call, told by line."""
    row = {**statements.numbered("line", hall.lines), "day": hall_day(now, hall.timezone)}
    kinds = statements.kinds_of_waiting(len(hall.lines)).all(work.connection, row)
    if not kinds:
        return
    open_ = _open_windows(work, hall, now)
    forgotten: dict[int, int] = {}
    for kind in kinds:
        if kind.longest <= now - GRACE and not any(_would_call(hall, kind, each) for each in open_):
            forgotten[kind.line_id] = forgotten.get(kind.line_id, 0) + kind.waiting
    for line_id, count in forgotten.items():
        line = hall.lines[line_id]
        yield _Cause(
            "nobody-calls",
            line.prefix,
            f"“{line.name}”有 {count} 人等候，但没有开放的窗口可以办理。",
            f"{count} wait in {line.name_en}, but no open window can serve them.",
        )


def _open_windows(work: Work, hall: HallFacts, now: datetime) -> list[tuple[Any, Any]]:
    shifts = statements.SHIFTS.all(work.connection, {"of_hall": hall.id})
    forces = views.all_in_force(work.connection, hall, [shift.window_id for shift in shifts], now)
    return [(shift, forces[shift.window_id]) for shift in shifts]


def _would_call(hall: HallFacts, kind: Any, open_window: tuple[Any, Any]) -> bool:
    shift, in_force = open_window
    if not able(kind.skill, in_force.skills, shift.skills):
        return False
    if kind.to_window_id is not None or kind.to_staff_id is not None:
        return kind.to_window_id in (None, shift.window_id) and kind.to_staff_id in (None, shift.staff_id)
    return hall.lines[kind.line_id].prefix in in_force.lines
