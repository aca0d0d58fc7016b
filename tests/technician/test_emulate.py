"""`tinghao emulate` as a process: its address, its commands, its end."""

import signal
import socket
import subprocess
from pathlib import Path

import pytest

from tests.technician.conftest import Run, Start, say, until
from tinghao.drivers.families import Family
from tinghao.drivers.wires import SerialLink


def test_is_operated_by_typing(start: Start, tmp_path: Path) -> None:
    pty = tmp_path / "bell"
    process = start("emulate", "bell", "--pty", pty, "--fault", "noise")
    assert str(pty) in until(process.stdout, "呼叫铃模拟器")
    until(process.stdout, "| 已插上，故障：noise")
    wire = SerialLink(str(pty), 9600)
    say(process, "fault-noise")
    until(process.stdout, "| 已插上")
    say(process, "ring")
    assert wire.read(5) == b"R\n"
    say(process, "sing")
    until(process.stdout, "没有 sing 这个命令")
    say(process, "help")
    until(process.stdout, "ring")
    say(process, "face")
    until(process.stdout, "| 已插上")
    say(process, "unplug")
    until(process.stdout, "| 已拔下")
    assert not pty.is_symlink()
    say(process, "plug")
    until(process.stdout, "| 已插上")
    assert pty.is_symlink()
    say(process, "quit")
    assert process.wait(5) == 0
    assert not pty.is_symlink()
    wire.close()


@pytest.mark.parametrize("end", [signal.SIGTERM, signal.SIGINT])
def test_a_service_without_input_takes_its_link_away(start: Start, tmp_path: Path, end: int) -> None:
    process = start("emulate", "bell", stdin=subprocess.DEVNULL)
    until(process.stdout, "| 已插上")
    link = tmp_path / "tinghao/bell.pty"
    assert link.is_symlink()
    process.send_signal(end)
    assert process.wait(5) == 0
    assert not link.is_symlink()


def test_a_port_that_is_taken_is_told(bell: Family, run: Run) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        result = run("emulate", "bell", "--tcp", f"127.0.0.1:{port}")
    assert result.exit_code == 1
    assert f"端口 {port} 已被其他程序占用" in result.output


def test_a_pty_that_is_taken_is_left_alone(bell: Family, tmp_path: Path, run: Run) -> None:
    with bell.emulator(bell.port_in(tmp_path), None) as emulator:
        second = run("emulate", "bell", "--pty", emulator.address.path)
        assert (second.exit_code, "已有一台模拟设备在运行" in second.output) == (1, True)
        assert Path(emulator.address.path).is_symlink()
    other = tmp_path / "diary.txt"
    other.write_text("mine")
    third = run("emulate", "bell", "--pty", other)
    assert (third.exit_code, "不是模拟设备" in third.output) == (2, True)
    assert other.read_text() == "mine"


@pytest.mark.parametrize(
    ("words", "sentence"),
    [
        (["lamp"], "没有 lamp 这种设备，可用："),
        (["bell", "--fault", "fire"], "没有 fire 这种故障，可选：noise"),
        (["bell", "--tcp", "nowhere"], "缺少端口"),
        (["bell", "--tcp", "127.0.0.1:9", "--pty", "x"], "只能选一个"),
    ],
)
def test_what_was_typed_wrong_is_said(bell: Family, run: Run, words: list[str], sentence: str) -> None:
    result = run("emulate", *words)
    assert result.exit_code == 2
    assert sentence in result.output
