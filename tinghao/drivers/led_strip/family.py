"""The LED strip among the families."""

from __future__ import annotations

import time
from threading import Event
from typing import Literal, cast

from tinghao.drivers.address import Address
from tinghao.drivers.base import SLICE, Driver
from tinghao.drivers.families import Family, Order, Say
from tinghao.drivers.led_strip.driver import LedStrip
from tinghao.drivers.led_strip.emulator import LedStripEmulator
from tinghao.drivers.led_strip.explain import LedStripExplainer
from tinghao.drivers.led_strip.frames import HOST, Frame, FrameHunter, build_frame
from tinghao.drivers.led_strip.protocol import (
    PING,
    STATUS,
    is_ack,
    parse_status,
    request,
)
from tinghao.drivers.links import Link
from tinghao.drivers.settings import Setting, choice, number

PROBE_TIME = 0.6
TRIAL_TEXT = "A012 请到 3 号窗口"
TRIAL_WAIT = 5.0


def probe(link: Link) -> str | None:
    """A ping, then the status, which not every card knows."""
    answer = _ask(link, request(PING))
    if answer is None or not is_ack(answer):
        return None
    found = "LED 条屏控制卡（Onbon BX-5K/6K 协议）应答正常"
    told = _ask(link, request(STATUS))
    status = parse_status(told) if told else None
    if status is None:
        return found
    number = f"，条码 {status.barcode}" if status.barcode else ""
    return f"{found}{number}，{'已开屏' if status.lit else '已关屏'}，亮度 {status.brightness}"


def _ask(link: Link, data: bytes) -> bytes | None:
    link.drain()
    link.write(build_frame(data))
    hunter = FrameHunter()
    until = time.monotonic() + PROBE_TIME
    while time.monotonic() < until:
        for found in hunter.feed(link.read(SLICE)):
            if isinstance(found, Frame) and found.destination == HOST:
                return found.data
    return None


def listening(
    address: Address, _: Say, *, width: int = 192, height: int = 16, x_unit: Literal[8, 1] = 8
) -> Driver:
    """A strip says nothing by itself."""
    return LedStrip(address, width=width, height=height, x_unit=x_unit)


SETTINGS = {
    "width": Setting("点数，8 的倍数，如 256", number(32, 4096, step=8)),
    "height": Setting("点数，如 16 或 32", number(16, 512)),
    "x_unit": Setting(" 8 或 1（横坐标以几个点计）", choice(**{"8": 8, "1": 1})),
}


def trial(driver: Driver, say: Say) -> bool:
    strip = cast(LedStrip, driver)
    strip.call(TRIAL_TEXT)
    if strip.settled(TRIAL_WAIT):
        say(f"条屏应显示“{TRIAL_TEXT}”，正在闪烁，{strip.timing.flash_for:g} 秒后静止")
        Event().wait(strip.timing.flash_for)
    stands = strip.settled(TRIAL_WAIT)
    say("条屏应已静止" if stands else f"条屏没有确认：{strip.state.reason}")
    return stands


def show(driver: Driver, text: str, say: Say) -> bool:
    """What was typed, as a call."""
    strip = cast(LedStrip, driver)
    if not text.strip():
        raise ValueError("nothing to show")
    strip.call(text.strip())
    shown = strip.settled(TRIAL_WAIT)
    say("条屏已确认" if shown else f"条屏没有确认：{strip.state.reason}")
    return shown


FAMILY = Family(
    name="led-strip",
    title=LedStrip.title,
    title_en="LED strip",
    driver=LedStrip,
    listening=listening,
    probe=probe,
    explainer=LedStripExplainer,
    emulator=LedStripEmulator,
    trial=trial,
    settings=SETTINGS,
    order=Order("要显示的文字", "text to show", show),
)
