"""Modbus pads among the families."""

from __future__ import annotations

from collections.abc import Sequence

from tinghao.drivers.address import Address
from tinghao.drivers.asking import Pacing, exchange
from tinghao.drivers.base import Driver
from tinghao.drivers.emulated import OnChange
from tinghao.drivers.families import Family, Order, Say
from tinghao.drivers.keys import KEY_TEXT, LEVELS, Key
from tinghao.drivers.links import Link
from tinghao.drivers.modbus_pad.driver import ModbusPads
from tinghao.drivers.modbus_pad.emulator import ModbusPadEmulator
from tinghao.drivers.modbus_pad.explain import ModbusPadExplainer
from tinghao.drivers.modbus_pad.registers import IDENTIFICATION, IDENTIFICATION_COUNT, identity
from tinghao.drivers.modbus_pad.rtu import FUNC_READ_INPUT, read_answer, read_request
from tinghao.drivers.ports import EmulatedPort
from tinghao.drivers.settings import Setting, numbers

PROBED_UNITS = (1, 2, 3, 4)
PROBING = Pacing(answer=0.3, gap=0.0, pause=0.01)
DEMO_UNITS = (1, 2)
TRIED_NUMBER = "A888"
CONFIRMED_WITHIN = 2.0


def probe(link: Link) -> str | None:
    """Reads who is there; a Modbus device that isn't a pad of ours is not named."""
    told = []
    for unit in PROBED_UNITS:
        link.drain()
        request = read_request(unit, FUNC_READ_INPUT, IDENTIFICATION, IDENTIFICATION_COUNT)
        answer, _ = exchange(link, request, read_answer, PROBING)
        found = identity(answer.values) if answer and not answer.refused else None
        if found:
            told.append(f"面板 {unit}：{found}")
    return "；".join(told) or None


def _listening(address: Address, say: Say, *, units: Sequence[int] = DEMO_UNITS) -> Driver:
    def key(unit: int, pressed: Key) -> None:
        say(f"面板 {unit} 按键“{KEY_TEXT[pressed]}”")

    def rating(unit: int, level: int) -> None:
        say(f"面板 {unit} 评价：{LEVELS[level]}")

    return ModbusPads(address, key, rating, units=units)


def _trial(driver: Driver, say: Say) -> bool:
    """Beeps, lights the lamp and shows a number on the first pad."""
    assert isinstance(driver, ModbusPads)
    unit = driver.units[0]
    driver.show_ticket(unit, TRIED_NUMBER)
    driver.set_lamp(unit, "blinking")
    driver.beep(unit)
    confirmed = driver.wait_shown(unit, CONFIRMED_WITHIN)
    say(f"面板 {unit} 应显示 {TRIED_NUMBER}、闪灯并蜂鸣：{'面板已确认' if confirmed else '面板没有确认'}")
    return confirmed


def _show(driver: Driver, text: str, say: Say) -> bool:
    """`1 A012`: shows a number on a pad."""
    assert isinstance(driver, ModbusPads)
    unit, _, number = text.strip().partition(" ")
    if int(unit) not in driver.units:
        raise ValueError("no such pad")
    shown = driver.show_ticket(int(unit), number)
    confirmed = driver.wait_shown(int(unit), CONFIRMED_WITHIN)
    say(f"面板 {unit} 应显示 {shown or '空白'}：{'面板已确认' if confirmed else '面板没有确认'}")
    return confirmed


def _emulator(
    port: EmulatedPort, on_change: OnChange | None, *, units: Sequence[int] = DEMO_UNITS
) -> ModbusPadEmulator:
    return ModbusPadEmulator(port, on_change, units=units)


FAMILY = Family(
    name="modbus-pad",
    title="Modbus 呼叫面板",
    title_en="Modbus call pads",
    driver=ModbusPads,
    listening=_listening,
    probe=probe,
    explainer=ModbusPadExplainer,
    emulator=_emulator,
    trial=_trial,
    settings={"units": Setting("面板号，如 1,2,5 或 1-4", numbers(1, 247))},
    order=Order("面板号 空格 号码，如 1 A012", "pad, space, number", _show),
)
