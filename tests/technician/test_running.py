"""Reading, trying, listing with real drivers and emulated devices."""

import json
import signal
import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from functools import partial
from pathlib import Path

import pytest
from PIL import Image

from tests.technician.conftest import Run, Start, until
from tinghao.drivers.address import Address
from tinghao.drivers.base import Driver
from tinghao.drivers.emulated import Emulator
from tinghao.drivers.families import Family, Order, families
from tinghao.drivers.links import absent
from tinghao.drivers.printer.emulator import PrinterEmulator
from tinghao.drivers.printer.samples import SAMPLES
from tinghao.technician import finding, listing, probing, running

Print = Callable[[str], None]


def ring(emulator: Emulator) -> None:
    [button] = emulator.controls()
    button.do("")


def test_reads_as_many_as_it_is_told(bell: Family, tmp_path: Path, start: Start) -> None:
    with bell.emulator(bell.port_in(tmp_path), None) as emulator:
        process = start("devices", "read", emulator.address, "--family", "bell", "--count", "2")
        until(process.stdout, "■ 就绪")
        ring(emulator)
        until(process.stdout, "有人按铃")
        emulator.unplug()
        until(process.stdout, "■ 未连接")
        emulator.plug()
        until(process.stdout, "■ 就绪")
        ring(emulator)
        until(process.stdout, "有人按铃")
        assert process.wait(5) == 0


def test_ctrl_c_ends_quietly(bell: Family, tmp_path: Path, start: Start) -> None:
    with bell.emulator(bell.port_in(tmp_path), None) as emulator:
        process = start("devices", "monitor", emulator.address, "--family", "bell", stderr=-1)
        until(process.stdout, "■ 就绪")
        process.send_signal(signal.SIGINT)
        assert process.communicate(timeout=5)[1] == ""
        assert process.returncode == 0


def test_waits_no_longer_than_it_is_told(bell: Family, tmp_path: Path, run: Run) -> None:
    with bell.emulator(bell.port_in(tmp_path), None) as emulator:
        result = run("devices", "read", emulator.address, "--family", "bell", "--timeout", "0.8")
    assert (result.exit_code, result.output) == (1, "■ 正在连接\n■ 就绪\n")  # a bell that nobody rings


def test_a_device_that_is_not_there_is_told(bell: Family, tmp_path: Path, run: Run) -> None:
    for command in ("read", "monitor"):
        words = ("devices", command, f"serial:{tmp_path}/none", "--family", "bell", "--timeout", "0.8")
        result = run(*words)
        assert result.exit_code == 1
        assert "■ 未连接：找不到串口" in result.output


