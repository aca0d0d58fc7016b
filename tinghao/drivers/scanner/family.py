"""The scanner as a family."""

from __future__ import annotations

import time

from tinghao.drivers.address import Address
from tinghao.drivers.base import SLICE, Driver
from tinghao.drivers.emulated import Emulator, OnChange
from tinghao.drivers.families import Family, Say
from tinghao.drivers.links import Link
from tinghao.drivers.ports import EmulatedPort
from tinghao.drivers.scanner.driver import Scanner
from tinghao.drivers.scanner.emulator import ScannerEmulator
from tinghao.drivers.scanner.explain import MODEL_TEXT, ScannerExplainer, masked
from tinghao.drivers.scanner.protocol import GM65_ASK_BAUD, TRIGGER, tells_gm65_baud

PROBE_WITHIN = 0.7
LOOK_SECONDS = 2.0


def listening(address: Address, say: Say) -> Driver:
    """Hears every scanner: silence ends a code with any suffix, and taking replies out does no harm where none come."""
    return Scanner(address, lambda text: say(f"读到：{masked(text)}"), suffix="none", model="gm65")


def probe(link: Link) -> str | None:
    """Asks a GM65 for its baud rate: reading a setting changes nothing and lights nothing, and the answer has a CRC.

    Other models can't be asked without changing something.
    """
    for _ in range(2):
        link.drain()
        link.write(GM65_ASK_BAUD)
        heard = b""
        until = time.monotonic() + PROBE_WITHIN
        while time.monotonic() < until:
            heard += link.read(SLICE)
            if tells_gm65_baud(heard):
                return "GM65 系列扫码模块"
    return None


def trial(driver: Driver, say: Say) -> None:
    """Says the trigger of each model in turn: the one that lights is the right one."""
    assert isinstance(driver, Scanner)
    for model in TRIGGER:
        if not driver.trigger(model):
            say("命令没有发出：键盘口扫码器不接受命令，或设备未就绪")
            return
        say(f"已发送 {MODEL_TEXT[model]} 的扫码命令；如果此时灯亮，型号填 {model}")
        time.sleep(LOOK_SECONDS)
        driver.stop(model)


def emulator(port: EmulatedPort, on_change: OnChange | None) -> Emulator:
    """A GM65, since it can be asked."""
    return ScannerEmulator(port, on_change, model="gm65")


FAMILY = Family(
    name="scanner",
    title=Scanner.title,
    title_en="Code scanner",
    driver=Scanner,
    listening=listening,
    probe=probe,
    explainer=ScannerExplainer,
    emulator=emulator,
    trial=trial,
)
