"""What is found on a machine made of files, with adapters and a USB bus made of software."""

import grp
import json
import os
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from serial.tools import list_ports

from tests.technician.conftest import Run, Start
from tinghao.drivers import usb
from tinghao.drivers.address import Address
from tinghao.drivers.emulated_usb import SimulatedBus, UsbPort
from tinghao.drivers.families import Family
from tinghao.technician import finding, listing, rights
from tinghao.technician.finding import Found


@pytest.fixture
def root(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The root of a machine; nothing of the real one shows through."""
    monkeypatch.setattr(list_ports, "comports", lambda: [])
    monkeypatch.setattr(usb, "backend", lambda: SimulatedBus())
    return tmp_path / "machine"


def made(file: Path, text: str = "") -> Path:
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_text(text)
    return file


def linked(link: Path, target: Path) -> None:
    link.parent.mkdir(parents=True, exist_ok=True)
    link.symlink_to(target)


def found(root: Path) -> list[Found]:
    return finding.everything(root / "nobody", root)


def test_a_bare_machine_has_nothing(root: Path) -> None:
    assert found(root) == []


def test_a_bare_machine_is_told_calmly(root: Path, run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(finding, "everything", lambda _: [])
    monkeypatch.setattr(listing, "everything", lambda _: [])
    result = run("devices", "list")
    assert (result.exit_code, result.output) == (0, listing.NOTHING + "\n")
    assert run("devices", "list", "--json").output == "[]\n"


def test_a_serial_port_is_called_by_its_most_stable_name(root: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    device = made(root / "dev/ttyUSB0")
    port = SimpleNamespace(
        device=str(device), vid=0x1A86, pid=0x7523, product="USB Serial", description="", __lt__=None
    )
    monkeypatch.setattr(list_ports, "comports", lambda: [port])
    linked(root / "dev/serial/by-path/pci-0-usb-1", device)
    linked(root / "dev/serial/by-id/usb-1a86", device)
    linked(root / "dev/tinghao/idreader", device)
    linked(root / "dev/tinghao/scanner", root / "dev/ttyUSB1")
    [one] = found(root)
    assert one.address == "serial:/dev/tinghao/idreader"
    assert one.what == "串口 USB Serial（1a86:7523）"
    assert one.other_names == (
        "serial:/dev/serial/by-id/usb-1a86",
        "serial:/dev/serial/by-path/pci-0-usb-1",
        f"serial:{device}",
    )


def test_usb_devices_are_known_by_their_numbers_and_their_class(
    root: Path, monkeypatch: pytest.MonkeyPatch, bell: Family
) -> None:
    bus = SimulatedBus()
    monkeypatch.setattr(usb, "backend", lambda: bus)
    monkeypatch.setattr(finding, "families", lambda: {"bell": SimpleNamespace(usb_ids=((0x0400, 0xC35A),))})
    monkeypatch.setattr(finding, "taking", lambda kind: ("printer",))
    monkeypatch.setattr(bus, "get_interface_descriptor", printer_class(bus))
    for ids, place in (((0x0400, 0xC35A), (1,)), ((0x0416, 0x5011), (1, 2)), ((0x0416, 0x5011), (1, 3))):
        UsbPort(bus, *ids, port_numbers=place).open(lambda _: None, lambda: None)
    made(root / "sys/bus/usb/devices/1-1.2/product", "POS-80\n")
    reader, one, other = found(root)
    assert (reader.address, reader.families) == ("usb:0400:c35a", ("bell",))
    assert (one.address, one.families) == ("usb:0416:5011?at=1-1.2", ("printer",))
    assert one.what == "USB 设备 POS-80（位置 1-1.2）"
    assert other.address == "usb:0416:5011?at=1-1.3"


def printer_class(bus: SimulatedBus) -> Any:
    plain = bus.get_interface_descriptor

    def described(*which: Any) -> Any:
        descriptor = plain(*which)
        descriptor.bInterfaceClass = finding.PRINTER_CLASS
        return descriptor

    return described


def test_files_of_printers_keyboards_and_sound(root: Path) -> None:
    made(root / "dev/usb/lp0")
    made(root / "sys/class/usbmisc/lp0/device/ieee1284_id", "MFG:Gprinter;MDL:GP-80;CMD:ESC;")
    scanner = made(root / "dev/input/event3")
    linked(root / "dev/input/by-id/usb-Newland-event-kbd", scanner)
    digits_and_enter = hex(sum(1 << key for key in range(64)))[2:]
    made(root / "sys/class/input/event3/device/capabilities/key", f"10000 7 {digits_and_enter}")
    made(root / "sys/class/input/event3/device/name", "Newland HID")
    made(root / "sys/class/input/event4/device/capabilities/key", "10000 0")
    made(root / "proc/asound/cards", " 0 [PCH            ]: HDA-Intel - HDA Intel PCH\n      HDA Intel\n")
    made(root / "proc/asound/card0/pcm0p/info")
    assert [(one.address, one.what) for one in found(root)] == [
        ("lp:/dev/usb/lp0", "USB 打印机 Gprinter GP-80"),
        ("hid:/dev/input/by-id/usb-Newland-event-kbd", "键盘或键盘式扫码器 Newland HID"),
        ("sound:plughw:CARD=PCH", "声卡 HDA Intel PCH"),
    ]


@pytest.mark.parametrize(("members", "advice"), [([], "deploy/setup-devices"), (None, "重新登录")])
def test_what_may_not_be_opened_comes_with_advice(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, members: list[str] | None, advice: str
) -> None:
    file = made(tmp_path / "ttyUSB0")
    assert rights.refusal(file) == ""
    group = grp.getgrgid(file.stat().st_gid)
    own = SimpleNamespace(gr_name=group.gr_name, gr_mem=[rights._account()] if members is None else members)
    monkeypatch.setattr(os, "access", lambda *_: False)
    monkeypatch.setattr(grp, "getgrnam", lambda _: own)
    assert advice in rights.refusal(file)


def test_a_found_device_is_described(bell: Family) -> None:
    one = Found("serial:/dev/x", "串口", ("serial:/dev/y",), ("bell",), "无权打开：…")
    assert list(listing.described(one)) == [
        "serial:/dev/x",
        "    串口",
        "    即 serial:/dev/y",
        "    可能是 呼叫铃（bell）",
        "    无权打开：…",
    ]


def test_this_machine_can_be_looked_at(start: Start) -> None:
    process = start("devices", "list", "--json")
    told = json.loads(process.communicate(timeout=20)[0])
    assert process.returncode == 0
    for one in told:
        Address.parse(one["address"])
