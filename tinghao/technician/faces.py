"""An emulator's face as text, for a terminal."""

from __future__ import annotations

from collections.abc import Iterable
from functools import singledispatch

from tinghao.drivers.emulated import Emulator
from tinghao.drivers.face import Control, Digits, Doors, Facts, Heard, Lamp, LedPanel, Messages, Widget
from tinghao.technician.screen import table

LOUDNESS = " ▁▂▃▄▅▆▇█"
DOORS_A_LINE = 8
MOST_MESSAGES = 5
COLOURS = {"red": "红", "green": "绿", "yellow": "黄"}


def face_text(emulator: Emulator) -> list[str]:
    """What is to be seen on the device now, its cable and its faults."""
    cable = "已插上" if emulator.plugged else "已拔下"
    faults = "、".join(sorted(emulator.faults))
    lines = [cable + (f"，故障：{faults}" if faults else "")]
    for widget in emulator.face():
        lines += drawn(widget)
    return lines


def control_text(controls: Iterable[Control]) -> list[str]:
    """The commands that can be typed, one a line."""
    return table([(f"{control.name} {_taken(control)}".rstrip(), control.label) for control in controls])


def _taken(control: Control) -> str:
    return f"<{control.takes}>" if control.takes else ""


@singledispatch
def drawn(widget: Widget) -> list[str]:
    """A widget of a kind this terminal has no picture for."""
    return [f"{name}：{value}" for name, value in widget.as_json().items() if name != "kind"]


@drawn.register
def _(facts: Facts) -> list[str]:
    return table([(label, value) for label, _, value in facts.rows]) if facts.rows else []


@drawn.register
def _(panel: LedPanel) -> list[str]:
    lines = [f"屏 {panel.width}×{panel.height}" + ("" if panel.lit else "（熄灭）")]
    for area in panel.areas:
        text = "".join(f"{text}〔{COLOURS[colour]}〕" for text, colour in area.marks)
        moves = ("（滚动）" if area.moving else "") + ("（闪烁）" if area.flashing else "")
        lines.append(f"  ({area.x},{area.y}) {area.width}×{area.height}  {text}{moves}")
    return lines


@drawn.register
def _(digits: Digits) -> list[str]:
    return [f"{digits.label}  [{digits.text}]"]


@drawn.register
def _(lamp: Lamp) -> list[str]:
    return [f"{lamp.label}  {'●' if lamp.lit else '○'}"]


@drawn.register
def _(cabinet: Doors) -> list[str]:
    doors = [f"{door.name} {'[开]' if door.open else ' 关 '}" for door in cabinet.doors]
    missing = -len(doors) % DOORS_A_LINE if len(doors) > DOORS_A_LINE else 0
    doors += [""] * missing
    return table([doors[at : at + DOORS_A_LINE] for at in range(0, len(doors), DOORS_A_LINE)])


@drawn.register
def _(sent: Messages) -> list[str]:
    lines = [f"{message.to}  {message.note}：{message.text}" for message in sent.messages[:MOST_MESSAGES]]
    more = len(sent.messages) - len(lines)
    return [*lines, f"（另有 {more} 条）"] if more else lines


@drawn.register
def _(heard: Heard) -> list[str]:
    if not heard.text:
        return []
    picture = "".join(LOUDNESS[round(loudness * (len(LOUDNESS) - 1))] for loudness in heard.picture)
    return [f"播报：{heard.text}（{heard.seconds:.1f} 秒）", picture]
