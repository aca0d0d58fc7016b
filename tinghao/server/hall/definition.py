"""Reading and checking a hall definition, the TOML file in ``halls/`` that describes one hall.

`read_definition` either gives a `HallDefinition` in which every reference is known to be good, or raises
`DefinitionError` with all the problems of the file at once, each with the line where it stands.
"""

from __future__ import annotations

import codecs
import json
import re
import tomllib
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Annotated, Any, TypeVar

from pydantic import Field, ValidationError
from pypinyin import lazy_pinyin

from tinghao.server.hall.values import (
    MAX_WINDOW_NUMBER,
    TIME,
    Code,
    Codes,
    Days,
    Prefix,
    Prefixes,
    Row,
    Text,
    Texts,
    TimeOfDay,
    Timezone,
    WindowNumber,
    WindowNumbers,
    ZoneKind,
)


@dataclass(frozen=True)
class Problem:
    """One thing wrong in a file. Line 0 means the file as a whole."""

    file: str
    line: int
    reason: str

    def __str__(self) -> str:
        place = f"{self.file}:{self.line}" if self.line else self.file
        return f"{place}: {self.reason}"


class DefinitionError(Exception):
    """A hall definition is refused; `problems` says why, ordered by line."""

    def __init__(self, problems: Iterable[Problem]) -> None:
        self.problems = sorted(problems, key=lambda problem: problem.line)
        super().__init__("\n".join(str(problem) for problem in self.problems))


# --- the definition -------------------------------------------------------------------------------------


class Named(Row):
    """A row that visitors search by name, in Chinese or by typing its pinyin."""

    name: Text
    name_en: Text

    @cached_property
    def pinyin(self) -> str:
        """The name in pinyin without tones or spaces, ``ü`` as ``v``: ``canjirenzheng``."""
        return "".join(syllable for syllable, _ in _syllables(self.name))

    @cached_property
    def initials(self) -> str:
        """First letters of the name's pinyin, numbers and Latin words in full: ``cjrz``."""
        return "".join(syllable if latin else syllable[0] for syllable, latin in _syllables(self.name))


class Hall(Row):
    """The hall itself."""

    code: Code
    name: Text
    name_en: Text
    timezone: Timezone


class Hours(Row):
    """One stretch of opening time, the same on each of its days."""

    days: Days
    opens: TimeOfDay
    closes: TimeOfDay


class Zone(Row):
    """A part of the hall."""

    code: Code
    name: Text
    name_en: Text
    kind: ZoneKind
    floor: int


class Line(Row):
    """Where tickets wait; its prefix letter begins their numbers."""

    prefix: Prefix
    name: Text
    name_en: Text
    zone: Code
    mean_minutes: Annotated[int, Field(ge=1, le=240)]


class WindowRun(Row):
    """Windows numbered in a row that serve the same lines."""

    zone: Code
    first: WindowNumber = Field(alias="from")
    last: WindowNumber = Field(alias="to")
    lines: Prefixes
    wheelchair: WindowNumbers = ()


class Department(Named):
    """Who is responsible for matters."""

    code: Code
    full_name: Text
    zone: Code
    phone: Text | None = None


class Matter(Named):
    """What a visitor comes for, with its guide."""

    code: Code
    department: Code
    line: Prefix
    keywords: Texts
    materials: Texts
    time: Text
    time_en: Text
    fee: Text
    hot: bool = False
    place: Text | None = None
    weekend: bool = False


class Theme(Named):
    """Several matters done as one (高效办成一件事)."""

    code: Code
    summary: Text
    summary_en: Text
    line: Prefix
    matters: Codes


@dataclass(frozen=True)
class Window:
    """One numbered window."""

    number: int
    zone: str
    lines: tuple[str, ...]
    wheelchair: bool


@dataclass(frozen=True)
class HallDefinition:
    """A whole hall; every reference in it is known to be good. The order is the file's."""

    hall: Hall
    hours: tuple[Hours, ...]
    zones: tuple[Zone, ...]
    lines: tuple[Line, ...]
    windows: tuple[Window, ...]
    departments: tuple[Department, ...]
    matters: tuple[Matter, ...]
    themes: tuple[Theme, ...]


