"""The command `tinghao rehearse`, and what it prints."""

from collections.abc import Mapping
from functools import partial

import pytest
from typer.testing import CliRunner

from tests.rehearsal.small import shorter
from tinghao.cli import app
from tinghao.rehearsal import report, scenarios
from tinghao.rehearsal.tables import table, width


@pytest.fixture(autouse=True)
def short_days(monkeypatch: pytest.MonkeyPatch) -> None:
    """Nobody comes after half past nine, and the county hall is a tenth of one."""
    for name, scenario in (
        ("zones", scenarios.zones),
        ("priority", scenarios.priority),
        ("county", partial(scenarios.county, scale=0.1)),
    ):
        monkeypatch.setattr(
            scenarios, name, lambda *given, make=scenario, **named: shorter(make(*given, **named), "09:20")
        )


def said(*arguments: str) -> tuple[int, str]:
    """What the command prints, and its exit code."""
    done = CliRunner().invoke(app, ["rehearse", *arguments])
    assert done.exception is None or isinstance(done.exception, SystemExit), done.output
    return done.exit_code, done.output


def test_zones_are_compared() -> None:
    code, text = said()
    assert code == 0
    for name in scenarios.ZONES:
        assert name in text
    assert "mean 平均" in text


def test_priorities_are_compared_and_the_guarantee_is_told() -> None:
    code, text = said("--scenario", "priority", "--seed", "3")
    assert code == 0
    assert "seed 3: guarantee missed 承诺未兑现 0" in text


def test_days_of_a_county_hall_are_told() -> None:
    code, text = said("--scenario", "day", "--days", "2")
    assert code == 0
    assert "2026-11-23" in text
    assert "2026-11-24" in text
    assert "told waits" in text


def test_what_must_not_be_ends_with_1(monkeypatch: pytest.MonkeyPatch) -> None:
    broken: Mapping[str, report.Report] = {"zones": lambda seed, days, say: False}
    monkeypatch.setattr(report, "SCENARIOS", broken)
    assert said()[0] == 1


def test_columns_stand_below_each_other_in_chinese_too() -> None:
    lines = table(("", "mean 平均", "P95"), [("全部 all", "1.0", "20.5"), ("A", "10.0", "3")]).splitlines()
    assert [width(line) for line in lines] == [width(lines[0])] * 3
    assert lines[1].endswith("       1.0  20.5")
