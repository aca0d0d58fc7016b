"""Takes a hall definition into the database; importing again changes only what changed."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from sqlalchemy import Table, delete, insert, select, update

from tinghao.server.hall.definition import HallDefinition
from tinghao.server.hall.models import (
    Department,
    Hall,
    Line,
    Matter,
    QueueRulesRow,
    Theme,
    Window,
    WindowLine,
    Zone,
)
from tinghao.server.hall.reading import read_rules
from tinghao.server.store import Base, Work, events, hold_hall

Row = dict[str, Any]


@dataclass
class Changes:
    """What an import did, by table: the keys that were added, changed and retired."""

    added: dict[str, list[str]] = field(default_factory=dict)
    changed: dict[str, list[str]] = field(default_factory=dict)
    retired: dict[str, list[str]] = field(default_factory=dict)

    def __bool__(self) -> bool:
        return bool(self.added or self.changed or self.retired)

    def note(self, what: dict[str, list[str]], table: str, key: object) -> None:
        """Remembers one row."""
        what.setdefault(table, []).append(str(key))


def import_hall(work: Work, definition: HallDefinition, now: datetime) -> Changes:
    """Brings the hall in the database to what the definition says."""
    changes = Changes()
    _keep_others_out(work, definition.hall.code)
    hall_id = _hall(work, definition, now, changes)
    zones = _sync(work, Zone, hall_id, "code", _zone_rows(definition), changes)
    lines = _sync(work, Line, hall_id, "prefix", _line_rows(definition, zones), changes)
    windows = _sync(work, Window, hall_id, "number", _window_rows(definition, zones), changes)
    _serve(work, definition, windows, lines, changes)
    departments = _sync(work, Department, hall_id, "code", _department_rows(definition, zones), changes)
    _sync(work, Matter, hall_id, "code", _matter_rows(definition, departments, lines), changes)
    _sync(work, Theme, hall_id, "code", _theme_rows(definition, lines), changes)
    _rules(work, definition, hall_id, now, changes)
    if changes:
        newer = {"version": Hall.version + 1, "imported_at": now}
        work.connection.execute(update(Hall).where(Hall.id == hall_id).values(newer))
        events.record(work, hall_id=hall_id, kind="hall.imported", at=now, actor="import", data={})
    return changes


def _keep_others_out(work: Work, hall_code: str) -> None:
    """What is at work in the hall is done before the import, or begins after it."""
    known = work.connection.execute(select(Hall.id).where(Hall.code == hall_code)).scalar()
    if known is not None:
        hold_hall(work.connection, known)


def _hall(work: Work, definition: HallDefinition, now: datetime, changes: Changes) -> int:
    hall = definition.hall
    hours = [
        {
            "days": list(row.days),
            "opens": row.opens.isoformat("minutes"),
            "closes": row.closes.isoformat("minutes"),
        }
        for row in definition.hours
    ]
    values: Row = {"name": hall.name, "name_en": hall.name_en, "timezone": hall.timezone, "hours": hours}
    found = work.connection.execute(select(Hall.__table__).where(Hall.code == hall.code)).mappings().first()
    if found is None:
        row = {"code": hall.code, "version": 0, "imported_at": now, **values}
        hall_id: int = work.connection.execute(insert(Hall).values(row).returning(Hall.id)).scalar_one()
        events.open_series(work.connection, hall_id)
        changes.note(changes.added, "hall", hall.code)
        return hall_id
    if _differs(found, values):
        work.connection.execute(update(Hall).where(Hall.id == found["id"]).values(**values))
        changes.note(changes.changed, "hall", hall.code)
    return int(found["id"])


def _sync(
    work: Work, model: type[Base], hall_id: int, key: str, rows: Iterable[Row], changes: Changes
) -> dict[Any, int]:
    """Makes a hall's rows of one table equal to `rows`, matched by `key`; returns the ids by key."""
    table: Table = model.__table__  # type: ignore[assignment]
    before = {
        row[key]: row
        for row in work.connection.execute(select(table).where(table.c.hall_id == hall_id)).mappings()
    }
    ids: dict[Any, int] = {}
    for row in rows:
        found = before.pop(row[key], None)
        wanted = {**row, "retired": False}
        if found is None:
            statement = insert(table).values(hall_id=hall_id, **wanted).returning(table.c.id)
            ids[row[key]] = work.connection.execute(statement).scalar_one()
            changes.note(changes.added, table.name, row[key])
            continue
        ids[row[key]] = found["id"]
        if _differs(found, wanted):
            work.connection.execute(update(table).where(table.c.id == found["id"]).values(**wanted))
            changes.note(changes.changed, table.name, row[key])
    for gone, found in before.items():
        if not found["retired"]:
            work.connection.execute(update(table).where(table.c.id == found["id"]).values(retired=True))
            changes.note(changes.retired, table.name, gone)
    return ids


