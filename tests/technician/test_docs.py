"""The index of devices knows every family, every kind of address, every fault and every command."""

import re
from pathlib import Path
from typing import get_args

import pytest
import typer

from tinghao.drivers.address import Kind
from tinghao.drivers.families import Family, families
from tinghao.drivers.faults import FAULTS
from tinghao.technician.commands import devices

INDEX = Path(__file__).parents[2] / "docs/devices.md"
TEXT = INDEX.read_text()


@pytest.mark.parametrize("family", families().values(), ids=lambda family: family.name)
def test_every_family_is_in_the_table_and_has_its_page(family: Family) -> None:
    [row] = [line for line in TEXT.splitlines() if f"[`{family.name}`]" in line]
    [page] = re.findall(rf"\[`{family.name}`\]\((.*?)\)", row)
    text = (INDEX.parent / page).read_text()
    assert family.title in row
    assert f".{family.driver.__name__}`" in row
    assert ("emulator only" in row) == (not family.tried_on)
    assert family.driver.__name__ in text or family.name in text


def test_the_table_has_no_family_that_is_none() -> None:
    assert set(re.findall(r"\| \[`([a-z-]+)`\]", TEXT)) == set(families())


def test_every_address_fault_and_command_is_told() -> None:
    for kind in get_args(Kind):
        assert f"`{kind}:" in TEXT, kind
    for fault in FAULTS:
        assert f"`{fault}`" in TEXT, fault
    for name in typer.main.get_group(devices).commands:  # type: ignore[attr-defined]
        assert f"| `{name} " in TEXT or f"| `{name}`" in TEXT, name


def test_every_setting_is_told() -> None:
    for family in families().values():
        for name in family.settings:
            assert f"`{name}=" in TEXT, (family.name, name)
