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
