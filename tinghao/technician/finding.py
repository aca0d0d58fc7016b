"""What is attached to this machine and may be a device of ours.

Looks only, asks nothing: names come from the kernel's own files, which everybody may read.  `root` is `/`
except in tests.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from serial.tools import list_ports

from tinghao.drivers import usb
from tinghao.drivers.address import Kind
from tinghao.drivers.families import families
from tinghao.technician.emulating import emulated_ports
from tinghao.technician.rights import refusal

ROOT = Path("/")
STABLE_NAMES = ("dev/tinghao", "dev/serial/by-id", "dev/serial/by-path")

PRINTER_CLASS = 7
HUB_CLASS = 9

KEYS_OF_A_SCANNER = (*range(2, 12), 28)  # 1 … 9, 0 and Enter

_CARD = re.compile(r"^ *(\d+) \[(\S+) *\]: \S+ - (.*)$", re.MULTILINE)


@dataclass(frozen=True)
class Found:
    """`address` is what to type, `other_names` lead to the same device, `families` are what it may be."""

    address: str
    what: str
    other_names: tuple[str, ...] = ()
    families: tuple[str, ...] = ()
    refusal: str = ""

    def as_json(self) -> dict[str, Any]:
        return asdict(self)


def everything(emulators: Path, root: Path = ROOT) -> list[Found]:
    """All of it, in the order in which a technician looks for it."""
    return [
        *serial_ports(root),
        *usb_devices(root),
        *printer_files(root),
        *keyboards(root),
        *card_readers(),
        *sound_cards(root),
        *emulated(emulators),
    ]


def taking(kind: Kind) -> tuple[str, ...]:
    """The families that take an address of this kind."""
    return tuple(name for name, family in families().items() if kind in family.driver.kinds)


def serial_ports(root: Path = ROOT) -> Iterator[Found]:
    for port in sorted(list_ports.comports()):
        *stable, plain = [*_links_to(Path(port.device), root), f"serial:{port.device}"]
        ids = f"（{port.vid:04x}:{port.pid:04x}）" if port.vid is not None else ""
        surely = _surely(port.vid, port.pid)
        yield Found(
            address=stable[0] if stable else plain,
            what=f"串口 {_port_name(port)}".rstrip() + ids,
            other_names=(*stable[1:], plain) if stable else (),
            families=surely or taking("serial"),
            refusal=refusal(Path(port.device)),
        )


def _port_name(port: Any) -> str:
    name: str = port.product or port.description or ""
    return "" if name == "n/a" else name


def _links_to(device: Path, root: Path) -> list[str]:
    links = [link for folder in STABLE_NAMES for link in _listed(root / folder, "*")]
    return [f"serial:{_outside(link, root)}" for link in links if link.resolve() == device.resolve()]


def usb_devices(root: Path = ROOT) -> Iterator[Found]:
    """Those that are no hub and no serial adapter: an adapter is found as its port."""
    adapters = {(port.vid, port.pid) for port in list_ports.comports()}
    devices = [
        device
        for device in usb.devices()
        if device.bDeviceClass != HUB_CLASS and (device.idVendor, device.idProduct) not in adapters
    ]
    ids = [(device.idVendor, device.idProduct) for device in devices]
    for device in devices:
        place = usb.place_of(device)
        own = (device.idVendor, device.idProduct)
        yield Found(
            address=f"usb:{own[0]:04x}:{own[1]:04x}" + (f"?at={place}" if ids.count(own) > 1 else ""),
            what=f"USB 设备 {_usb_name(root / 'sys/bus/usb/devices' / place)}".rstrip() + f"（位置 {place}）",
            families=_surely(*own) or _printers(device),
            refusal=refusal(root / f"dev/bus/usb/{device.bus:03}/{device.address:03}"),
        )


def _surely(vendor: int | None, product: int | None) -> tuple[str, ...]:
    return tuple(name for name, family in families().items() if (vendor, product) in family.usb_ids)


def _printers(device: Any) -> tuple[str, ...]:
    interfaces = (interface for configuration in device for interface in configuration)
    is_printer = any(interface.bInterfaceClass == PRINTER_CLASS for interface in interfaces)
    return tuple(name for name in taking("usb") if name == "printer") if is_printer else ()


def _usb_name(folder: Path) -> str:
    return " ".join(filter(None, (_text(folder / "manufacturer"), _text(folder / "product"))))


def printer_files(root: Path = ROOT) -> Iterator[Found]:
    for file in _listed(root / "dev/usb", "lp*"):
        identity = _text(root / "sys/class/usbmisc" / file.name / "device/ieee1284_id")
        fields = dict(field.partition(":")[::2] for field in identity.split(";"))
        name = " ".join(filter(None, (fields.get("MFG"), fields.get("MDL"))))
        yield Found(
            address=f"lp:{_outside(file, root)}",
            what=f"USB 打印机 {name}".rstrip(),
            families=taking("lp"),
            refusal=refusal(file),
        )


def keyboards(root: Path = ROOT) -> Iterator[Found]:
    """Whatever types digits and Enter: keyboards, and scanners that are set to be one."""
    for folder in sorted(root.glob("sys/class/input/event*"), key=lambda folder: int(folder.name[5:])):
        keys = _text(folder / "device/capabilities/key").split()
        if not keys or not all(int(keys[-1], 16) >> key & 1 for key in KEYS_OF_A_SCANNER):
            continue
        file = root / "dev/input" / folder.name
        links = [link for link in _listed(root / "dev/input/by-id", "*") if link.resolve() == file.resolve()]
        stable = [f"hid:{_outside(link, root)}" for link in links]
        plain = f"hid:{_outside(file, root)}"
        yield Found(
            address=stable[0] if stable else plain,
            what=f"键盘或键盘式扫码器 {_text(folder / 'device/name')}".rstrip(),
            other_names=(*stable[1:], plain) if stable else (),
            families=taking("hid"),
            refusal=refusal(file),
        )


def card_readers() -> Iterator[Found]:
    """PC/SC readers, where pyscard is installed and its service runs."""
    try:
        from smartcard.pcsc.PCSCExceptions import BaseSCardException
        from smartcard.System import readers
    except ImportError:
        return
    try:
        names = [str(reader) for reader in readers()]
    except BaseSCardException:
        return
    for name in names:
        yield Found(address=f"pcsc:{name}", what="PC/SC 读卡器", families=taking("pcsc"))


def sound_cards(root: Path = ROOT) -> Iterator[Found]:
    """Those that can play."""
    for number, identity, name in _CARD.findall(_text(root / "proc/asound/cards")):
        if _listed(root / f"proc/asound/card{number}", "pcm*p"):
            yield Found(
                address=f"sound:plughw:CARD={identity}",
                what=f"声卡 {name}",
                families=taking("sound"),
                refusal=refusal(root / f"dev/snd/controlC{number}"),
            )


def emulated(folder: Path) -> Iterator[Found]:
    """Emulators of this account that are running behind a serial port."""
    for link in emulated_ports(folder):
        name = link.stem
        yield Found(
            address=f"serial:{link}",
            what="模拟设备",
            families=(name,) if name in families() else taking("serial"),
        )


def _listed(folder: Path, pattern: str) -> list[Path]:
    return sorted(folder.glob(pattern))


def _outside(file: Path, root: Path) -> str:
    return f"/{file.relative_to(root)}"


def _text(file: Path) -> str:
    try:
        return file.read_text(errors="replace").strip("\n\0 ")
    except OSError:
        return ""
