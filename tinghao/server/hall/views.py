"""What the API says of a hall's definition."""

from typing import Any

from sqlalchemy import Connection, select

from tinghao.basics.problem import Problem
from tinghao.server.hall.models import Department, Hall, Line, Matter, Theme, Window, WindowLine, Zone
from tinghao.server.hall.rules import ranges

Json = dict[str, Any]


class NoSuchHall(Problem):
    code = "no-such-hall"
    status = 404
    detail = "没有代码为 {code} 的大厅。"
    detail_en = "There is no hall with the code {code}."


def hall_id_of(connection: Connection, code: str) -> int:
    """The id behind a hall's code."""
    found: int | None = connection.execute(select(Hall.id).where(Hall.code == code)).scalar()
    if found is None:
        raise NoSuchHall(code=code)
    return found


def zone_list(connection: Connection, hall_id: int) -> list[Json]:
    """The hall's zones in the order of its definition."""
    query = select(Zone.id, Zone.code, Zone.name, Zone.name_en, Zone.kind, Zone.floor)
    return _rows(connection, query.where(Zone.hall_id == hall_id, ~Zone.retired).order_by(Zone.id))


def line_list(connection: Connection, hall_id: int) -> list[Json]:
    """The hall's lines by prefix."""
    query = select(
        Line.id, Line.prefix, Line.prefix.label("code"), Line.name, Line.name_en, Line.zone_id.label("zone")
    )
    return _rows(connection, query.where(Line.hall_id == hall_id, ~Line.retired).order_by(Line.prefix))


def window_list(connection: Connection, hall_id: int) -> list[Json]:
    """The hall's windows by number, each with the lines it serves."""
    query = select(Window.id, Window.number, Window.zone_id.label("zone"), Window.wheelchair)
    windows = _rows(
        connection, query.where(Window.hall_id == hall_id, ~Window.retired).order_by(Window.number)
    )
    served: dict[int, list[int]] = {}
    pairs = select(WindowLine.window_id, WindowLine.line_id).join(Window).where(Window.hall_id == hall_id)
    for window_id, line_id in connection.execute(pairs.order_by(WindowLine.line_id)):
        served.setdefault(window_id, []).append(line_id)
    return [{**row, **window_names(row["number"]), "lines": served.get(row["id"], [])} for row in windows]


def window_names(number: int) -> Json:
    """How a window is called: `3号窗口`."""
    return {"name": f"{number}号窗口", "name_en": f"Window {number}"}


def describe_hall(connection: Connection, hall_id: int) -> Json:
    """The hall with its zones, lines and windows."""
    query = select(Hall.id, Hall.code, Hall.name, Hall.name_en, Hall.timezone, Hall.hours)
    return {
        **connection.execute(query.where(Hall.id == hall_id)).mappings().one(),
        "zones": zone_list(connection, hall_id),
        "lines": line_list(connection, hall_id),
        "windows": window_list(connection, hall_id),
    }


def describe_places(connection: Connection, hall_id: int) -> dict[int, Json]:
    """Where each line is served: zone, floor and windows in short (`1–5、8`), by the line's id; retired lines too."""
    numbers: dict[int, list[int]] = {}
    for window in window_list(connection, hall_id):
        for line_id in window["lines"]:
            numbers.setdefault(line_id, []).append(window["number"])
    query = select(Line.id, Zone.name, Zone.name_en, Zone.floor).join(Zone, Line.zone_id == Zone.id)
    return {
        line_id: {
            "zone": zone,
            "zone_en": zone_en,
            "floor": floor,
            "windows": ranges(numbers.get(line_id, [])),
        }
        for line_id, zone, zone_en, floor in connection.execute(query.where(Line.hall_id == hall_id))
    }


def describe_matters(connection: Connection, hall_id: int) -> Json:
    """All that a visitor may come for: departments, themes and matters with their guides."""
    matters = _rows(
        connection,
        select(
            Matter.code,
            Matter.name,
            Matter.name_en,
            Department.code.label("department"),
            Line.zone_id.label("zone"),
            Line.id.label("line"),
            Matter.keywords,
            Matter.initials,
            Matter.pinyin,
            Matter.materials,
            Matter.time,
            Matter.time_en,
            Matter.fee,
            Matter.hot,
            Matter.place,
            Matter.weekend,
        )
        .join(Department, Matter.department_id == Department.id)
        .join(Line, Matter.line_id == Line.id)
        .where(Matter.hall_id == hall_id, ~Matter.retired)
        .order_by(Matter.position),
    )
    counts: dict[str, int] = {}
    for matter in matters:
        counts[matter["department"]] = counts.get(matter["department"], 0) + 1
    departments = _rows(
        connection,
        select(
            Department.code,
            Department.name,
            Department.name_en,
            Department.full_name,
            Department.phone,
            Department.initials,
            Department.zone_id.label("zone"),
        )
        .where(Department.hall_id == hall_id, ~Department.retired)
        .order_by(Department.position),
    )
    themes = _rows(
        connection,
        select(
            Theme.code,
            Theme.name,
            Theme.name_en,
            Theme.summary,
            Theme.summary_en,
            Theme.initials,
            Theme.matters,
            Line.id.label("line"),
            Line.zone_id.label("zone"),
        )
        .join(Line, Theme.line_id == Line.id)
        .where(Theme.hall_id == hall_id, ~Theme.retired)
        .order_by(Theme.position),
    )
    return {
        "departments": [{**row, "matters": counts.get(row["code"], 0)} for row in departments],
        "themes": themes,
        "matters": matters,
    }


def _rows(connection: Connection, query: Any) -> list[Json]:
    return [dict(row) for row in connection.execute(query).mappings()]
