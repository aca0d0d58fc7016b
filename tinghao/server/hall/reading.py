"""Reads a hall's facts and its rules of queueing out of the database."""

from types import MappingProxyType
from typing import Any

from sqlalchemy import Connection, select

from tinghao.server.hall.facts import HallFacts, Line, Subject, Window
from tinghao.server.hall.models import (
    Department,
    Hall,
    Matter,
    QueueRulesRow,
    Theme,
    WindowLine,
)
from tinghao.server.hall.models import Line as LineRow
from tinghao.server.hall.models import Window as WindowRow
from tinghao.server.hall.queue_rules import DEFAULT_PRIORITIES, QueueRules


def read_rules(connection: Connection, hall_id: int, version: int | None = None) -> QueueRules | None:
    """The hall's own rules now, or as they stood at a version of its definition; nothing if it has never got any."""
    query = select(QueueRulesRow.rules).where(QueueRulesRow.hall_id == hall_id)
    if version is not None:
        query = query.where(QueueRulesRow.version <= version)
    found = connection.execute(query.order_by(QueueRulesRow.version.desc()).limit(1)).scalar()
    return None if found is None else QueueRules.model_validate(found)


def read_facts(connection: Connection, hall_id: int) -> HallFacts:
    """The hall as its last import left it."""
    query = select(Hall.id, Hall.code, Hall.name, Hall.timezone, Hall.hours, Hall.version)
    hall = connection.execute(query.where(Hall.id == hall_id)).one()
    lines = _lines(connection, hall_id)
    windows = _windows(connection, hall_id, {line.id: line.prefix for line in lines})
    rules = read_rules(connection, hall_id) or QueueRules()
    subjects = [*_matters(connection, hall_id), *_themes(connection, hall_id)]
    return HallFacts(
        **hall._mapping,
        rules=rules,
        priority_codes=_priority_codes(connection, hall_id, rules),
        subjects=MappingProxyType({subject.code: subject for subject in subjects}),
        lines=MappingProxyType({line.id: line for line in lines}),
        lines_by_prefix=MappingProxyType({line.prefix: line for line in lines}),
        windows=MappingProxyType({window.id: window for window in windows}),
        windows_by_number=MappingProxyType({window.number: window for window in windows}),
    )


def _priority_codes(connection: Connection, hall_id: int, rules: QueueRules) -> tuple[str, ...]:
    query = select(QueueRulesRow.rules).where(QueueRulesRow.hall_id == hall_id)
    former = (row["code"] for kept in connection.execute(query).scalars() for row in kept["priorities"])
    defaults = (priority.code for priority in DEFAULT_PRIORITIES)
    return tuple(dict.fromkeys([*rules.by_code, *former, *defaults]))


def _lines(connection: Connection, hall_id: int) -> list[Line]:
    query = select(
        LineRow.id,
        LineRow.prefix,
        LineRow.name,
        LineRow.name_en,
        LineRow.zone_id.label("zone"),
        LineRow.mean_minutes,
        LineRow.retired,
    )
    return [
        Line(**row._mapping)
        for row in connection.execute(query.where(LineRow.hall_id == hall_id).order_by(LineRow.prefix))
    ]


def _windows(connection: Connection, hall_id: int, prefixes: dict[int, str]) -> list[Window]:
    pairs = select(WindowLine.window_id, WindowLine.line_id).join(WindowRow)
    served: dict[int, list[str]] = {}
    for window_id, line_id in connection.execute(pairs.where(WindowRow.hall_id == hall_id)):
        served.setdefault(window_id, []).append(prefixes[line_id])
    query = select(WindowRow.id, WindowRow.number, WindowRow.zone_id, WindowRow.retired)
    rows = connection.execute(query.where(WindowRow.hall_id == hall_id).order_by(WindowRow.number))
    return [Window(row.id, row.number, row.zone_id, _serves(row, served), row.retired) for row in rows]


def _serves(window: Any, served: dict[int, list[str]]) -> tuple[str, ...]:
    return () if window.retired else tuple(sorted(served.get(window.id, [])))


def _matters(connection: Connection, hall_id: int) -> list[Subject]:
    query = (
        select(*_subject(Matter), Department.code.label("department"), Matter.place, Matter.skill)
        .join(LineRow, Matter.line_id == LineRow.id)
        .join(Department, Matter.department_id == Department.id)
        .where(Matter.hall_id == hall_id, ~Matter.retired)
    )
    return [
        Subject(**row._mapping, steps=(), together=False, is_theme=False) for row in connection.execute(query)
    ]


def _themes(connection: Connection, hall_id: int) -> list[Subject]:
    query = (
        select(*_subject(Theme), Theme.steps, Theme.together)
        .join(LineRow, Theme.line_id == LineRow.id)
        .where(Theme.hall_id == hall_id, ~Theme.retired)
    )
    return [
        Subject(
            **{**row._mapping, "steps": tuple(row.steps)},
            department=None,
            place=None,
            skill=None,
            is_theme=True,
        )
        for row in connection.execute(query)
    ]


def _subject(model: Any) -> tuple[Any, ...]:
    return model.code, model.name, model.name_en, model.line_id, LineRow.prefix
