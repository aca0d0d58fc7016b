"""The printer as commands, workbench and tests find it.

The probe asks in real time first; only what answers as a printer is asked for its model by `1D 49 n`.  A
printer that doesn't know that would take its letters for text, so `1B 40` throws away what it may have typed.
"""

from __future__ import annotations

import time
from collections.abc import Callable

from tinghao.drivers.address import Address
from tinghao.drivers.base import Driver
from tinghao.drivers.families import Family, Say
from tinghao.drivers.links import DeviceState, Link
from tinghao.drivers.printer.driver import NEAR_END, Printer, PrintOutcome
from tinghao.drivers.printer.emulator import PrinterEmulator
from tinghao.drivers.printer.explain import PrinterExplainer
from tinghao.drivers.printer.paper import TicketPaper
from tinghao.drivers.printer.status import (
    ALL_QUESTIONS,
    PAPER_OUT,
    PAPER_SENSOR,
    REAL_TIME,
    PrinterStatus,
    Replies,
    read_answers,
)
from tinghao.drivers.printer.status import NEAR_END as NEAR_END_BITS

ANSWER_BUDGET = 0.25
TEXT_BUDGET = 0.2
TEXTS = (66, 67)
FORGET_TYPED = bytes.fromhex("1B 40")
TRANSMIT_ID = bytes.fromhex("1D 49")
TEXT_HEADER = 0x5F

RESULT = {"printed": "已出票", "failed": "没有出票", "unknown": "不能确认是否出票"}
TEST_TICKET = TicketPaper(
    hall="打印测试",
    hall_en="Test page",
    number="T000",
    line="测试",
    matter="打印、切纸、二维码",
    zone="设备检查",
    floor="",
    windows="汉字与生僻字：𬭊",
    ahead=0,
    wait=None,
    issued_at="",
    visitor=None,
    qr="https://tinghao.example/test",
)


def listening(address: Address, say: Say) -> Driver:
    """Says what the printer says about itself."""

    def on_state(state: DeviceState) -> None:
        say(f"打印机：{state.reason or '就绪'}")

    return Printer(address, on_state)


def probe(link: Link) -> str | None:
    """Two real-time answers that fit together make a printer; nothing is printed."""
    link.drain()
    answers: dict[int, int | None] = {}
    for n in ALL_QUESTIONS:
        answers[n] = _ask(link, n)
        if answers[n] is None:
            break
    paper = answers.get(PAPER_SENSOR)
    if paper is None or not _paired(paper):
        return None
    status = read_answers(answers)
    model = _model(link) if not status.trouble else ""
    return " ".join(word for word in ("ESC/POS 打印机", model, _state(status)) if word)


def trial(driver: Driver, say: Say) -> None:
    """Prints a short page."""
    assert isinstance(driver, Printer)
    outcome: PrintOutcome = driver.print_ticket(TEST_TICKET)
    say(RESULT[outcome.result] + (f"：{outcome.reason}" if outcome.reason else ""))


def _state(status: PrinterStatus) -> str:
    return status.trouble or (NEAR_END if status.paper == "near_end" else "就绪")


def _paired(answer: int) -> bool:
    """Both bits of each sensor say the same."""
    return all(answer & bits in (0, bits) for bits in (NEAR_END_BITS, PAPER_OUT))


def _ask(link: Link, n: int) -> int | None:
    """The one byte that came, if it is one and real-time."""
    link.write(REAL_TIME + bytes([n]))
    heard = _hear(link, ANSWER_BUDGET, lambda data: len(data) >= 1)
    replies = Replies().feed(heard, time.monotonic())
    return replies[0].data[0] if len(replies) == 1 and replies[0].kind == "real-time" else None


def _model(link: Link) -> str:
    texts = []
    for n in TEXTS:
        link.write(TRANSMIT_ID + bytes([n]))
        heard = _hear(link, TEXT_BUDGET, lambda data: data.endswith(b"\0"))
        link.write(FORGET_TYPED)
        if not heard or heard[0] != TEXT_HEADER or not heard.endswith(b"\0"):
            break
        texts.append(heard[1:-1].decode("ascii", "ignore").strip())
    return " ".join(text for text in texts if text.isprintable())


def _hear(link: Link, budget: float, enough: Callable[[bytes], bool]) -> bytes:
    heard = b""
    until = time.monotonic() + budget
    while not enough(heard) and (left := until - time.monotonic()) > 0:
        heard += link.read(left)
    return heard


FAMILY = Family(
    name="printer",
    title="打印机",
    title_en="Printer",
    driver=Printer,
    listening=listening,
    probe=probe,
    explainer=PrinterExplainer,
    emulator=PrinterEmulator,
    trial=trial,
    usb_ids=((0x04B8, 0x0202), (0x04B8, 0x0E15), (0x0416, 0x5011)),
)
