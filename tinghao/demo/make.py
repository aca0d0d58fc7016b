"""Makes the demo hall: database, halls, stations, accounts, and the settings of its three processes."""

import json
import secrets
from datetime import datetime
from functools import partial
from pathlib import Path
from typing import Any

from tinghao.basics.clock import system_clock
from tinghao.server.access.callers import StaffRole
from tinghao.server.devices import service as devices
from tinghao.server.hall.definition import read_definition
from tinghao.server.hall.service import import_hall
from tinghao.server.hall.views import hall_id_of
from tinghao.server.staff import service as staff
from tinghao.server.store import Store, Work
from tinghao.server.store.migrate import upgrade

HALLS = Path(__file__).parents[2] / "halls"
DEMO_HALL = "hengnan"
DEMO_PASSWORD = "tinghao-2026"
CLERKS = {"zhang": "张晓燕", "li": "李国强", "wang": "王丽", "chen": "陈志远"}
SKILLS = {"zhang": ["xiaofang"], "chen": ["xiaofang"]}
GUIDE, MANAGER = ("liu", "刘洋"), ("zhou", "周敏")
STATIONS = {
    "kiosk": "1号取号机",
    "board": "大厅屏",
    "window_screen": "3号窗口屏",
    "counter": "窗口叫号台",
    "desk": "导办台",
}


def prepare(folder: Path, host: str, port: int) -> None:
    """Brings the demo in `folder` up to date; what it already has (tickets, tokens) stays."""
    folder.mkdir(parents=True, exist_ok=True)
    database = folder / "tinghao.db"
    keys_file = folder / "keys.json"
    upgrade(database)
    store = Store(database)
    try:
        now = system_clock()
        for path in sorted(HALLS.glob("*.toml")):
            definition = read_definition(path).at_all_hours()
            store.write(partial(import_hall, definition=definition, now=now))
        keys = (
            json.loads(keys_file.read_text()) if keys_file.exists() else {"secret": secrets.token_urlsafe(32)}
        )
        keys |= store.write(lambda work: _missing_stations(work, now, keys))
        store.write(_add_missing_people)
        keys_file.touch(mode=0o600)
        keys_file.write_text(json.dumps(keys))
    finally:
        store.close()
    _write_settings(folder, host, port, keys)


def _missing_stations(work: Work, now: datetime, keys: dict[str, str]) -> dict[str, str]:
    hall_id = hall_id_of(work.connection, DEMO_HALL)
    missing = {kind: name for kind, name in STATIONS.items() if kind not in keys}
    return {kind: devices.add(work, hall_id, kind, name, now) for kind, name in missing.items()}


def _add_missing_people(work: Work) -> None:
    hall_id = hall_id_of(work.connection, DEMO_HALL)
    there = {row.username for row in staff.everybody(work.connection) if row.hall == DEMO_HALL}
    people: list[tuple[str, str, StaffRole]] = [
        *((username, name, "clerk") for username, name in CLERKS.items()),
        (*GUIDE, "guide"),
        (*MANAGER, "manager"),
    ]
    for badge, (username, name, role) in enumerate(people, start=1001):
        if username not in there:
            skills = SKILLS.get(username, ())
            staff.add(work, hall_id, username, name, str(badge), DEMO_PASSWORD, role, skills)


def _write_settings(folder: Path, host: str, port: int, keys: dict[str, str]) -> None:
    server, kiosk, workbench = (f"http://{host}:{port + offset}" for offset in range(3))
    reader, scanner, printer = folder / "card-reader.pty", folder / "scanner.pty", f"{host}:{port + 3}"
    _write(
        folder / "server.toml",
        {
            "": {
                "database": str(folder / "tinghao.db"),
                "secret": keys["secret"],
                "host": host,
                "port": port,
            },
            "demo": {
                "kiosk": kiosk,
                "workbench": workbench,
                "board_token": keys["board"],
                "window_token": keys["window_screen"],
                "counter_token": keys["counter"],
                "desk_token": keys["desk"],
                "clerks": list(CLERKS),
                "guide": GUIDE[0],
                "manager": MANAGER[0],
                "password": DEMO_PASSWORD,
            },
        },
    )
    _write(
        folder / "kiosk.toml",
        {
            "kiosk": {
                "host": host,
                "port": port + 1,
                "server": server,
                "token": keys["kiosk"],
                "data": str(folder / "kiosk"),
            },
            "devices": {
                "card_reader": f"serial:{reader}?baud=115200",
                "scanner": f"serial:{scanner}?baud=9600",
                "printer": f"tcp://{printer}",
            },
        },
    )
    _write(
        folder / "workbench.toml",
        {
            "workbench": {"host": host, "port": port + 2, "kiosk": kiosk, "server": server},
            "devices": {
                "card_reader": str(reader),
                "scanner": str(scanner),
                "printer": printer,
                "folder": str(folder / "devices"),
            },
        },
    )


def _write(path: Path, tables: dict[str, dict[str, Any]]) -> None:
    # A JSON string, number or list of these is also a TOML one.
    lines: list[str] = []
    for name, values in tables.items():
        lines += [f"[{name}]"] if name else []
        lines += [f"{key} = {json.dumps(value)}" for key, value in values.items()] + [""]
    path.write_text("\n".join(lines), encoding="utf-8")
    path.chmod(0o600)
