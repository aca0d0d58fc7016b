"""`tinghao waits …`"""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from click.testing import Result
from typer.testing import CliRunner

from tests.server.queueing.waits.house import House
from tests.server.queueing.waits.simulation import simulated
from tinghao.cli import app
from tinghao.server.queueing.waits.log import read_log, write_log

SECRET = "a secret of the test, long enough to pass"
MORNING = datetime(2026, 11, 23, 1, 0, tzinfo=UTC)  # 9:00 in the hall
MINUTE = timedelta(minutes=1)
NAME, DIGEST, TAIL = "王小明", "0123456789abcdef", "123X"
WAIT = {"wait_estimate": 9.0, "wait_low": 8.0, "wait_high": 11.0}

Run = Callable[..., Result]


@pytest.fixture
def run(house: House) -> Run:
    """Runs a command on the house's database."""
    url = house.store.engine.url.render_as_string(hide_password=False)
    settings = {"TINGHAO_DATABASE": url, "TINGHAO_SECRET": SECRET}
    return lambda *words: CliRunner().invoke(app, ["waits", *map(str, words)], env=settings)


@pytest.fixture
def past(house: House) -> House:
    """Two days, with what nobody else may know."""
    who = {"visitor_name": NAME, "visitor_digest": DIGEST, "visitor_tail": TAIL, "remark": NAME}
    for day in range(2):
        for n in range(3):
            issued = MORNING + timedelta(days=day, minutes=n)
            house.put(issued, issued + 10 * MINUTE, issued + 15 * MINUTE, "finished", window=3, **who, **WAIT)
    house.put(MORNING, None, MORNING + 5 * MINUTE, "cancelled", **who)
    house.put(MORNING + timedelta(days=1))
    return house


def test_the_past_is_exported_without_anything_personal(past: House, run: Run, tmp_path: Path) -> None:
    file = tmp_path / "log.csv"
    result = run("export", "--hall", "hengnan", file)
    assert result.output == f"7 tickets written to {file}\n"
    log, faults = read_log(file)
    assert faults == []
    assert len(log) == 7
    assert {(ticket.line, ticket.window, ticket.waited) for ticket in log} == {
        ("A", "3", 10.0),
        ("A", None, None),
    }
    assert log[0].issued_at.isoformat() == "2026-11-23T09:00:00+08:00"
    for personal in (NAME, DIGEST, TAIL):
        assert personal not in file.read_text("utf-8")


def test_days_are_chosen_and_the_screen_will_do(past: House, run: Run) -> None:
    shown = run("export", "--hall", "hengnan", "--from", "2026-11-24", "--to", "2026-11-24", "-").output
    assert len(shown.splitlines()) == 1 + 3
    assert "2026-11-23T" not in shown


def test_kept_scores_are_shown(past: House, run: Run) -> None:
    assert "no day has been scored yet" in run("scores", "--hall", "hengnan").output
    past.tick(MORNING + timedelta(days=2))
    header, first, second = run("scores", "--hall", "hengnan").output.splitlines()
    assert header.split() == ["day", "line", "tickets", "MAE", "bias", "<=low", "<=high"]
    assert first.split() == ["2026-11-23", "A", "3", "2.0", "-2.0", "0%", "100%"]
    assert second.startswith("2026-11-24")
    assert len(run("scores", "--hall", "hengnan", "--from", "2026-11-24").output.splitlines()) == 2


def test_a_log_is_replayed_beside_the_simple_methods(tmp_path: Path) -> None:
    file = tmp_path / "log.csv"
    with file.open("w", encoding="utf-8") as stream:
        write_log(stream, simulated(days=2, seed=1))
        stream.write("A001,A,m,ordinary,yesterday,,,,,\n")
    result = CliRunner().invoke(app, ["waits", "replay", str(file)])
    assert result.exit_code == 0, result.output
    assert "issued_at 'yesterday' is no ISO 8601 time" in result.output
    assert "1 rows left out" in result.output
    rows = [row.split() for row in result.stdout.splitlines() if row.startswith(("all", "A ", "B "))]
    assert [row[1] for row in rows] == ["ours", "constant", "last", "LES", "position"] * 3
    assert {row[0] for row in rows} == {"all", "A", "B"}


def test_a_hall_brings_its_own_rules_and_minutes(run: Run, tmp_path: Path) -> None:
    file = tmp_path / "log.csv"
    with file.open("w", encoding="utf-8") as stream:
        write_log(stream, simulated(days=1, seed=1))
    own = run("replay", file, "--hall", "hengnan")
    assert own.exit_code == 0, own.output
    assert own.output != run("replay", file).output


@pytest.mark.parametrize(
    ("words", "sentence"),
    [
        (("replay", "nowhere.csv"), "nowhere.csv: "),
        (("export", "--hall", "atlantis", "x.csv"), "no hall with the code atlantis"),
        (("export", "--hall", "hengnan", "/nowhere/x.csv"), "/nowhere/x.csv: No such file"),
        (("scores", "--hall", "atlantis"), "no hall with the code atlantis"),
    ],
)
def test_what_does_not_work_is_said(run: Run, words: tuple[str, ...], sentence: str) -> None:
    result = run(*words)
    assert result.exit_code == 1
    assert sentence in result.output


def test_a_log_of_nobody_has_nothing_to_compare(tmp_path: Path) -> None:
    file = tmp_path / "log.csv"
    file.write_text("line,issued_at,called_at,ended_at\n", "utf-8")
    result = CliRunner().invoke(app, ["waits", "replay", str(file)])
    assert result.exit_code == 1
    assert "nothing to compare" in result.output
