"""The page that says how to add a family is right: one made exactly so is found, probed, emulated and monitored."""

from pathlib import Path

from tests.drivers import test_families
from tests.drivers.conftest import Heard
from tests.technician.conftest import PAGE, Run
from tinghao.drivers.families import Family
from tinghao.technician.running import monitor


def test_the_page_is_one_screen() -> None:
    assert len(PAGE.read_text().splitlines()) <= 55


def test_it_passes_what_every_family_has_to_pass(bell: Family, tmp_path: Path) -> None:
    test_families.test_heals_within_five_seconds(bell, tmp_path, Heard)
    test_families.test_is_absent_with_a_reason_and_ends_quickly(bell, tmp_path, Heard)
    test_families.test_answers_a_probe_and_only_its_own(bell, tmp_path)
    test_families.test_an_emulator_and_an_explainer_stand_any_bytes(bell, tmp_path)
    test_families.test_shows_its_face(bell, tmp_path)


def test_the_commands_know_it(bell: Family, tmp_path: Path, run: Run) -> None:
    assert "呼叫铃" in run("devices", "families").output
    with bell.emulator(bell.port_in(tmp_path), None) as emulator:
        probed = run("devices", "probe", emulator.address, "--family", "bell", "-v")
        assert probed.exit_code == 0
        for shown in ("→ 3F 0A", "询问", "← 42 45 4C 4C 0A", "应答", "呼叫铃（bell）应答：一键呼叫铃"):
            assert shown in probed.output


def test_its_wire_can_be_watched(bell: Family, tmp_path: Path) -> None:
    with bell.emulator(bell.port_in(tmp_path), None) as emulator:
        [ring] = emulator.controls()
        shown: list[str] = []

        def line(text: str) -> None:
            shown.append(text)
            if "就绪" in text:
                ring.do("")
            if "※" in text:
                raise KeyboardInterrupt

        assert monitor(bell, emulator.address, line, seconds=5)
    assert [text[13:].strip() if text[2] == ":" else text.strip() for text in shown] == [
        "■ 正在连接",
        "→ 3F 0A",
        "询问",
        "← 42 45 4C 4C 0A",
        "应答",
        "■ 就绪",
        "← 52 0A",
        "按铃",
        "※ 有人按铃",
    ]
