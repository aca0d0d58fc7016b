"""What passes between host, call pads and raters, in words."""

from __future__ import annotations

from tinghao.drivers.call_pad.protocol import (
    BLANK,
    DIGITS,
    FUNC_BEEP,
    FUNC_KEY,
    FUNC_RATING,
    FUNC_SHOW,
    LET_RATE,
    Frame,
    FrameHunter,
    key_of,
)
from tinghao.drivers.keys import KEY_TEXT
from tinghao.drivers.links import Direction


class CallPadExplainer:
    def __init__(self) -> None:
        self._hunters: dict[Direction, FrameHunter] = {"in": FrameHunter(), "out": FrameHunter()}

    def feed(self, direction: Direction, data: bytes) -> list[str]:
        hunter = self._hunters[direction]
        frames = hunter.feed(data)
        rubbish = hunter.take_rubbish()
        unknown = [f"无法识别 {rubbish.hex(' ').upper()}"] if rubbish else []
        meaning = _pressed if direction == "in" else _told
        return unknown + [f"呼叫器 {frame.address}：{meaning(frame)}" for frame in frames]


def _pressed(frame: Frame) -> str:
    key = key_of(frame)
    if key:
        return f"按键“{KEY_TEXT[key]}”"
    if frame.function == FUNC_RATING:
        return f"评价键 {frame.data.hex(' ')}"
    return _unknown(frame)


def _told(frame: Frame) -> str:
    data = frame.data
    if frame.function == FUNC_BEEP:
        return "蜂鸣"
    if frame.function == FUNC_SHOW and len(data) == 2 * DIGITS:
        return f"显示 等候 {_digits(data[:DIGITS])} 票号 {_digits(data[DIGITS:])}"
    if frame.function == FUNC_SHOW and len(data) == 1:
        return f"显示 {data[0]} 星"
    if frame.function == FUNC_KEY and data == bytes([LET_RATE]):
        return "开始评价（或应答“请求评价”键）"
    key = key_of(frame)
    return f"应答“{KEY_TEXT[key]}”键" if key else f"应答 {data.hex(' ').upper()}"


def _digits(data: bytes) -> str:
    return "".join("_" if digit == BLANK else f"{digit:X}" for digit in data)


def _unknown(frame: Frame) -> str:
    return f"功能 {frame.function:02X} 数据 {frame.data.hex(' ').upper() or '无'}"
