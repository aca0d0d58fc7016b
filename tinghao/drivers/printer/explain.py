"""What passes between a station and a printer, in words.  Of texts only the length is told: a ticket has a name on it."""

from __future__ import annotations

import time
from collections import deque

from tinghao.drivers.links import Direction
from tinghao.drivers.printer.commands import is_text, split
from tinghao.drivers.printer.status import (
    FULL_TICKET,
    PAPER_SENSOR,
    Replies,
    Reply,
    read_answers,
    read_mouth,
)

PENDING_LIMIT = 70_000
ASKED_KEPT = 64
SHOWN = 16

_COMMANDS = {
    "1B 40": "初始化",
    "1B 61": "对齐",
    "1B 45": "加粗",
    "1B 33": "行距",
    "1B 32": "默认行距",
    "1B 64": "走纸（行）",
    "1B 4A": "走纸（点）",
    "1B 74": "字符表",
    "1B 42": "蜂鸣",
    "1B 69": "切纸",
    "1B 6D": "切纸",
    "1C 26": "汉字模式开",
    "1C 2E": "汉字模式关",
    "1D 21": "字号",
    "1D 61": "自动状态",
    "1D 68": "条码高度",
    "1D 77": "条码宽度",
    "1D 48": "条码文字位置",
    "1D 66": "条码文字字体",
    "1D 49": "询问型号",
    "1D 72": "询问纸张（确认打印完成）",
    "10 14": "清空缓冲区",
}
_REAL_TIME = {1: "询问状态", 2: "询问脱机原因", 3: "询问错误原因", 4: "询问纸张传感器", 0x14: "询问全部状态"}
_PRESENTER = {2: "收回号票", 3: "送出号票", 5: "吐出号票", 6: "询问出纸口", 0x20: "送出号票（限时）"}
_CONTROL = {0x0A: "换行", 0x0D: "回车", 0x09: "制表", 0x00: "空字节", 0x0C: "换页", 0x18: "取消"}


class PrinterExplainer:
    """Needs both directions: an answer has no name, its meaning is that of the question."""

    def __init__(self) -> None:
        self._out = b""
        self._replies = Replies()
        self._real_time: deque[int] = deque(maxlen=ASKED_KEPT)
        self._plain: deque[str] = deque(maxlen=ASKED_KEPT)

    def feed(self, direction: Direction, data: bytes) -> list[str]:
        if direction == "in":
            return [self._reply(reply) for reply in self._replies.feed(data, time.monotonic())]
        commands, self._out = split(self._out + data)
        lines = [self._command(command) for command in commands]
        if len(self._out) > PENDING_LIMIT:
            lines.append(_unknown(self._out))
            self._out = b""
        return lines

    # ------------------------------------------------------------------------------------ out

    def _command(self, command: bytes) -> str:
        if is_text(command):
            return f"文字 {len(command)} 字节"
        if len(command) == 1:
            return _CONTROL.get(command[0]) or _unknown(command)
        if command[:2] == b"\x10\x04":
            return self._ask(command[2])
        if command[0] == 0x1D:
            found = self._gs(command)
            if found:
                return found
        name = _COMMANDS.get(command[:2].hex(" ").upper())
        if not name:
            return _unknown(command)
        parameters = command[2:6].hex(" ").upper()
        return f"{name} {parameters}".rstrip()

    def _ask(self, n: int) -> str:
        self._real_time.append(n)
        return _REAL_TIME.get(n) or f"询问实时状态 {n}"

    def _gs(self, command: bytes) -> str:
        name = command[1]
        if name == 0x72:
            self._plain.append("paper")
        elif name == 0x49:
            self._plain.append("identity")
        elif name == 0x56:
            return "切纸（走到切刀）" if len(command) == 4 else "切纸"
        elif name == 0x65:
            if command[2] == 6:
                self._plain.append("mouth")
            return _PRESENTER.get(command[2]) or _unknown(command)
        elif name == 0x76:
            return f"图像 {8 * _word(command, 4)}×{_word(command, 6)} 点"
        elif name == 0x6B:
            return f"条码 {len(command) - 4} 字节"
        elif name == 0x28:
            return _long(command)
        return ""

    # ------------------------------------------------------------------------------------ in

    def _reply(self, reply: Reply) -> str:
        data = reply.data
        if reply.kind == "real-time":
            return self._real_time_reply(data[0])
        if reply.kind == "plain":
            return self._plain_reply(data[0])
        if reply.kind == "block":
            return _block(data)
        if reply.kind == "full":
            return "全部状态：" + ("出纸口有票" if data[2] & FULL_TICKET else "出纸口无票")
        if reply.kind == "automatic":
            return f"自动状态 {_hex(data)}"
        return {"xon": "可以继续发送（XON）", "xoff": "请暂停发送（XOFF）"}.get(reply.kind) or _unknown(data)

    def _real_time_reply(self, byte: int) -> str:
        n = self._real_time.popleft() if self._real_time else 0
        if n not in (1, 2, 3, 4):
            return f"实时状态 {byte:02X}"
        status = read_answers({n: byte})
        near_end = "纸将用完" if n == PAPER_SENSOR and status.paper == "near_end" else ""
        return f"{_REAL_TIME[n].removeprefix('询问')}：{status.trouble or near_end or '正常'}（{byte:02X}）"

    def _plain_reply(self, byte: int) -> str:
        question = self._plain.popleft() if self._plain else ""
        if question == "paper":
            paper = "缺纸" if byte & 0x0C else "纸将用完" if byte & 0x03 else "有纸"
            return f"已处理完毕，{paper}（{byte:02X}）"
        mouth = read_mouth(byte) if question == "mouth" else None
        if mouth:
            state = "卡纸" if mouth.jam else "有票" if mouth.ticket else "无票"
            return f"出纸口：{state}（{byte:02X}）"
        return f"型号代码 {byte:02X}" if question == "identity" else f"应答 {byte:02X}"


def _long(command: bytes) -> str:
    kind, size = command[2], len(command) - 5
    if kind == 0x6B:
        function = command[6] if size >= 2 else 0
        return {0x50: f"二维码内容 {size - 3} 字节", 0x51: "打印二维码"}.get(function, "二维码设置")
    if kind == 0x4C:
        return "打印图像" if size == 2 else f"图像数据 {size} 字节"
    if kind == 0x48:
        return f"打印完成请回复编号 {_hex(command[7:])}"
    return _unknown(command)


def _block(data: bytes) -> str:
    if data == b"\x37\x25\x00":
        return "缓冲区已清空"
    if data[:2] == b"\x37\x22":
        return f"已打印完成，编号 {_hex(data[2:-1])}"
    if data[:1] == b"\x5f":
        return "型号信息 " + data[1:-1].decode("ascii", "replace")
    return f"应答 {_hex(data)}"


def _word(data: bytes, at: int) -> int:
    return data[at] + 256 * data[at + 1]


def _hex(data: bytes) -> str:
    return data[:SHOWN].hex(" ").upper() + (" …" if len(data) > SHOWN else "")


def _unknown(data: bytes) -> str:
    return f"无法识别 {_hex(data)}"
