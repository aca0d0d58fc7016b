"""Among all families the right one answers, and asking does nothing to the others."""

import json
import threading
import time
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from pathlib import Path
from typing import NamedTuple

import pytest

from tests.technician.conftest import Run
from tinghao.drivers.address import Address
from tinghao.drivers.base import Driver
from tinghao.drivers.emulated import Emulator
from tinghao.drivers.face import Doors, Heard, LedPanel, Messages, Widget
from tinghao.drivers.families import Family, Say, families
from tinghao.drivers.links import Link
from tinghao.drivers.ports import TcpPort
from tinghao.technician import probing
from tinghao.technician.probing import Asked, ask, askable

FAMILIES = list(families().values())
PROBED = [family for family in FAMILIES if family.probe]
DONE_TO_IT = (Doors, Heard, LedPanel, Messages)


class Asking(NamedTuple):
    """What came of asking one emulator for every family, and what could be seen on it before and after."""

    outcomes: list[Asked]
    before: list[Widget]
    after: list[Widget]


def seen(emulator: Emulator) -> list[Widget]:
    return [widget for widget in emulator.face() if isinstance(widget, DONE_TO_IT)]


def ask_all(family: Family, folder: Path) -> Asking:
    with family.emulator(family.port_in(folder), None) as emulator:
        before = seen(emulator)
        outcomes = [ask(other, emulator.address) for other in askable(emulator.address, FAMILIES)]
        return Asking(outcomes, before, seen(emulator))


@pytest.fixture(scope="module")
def asked(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Asking]:
    """All at once: nearly all of the time is waiting for those that do not answer."""
    folder = tmp_path_factory.mktemp("emulated")
    with ThreadPoolExecutor(len(PROBED)) as pool:
        return dict(
            zip(
                [family.name for family in PROBED],
                pool.map(lambda family: ask_all(family, folder), PROBED),
                strict=True,
            )
        )


@pytest.mark.parametrize("family", PROBED, ids=lambda family: family.name)
def test_only_the_right_family_answers(family: Family, asked: dict[str, Asking]) -> None:
    answers = {outcome.family.name: outcome.answer for outcome in asked[family.name].outcomes}
    assert [name for name, answer in answers.items() if answer] == [family.name], answers


@pytest.mark.parametrize("family", PROBED, ids=lambda family: family.name)
def test_asking_does_nothing(family: Family, asked: dict[str, Asking]) -> None:
    """No door opens, no message goes out, nothing is shown or said."""
    assert asked[family.name].after == asked[family.name].before


def test_the_order_protects_printers() -> None:
    names = [family.name for family in askable(Address.parse("serial:/dev/ttyUSB0"), reversed(FAMILIES))]
    assert (names[0], names[-1]) == ("printer", "sms-modem")


@pytest.mark.parametrize("name", ["printer", "card-reader"])
def test_the_right_family_is_named_among_all(name: str, tmp_path: Path, run: Run) -> None:
    family = families()[name]
    port = TcpPort() if name == "printer" else family.port_in(tmp_path)
    with family.emulator(port, None) as emulator:
        result = run("devices", "probe", emulator.address)
    assert result.exit_code == 0
    assert f"{family.title}（{name}）应答：" in result.output.splitlines()[-1]


def test_is_told_to_scripts(bell: Family, tmp_path: Path, run: Run) -> None:
    with bell.emulator(bell.port_in(tmp_path), None) as emulator:
        told = json.loads(run("devices", "probe", emulator.address, "--family", "bell", "--json").output)
    assert (told["family"], told["answer"]) == ("bell", "一键呼叫铃")
    assert told["asked"] == [{"family": "bell", "refusal": ""}]


def test_nobody_is_told_and_is_an_exit_code(bell: Family, tmp_path: Path, run: Run) -> None:
    with bell.emulator(bell.port_in(tmp_path), None) as emulator:
        emulator.set_fault("silence")
        silent = run("devices", "probe", emulator.address, "--family", "bell")
        assert (silent.exit_code, silent.output) == (1, f"询问呼叫铃 …\n{probing.NOBODY}\n")
    gone = run("devices", "probe", emulator.address, "--family", "bell")
    assert gone.exit_code == 1
    assert "找不到串口" in gone.output
    assert run("devices", "probe", emulator.address).output.count("询问") == 1


@pytest.mark.parametrize(
    ("words", "sentence"),
    [
        (["probe", "ttyUSB0"], "ttyUSB0：地址应以 serial:"),
        (["probe", "tcp://10.0.0.8"], "缺少端口"),
        (["probe", "usb:0400:c35a", "--family", "bell"], "呼叫铃的地址应以 serial、tcp 开头"),
        (["probe", "tcp://10.0.0.8:1", "--family", "lamp"], "没有 lamp 这种设备"),
        (["probe", "usb:0400:c35a", "--family", "bell", "--json"], "呼叫铃的地址应以 serial、tcp 开头"),
        (["monitor", "wav:/tmp", "--family", "bell"], "呼叫铃的地址应以 serial、tcp 开头"),
        (["print-test", "tcp://10.0.0.8:1", "--columns", "40"], "48 或 32"),
    ],
)
def test_what_was_typed_wrong_is_said(bell: Family, run: Run, words: list[str], sentence: str) -> None:
    result = run("devices", *words)
    assert result.exit_code == 2
    assert sentence in result.output


class Chatter(Link):
    """A line that never ends to talk."""

    def read(self, timeout: float) -> bytes:
        threading.Event().wait(min(timeout, 0.01))
        return b"blah"

    def write(self, data: bytes) -> None:
        """Nobody listens."""

    def close(self) -> None:
        """Nothing to let go of."""


def test_a_question_ends(bell: Family, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(probing, "BUDGET", 0.2)

    def never_satisfied(link: Link) -> str:
        while True:
            link.read(1.0)

    def on_chatter(address: Address, say: Say) -> Driver:
        driver = bell.listening(address, say)
        driver.opener = Chatter
        return driver

    before = time.monotonic()
    outcome = ask(
        replace(bell, probe=never_satisfied, listening=on_chatter), Address.parse("serial:/dev/ttyUSB0")
    )
    assert time.monotonic() - before < 2
    assert (outcome.answer, "已放弃" in outcome.refusal) == (None, True)
