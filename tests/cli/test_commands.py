"""The command line: every mistake has a sentence that says what to do."""

import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest
from click.testing import Result
from typer.testing import CliRunner

from tinghao.cli import app
from tinghao.demo.make import HALLS

SECRET = "a secret of the test, long enough to pass"

Run = Callable[..., Result]


@pytest.fixture
def run(tmp_path: Path) -> Run:
    """Runs a command with settings of the test's own."""
    settings = {"TINGHAO_DATABASE": str(tmp_path / "tinghao.db"), "TINGHAO_SECRET": SECRET}

    def run_command(*words: str, **more: str) -> Result:
        return CliRunner().invoke(app, list(words), env={**settings, **more})

    return run_command


def test_help_tells_all(run: Run) -> None:
    shown = run("--help").output
    for command in (
        "serve",
        "kiosk",
        "workbench",
        "demo",
        "db",
        "hall",
        "station",
        "staff",
        "devices",
        "papers",
        "emulate",
    ):
        assert command in shown


def test_a_hall_is_set_up_by_commands(run: Run) -> None:
    assert run("db", "upgrade").exit_code == 0
    first = run("hall", "import", str(HALLS / "hengnan.toml")).output
    assert "added 1 hall: hengnan" in first
    assert "matter" in first
    assert run("hall", "import", str(HALLS / "hengnan.toml")).output == "nothing has changed\n"
    token = run("station", "add", "--hall", "hengnan", "--kind", "kiosk", "1号取号机").output.strip()
    assert token.startswith("st_")
    assert "1号取号机\tnever seen" in run("station", "list").output
    assert run("station", "revoke", "1").exit_code == 0
    assert "revoked" in run("station", "list").output
    words = ["--hall", "hengnan", "--badge", "7", "--password", "lucky-2026", "zhao", "赵敏"]
    assert run("staff", "add", *words).output == "added zhao\n"
    words = ["--hall", "hengnan", "--badge", "8", "--password", "lucky-2026", "--role", "guide", "qian", "钱"]
    assert run("staff", "add", *words).exit_code == 0
    assert run("staff", "list").output == "hengnan\tzhao\t赵敏\t7\tclerk\t-\nhengnan\tqian\t钱\t8\tguide\t-\n"
    words = ["--hall", "hengnan", "zhao", "--role", "manager", "--skill", "tax", "--skill", "realty"]
    assert run("staff", "change", *words).output == "changed zhao\n"
    assert "zhao\t赵敏\t7\tmanager\ttax realty\n" in run("staff", "list").output
    assert run("staff", "change", "--hall", "hengnan", "zhao", "--no-skills").exit_code == 0
    assert "zhao\t赵敏\t7\tmanager\t-\n" in run("staff", "list").output


@pytest.mark.parametrize(
    ("words", "sentence"),
    [
        (["hall", "import", "{hall}"], "tinghao db upgrade"),
        (["station", "list", "--config", "nowhere.toml"], "nowhere.toml: cannot be read: No such file"),
        (["hall", "check", "nowhere.toml"], "nowhere.toml"),
    ],
)
def test_what_is_missing_is_said(run: Run, words: list[str], sentence: str) -> None:
    result = run(*(word.format(hall=HALLS / "hengnan.toml") for word in words))
    assert result.exit_code != 0
    assert sentence in result.output + str(result.exception)
    assert "Traceback" not in result.output


@pytest.mark.parametrize(
    ("words", "sentence"),
    [
        (["serve"], "tinghao db upgrade"),
        (["kiosk", "--config", "nowhere.toml"], "nowhere.toml: "),
        (["workbench", "--config", "nowhere.toml"], "nowhere.toml: "),
    ],
)
def test_a_process_that_cannot_start_says_why(tmp_path: Path, words: list[str], sentence: str) -> None:
    settings = {**os.environ, "TINGHAO_DATABASE": str(tmp_path / "tinghao.db"), "TINGHAO_SECRET": SECRET}
    done = subprocess.run(
        [sys.executable, "-m", "tinghao", *words], env=settings, capture_output=True, text=True, check=False
    )
    assert done.returncode == 1
    assert sentence in done.stderr
    assert "Traceback" not in done.stderr


@pytest.mark.parametrize(
    ("words", "sentence"),
    [
        (["station", "add", "--hall", "hengnan", "--kind", "robot", "x"], "'robot' is no kind of station"),
        (["station", "add", "--hall", "atlantis", "--kind", "kiosk", "x"], "no hall with the code atlantis"),
        (["station", "revoke", "99"], "there is no station 99"),
        (
            ["staff", "add", "--hall", "atlantis", "--badge", "1", "--password", "lucky-2026", "a", "b"],
            "atlantis",
        ),
        (
            ["staff", "add", "--hall", "x", "--badge", "1", "--password", "p", "--role", "king", "a", "b"],
            "'king' is no role; choose one of clerk, guide, manager",
        ),
        (["staff", "change", "--hall", "hengnan", "zhao"], "nothing to change"),
        (["staff", "change", "--hall", "atlantis", "zhao", "--no-skills"], "atlantis"),
    ],
)
def test_what_does_not_fit_is_said(run: Run, words: list[str], sentence: str) -> None:
    run("db", "upgrade")
    result = run(*words)
    assert result.exit_code == 1
    assert sentence in result.output


def test_a_broken_definition_is_refused_with_file_line_and_reason(run: Run, tmp_path: Path) -> None:
    run("db", "upgrade")
    broken = tmp_path / "broken.toml"
    lines = (HALLS / "hengnan.toml").read_text("utf-8").splitlines()
    where = next(n for n, line in enumerate(lines) if line.startswith("[[matter]]"))
    line = next(n for n in range(where, len(lines)) if lines[n].startswith("department"))
    lines[line] = 'department = "atlantis"'
    broken.write_text("\n".join(lines), "utf-8")
    for command in ("check", "import"):
        result = run("hall", command, str(broken))
        assert result.exit_code == 1
        assert f"{broken}:{line + 1}: " in result.output
        assert "atlantis" in result.output


@pytest.mark.parametrize(
    ("setting", "value", "sentence"),
    [
        ("TINGHAO_SECRET", "short", "secret: "),
        ("TINGHAO_PORT", "99999", "port: "),
        ("TINGHAO_PORT", "x", "port: "),
    ],
)
def test_a_wrong_setting_is_named(run: Run, setting: str, value: str, sentence: str) -> None:
    result = run("db", "upgrade", **{setting: value})
    assert result.exit_code == 1
    assert sentence in result.output


def test_an_unknown_setting_is_refused(run: Run, tmp_path: Path) -> None:
    file = tmp_path / "server.toml"
    file.write_text("colour = 'red'\n")
    assert "colour: Extra inputs are not permitted" in run("db", "upgrade", "--config", str(file)).output
    file.write_text("colour = \n")
    assert "not valid TOML" in run("db", "upgrade", "--config", str(file)).output
