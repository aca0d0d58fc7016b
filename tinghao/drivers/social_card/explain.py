"""What passes between reader and card, in words; of what a record holds only its length is said."""

from __future__ import annotations

from tinghao.drivers.links import Direction
from tinghao.drivers.social_card.protocol import (
    APPLICATION,
    CARD_FILE,
    GET_RESPONSE,
    HOLDER_FILE,
    READ_RECORD,
    SELECT,
)
from tinghao.drivers.social_card.wire import (
    ANSWER_LIMIT,
    ASK_ATR,
    POWER_OFF,
    POWER_ON,
    FrameHunter,
    is_atr,
)

LIMITS: dict[Direction, int] = {"out": 300, "in": ANSWER_LIMIT}
SHOWN_BYTES = 5

CONTROL = {ASK_ATR: "问：有卡吗", POWER_ON: "上电", POWER_OFF: "下电", b"\x02": "复位"}
SELECTED = {APPLICATION: "社会保障应用", CARD_FILE: "EF05 卡片文件", HOLDER_FILE: "EF06 持卡人文件"}
STATUS = {
    0x9000: "成功",
    0x6700: "长度错误",
    0x6982: "需要密码",
    0x6986: "未选文件",
    0x6A82: "没有此应用或文件",
    0x6A83: "没有此记录",
    0x6A86: "参数 P1 P2 错误",
    0x6D00: "卡不支持此命令",
    0x6E00: "卡不支持此类别",
}


class SocialCardExplainer:
    def __init__(self) -> None:
        self._hunters = {direction: FrameHunter(limit) for direction, limit in LIMITS.items()}
        self._atr_asked = False

    def feed(self, direction: Direction, data: bytes) -> list[str]:
        hunter = self._hunters[direction]
        contents = hunter.feed(data)
        lines = [
            self._said(content) if direction == "out" else self._answered(content) for content in contents
        ]
        if hunter.lost:
            self._hunters[direction] = FrameHunter(LIMITS[direction])
            lines.append(_unknown(data))
        return lines

    def _said(self, content: bytes) -> str:
        self._atr_asked = content == ASK_ATR
        return CONTROL.get(content) or _command(content)

    def _answered(self, content: bytes) -> str:
        if not content:
            return "无卡"
        if self._atr_asked:
            return f"有卡，ATR {content.hex(' ')}" if is_atr(content) else _unknown(content)
        if len(content) < 2:
            return _unknown(content)
        status = int.from_bytes(content[-2:], "big")
        return _status(status) + (f"，{len(content) - 2} 字节" if len(content) > 2 else "")


def _command(content: bytes) -> str:
    ins = content[1] if len(content) >= 4 and content[0] == 0 else None
    if ins == SELECT:
        return f"选择{SELECTED.get(content[5:], '其他应用或文件')}"
    if ins == READ_RECORD:
        return f"读记录 {content[2]:02X}"
    if ins == GET_RESPONSE:
        return "取其余应答"
    return f"无法识别 {content[:SHOWN_BYTES].hex(' ')}"


def _unknown(data: bytes) -> str:
    """Only how much it is: it may be the middle of a name."""
    return f"无法识别的内容（共{len(data)}个字节）"


def _status(status: int) -> str:
    if status >> 8 == 0x61:
        return f"还有 {status & 0xFF} 字节待取"
    if status >> 8 == 0x6C:
        return f"长度应为 {status & 0xFF}"
    return STATUS.get(status, f"状态 {status:04X}")
