"""A log of past tickets as CSV: what `tinghao waits export` writes and `tinghao waits replay` reads; see docs/waits.md."""

import csv
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import TextIO

from tinghao.server.queueing.waits.past import Past

COLUMNS = (
    "number",
    "line",
    "matter",
    "priority",
    "issued_at",
    "called_at",
    "started_at",
    "ended_at",
    "state",
    "window",
)
REQUIRED = ("line", "issued_at", "called_at", "ended_at")
STATES = ("finished", "no_show", "cancelled", "expired")


class LogError(Exception):
    """A file that is no log of tickets; the text says why."""


@dataclass(frozen=True)
class Fault:
    """A row that was left out, by its line in the file."""

    line_number: int
    reason: str


def read_log(file: Path) -> tuple[list[Past], list[Fault]]:
    """The tickets of a file in the order of their issue, and the rows that could not be used.

    Raises `LogError` when the file cannot be read at all or has not the columns.
    """
    try:
        with file.open(encoding="utf-8-sig", newline="") as stream:
            return _read(stream)
    except (OSError, UnicodeDecodeError, csv.Error) as error:
        raise LogError(f"{file}: {error}") from error


def write_log(stream: TextIO, tickets: Iterable[Past]) -> int:
    """Writes the header and a row for each ticket; returns how many."""
    writer = csv.writer(stream)
    writer.writerow(COLUMNS)
    rows = [[_written(getattr(past, column)) for column in COLUMNS] for past in tickets]
    writer.writerows(rows)
    return len(rows)


def _written(value: object) -> object:
    return value.isoformat(timespec="seconds") if isinstance(value, datetime) else value


def _read(stream: TextIO) -> tuple[list[Past], list[Fault]]:
    reader = csv.DictReader(stream)
    missing = [column for column in REQUIRED if column not in (reader.fieldnames or ())]
    if missing:
        raise LogError(f"the header lacks {', '.join(missing)}; a log has the columns {','.join(COLUMNS)}")
    tickets: list[Past] = []
    faults: list[Fault] = []
    for row in reader:
        try:
            tickets.append(_ticket(row))
        except ValueError as error:
            faults.append(Fault(reader.line_num, str(error)))
    aware = [past for past in tickets if past.issued_at.tzinfo is not None]
    if aware and len(aware) < len(tickets):
        raise LogError("some times have a time zone and some have none; give all of them one, or none")
    return sorted(tickets, key=lambda past: past.issued_at), faults


def _ticket(row: dict[str, str]) -> Past:
    issued = _instant(row, "issued_at")
    if issued is None:
        raise ValueError("issued_at is empty")
    called, started, ended = (_instant(row, column) for column in ("called_at", "started_at", "ended_at"))
    _require_order(issued, called, ended)
    line = _text(row, "line")
    if not line:
        raise ValueError("line is empty")
    state = _text(row, "state") or ("finished" if called else "cancelled")
    if state not in STATES:
        raise ValueError(f"state {state!r} is none of {', '.join(STATES)}")
    window = _text(row, "window") or None
    return Past(
        number=_text(row, "number"),
        line=line,
        matter=_text(row, "matter"),
        priority=_text(row, "priority") or "ordinary",
        issued_at=issued,
        called_at=called,
        started_at=started,
        ended_at=ended,
        state=state,
        window=window,
    )


def _require_order(issued: datetime, called: datetime | None, ended: datetime | None) -> None:
    if len({instant.tzinfo is None for instant in (issued, called, ended) if instant}) > 1:
        raise ValueError("one time has a time zone and another has none")
    if called and called < issued:
        raise ValueError("called_at is before issued_at")
    if ended and ended < (called or issued):
        raise ValueError("ended_at is before " + ("called_at" if called else "issued_at"))


def _text(row: dict[str, str], column: str) -> str:
    return (row.get(column) or "").strip()


def _instant(row: dict[str, str], column: str) -> datetime | None:
    text = _text(row, column)
    if not text:
        return None
    try:
        return datetime.fromisoformat(text)
    except ValueError:
        raise ValueError(f"{column} {text!r} is no ISO 8601 time") from None
