"""Checks of the rules of queueing: that each makes sense in itself and together with others."""

from itertools import pairwise

from tinghao.server.hall.definition.report import Report
from tinghao.server.hall.definition.written import WrittenRow, WrittenRows, shown
from tinghao.server.hall.queue_rules import QueueSettings


def _check_settings(rows: WrittenRows, report: Report) -> None:
    for row in rows["queue"]:
        if row.text("outside_hours") == "serve" and row.text("left_at_closing") == "cancel":
            report.add(
                row,
                "left_at_closing",
                "a hall that serves outside its hours cannot cancel tickets at closing",
            )
        limit = _number_or(row, "recall_limit")
        wanted = _number_or(row, "no_show_after_recalls")
        if 0 < limit < wanted:
            key = (
                "no_show_after_recalls" if row.number("no_show_after_recalls") is not None else "recall_limit"
            )
            report.add(row, key, f"no visitor is missed after {wanted} recalls when only {limit} are allowed")


def _number_or(row: WrittenRow, key: str) -> int:
    """A setting as written, or its default."""
    written = row.number(key)
    default: int = QueueSettings.model_fields[key].default
    return default if written is None else written


def _check_arrival(rows: WrittenRows, report: Report) -> None:
    for row in rows["arrival"]:
        oldest, youngest = row.number("when.age_below"), row.number("when.age_from")
        if oldest is not None and youngest is not None and oldest <= youngest:
            report.add(row, "when.age_below", f"nobody is {youngest} or older and younger than {oldest}")


def _check_calling(rows: WrittenRows, report: Report) -> None:
    for row in rows["calling"]:
        when = row.value("when")
        if isinstance(when, dict) and not {"longest_wait_over", "waiting_over"} & when.keys():
            report.add(row, "when", "name longest_wait_over, waiting_over or both")


def _check_profiles(rows: WrittenRows, report: Report) -> None:
    for row in rows["profile"]:
        ratio, lines = row.items("ratio"), row.items("lines")
        if row.text("choice") != "ratio":
            if ratio:
                report.add(row, "ratio", 'a ratio needs choice = "ratio"')
        elif len(ratio) != len(lines):
            report.add(row, "ratio", f"{len(ratio)} numbers for {len(lines)} lines")


def _check_plans(rows: WrittenRows, report: Report) -> None:
    for row in rows["plan"]:
        when = row.value("when")
        if not isinstance(when, dict):
            continue
        if not when:
            report.add(row, "when", "name a load (waiting_over) or a time (days, begins, ends)")
        elif {"lines", "for_minutes", "until_below"} & when.keys() and "waiting_over" not in when:
            report.add(row, "when", "a load needs waiting_over")
        over, below = row.number("when.waiting_over"), row.number("when.until_below")
        if over is not None and below is not None and below > over:
            report.add(row, "when.until_below", f"{below} is more than waiting_over, which is {over}")
        begins, ends = row.text("when.begins"), row.text("when.ends")
        if begins and ends and ends <= begins:
            report.add(row, "when.ends", f"ends at {shown(ends)}, which is not after {shown(begins)}")


def _check_limits(rows: WrittenRows, report: Report) -> None:
    first: dict[tuple[str, str], WrittenRow] = {}
    for row in rows["limit"]:
        if ("line" in row.values) == ("matter" in row.values):
            report.add(row, None, "name either a line or a matter")
            continue
        key = "line" if "line" in row.values else "matter"
        name = row.text(key)
        if name is None:
            continue
        if other := first.get((key, name)):
            report.add(row, key, f"{key} {shown(name)} already has a limit at line {report.line(other)}")
        first.setdefault((key, name), row)


def _check_journeys(rows: WrittenRows, report: Report) -> None:
    prefixes = {row.text("prefix") for row in rows["line"]}
    for row in rows["theme"]:
        steps = row.texts("steps")
        if row.value("together") is True and not steps:
            report.add(row, "together", "lines side by side need steps")
        for step in dict.fromkeys(steps):
            if step not in prefixes:
                report.add(row, "steps", f"line {shown(step)} is not defined")
        if steps:
            _check_order(row, steps, report)


def _check_order(row: WrittenRow, steps: list[str], report: Report) -> None:
    if len(steps) == 1:
        report.add(row, "steps", "a single step is no journey; leave steps out")
    if steps[0] != row.text("line"):
        report.add(
            row,
            "steps",
            f"the first step is {shown(steps[0])}, but the theme's line is {shown(row.text('line'))}",
        )
    if row.value("together") is True and len(set(steps)) < len(steps):
        report.add(row, "steps", "lines side by side can each be named once only")
    elif any(one == two for one, two in pairwise(steps)):
        report.add(row, "steps", "two steps in a row are in the same line")


ALL = (
    _check_settings,
    _check_arrival,
    _check_calling,
    _check_profiles,
    _check_plans,
    _check_limits,
    _check_journeys,
)
