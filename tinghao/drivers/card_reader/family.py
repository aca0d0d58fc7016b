"""The card reader for commands, workbench and the tests every family has to pass."""

from __future__ import annotations

from threading import Event

from tinghao.drivers.address import Address
from tinghao.drivers.base import Driver
from tinghao.drivers.card_reader.driver import PROBLEM_TEXT, CardReader
from tinghao.drivers.card_reader.emulator import CardReaderEmulator
from tinghao.drivers.card_reader.explain import CardReaderExplainer, described
from tinghao.drivers.card_reader.protocol import (
    SAM_ID,
    SAM_ID_LEN,
    SAM_STATUS,
    SW3_OK,
    SW3_SAM_NOT_AUTHORISED,
    SW3_SELF_TEST_FAILED,
    SW3_TEXT,
    sam_id_text,
)
from tinghao.drivers.card_reader.sam import Sam
from tinghao.drivers.families import Family, Say
from tinghao.drivers.links import Link

PROBE_BUDGET = 0.35
USB_IDS = ((0x0400, 0xC35A),)


def listening(address: Address, say: Say) -> CardReader:
    return CardReader(
        address,
        on_card=lambda card: say(f"读到 {described(card)}"),
        on_lift=lambda: say("卡已拿开"),
        on_problem=lambda problem: say(PROBLEM_TEXT[problem]),
    )


def probe(link: Link) -> str | None:
    sam = Sam(link, Event())
    status = sam.try_ask(SAM_STATUS, PROBE_BUDGET)
    if status is None or status.data:
        return None
    if status.sw3 in (SW3_SELF_TEST_FAILED, SW3_SAM_NOT_AUTHORISED):
        return f"身份证阅读器，{SW3_TEXT[status.sw3]}"
    identity = sam.try_ask(SAM_ID, PROBE_BUDGET)
    if status.sw3 != SW3_OK or identity is None or len(identity.data) != SAM_ID_LEN:
        return None
    return f"身份证阅读器，安全模块 {sam_id_text(identity.data)}"


def trial(driver: Driver, say: Say) -> None:
    assert isinstance(driver, CardReader)
    say(f"安全模块 {driver.sam_id or '未报编号'}；放上身份证即可试读")


FAMILY = Family(
    name="card-reader",
    title="身份证阅读器",
    title_en="ID card reader",
    driver=CardReader,
    listening=listening,
    probe=probe,
    explainer=CardReaderExplainer,
    emulator=CardReaderEmulator,
    trial=trial,
    usb_ids=USB_IDS,
)
