"""Checks between the rows of a hall: on what was written, so that one bad key doesn't hide other problems."""

from tinghao.server.hall.definition.report import Report
from tinghao.server.hall.definition.written import WrittenRow, WrittenRows, shown
from tinghao.server.hall.queue_rules import DEFAULT_PRIORITIES
from tinghao.server.hall.values import MAX_WINDOW_NUMBER, TIME


def _check_hours(rows: WrittenRows, report: Report) -> None:
    seen: list[tuple[str, str, str, WrittenRow]] = []
    for row in rows["hours"]:
        opens, closes = row.text("opens"), row.text("closes")
        if not (opens and closes and TIME.fullmatch(opens) and TIME.fullmatch(closes)):
            continue
        if closes <= opens:
            report.add(row, "closes", f"closes at {shown(closes)}, which is not after {shown(opens)}")
            continue
        for day in row.texts("days"):
            for other_day, other_opens, other_closes, other in seen:
                if day == other_day and opens < other_closes and other_opens < closes:
                    report.add(row, "days", f"{shown(day)} overlaps the hours at line {report.line(other)}")
            seen.append((day, opens, closes, row))


_UNIQUE = {
    "zone": "code",
    "line": "prefix",
    "department": "code",
    "matter": "code",
    "theme": "code",
    "priority": "code",
    "arrival": "name",
    "calling": "name",
    "profile": "code",
    "plan": "code",
}


def _check_unique(rows: WrittenRows, report: Report) -> None:
    for table, key in _UNIQUE.items():
        _check_unique_among(rows[table], key, report)
    # A ticket names what it is for by the code alone.
    matters = {row.text("code"): row for row in rows["matter"] if row.text("code") is not None}
    for row in rows["theme"]:
        if other := matters.get(row.text("code")):
            report.add(
                row, "code", f"code {shown(row.text('code'))} is already used at line {report.line(other)}"
            )


def _check_unique_among(rows: list[WrittenRow], key: str, report: Report) -> None:
    first: dict[str, WrittenRow] = {}
    for row in rows:
        value = row.text(key)
        if value is None:
            continue
        if value in first:
            line = report.line(first[value])
            report.add(row, key, f"{key} {shown(value)} is already used at line {line}")
        first.setdefault(value, row)


# table, key in it, what it points to
_REFERENCES = (
    ("line", "zone", "zone"),
    ("windows", "zone", "zone"),
    ("windows", "lines", "line"),
    ("department", "zone", "zone"),
    ("matter", "department", "department"),
    ("matter", "line", "line"),
    ("theme", "line", "line"),
    ("theme", "matters", "matter"),
    ("arrival", "when.matters", "matter or theme"),
    ("arrival", "when.lines", "line"),
    ("arrival", "when.departments", "department"),
    ("arrival", "then.line", "line"),
    ("arrival", "then.priority", "priority"),
    ("calling", "when.lines", "line"),
    ("calling", "lines", "line"),
    ("profile", "lines", "line"),
    ("profile", "skills", "skill"),
    ("plan", "windows", "window"),
    ("plan", "profile", "profile"),
    ("plan", "when.lines", "line"),
    ("limit", "line", "line"),
    ("limit", "matter", "matter or theme"),
)


def _check_references(rows: WrittenRows, report: Report) -> None:
    for table, key, target in _REFERENCES:
        defined = _defined(rows, target)
        for row in rows[table]:
            single = row.text(key)
            names: list[str | int] = [*row.texts(key), *row.numbers(key)] if single is None else [single]
            for name in names:
                if name not in defined:
                    report.add(row, key, f"{target} {shown(name)} is not defined")
            for name in dict.fromkeys(name for name in names if names.count(name) > 1):
                report.add(row, key, f"{target} {shown(name)} is named more than once")


def _defined(rows: WrittenRows, target: str) -> set[str | int | None]:
    """All names of one kind that the file defines."""
    if target == "window":
        return {number for row in rows["windows"] for number in _numbers(row)}
    if target == "skill":
        return {row.text("skill") for row in rows["matter"]}
    if target == "matter or theme":
        return _defined(rows, "matter") | _defined(rows, "theme")
    if target == "priority" and not rows["priority"]:
        return {priority.code for priority in DEFAULT_PRIORITIES}
    return {row.text(_UNIQUE[target]) for row in rows[target]}


def _numbers(row: WrittenRow) -> range:
    """The windows of a run; none if its ends make no sense."""
    first, last = row.number("from"), row.number("to")
    if first is None or last is None or first < 1 or last > MAX_WINDOW_NUMBER:
        return range(0)
    return range(first, last + 1)


def _check_windows(rows: WrittenRows, report: Report) -> None:
    owners: dict[int, WrittenRow] = {}
    for row in rows["windows"]:
        first, last = row.number("from"), row.number("to")
        if first is not None and last is not None and last < first:
            report.add(row, "to", f"the run ends at {last}, before it begins at {first}")
        numbers = _numbers(row)
        if not numbers:
            continue
        for number in row.items("wheelchair"):
            if isinstance(number, int) and number not in numbers:
                report.add(row, "wheelchair", f"wheelchair window {number} is not in the run")
        taken = [number for number in numbers if number in owners]
        if taken:
            owner = report.line(owners[taken[0]])
            report.add(row, "from", f"window {taken[0]} is already in the run at line {owner}")
        owners.update((number, row) for number in numbers if number not in owners)


def _check_lines_are_served(rows: WrittenRows, report: Report) -> None:
    served = {prefix for row in rows["windows"] for prefix in row.texts("lines")}
    for row in rows["line"]:
        prefix = row.text("prefix")
        if prefix is not None and prefix not in served:
            report.add(row, "prefix", "no window serves this line")


ALL = (_check_hours, _check_unique, _check_references, _check_windows, _check_lines_are_served)