def test_who_answers_is_read_and_a_scanner_if_nobody_does(
    bell: Family, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    scanner = families()["scanner"]
    monkeypatch.setattr(probing, "families", lambda: {"bell": bell, "scanner": replace(scanner, probe=None)})
    with bell.emulator(bell.port_in(tmp_path), None) as emulator:
        chosen = probing.answering_or_scanner(emulator.address, lambda _: None)
        assert chosen is bell
        emulator.set_fault("silence")
        chosen = probing.answering_or_scanner(emulator.address, lambda _: None)
        assert chosen
        assert chosen.name == "scanner"


def test_tries_a_device_that_is_ready(bell: Family, tmp_path: Path) -> None:
    def works(_: Driver, say: Print) -> None:
        say("响了一声")

    def breaks(_: Driver, say: Print) -> None:
        raise absent("断了")

    def try_out(trial: Callable[[Driver, Print], None]) -> tuple[bool, list[str]]:
        lines: list[str] = []
        good = running.try_out(partial(bell.listening, emulator.address), trial, lines.append)
        return good, lines

    with bell.emulator(bell.port_in(tmp_path), None) as emulator:
        assert try_out(works) == (True, ["■ 正在连接", "■ 就绪", "响了一声"])
        assert try_out(breaks) == (False, ["■ 正在连接", "■ 就绪", "■ 未连接：断了"])


def test_does_not_try_what_never_gets_ready(
    bell: Family, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(running, "READY_BUDGET", 0.2)
    lines: list[str] = []
    with bell.emulator(bell.port_in(tmp_path), None) as emulator:
        emulator.set_fault("silence")
        tried: list[Driver] = []
        assert not running.try_out(
            partial(bell.listening, emulator.address), lambda it, _: tried.append(it), lines.append
        )
    assert (tried, lines) == ([], ["■ 正在连接"])


def _ring_so_often(_: Driver, text: str, say: Print) -> bool:
    say(f"响了 {int(text)} 声")
    return int(text) < 10


TALKING = Order("几声", "How often", _ring_so_often)


@pytest.mark.parametrize(("text", "good"), [("3", True), ("10", False)])
def test_tells_a_device_what_was_typed(bell: Family, tmp_path: Path, text: str, good: bool) -> None:
    lines: list[str] = []
    with bell.emulator(bell.port_in(tmp_path), None) as emulator:
        trial = running.told(replace(bell, order=TALKING), text)
        assert trial
        assert running.try_out(partial(bell.listening, emulator.address), trial, lines.append) == good
    assert lines[-1] == f"响了 {text} 声"
    assert running.told(bell, text) is None


def test_a_text_that_means_nothing_is_refused(
    bell: Family, tmp_path: Path, run: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(families(), bell.name, replace(bell, order=TALKING))
    with bell.emulator(bell.port_in(tmp_path), None) as emulator:
        result = run("devices", "try", emulator.address, "--family", "bell", "--text", "许多")
    assert result.exit_code == 2
    assert "应填：几声" in result.output


def test_tells_what_was_heard_during_a_trial(bell: Family, tmp_path: Path) -> None:
    heard = threading.Event()

    def listening(address: Address, say: Print) -> Driver:
        def both(text: str) -> None:
            say(text)
            heard.set()

        return bell.listening(address, both)

    lines: list[str] = []
    with bell.emulator(bell.port_in(tmp_path), None) as emulator:

        def trial(_: Driver, say: Print) -> bool:
            ring(emulator)
            return heard.wait(5)

        assert running.try_out(partial(listening, emulator.address), trial, lines.append)
    assert lines[-1] == "有人按铃"


def test_a_family_without_a_trial_says_so(bell: Family, run: Run) -> None:
    result = run("devices", "try", "serial:/dev/ttyUSB0", "--family", "bell")
    assert result.exit_code == 1
    assert "没有可试的动作" in result.output


def test_running_emulators_are_listed_and_asked(
    bell: Family, tmp_path: Path, run: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(listing, "everything", lambda folder: list(finding.emulated(folder)))
    monkeypatch.setattr(probing, "families", lambda: {"bell": bell})
    with bell.emulator(bell.port_in(tmp_path / "tinghao"), None) as emulator:
        shown = run("devices", "list", "--probe")
        assert shown.output.splitlines() == [
            str(emulator.address),
            "    模拟设备",
            "    可能是 呼叫铃（bell）",
            "    应答：呼叫铃（bell）一键呼叫铃",
        ]
        [told] = json.loads(run("devices", "list", "--probe", "--json").output)
        assert (told["address"], told["answer"]) == (str(emulator.address), "呼叫铃（bell）一键呼叫铃")
    assert run("devices", "list").output == listing.NOTHING + "\n"


def test_prints_a_page_and_tells_whether_it_came_out(run: Run) -> None:
    with PrinterEmulator() as emulator:
        for columns in ("48", "32"):
            result = run("devices", "print-test", emulator.address, "--columns", columns)
            assert (result.exit_code, "已出票" in result.output) == (0, True)
        emulator.paper_out()
        result = run("devices", "print-test", emulator.address)
        assert (result.exit_code, "没有出票：缺纸" in result.output) == (1, True)
        assert len(emulator.papers) == 2
        wide, narrow = emulator.papers
        assert wide.text != narrow.text


def test_prints_the_samples_of_all_papers(run: Run, tmp_path: Path) -> None:
    (tmp_path / "ticket.paper").write_text("2倍 | 我厅的号票 {number}\n", encoding="utf-8")
    with PrinterEmulator() as emulator:
        for paper in SAMPLES:
            result = run("devices", "print-test", emulator.address, "--paper", paper, "--templates", tmp_path)
            assert (result.exit_code, "已出票" in result.output) == (0, True)
        assert len(emulator.papers) == len(SAMPLES)
        assert "我厅的号票" in emulator.papers[0].text


@pytest.mark.parametrize("columns", ["48", "32"])
def test_draws_a_paper_without_a_printer(run: Run, tmp_path: Path, columns: str) -> None:
    out = tmp_path / "receipt.png"
    assert run("papers", "preview", "receipt", "--columns", columns, "--out", out).exit_code == 0
    assert Image.open(out).width == int(columns) * 12 + 48


def test_a_halls_papers_are_checked(run: Run, tmp_path: Path) -> None:
    good = run("papers", "check", tmp_path)
    assert (good.exit_code, good.output) == (0, "没有错误\n")
    (tmp_path / "list.paper").write_text("行 | {nobody}\n", encoding="utf-8")
    bad = run("papers", "check", tmp_path)
    assert bad.exit_code == 1
    assert "list.paper 第 1 行" in bad.output
    assert run("papers", "check", tmp_path / "nowhere").exit_code == 2
    assert run("papers", "preview", "poster", "--out", tmp_path / "x.png").exit_code == 2


def test_a_folder_of_papers_that_is_not_there_is_refused(run: Run, tmp_path: Path) -> None:
    nowhere, out = tmp_path / "nowhere", tmp_path / "ticket.png"
    previewed = run("papers", "preview", "ticket", "--out", out, "--templates", nowhere)
    printed = run("devices", "print-test", "tcp://127.0.0.1:1", "--templates", nowhere)
    assert (previewed.exit_code, printed.exit_code) == (2, 2)
    assert f"没有 {nowhere} 这个文件夹" in previewed.output.replace("\n", "")
    assert not out.exists()


def test_every_family_can_be_watched(tmp_path: Path) -> None:
    def watched(family: Family) -> list[str]:
        lines: list[str] = []
        with family.emulator(family.port_in(tmp_path), None) as emulator:
            assert running.monitor(family, emulator.address, lines.append, 2.0), family.name
        return lines

    with ThreadPoolExecutor(len(families())) as pool:
        shown = dict(zip(families(), pool.map(watched, families().values()), strict=True))
    for name, lines in shown.items():
        assert "■ 就绪" in [line[:4] for line in lines], name
        frames = [at for at, line in enumerate(lines) if line[13:14] in ("→", "←")]
        assert all(any(row[:15].isspace() for row in lines[at + 1 : at + 4]) for at in frames[:1]), name
    assert sum(any(line[13:14] == "←" for line in lines) for lines in shown.values()) >= 6


def test_devices_are_tried_as_they_are_installed(run: Run, tmp_path: Path) -> None:
    locker = families()["locker"].with_settings({"boards": "2:12"})
    with locker.emulator(locker.port_in(tmp_path), None) as emulator:
        opened = run(
            "devices", "try", emulator.address, "--family", "locker", "--set", "boards=2:12", "--text", "2-12"
        )
        assert (opened.exit_code, "2 的 12 号门：门已打开" in opened.output) == (0, True)
    wrong = run("devices", "monitor", emulator.address, "--family", "locker", "--set", "boards=40")
    assert (wrong.exit_code, "应写板号:锁数" in wrong.output) == (2, True)