def _syllables(name: str) -> Iterator[tuple[str, bool]]:
    """Pinyin syllables, and Latin words and numbers (marked True) as they are; punctuation is left out."""
    for run in re.findall(r"[A-Za-z0-9]+|[^A-Za-z0-9]+", name):
        if run.isascii() and run.isalnum():
            yield run.lower(), True
            continue
        for syllable in lazy_pinyin(run, errors="ignore"):
            yield syllable, False


# --- where things stand in the file ---------------------------------------------------------------------

_TOKEN = re.compile(
    r'"""(?:\\.|[^\\])*?"{3,5}'  # a string may end with up to two quotes of its own
    r"|'''.*?'{3,5}"
    r'|"(?:\\.|[^"\\\n])*"'
    r"|'[^'\n]*'"
    r"|#[^\n]*"
    r"""|[^"'#\[\]{}\n]+|.""",
    re.DOTALL,
)
_HEADER = re.compile(r"\[+([^\]]*)\]")
_KEY = re.compile(r"""([A-Za-z0-9_-]+|"[^"]*"|'[^']*')\s*[.=]""")


def _statements(text: str) -> Iterator[tuple[int, str]]:
    """Headers and key/value pairs of valid TOML, each with the line where it begins."""
    line = start = 1
    depth = 0
    parts: list[str] = []
    for token in _TOKEN.findall(text + "\n"):
        line += token.count("\n")
        if token == "\n" and depth == 0:
            yield start, "".join(parts).strip()
            parts, start = [], line
            continue
        depth += (token in ("[", "{")) - (token in ("]", "}"))
        parts.append(token)


class Locator:
    """Knows at which line each table and each key of a valid TOML text begins; tomllib doesn't tell."""

    def __init__(self, text: str) -> None:
        self._tables: dict[tuple[str, int], int] = {}
        self._keys: dict[tuple[str, int, str], int] = {}
        self._counts: dict[str, int] = {}
        table = ""
        for line, statement in _statements(text):
            if header := _HEADER.match(statement):
                table = self._enter(header[1], line)
            elif key := _KEY.match(statement):
                self._note(table, key[1].strip("\"'"), line)

    def line(self, table: str, index: int = 0, key: str | None = None) -> int:
        """Line of a key in a table's row; if it isn't written there, of the nearest thing around."""
        row = self._tables.get((table, index), self._tables.get((table, 0), 1))
        return row if key is None else self._keys.get((table, index, key), row)

    def _enter(self, name: str, line: int) -> str:
        table, *inner = (part.strip().strip("\"'") for part in name.split("."))
        if inner:
            self._keys.setdefault((table, self._counts.get(table, 1) - 1, inner[0]), line)
            self._tables.setdefault((table, 0), line)
            return name
        index = self._counts.get(table, 0)
        self._counts[table] = index + 1
        self._tables[(table, index)] = line
        return table

    def _note(self, table: str, key: str, line: int) -> None:
        if table == "":
            self._tables.setdefault((key, 0), line)
        else:
            self._keys.setdefault((table, self._counts.get(table, 1) - 1, key), line)


# --- reading --------------------------------------------------------------------------------------------


def read_definition(path: Path) -> HallDefinition:
    """Read one hall definition; raise `DefinitionError` with all its problems if there are any."""
    text = _read_text(path)
    tables = _parse(path, text)
    report = _Report(str(path), Locator(text))
    rows = _rows(tables, report)
    halls = _models(rows["hall"], Hall, report)
    hours = _models(rows["hours"], Hours, report)
    zones = _models(rows["zone"], Zone, report)
    lines = _models(rows["line"], Line, report)
    runs = _models(rows["windows"], WindowRun, report)
    departments = _models(rows["department"], Department, report)
    matters = _models(rows["matter"], Matter, report)
    themes = _models(rows["theme"], Theme, report)
    for check in (_check_hours, _check_unique, _check_references, _check_windows, _check_lines_are_served):
        check(rows, report)
    if report.problems:
        raise DefinitionError(report.problems)
    windows = tuple(window for run in runs for window in _windows(run))
    return HallDefinition(halls[0], hours, zones, lines, windows, departments, matters, themes)


