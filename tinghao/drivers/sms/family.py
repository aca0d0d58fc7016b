"""SMS modems for the commands, the workbench and the tests that every family has to pass."""

from __future__ import annotations

from threading import Event

from tinghao.drivers.address import Address
from tinghao.drivers.base import Driver
from tinghao.drivers.families import Family, Order, Say
from tinghao.drivers.links import Link, LinkError
from tinghao.drivers.sms.at import MODEL, SIGNAL, At
from tinghao.drivers.sms.driver import UNKNOWN_SIGNAL, ModemInfo, SmsModem
from tinghao.drivers.sms.emulator import SmsModemEmulator
from tinghao.drivers.sms.explain import SmsExplainer
from tinghao.drivers.sms.sender import SmsReport

PROBE_BUDGET = 0.4
RESULTS = {"sent": "短信已交给网络", "failed": "短信没有发出", "unknown": "不确定短信是否发出"}


def listening(address: Address, say: Say) -> SmsModem:
    def report(_: str, report: SmsReport) -> None:
        say("短信已送达" if report.result == "delivered" else f"短信未送达：{report.reason}")

    return SmsModem(address, report)


def probe(link: Link) -> str | None:
    """A modem answers AT and knows its signal; a line that only echoes does neither.

    Woken first: what other families asked here before lies in its line and would spoil the first command.
    """
    at = At(link, Event())
    try:
        link.drain()
        at.wake(PROBE_BUDGET, attempts=2)
        signal = at.ask("AT+CSQ", SIGNAL, PROBE_BUDGET).match
        if not signal:
            return None
        model = at.ask("AT+CGMM", MODEL, PROBE_BUDGET).match
    except LinkError:
        return None
    strength = int(signal[1])
    return str(ModemInfo(model[1] if model else "", "", None if strength == UNKNOWN_SIGNAL else strength))


def trial(driver: Driver, say: Say) -> None:
    """Nothing is sent: a message costs money and reaches somebody."""
    assert isinstance(driver, SmsModem)
    say(f"{driver.info}；试机不发送短信")


def send(driver: Driver, text: str, say: Say) -> bool:
    """Sends a real message."""
    assert isinstance(driver, SmsModem)
    number, _, message = text.strip().partition(" ")
    if not message.strip():
        raise ValueError("a number and a text")
    outcome = driver.send(number, message.strip())
    say(f"{RESULTS[outcome.result]}。{outcome.reason}")
    return outcome.result == "sent"


FAMILY = Family(
    name="sms-modem",
    title="短信模块",
    title_en="SMS modem",
    driver=SmsModem,
    listening=listening,
    probe=probe,
    explainer=SmsExplainer,
    emulator=SmsModemEmulator,
    trial=trial,
    order=Order("手机号 空格 短信内容", "number, space, text", send),
)