def _serve(
    work: Work, definition: HallDefinition, windows: dict[int, int], lines: dict[str, int], changes: Changes
) -> None:
    for window in definition.windows:
        window_id = windows[window.number]
        wanted = {lines[prefix] for prefix in window.lines}
        query = select(WindowLine.line_id).where(WindowLine.window_id == window_id)
        if set(work.connection.execute(query).scalars()) == wanted:
            continue
        work.connection.execute(delete(WindowLine).where(WindowLine.window_id == window_id))
        work.connection.execute(
            insert(WindowLine), [{"window_id": window_id, "line_id": each} for each in sorted(wanted)]
        )
        changes.note(changes.changed, "window_line", window.number)


def _rules(work: Work, definition: HallDefinition, hall_id: int, now: datetime, changes: Changes) -> None:
    """Keeps the rules of queueing under the version that this import gives the hall; older ones stay, to tell old calls by."""
    found = read_rules(work.connection, hall_id)
    if found == definition.rules:
        return
    version = work.connection.execute(select(Hall.version).where(Hall.id == hall_id)).scalar_one() + 1
    row = {
        "hall_id": hall_id,
        "version": version,
        "rules": definition.rules.model_dump(mode="json"),
        "since": now,
    }
    work.connection.execute(insert(QueueRulesRow).values(row))
    changes.note(changes.added if found is None else changes.changed, "rules", definition.hall.code)


def _differs(found: Mapping[Any, Any], wanted: Row) -> bool:
    return any(found[name] != value for name, value in wanted.items())


def _zone_rows(definition: HallDefinition) -> Iterable[Row]:
    return (zone.model_dump() for zone in definition.zones)


def _line_rows(definition: HallDefinition, zones: dict[str, int]) -> Iterable[Row]:
    for line in definition.lines:
        yield {**line.model_dump(exclude={"zone"}), "zone_id": zones[line.zone]}


def _window_rows(definition: HallDefinition, zones: dict[str, int]) -> Iterable[Row]:
    for window in definition.windows:
        yield {"number": window.number, "wheelchair": window.wheelchair, "zone_id": zones[window.zone]}


def _department_rows(definition: HallDefinition, zones: dict[str, int]) -> Iterable[Row]:
    for position, department in enumerate(definition.departments):
        yield {
            **department.model_dump(exclude={"zone"}),
            "zone_id": zones[department.zone],
            "initials": department.initials,
            "position": position,
        }


def _matter_rows(
    definition: HallDefinition, departments: dict[str, int], lines: dict[str, int]
) -> Iterable[Row]:
    for position, matter in enumerate(definition.matters):
        yield {
            **matter.model_dump(exclude={"department", "line", "keywords", "materials"}),
            "keywords": list(matter.keywords),
            "materials": list(matter.materials),
            "department_id": departments[matter.department],
            "line_id": lines[matter.line],
            "initials": matter.initials,
            "pinyin": matter.pinyin,
            "position": position,
        }


def _theme_rows(definition: HallDefinition, lines: dict[str, int]) -> Iterable[Row]:
    for position, theme in enumerate(definition.themes):
        yield {
            **theme.model_dump(exclude={"line", "matters", "steps"}),
            "matters": list(theme.matters),
            "steps": list(theme.steps),
            "line_id": lines[theme.line],
            "initials": theme.initials,
            "position": position,
        }