def _read_text(path: Path) -> str:
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


def _parse(path: Path, text: str) -> dict[str, Any]:
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


@dataclass(frozen=True)
class _Row:
    """A table of the file as it was written, not yet known to be good."""

    table: str
    index: int
    values: dict[str, Any]

    def text(self, key: str) -> str | None:
        value = self.values.get(key)
        return value if isinstance(value, str) else None

    def number(self, key: str) -> int | None:
        value = self.values.get(key)
        return value if isinstance(value, int) and not isinstance(value, bool) else None

    def items(self, key: str) -> list[Any]:
        value = self.values.get(key)
        return value if isinstance(value, list) else []

    def texts(self, key: str) -> list[str]:
        return [item for item in self.items(key) if isinstance(item, str)]

    def title(self) -> str:
        if self.table == "hall":
            return "hall"
        if self.table == "windows":
            return f"windows {_shown(self.values.get('from'))}-{_shown(self.values.get('to'))}"
        name = self.text("prefix" if self.table == "line" else "code")
        return f"{self.table} {_shown(name)}" if name else f"{self.table} no. {self.index + 1}"


_Rows = dict[str, list[_Row]]


class _Report:
    """Gathers problems, so that all of them can be told at once."""

    def __init__(self, file: str, locator: Locator) -> None:
        self.problems: list[Problem] = []
        self.locator = locator
        self._file = file

    def add(self, row: _Row, key: str | None, reason: str) -> None:
        line = self.locator.line(row.table, row.index, key)
        self.problems.append(Problem(self._file, line, f"{row.title()}: {reason}"))

    def add_table(self, table: str, reason: str) -> None:
        self.problems.append(Problem(self._file, self.locator.line(table), reason))

    def line(self, row: _Row) -> int:
        return self.locator.line(row.table, row.index)


def _shown(value: object) -> str:
    """A value as it would stand in the file, cut if it is long."""
    text = json.dumps(value, ensure_ascii=False, default=str)
    return text if len(text) <= 60 else text[:57] + "..."


_REPEATED = ("hours", "zone", "line", "windows", "department", "matter", "theme")
_OPTIONAL = ("theme",)


def _rows(tables: dict[str, Any], report: _Report) -> _Rows:
    for name in tables:
        if name != "hall" and name not in _REPEATED:
            report.add_table(name, f'unknown table or key "{name}"')
    rows: _Rows = {name: _repeated(tables, name, report) for name in _REPEATED}
    rows["hall"] = _single(tables, "hall", report)
    return rows


def _single(tables: dict[str, Any], name: str, report: _Report) -> list[_Row]:
    value = tables.get(name)
    if isinstance(value, dict):
        return [_Row(name, 0, value)]
    reason = "is missing" if value is None else "should be written once, in single brackets"
    report.add_table(name, f"table [{name}] {reason}")
    return []


def _repeated(tables: dict[str, Any], name: str, report: _Report) -> list[_Row]:
    value = tables.get(name)
    if isinstance(value, list) and all(isinstance(item, dict) for item in value):
        if not value and name not in _OPTIONAL:
            report.add_table(name, f"table [[{name}]] is empty")
        return [_Row(name, index, item) for index, item in enumerate(value)]
    if value is not None:
        report.add_table(name, f"table [[{name}]] should be written in double brackets")
    elif name not in _OPTIONAL:
        report.add_table(name, f"table [[{name}]] is missing")
    return []


_Model = TypeVar("_Model", bound=Row)


def _models(rows: list[_Row], model: type[_Model], report: _Report) -> tuple[_Model, ...]:
    """The rows that are good in themselves; what is wrong in the others goes into the report."""
    good: list[_Model] = []
    for row in rows:
        try:
            good.append(model.model_validate(row.values))
        except ValidationError as error:
            for detail in error.errors():
                key = str(detail["loc"][0])
                report.add(row, key, _reason(key, detail["type"], detail["msg"], detail["input"]))
    return tuple(good)


