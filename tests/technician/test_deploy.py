"""The udev rules are rules, and the script that installs them does what is missing and no more."""

import os
import re
import subprocess
from pathlib import Path

import pytest

DEPLOY = Path(__file__).parents[2] / "deploy"
RULES = DEPLOY / "70-tinghao.rules"
SETUP = DEPLOY / "setup-devices"

MATCHES = {"SUBSYSTEM", "KERNEL", "ENV", "ATTR", "ATTRS"}
ASSIGNMENTS = {"GROUP", "MODE", "SYMLINK", "ENV"}
PART = re.compile(r'([A-Z]+)(?:\{([A-Za-z_]+)\})?(==|!=|\+=|=)"([^"\\]*)"')

STUBS = {
    "id": 'case $1 in -u) echo 0 ;; -nG) cat "$STATE/groups" ;; esac',
    "getent": 'grep -qx "$1:$2" "$STATE/known"',
    "useradd": 'for account; do :; done; echo "passwd:$account" >> "$STATE/known"',
    "groupadd": 'echo "group:$2" >> "$STATE/known"',
    "usermod": 'echo "$2" >> "$STATE/groups"',
}


def rules() -> list[str]:
    """Those in force and those that wait for a technician to fill them in."""
    lines = [line.removeprefix("#") for line in RULES.read_text().splitlines()]
    return [line for line in lines if line.startswith("SUBSYSTEM")]


def test_each_rule_is_one() -> None:
    assert len(rules()) == 10
    for rule in rules():
        parts = [PART.fullmatch(part.strip()) for part in rule.split(",")]
        assert all(parts), rule
        used = [part.groups() for part in parts if part]
        for key, attribute, operator, value in used:
            assert key in (MATCHES if operator in ("==", "!=") else ASSIGNMENTS), rule
            assert bool(attribute) == key.startswith(("ENV", "ATTR")), rule
            assert key != "MODE" or re.fullmatch(r"0[0-7]{3}", value), rule
            assert key != "GROUP" or value in ("dialout", "lp", "input", "audio"), rule
        operators = [operator for _, _, operator, _ in used]
        assert operators == sorted(operators, key=lambda operator: operator not in ("==", "!=")), rule
        assert {"==", "="} <= set(operators) or "+=" in operators, rule


def test_all_other_lines_are_comments() -> None:
    lines = RULES.read_text().splitlines()
    assert all(line.startswith(("#", "SUBSYSTEM==")) or not line for line in lines)


@pytest.fixture
def machine(tmp_path: Path) -> dict[str, str]:
    """The environment of a machine whose accounts are files."""
    programs = tmp_path / "bin"
    programs.mkdir()
    for name, body in STUBS.items():
        (programs / name).write_text(f"#!/bin/sh\n{body}\n")
        (programs / name).chmod(0o755)
    (tmp_path / "groups").write_text("")
    (tmp_path / "known").write_text("group:dialout\ngroup:lp\ngroup:input\n")
    return {
        "PATH": f"{programs}:{os.environ['PATH']}",
        "STATE": str(tmp_path),
        "DESTDIR": str(tmp_path / "root"),
    }


def setup(machine: dict[str, str], *words: str) -> "subprocess.CompletedProcess[str]":
    return subprocess.run(
        ["sh", str(SETUP), *words], env=machine, capture_output=True, text=True, check=False
    )


def actions(output: str) -> list[str]:
    return [line.partition("：")[2] for line in output.splitlines() if "执行：" in line]


def test_a_dry_run_tells_and_does_nothing(machine: dict[str, str]) -> None:
    told = setup(machine, "--dry-run", "kiosk")
    rules_file = f"{machine['DESTDIR']}/etc/udev/rules.d/70-tinghao.rules"
    assert told.returncode == 0
    assert [action for action in actions(told.stdout) if "udevadm" not in action] == [
        "useradd --system --user-group --shell /usr/sbin/nologin kiosk",
        "usermod -aG dialout kiosk",
        "usermod -aG lp kiosk",
        "usermod -aG input kiosk",
        "groupadd --system audio",
        "usermod -aG audio kiosk",
        f"install -D -m 644 {RULES} {rules_file}",
    ]
    assert not Path(rules_file).exists()
    assert (Path(machine["STATE"]) / "groups").read_text() == ""


def test_a_second_run_finds_nothing_to_do(machine: dict[str, str], tmp_path: Path) -> None:
    no_udev = machine | {"PATH": f"{tmp_path / 'bin'}:{tools_without_udev(tmp_path)}"}
    assert len(actions(setup(no_udev, "kiosk").stdout)) == 7
    assert (tmp_path / "root/etc/udev/rules.d/70-tinghao.rules").read_text() == RULES.read_text()
    again = setup(no_udev, "kiosk")
    assert (again.returncode, actions(again.stdout)) == (0, [])


def tools_without_udev(tmp_path: Path) -> Path:
    """Never reloads the rules of the machine that runs the tests."""
    tools = tmp_path / "tools"
    tools.mkdir(exist_ok=True)
    for name in ("sh", "dirname", "tr", "grep", "cmp", "install", "cat"):
        [found] = [folder for folder in ("/bin", "/usr/bin") if Path(folder, name).exists()][-1:]
        (tools / name).symlink_to(Path(found, name))
    return tools


@pytest.mark.parametrize("words", [("--fast",), ("one", "two")])
def test_what_it_does_not_know_it_does_not_do(machine: dict[str, str], words: tuple[str, ...]) -> None:
    refused = setup(machine, *words)
    assert (refused.returncode, refused.stdout) == (2, "")
    assert "用法" in refused.stderr


def test_needs_root(machine: dict[str, str], tmp_path: Path) -> None:
    (tmp_path / "bin/id").write_text("#!/bin/sh\necho 1000\n")
    refused = setup(machine, "kiosk")
    assert (refused.returncode, refused.stdout) == (1, "")
    assert "root" in refused.stderr
