"""Call pads among the families."""

from __future__ import annotations

from collections.abc import Sequence

from tinghao.drivers.address import Address
from tinghao.drivers.base import Driver
from tinghao.drivers.call_pad.driver import CallPadBus
from tinghao.drivers.call_pad.emulator import CallPadEmulator
from tinghao.drivers.call_pad.explain import CallPadExplainer
from tinghao.drivers.emulated import OnChange
from tinghao.drivers.families import Family, Order, Say
from tinghao.drivers.keys import KEY_TEXT, LEVELS, Key
from tinghao.drivers.ports import EmulatedPort
from tinghao.drivers.settings import Setting, numbers

HEARD_PADS = range(1, 33)
DEMO_PADS = (1, 2)
TRIED_NUMBER = "A888"
SENT_WITHIN = 3.0


def _listening(address: Address, say: Say, *, pads: Sequence[int] = HEARD_PADS) -> Driver:
    def key(pad: int, pressed: Key) -> None:
        say(f"呼叫器 {pad} 按键“{KEY_TEXT[pressed]}”")

    def rating(pad: int, level: int) -> None:
        say(f"评价器 {pad}：{LEVELS[level]}")

    return CallPadBus(address, key, rating, pads=pads)


def _trial(driver: Driver, say: Say) -> bool:
    """Beeps and shows a number on the first pad."""
    assert isinstance(driver, CallPadBus)
    pad = driver.pads[0]
    driver.beep(pad)
    shown = driver.show_ticket(pad, TRIED_NUMBER)
    if not driver.wait_sent(SENT_WITHIN):
        say("线路一直被占用，命令没有发出")
        return False
    say(f"呼叫器 {pad} 应蜂鸣并显示 {shown}（数码管不显示字母）；呼叫器不回复，请目视确认")
    return True


def _show(driver: Driver, text: str, say: Say) -> bool:
    """`1 A012`: shows a number on a pad."""
    assert isinstance(driver, CallPadBus)
    pad, _, number = text.strip().partition(" ")
    if int(pad) not in driver.pads:
        raise ValueError("no such pad")
    shown = driver.show_ticket(int(pad), number)
    sent = driver.wait_sent(SENT_WITHIN)
    say(f"呼叫器 {pad} 应显示 {shown or '空白'}" if sent else "线路一直被占用，命令没有发出")
    return sent


def _emulator(
    port: EmulatedPort, on_change: OnChange | None, *, pads: Sequence[int] = DEMO_PADS
) -> CallPadEmulator:
    return CallPadEmulator(port, on_change, pads=pads, raters=pads)


FAMILY = Family(
    name="call-pad",
    title="呼叫器",
    title_en="Call pads and raters",
    driver=CallPadBus,
    listening=_listening,
    probe=None,  # all that a pad reacts to can be heard or seen, and it answers nothing
    explainer=CallPadExplainer,
    emulator=_emulator,
    trial=_trial,
    settings={"pads": Setting("呼叫器号，如 1,2,5 或 1-4", numbers(1, 255))},
    order=Order("呼叫器号 空格 号码，如 1 A012", "pad, space, number", _show),
)
