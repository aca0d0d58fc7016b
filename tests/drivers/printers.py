"""What the printer's tests share: a ticket, and an emulated printer on each wire."""

from collections.abc import Callable
from contextlib import ExitStack
from pathlib import Path
from typing import Any

import pytest

from tinghao.drivers import usb
from tinghao.drivers.address import Address
from tinghao.drivers.emulated_usb import SimulatedBus, UsbPort
from tinghao.drivers.links import Link
from tinghao.drivers.ports import EmulatedPort, PtyPort, TcpPort
from tinghao.drivers.printer import TicketPaper
from tinghao.drivers.printer.emulator import PrinterEmulator

TICKET = TicketPaper(
    hall="衡南县政务服务大厅",
    number="B017",
    line="不动产登记",
    matter="不动产转移登记（存量房买卖）",
    zone="不动产专区",
    floor="2楼",
    windows="21-28号窗口",
    ahead=12,
    wait=None,
    issued_at="2026-11-23 10:05",
    visitor="王𬭊",
    qr="https://hall.example/t/B017xyz",
)
WIRES = ("tcp", "serial", "usb", "lp")

Plugged = Callable[..., tuple[PrinterEmulator, Address]]


class Bench:
    """Plugs printers in; unplugs them all in the end."""

    def __init__(self, folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        self._folder = folder
        self._bus = SimulatedBus()
        self._stack = ExitStack()
        monkeypatch.setattr(usb, "backend", lambda: self._bus)

    def plugged(self, wire: str, **options: Any) -> tuple[PrinterEmulator, Address]:
        emulator = self._stack.enter_context(PrinterEmulator(self._port(wire), **options))
        return emulator, address_on(wire, emulator)

    def close(self) -> None:
        self._stack.close()

    def _port(self, wire: str) -> EmulatedPort:
        if wire == "tcp":
            return TcpPort()
        if wire == "usb":
            return UsbPort(self._bus, 0x0416, 0x5011, kernel_driver=True)
        return PtyPort(self._folder / f"{wire}.pty")


def address_on(wire: str, emulator: PrinterEmulator) -> Address:
    if wire == "serial":
        return Address("serial", path=emulator.address.path, baud=230400)
    return Address("lp", path=emulator.address.path) if wire == "lp" else emulator.address


class Watched(Link):
    """Calls back once so many bytes have gone out."""

    def __init__(self, link: Link, after: int, then: Callable[[], object]) -> None:
        self._link = link
        self._left = after
        self._then = then

    def read(self, timeout: float) -> bytes:
        return self._link.read(timeout)

    def write(self, data: bytes) -> None:
        before, self._left = self._left, self._left - len(data)
        if 0 <= before < len(data):
            self._link.write(data[:before])
            self._then()
            data = data[before:]
        self._link.write(data)

    def close(self) -> None:
        self._link.close()
