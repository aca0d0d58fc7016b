"""The bytes between host and font card in words."""

from __future__ import annotations

import re

from tinghao.drivers.led_strip.frames import Frame, FrameHunter
from tinghao.drivers.led_strip.protocol import (
    ALL_AREAS,
    AREAS,
    BRIGHTNESS,
    CLEAR,
    PING,
    POWER,
    RESET,
    SET_TIME,
    STATUS,
    AreaContent,
    is_ack,
    parse_areas,
    parse_status,
    refusal_text,
)
from tinghao.drivers.links import Direction

HEX_SHOWN = 24

_REQUESTS = {
    PING: "联络（ping）",
    RESET: "复位",
    SET_TIME: "校时",
    STATUS: "查询控制器状态",
    POWER: "开关屏",
    BRIGHTNESS: "调节亮度",
    CLEAR: "清屏",
}
_MODES = {1: "静止", 2: "快速打出", 3: "左移", 4: "右移", 5: "上移", 6: "下移"}
_MARK = re.compile(r"\\(?:F[A-Z][0-9]{3}|C[0-9])")


class LedStripExplainer:
    def __init__(self) -> None:
        self._hunters: dict[Direction, FrameHunter] = {"out": FrameHunter(), "in": FrameHunter()}

    def feed(self, direction: Direction, data: bytes) -> list[str]:
        say = _request if direction == "out" else _answer
        return [
            say(found.data) if isinstance(found, Frame) else _unknown(found)
            for found in self._hunters[direction].feed(data)
        ]


def _request(data: bytes) -> str:
    if data[:2] in _REQUESTS:
        return "请求 " + _REQUESTS[data[:2]] + (f" {data[5:].hex(' ').upper()}" if data[5:] else "")
    parsed = parse_areas(data) if data[:2] == AREAS else None
    if parsed is None:
        return _unknown(data)
    deleted, areas = parsed
    parts = (
        [f"删除区域 {'全部' if ALL_AREAS in deleted else '、'.join(map(str, deleted))}"] if deleted else []
    )
    return "请求 " + "；".join([*parts, *map(_area, areas)])


def _area(area: AreaContent) -> str:
    text = _MARK.sub("", area.text.decode("gbk", errors="replace"))
    mode = _MODES.get(area.mode, f"方式 {area.mode:02X}")
    return f"区域 {area.number} {mode}：{text}"


def _answer(data: bytes) -> str:
    if is_ack(data):
        return "应答 成功"
    status = parse_status(data)
    if status is None:
        return f"应答 拒绝：{refusal_text(data)}"
    areas = "、".join(map(str, status.areas)) or "无"
    return f"应答 {'开' if status.lit else '关'}屏，亮度 {status.brightness}，动态区 {areas}"


def _unknown(data: bytes) -> str:
    more = "…" if len(data) > HEX_SHOWN else ""
    return f"无法识别 {data[:HEX_SHOWN].hex(' ').upper()}{more}"
