"""What differs between installations, as a technician types it; every family's own settings on its own devices."""

from pathlib import Path
from typing import Any

import pytest

from tinghao.drivers.families import families
from tinghao.drivers.settings import SettingError, choice, counts, number, numbers

INSTALLED: dict[str, tuple[dict[str, str], str]] = {
    "locker": ({"boards": "2:12,5:50", "inverted": "yes", "order": "first_first"}, "5-50"),
    "call-pad": ({"pads": "7-9"}, "9 A012"),
    "modbus-pad": ({"units": "12,247"}, "247 A012"),
    "led-strip": ({"width": "256", "height": "32", "x_unit": "1"}, "A012"),
}


@pytest.mark.parametrize(("name", "given", "text"), [(name, *rest) for name, rest in INSTALLED.items()])
def test_a_family_works_as_it_is_installed(
    name: str, given: dict[str, str], text: str, tmp_path: Path, hear: Any
) -> None:
    changed = hear()
    family = families()[name].with_settings(given)
    assert set(given) == set(family.settings)
    with family.emulator(family.port_in(tmp_path), changed) as emulator:
        before = emulator.face()
        with family.listening(emulator.address, lambda _: None) as driver:
            assert driver.wait_until_ready(5)
            assert family.order
            family.order.give(driver, text, lambda _: None)
            while emulator.face() == before:
                changed.next()


def test_every_familys_settings_are_tried() -> None:
    assert {name for name, family in families().items() if family.settings} == set(INSTALLED)


@pytest.mark.parametrize(
    ("name", "given", "reason"),
    [
        ("locker", {"doors": "24"}, "没有 doors 这个设置，可用：boards、inverted、order"),
        ("voice", {"doors": "24"}, "没有 doors 这个设置，可用：无"),
        ("locker", {"boards": "24"}, "boards=24 不对，应写板号:锁数"),
        ("locker", {"boards": "1:51"}, "应写板号:锁数"),
        ("locker", {"inverted": "maybe"}, "yes 或 no"),
        ("call-pad", {"pads": ""}, "应写呼叫器号"),
        ("led-strip", {"width": "100"}, "8 的倍数"),
    ],
)
def test_what_cannot_be_is_refused(name: str, given: dict[str, str], reason: str) -> None:
    with pytest.raises(SettingError) as refusal:
        families()[name].with_settings(given)
    assert reason in refusal.value.reason


def test_how_values_are_written() -> None:
    assert number(1, 9)("7") == 7
    assert numbers(1, 9)("1,3-5,4") == (1, 3, 4, 5)
    assert counts(number(1, 9), number(1, 50))("1:24,2:12") == {1: 24, 2: 12}
    assert choice(yes=True, no=False)("no") is False
    for read, text in (
        (number(1, 9), "10"),
        (number(8, 64, step=8), "12"),
        (numbers(1, 9), "5-3"),
        (numbers(1, 9), "x"),
    ):
        with pytest.raises(ValueError, match=r".*"):
            read(text)
