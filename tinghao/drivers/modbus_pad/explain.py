"""What passes between host and Modbus pads, in words."""

from __future__ import annotations

from tinghao.drivers.keys import KEY_TEXT, LEVELS
from tinghao.drivers.links import Direction
from tinghao.drivers.modbus_pad.registers import (
    BEEP,
    COUNTERS,
    COUNTERS_COUNT,
    DARK,
    DISPLAY,
    IDENTIFICATION,
    IDENTIFICATION_COUNT,
    KEYS,
    LAMPS,
    PRESSES_COUNT,
    identity,
)
from tinghao.drivers.modbus_pad.rtu import (
    FUNC_READ_HOLDING,
    FUNC_READ_INPUT,
    FUNC_WRITE_SEVERAL,
    REFUSED,
    bytes_as_registers,
    is_right,
    refusal_text,
)

READS = (FUNC_READ_HOLDING, FUNC_READ_INPUT)
FRAME_LIMIT = 256


class ModbusPadExplainer:
    """An answer doesn't say what was read, so the last request is kept."""

    def __init__(self) -> None:
        self._waiting: dict[Direction, bytes] = {"in": b"", "out": b""}
        self._asked = (0, 0)

    def feed(self, direction: Direction, data: bytes) -> list[str]:
        rest = self._waiting[direction] + data
        lines: list[str] = []
        unknown = b""
        while rest:
            length = _length_of(rest, direction)
            if length is None or length > len(rest):
                if len(rest) < FRAME_LIMIT:
                    break
            elif length and is_right(rest[:length]):
                lines += [*_unknown(unknown), self._meaning(rest[:length], direction)]
                unknown, rest = b"", rest[length:]
                continue
            unknown, rest = unknown + rest[:1], rest[1:]
        self._waiting[direction] = rest
        return lines + _unknown(unknown)

    def _meaning(self, frame: bytes, direction: Direction) -> str:
        who = f"面板 {frame[0]}" if frame[0] else "全部面板"
        return f"{who}：{self._request(frame) if direction == 'out' else self._answer(frame)}"

    def _request(self, frame: bytes) -> str:
        address, count = bytes_as_registers(frame[2:6])
        if frame[1] in READS:
            self._asked = (address, count)
            return _ASKED.get(self._asked, f"读取 {count} 个寄存器，从 {address:04X}")
        values = bytes_as_registers(frame[7:-2])
        if address == BEEP and count == 1:
            return f"蜂鸣 {values[0]} 次"
        if address == DISPLAY and count == len(values) == BEEP:
            return f"显示 {_display(frame[7:11], values)}"
        return f"写入 {count} 个寄存器，从 {address:04X}"

    def _answer(self, frame: bytes) -> str:
        if frame[1] & REFUSED:
            return f"拒绝，{refusal_text(frame[2])}"
        if frame[1] == FUNC_WRITE_SEVERAL:
            return "已写入"
        values = bytes_as_registers(frame[3:-2])
        if self._asked == (IDENTIFICATION, IDENTIFICATION_COUNT) and len(values) == IDENTIFICATION_COUNT:
            return str(identity(values) or "不是本系统的面板")
        if self._asked[0] == COUNTERS and len(values) in (COUNTERS_COUNT, PRESSES_COUNT):
            return _presses(values)
        return f"寄存器 {frame[3:-2].hex(' ').upper()}"


_ASKED = {
    (IDENTIFICATION, IDENTIFICATION_COUNT): "询问身份",
    (COUNTERS, COUNTERS_COUNT): "询问按键计数",
    (COUNTERS, PRESSES_COUNT): "询问按键",
}


def _length_of(rest: bytes, direction: Direction) -> int | None:
    """Of the frame that begins so; 0 if none does, `None` if that can't be known yet."""
    if len(rest) < 3:
        return None
    function = rest[1]
    if direction == "in":
        if function & REFUSED:
            return 5
        return 5 + rest[2] if function in READS else 8 if function == FUNC_WRITE_SEVERAL else 0
    if function in READS:
        return 8
    if function != FUNC_WRITE_SEVERAL:
        return 0
    return 9 + rest[6] if len(rest) > 6 else None


def _display(text: bytes, values: tuple[int, ...]) -> str:
    waiting = "–" if values[2] == DARK else str(values[2])
    lamp = LAMPS[values[3]] if values[3] < len(LAMPS) else "?"
    rating = "，请评价" if values[4] else ""
    return f"票号 {text.decode('ascii', 'replace').strip() or '–'} 等候 {waiting} 灯 {_LAMP_TEXT.get(lamp, lamp)}{rating}"


_LAMP_TEXT = {"off": "灭", "on": "亮", "blinking": "闪"}


def _presses(values: tuple[int, ...]) -> str:
    counted = f"第 {values[0]} 次上电，按键 {values[1]} 次，评价 {values[2]} 次"
    if len(values) == COUNTERS_COUNT:
        return counted
    keys = "、".join(KEY_TEXT[KEYS[code]] for code in values[3:-1] if code in KEYS) or "无"
    return f"{counted}；最近的键 {keys}；最近的评价 {LEVELS.get(values[-1], '无')}"


def _unknown(data: bytes) -> list[str]:
    return [f"无法识别 {data.hex(' ').upper()}"] if data else []
