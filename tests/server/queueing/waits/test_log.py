"""The CSV of past tickets."""

import io
from pathlib import Path

import pytest

from tests.server.queueing.waits.simulation import simulated
from tinghao.server.queueing.waits.log import COLUMNS, LogError, read_log, write_log

HEADER = ",".join(COLUMNS)
GOOD = "A001,A,m,ordinary,2026-11-23T09:00:00+08:00,2026-11-23T09:05:00+08:00,,2026-11-23T09:10:00+08:00,finished,3"


@pytest.fixture
def file(tmp_path: Path) -> Path:
    return tmp_path / "log.csv"


def write(file: Path, *lines: str) -> Path:
    file.write_text("\n".join(lines) + "\n", "utf-8")
    return file


def test_what_is_written_can_be_read(file: Path) -> None:
    log = simulated(days=1, seed=1)
    stream = io.StringIO()
    assert write_log(stream, log) == len(log)
    file.write_text(stream.getvalue(), "utf-8")
    assert read_log(file) == (log, [])


def test_spreadsheets_mark_of_utf8_and_other_columns_do_no_harm(file: Path) -> None:
    file.write_text("\ufeff备注," + HEADER + "\r\n你好," + GOOD + "\r\n", "utf-8")
    [past], faults = read_log(file)
    assert faults == []
    assert past.window == "3"


def test_only_line_and_times_are_needed(file: Path) -> None:
    served = "A,2026-11-23T09:00,2026-11-23T09:05,2026-11-23T09:10"
    write(file, "line,issued_at,called_at,ended_at", served, "A,2026-11-23T09:01,,")
    (first, second), faults = read_log(file)
    assert faults == []
    assert (first.state, first.waited, first.priority) == ("finished", 5, "ordinary")
    assert (second.state, second.waited) == ("cancelled", None)


@pytest.mark.parametrize(
    ("change", "reason"),
    [
        (("09:05:00", "08:05:00"), "called_at is before issued_at"),
        (("09:10:00", "09:01:00"), "ended_at is before called_at"),
        (("2026-11-23T09:05", "23.11.2026 09:05"), "no ISO 8601 time"),
        (("A001,A", "A001,"), "line is empty"),
        (("finished", "lost"), "state 'lost' is none of"),
        (("09:05:00+08:00", "09:05:00"), "one time has a time zone and another has none"),
        (("2026-11-23T09:00:00+08:00", ""), "issued_at is empty"),
    ],
)
def test_a_wrong_row_is_left_out_and_told_by_its_line(
    file: Path, change: tuple[str, str], reason: str
) -> None:
    write(file, HEADER, GOOD, GOOD.replace(*change), GOOD)
    log, faults = read_log(file)
    assert len(log) == 2
    [fault] = faults
    assert fault.line_number == 3
    assert reason in fault.reason


def test_a_file_that_is_no_log_is_refused(file: Path) -> None:
    with pytest.raises(LogError, match="lacks line, issued_at"):
        read_log(write(file, "name,age", "x,3"))
    with pytest.raises(LogError, match="No such file"):
        read_log(file.with_name("nowhere.csv"))
    file.write_bytes(b"\xff\xfe\x00")
    with pytest.raises(LogError):
        read_log(file)


def test_times_with_and_without_zone_are_not_mixed(file: Path) -> None:
    with pytest.raises(LogError, match="time zone"):
        read_log(write(file, HEADER, GOOD, GOOD.replace("+08:00", "")))
