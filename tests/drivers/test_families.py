"""What every family has to stand, whatever it is: found by its folder, so a new one is tested by being there."""

import time
from pathlib import Path
from random import Random
from typing import Any

import pytest

from tests.drivers.fuzz import mangled
from tinghao.drivers import base, faults
from tinghao.drivers.emulated import Emulator
from tinghao.drivers.families import Family, families
from tinghao.drivers.faults import FAULTS, Fault

FAMILIES = list(families().values())
HEALS_WITHIN = 5.0

each_family = pytest.mark.parametrize("family", FAMILIES, ids=lambda family: family.name)


def emulated(family: Family, folder: Path, on_change: Any = None) -> Emulator:
    return family.emulator(family.port_in(folder), on_change)


@each_family
def test_heals_within_five_seconds(family: Family, tmp_path: Path, hear: Any) -> None:
    said, states = hear(), hear()
    with emulated(family, tmp_path) as emulator:
        driver = family.listening(emulator.address, said)
        driver.hear_state(states)
        with driver:
            states.until_state("ready")
            for _ in range(2):
                emulator.unplug()
                states.until(lambda state: state.state in ("absent", "faulty"))
                emulator.plug()
                states.until_state("ready", timeout=HEALS_WITHIN)


@each_family
def test_is_absent_with_a_reason_and_ends_quickly(family: Family, tmp_path: Path, hear: Any) -> None:
    states = hear()
    nowhere = emulated(family, tmp_path)
    nowhere.plug()
    address = nowhere.address
    nowhere.close()
    driver = family.listening(address, lambda _: None)
    driver.hear_state(states)
    driver.start()
    assert states.until_state("absent").reason
    before = time.monotonic()
    driver.close()
    assert time.monotonic() - before < 1.5


@each_family
@pytest.mark.parametrize("fault", FAULTS)
def test_a_bad_day_passes(
    family: Family, fault: Fault, tmp_path: Path, hear: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Whatever the wire did, nothing was raised and the driver is ready again once it is over."""
    monkeypatch.setattr(base, "BACK_OFF", (0.05,))
    monkeypatch.setattr(faults, "LATENESS", 1.2)
    states = hear()
    with emulated(family, tmp_path) as emulator:
        driver = family.listening(emulator.address, lambda _: None)
        driver.hear_state(states)
        emulator.set_fault(fault)
        with driver:
            states.until(lambda state: state.state != "opening", timeout=12)
            assert "驱动内部错误" not in driver.state.reason
            emulator.set_fault(fault, False)
            if driver.state.state != "ready":
                states.until_state("ready", timeout=12)


@each_family
def test_answers_a_probe_and_only_its_own(family: Family, tmp_path: Path) -> None:
    if family.probe is None:
        return
    with emulated(family, tmp_path) as emulator:
        driver = family.listening(emulator.address, lambda _: None)
        link = driver.opener()
        try:
            assert family.probe(link)
        finally:
            link.close()


@each_family
def test_an_emulator_and_an_explainer_stand_any_bytes(family: Family, tmp_path: Path) -> None:
    chance = Random(family.name)
    explainer = family.explainer()
    with emulated(family, tmp_path) as emulator:
        for _ in range(300):
            data = mangled(chance, [chance.randbytes(chance.randrange(1, 40)) for _ in range(3)])
            emulator._take(data)
            for direction in ("in", "out"):
                assert all(isinstance(line, str) for line in explainer.feed(direction, data))  # type: ignore[arg-type]
        assert emulator.plugged


ORDERS = {
    "call-pad": "1 A012",
    "led-strip": "A012 请到 3 号窗口",
    "locker": "1-3",
    "modbus-pad": "1 A012",
    "sms-modem": "13800138000 您的办件已办结",
    "voice": "A012 3",
}
ordered_families = pytest.mark.parametrize(
    "family", [family for family in FAMILIES if family.order], ids=lambda family: family.name
)


@ordered_families
def test_does_what_is_typed(family: Family, tmp_path: Path, hear: Any) -> None:
    changed = hear()
    with emulated(family, tmp_path, changed) as emulator:
        before = emulator.face()
        with family.listening(emulator.address, lambda _: None) as driver:
            assert driver.wait_until_ready(HEALS_WITHIN)
            assert family.order
            family.order.give(driver, ORDERS[family.name], lambda _: None)
            while emulator.face() == before:
                changed.next()


@pytest.mark.parametrize(
    "family", [families()[name] for name in ORDERS if name != "voice"], ids=lambda it: it.name
)
def test_refuses_what_means_nothing(family: Family, tmp_path: Path) -> None:
    with (
        emulated(family, tmp_path) as emulator,
        family.listening(emulator.address, lambda _: None) as driver,
    ):
        assert driver.wait_until_ready(HEALS_WITHIN)
        assert family.order
        with pytest.raises(ValueError):  # noqa: PT011
            family.order.give(driver, " ", lambda _: None)


@each_family
def test_shows_its_face(family: Family, tmp_path: Path) -> None:
    with emulated(family, tmp_path) as emulator:
        names = [control.name for control in emulator.all_controls()]
        assert len(set(names)) == len(names)
        for control in emulator.all_controls():
            assert control.as_json()["label"]
        for widget in emulator.face():
            assert widget.as_json()["kind"]


def test_the_families_are_found() -> None:
    assert len(FAMILIES) == len(families())
