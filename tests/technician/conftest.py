"""The call bell of docs/devices/new-family.md as a family, and the command line to try on it."""

import os
import re
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import IO, Any

import pytest
from click.testing import Result
from typer.testing import CliRunner

import tinghao.drivers
from tests.drivers.conftest import Heard
from tinghao.cli import app
from tinghao.drivers.families import Family, families

PAGE = Path(__file__).parents[2] / "docs/devices/new-family.md"

Run = Callable[..., Result]
Start = Callable[..., "subprocess.Popen[str]"]

WITH_MORE_FAMILIES = (
    "import sys, tinghao.drivers; tinghao.drivers.__path__.append(sys.argv.pop(1));"
    "from tinghao.cli import main; main()"
)


@pytest.fixture
def hear() -> type[Heard]:
    return Heard


@pytest.fixture
def run(tmp_path: Path) -> Run:
    """Runs a command in this process."""

    def run_command(*words: object) -> Result:
        runner = CliRunner(env={"XDG_RUNTIME_DIR": str(tmp_path)})
        return runner.invoke(app, [str(word) for word in words])

    return run_command


@pytest.fixture
def bell_folder(tmp_path: Path) -> Path:
    """A folder that holds the package `bell`, made exactly as the page says."""
    package = tmp_path / "more" / "bell"
    package.mkdir(parents=True)
    (package / "__init__.py").touch()
    [code] = re.findall(r"```python\n(.*?)```", PAGE.read_text(), re.DOTALL)
    (package / "family.py").write_text(code)
    return package.parent


@pytest.fixture
def bell(bell_folder: Path) -> Iterator[Family]:
    path = tinghao.drivers.__path__
    path.append(str(bell_folder))
    families.cache_clear()
    try:
        yield families()["bell"]
    finally:
        path.remove(str(bell_folder))
        families.cache_clear()
        for module in [name for name in sys.modules if name.startswith("tinghao.drivers.bell")]:
            del sys.modules[module]


@pytest.fixture
def start(tmp_path: Path, bell_folder: Path) -> Iterator[Start]:
    """Starts a command that knows the call bell, too."""
    processes = []

    def start_command(*words: object, **how: Any) -> "subprocess.Popen[str]":
        process = subprocess.Popen(
            [sys.executable, "-c", WITH_MORE_FAMILIES, str(bell_folder), *map(str, words)],
            **{"stdin": subprocess.PIPE, "stdout": subprocess.PIPE, "text": True, **how},
            env={**os.environ, "XDG_RUNTIME_DIR": str(tmp_path)},
        )
        processes.append(process)
        return process

    yield start_command
    for process in processes:
        process.kill()
        process.communicate()


def until(output: IO[str] | None, wanted: str) -> str:
    assert output
    for line in output:
        if wanted in line:
            return line
    raise AssertionError(f"{wanted} was never said")


def say(process: "subprocess.Popen[str]", command: str) -> None:
    assert process.stdin
    process.stdin.write(command + "\n")
    process.stdin.flush()
