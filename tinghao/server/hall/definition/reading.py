"""Reads a hall definition.

`read_definition` either gives a `HallDefinition` in which every reference is known to be good, or raises
`DefinitionError` with all the problems of the file at once, each with the line where it stands.
"""

from collections.abc import Iterator
from pathlib import Path
from typing import TypeVar

from pydantic import ValidationError

from tinghao.server.hall.definition import checks, rule_checks
from tinghao.server.hall.definition.locating import Locator
from tinghao.server.hall.definition.report import DefinitionError, Report
from tinghao.server.hall.definition.rows import (
    Department,
    Hall,
    HallDefinition,
    Hours,
    Line,
    Matter,
    Theme,
    Window,
    WindowRun,
    Zone,
)
from tinghao.server.hall.definition.tables import parse, read_text, rows_of
from tinghao.server.hall.definition.written import WrittenRow, WrittenRows, shown
from tinghao.server.hall.queue_rules import (
    DEFAULT_ARRIVAL,
    DEFAULT_PRIORITIES,
    ArrivalRule,
    CallingRule,
    Limit,
    Plan,
    Priority,
    Profile,
    QueueRules,
    QueueSettings,
)
from tinghao.server.hall.values import Row


def read_definition(path: Path) -> HallDefinition:
    """Read one hall definition; raise `DefinitionError` with all its problems if there are any."""
    text = read_text(path)
    tables = parse(path, text)
    report = Report(str(path), Locator(text))
    rows = rows_of(tables, report)
    halls = _models(rows["hall"], Hall, report)
    hours = _models(rows["hours"], Hours, report)
    zones = _models(rows["zone"], Zone, report)
    lines = _models(rows["line"], Line, report)
    runs = _models(rows["windows"], WindowRun, report)
    departments = _models(rows["department"], Department, report)
    matters = _models(rows["matter"], Matter, report)
    themes = _models(rows["theme"], Theme, report)
    rules = _rules(rows, "arrival" in tables, report)
    for check in (*checks.ALL, *rule_checks.ALL):
        check(rows, report)
    if report.problems:
        raise DefinitionError(report.problems)
    windows = tuple(window for run in runs for window in _windows(run))
    return HallDefinition(halls[0], hours, zones, lines, windows, departments, matters, themes, rules)


def _rules(rows: WrittenRows, has_arrival: bool, report: Report) -> QueueRules:
    """The hall's rules of queueing; what it doesn't say is as `QueueRules` has it.

    Without arrival rules of its own, those of the common ones hold that give a class the hall has.
    """
    settings = _models(rows["queue"], QueueSettings, report)
    priorities = _models(rows["priority"], Priority, report) or DEFAULT_PRIORITIES
    arrival = _models(rows["arrival"], ArrivalRule, report)
    if not has_arrival:
        codes = {None, *(priority.code for priority in priorities)}
        arrival = tuple(rule for rule in DEFAULT_ARRIVAL if rule.then.priority in codes)
    return QueueRules(
        settings=settings[0] if settings else QueueSettings(),
        priorities=priorities,
        arrival=arrival,
        calling=_models(rows["calling"], CallingRule, report),
        profiles=_models(rows["profile"], Profile, report),
        plans=_models(rows["plan"], Plan, report),
        limits=_models(rows["limit"], Limit, report),
    )


_Model = TypeVar("_Model", bound=Row)


def _models(rows: list[WrittenRow], model: type[_Model], report: Report) -> tuple[_Model, ...]:
    """The rows that are good in themselves; what is wrong in the others goes into the report."""
    good: list[_Model] = []
    for row in rows:
        try:
            good.append(model.model_validate(row.values))
        except ValidationError as error:
            for detail in error.errors():
                key = ".".join(part for part in detail["loc"] if isinstance(part, str))
                report.add(row, key, _reason(key, detail["type"], detail["msg"], detail["input"]))
    return tuple(good)


_WISHES = {"tuple_type": "should be a list", "model_type": "should be a table such as { key = value }"}


def _reason(key: str, kind: str, message: str, value: object) -> str:
    if kind == "missing":
        return f'key "{key}" is missing'
    if kind == "extra_forbidden":
        return f'unknown key "{key}"'
    if kind == "too_short":
        return f'"{key}" is empty'
    wish = _WISHES.get(kind, message.removeprefix("Input "))
    return f'"{key}" is {shown(value)}, but {wish}'


def _windows(run: WindowRun) -> Iterator[Window]:
    for number in range(run.first, run.last + 1):
        yield Window(number, run.zone, run.lines, number in run.wheelchair)