def _reason(key: str, kind: str, message: str, value: object) -> str:
    if kind == "missing":
        return f'key "{key}" is missing'
    if kind == "extra_forbidden":
        return f'unknown key "{key}"'
    if kind == "too_short":
        return f'"{key}" is empty'
    wish = "should be a list" if kind == "tuple_type" else message.removeprefix("Input ")
    return f'"{key}" is {_shown(value)}, but {wish}'


def _windows(run: WindowRun) -> Iterator[Window]:
    for number in range(run.first, run.last + 1):
        yield Window(number, run.zone, run.lines, number in run.wheelchair)


# --- checks between rows: on what was written, so that one bad key doesn't hide other problems ----------


def _check_hours(rows: _Rows, report: _Report) -> None:
    seen: list[tuple[str, str, str, _Row]] = []
    for row in rows["hours"]:
        opens, closes = row.text("opens"), row.text("closes")
        if not (opens and closes and TIME.fullmatch(opens) and TIME.fullmatch(closes)):
            continue
        if closes <= opens:
            report.add(row, "closes", f"closes at {_shown(closes)}, which is not after {_shown(opens)}")
            continue
        for day in row.texts("days"):
            for other_day, other_opens, other_closes, other in seen:
                if day == other_day and opens < other_closes and other_opens < closes:
                    report.add(row, "days", f"{_shown(day)} overlaps the hours at line {report.line(other)}")
            seen.append((day, opens, closes, row))


_UNIQUE = {"zone": "code", "line": "prefix", "department": "code", "matter": "code", "theme": "code"}


def _check_unique(rows: _Rows, report: _Report) -> None:
    for table, key in _UNIQUE.items():
        first: dict[str, _Row] = {}
        for row in rows[table]:
            value = row.text(key)
            if value is None:
                continue
            if value in first:
                line = report.line(first[value])
                report.add(row, key, f"{key} {_shown(value)} is already used at line {line}")
            first.setdefault(value, row)


# table, key in it, table it points to
_REFERENCES = (
    ("line", "zone", "zone"),
    ("windows", "zone", "zone"),
    ("windows", "lines", "line"),
    ("department", "zone", "zone"),
    ("matter", "department", "department"),
    ("matter", "line", "line"),
    ("theme", "line", "line"),
    ("theme", "matters", "matter"),
)


def _check_references(rows: _Rows, report: _Report) -> None:
    for table, key, target in _REFERENCES:
        defined = {row.text(_UNIQUE[target]) for row in rows[target]}
        for row in rows[table]:
            single = row.text(key)
            names = row.texts(key) if single is None else [single]
            for name in names:
                if name not in defined:
                    report.add(row, key, f"{target} {_shown(name)} is not defined")
            for name in sorted({name for name in names if names.count(name) > 1}):
                report.add(row, key, f"{target} {_shown(name)} is named more than once")


def _check_windows(rows: _Rows, report: _Report) -> None:
    owners: dict[int, _Row] = {}
    for row in rows["windows"]:
        first, last = row.number("from"), row.number("to")
        if first is None or last is None or first < 1 or last > MAX_WINDOW_NUMBER:
            continue
        if last < first:
            report.add(row, "to", f"the run ends at {last}, before it begins at {first}")
            continue
        numbers = range(first, last + 1)
        for number in row.items("wheelchair"):
            if isinstance(number, int) and number not in numbers:
                report.add(row, "wheelchair", f"wheelchair window {number} is not in the run")
        taken = [number for number in numbers if number in owners]
        if taken:
            owner = report.line(owners[taken[0]])
            report.add(row, "from", f"window {taken[0]} is already in the run at line {owner}")
        owners.update((number, row) for number in numbers if number not in owners)


def _check_lines_are_served(rows: _Rows, report: _Report) -> None:
    served = {prefix for row in rows["windows"] for prefix in row.texts("lines")}
    for row in rows["line"]:
        prefix = row.text("prefix")
        if prefix is not None and prefix not in served:
            report.add(row, "prefix", "no window serves this line")
