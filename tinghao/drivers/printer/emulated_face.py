"""What the emulated printer shows, and what a hand can do to it."""

from __future__ import annotations

from tinghao.drivers.face import Control, Facts, Lamp, Widget
from tinghao.drivers.printer.emulated_body import PrinterBody
from tinghao.drivers.printer.emulated_state import CONDITIONS, Condition

MOUTH_WORD = {"empty": "无票", "inside": "票在机内", "mouth": "票在出纸口"}
PAPER_WORD = {"ok": "有纸", "near_end": "纸将尽", "out": "缺纸"}


def face_of(printer: PrinterBody) -> list[Widget]:
    conditions = printer.health.conditions
    return [
        Facts(tuple(_facts(printer))),
        Lamp("脱机", "Off-line", printer.off_line),
        *(Lamp(*labels, name in conditions) for name, labels in CONDITIONS.items()),
    ]


def _facts(printer: PrinterBody) -> list[tuple[str, str, str]]:
    rows = [
        ("纸张", "Paper", PAPER_WORD[printer.paper]),
        ("已出票", "Printed", str(printer.printed)),
        ("缓冲区", "Buffer", f"{printer.buffered} B"),
    ]
    if printer.has_presenter:
        rows.append(("出纸口", "Mouth", MOUTH_WORD[printer.mouth]))
        rows.append(("已收回", "Drawn back", str(printer.retracted)))
    return rows


def controls_of(printer: PrinterBody) -> list[Control]:
    hands = [
        Control("paper-out", "缺纸", "Paper out", lambda _: printer.paper_out()),
        Control("near-end", "纸将尽", "Near end", lambda _: printer.paper_near_end()),
        Control("load-paper", "装纸", "Load paper", lambda _: printer.load_paper()),
        *(_condition(printer, name, *labels) for name, labels in CONDITIONS.items()),
        Control("mute", "不应答", "Mute", lambda _: printer.mute(not printer.muted)),
        Control("stall", "停住", "Stall", lambda _: printer.stall(not printer.stalled)),
    ]
    return [*hands, *_mouth(printer)] if printer.has_presenter else hands


def _condition(printer: PrinterBody, name: Condition, label: str, label_en: str) -> Control:
    def toggle(_: str) -> None:
        printer.set_condition(name, name not in printer.health.conditions)

    return Control(name, label, label_en, toggle)


def _mouth(printer: PrinterBody) -> list[Control]:
    return [
        Control("take-ticket", "取走号票", "Take the ticket", lambda _: printer.take_ticket()),
        Control(
            "jam-mouth",
            "出纸口卡纸",
            "Jam at the mouth",
            lambda _: printer.jam_mouth(not printer.health.mouth_jam),
        ),
    ]
