"""From the file to its tables as they were written."""

import codecs
import re
import tomllib
from pathlib import Path
from typing import Any

from tinghao.server.hall.definition.report import DefinitionError, Problem, Report
from tinghao.server.hall.definition.written import WrittenRow, WrittenRows

_SINGLE = ("hall", "queue")
_REPEATED = ("hours", "zone", "line", "windows", "department", "matter")
_MAY_BE_LEFT_OUT = ("theme", "priority", "arrival", "calling", "profile", "plan", "limit")


def read_text(path: Path) -> str:
    """The file's text; raises `DefinitionError` if there is none."""
    try:
        # Editors on Windows put a byte order mark before UTF-8.
        data = path.read_bytes().removeprefix(codecs.BOM_UTF8)
    except FileNotFoundError:
        raise DefinitionError([Problem(str(path), 0, "the file does not exist")]) from None
    except OSError as error:
        raise DefinitionError([Problem(str(path), 0, f"the file cannot be read: {error.strerror}")]) from None
    try:
        return data.decode("utf-8")
    except UnicodeDecodeError as error:
        line = data.count(b"\n", 0, error.start) + 1
        reason = f"the file is not UTF-8 (byte 0x{data[error.start]:02x}); save it as UTF-8"
        raise DefinitionError([Problem(str(path), line, reason)]) from None


def parse(path: Path, text: str) -> dict[str, Any]:
    """The file as TOML; raises `DefinitionError` if it is not."""
    try:
        return tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        message = str(error)
        place = re.search(r" \(at (?:line (\d+), column \d+|end of document)\)$", message)
        if place is None:
            raise DefinitionError([Problem(str(path), 0, f"not valid TOML: {message}")]) from None
        line = int(place[1]) if place[1] else len(text.splitlines()) or 1
        reason = f"not valid TOML: {message[: place.start()]}"
        raise DefinitionError([Problem(str(path), line, reason)]) from None


def rows_of(tables: dict[str, Any], report: Report) -> WrittenRows:
    """The rows of all tables; those that are unknown, missing or written in the wrong brackets are reported."""
    known = {*_SINGLE, *_REPEATED, *_MAY_BE_LEFT_OUT}
    for name in tables:
        if name not in known:
            report.add_table(name, f'unknown table or key "{name}"')
    rows = {name: _repeated(tables, name, report) for name in (*_REPEATED, *_MAY_BE_LEFT_OUT)}
    for name in _SINGLE:
        rows[name] = _single(tables, name, report)
    if "hall" not in tables:
        report.add_table("hall", "table [hall] is missing")
    return rows


def _single(tables: dict[str, Any], name: str, report: Report) -> list[WrittenRow]:
    value = tables.get(name)
    if isinstance(value, dict):
        return [WrittenRow(name, 0, value)]
    if value is not None:
        report.add_table(name, f"table [{name}] should be written once, in single brackets")
    return []


def _repeated(tables: dict[str, Any], name: str, report: Report) -> list[WrittenRow]:
    value = tables.get(name)
    may_be_left_out = name in _MAY_BE_LEFT_OUT
    if isinstance(value, list) and all(isinstance(item, dict) for item in value):
        if not value and not may_be_left_out:
            report.add_table(name, f"table [[{name}]] is empty")
        return [WrittenRow(name, index, item) for index, item in enumerate(value)]
    if value is not None:
        report.add_table(name, f"table [[{name}]] should be written in double brackets")
    elif not may_be_left_out:
        report.add_table(name, f"table [[{name}]] is missing")
    return []
