"""Both sides of the wire in words, for `tinghao devices monitor`.  Names and numbers are masked."""

from __future__ import annotations

from tinghao.basics.masking import mask_name
from tinghao.drivers.card_reader.card_text import newest_address, parse_card
from tinghao.drivers.card_reader.protocol import (
    BAUD_CODES,
    FIND_CARD,
    KIND_TEXT,
    PREAMBLE,
    READ_MANAGEMENT,
    READ_NEW_ADDRESS,
    READ_TEXT_PHOTO,
    READ_TEXT_PHOTO_FINGERPRINT,
    RESET_SAM,
    SAM_ID,
    SAM_ID_LEN,
    SAM_STATUS,
    SELECT_CARD,
    SET_BAUD,
    SET_RF_FRAME,
    SW3_OK,
    SW3_TEXT,
    CardTextError,
    FrameHunter,
    IdCard,
    Reading,
    Reply,
    parse_reply,
    sam_id_text,
)
from tinghao.drivers.links import Direction

COMMAND_TEXT = {
    RESET_SAM: "复位安全模块",
    SAM_STATUS: "查安全模块状态",
    SAM_ID: "读安全模块编号",
    FIND_CARD: "寻卡",
    SELECT_CARD: "选卡",
    READ_TEXT_PHOTO: "读文字和照片",
    READ_TEXT_PHOTO_FINGERPRINT: "读文字、照片和指纹",
    READ_NEW_ADDRESS: "读追加住址",
    READ_MANAGEMENT: "读卡体管理号",
}
HEAD_SHOWN = 14
MIDDLE_SHOWN = 4


def described(card: IdCard) -> str:
    """`居民身份证 张*例 4304************91`."""
    number = card.number
    return (
        f"{KIND_TEXT[card.kind]} {mask_name(card.name or card.name_en)} "
        f"{number[:4]}{'*' * (len(number) - 6)}{number[-2:]}"
    )


class CardReaderExplainer:
    """An answer is understood by the request before it."""

    def __init__(self) -> None:
        self._hunters: dict[Direction, FrameHunter] = {"out": FrameHunter(), "in": FrameHunter()}
        self._unknown = b""
        self._command = b""

    def feed(self, direction: Direction, data: bytes) -> list[str]:
        lines = []
        if direction == "out":
            self._unknown += self._hunters["in"].clear()
            lines += self._told_unknown()
        for body, rubbish in self._hunters[direction].sort(data):
            self._unknown += rubbish
            if body is None:
                continue
            lines += self._told_unknown()
            if direction == "out":
                self._command = body[:2]
                lines.append("请求：" + _request(body))
            else:
                lines.append("应答：" + self._answer(body))
        return lines

    def _told_unknown(self) -> list[str]:
        unknown, self._unknown = self._unknown, b""
        return [_unknown(unknown)] if unknown else []

    def _answer(self, body: bytes) -> str:
        reply = parse_reply(body)
        if reply is None:
            return _unknown(body)
        text = SW3_TEXT.get(reply.sw3)
        if text is None:
            return f"未知结果 {reply.sw3:02X}"
        return f"{text}（{reply.sw3:02X}）" + (_content(self._command, reply) if reply.sw3 == SW3_OK else "")


def _request(body: bytes) -> str:
    if body[0] == SET_BAUD:
        speeds = {code: baud for baud, code in BAUD_CODES.items()}
        return f"设置波特率 {speeds.get(body[1], body[1:].hex(' '))}"
    if body[:2] == SET_RF_FRAME:
        return f"设置射频帧长 {body[2:].hex(' ')}"
    return COMMAND_TEXT.get(body[:2], f"未知命令 {body[:2].hex(' ')}")


def _content(command: bytes, reply: Reply) -> str:
    """What a good answer brought, as far as it may be said."""
    try:
        if command == SAM_ID and len(reply.data) == SAM_ID_LEN:
            return f"，安全模块 {sam_id_text(reply.data)}"
        if command in (READ_TEXT_PHOTO, READ_TEXT_PHOTO_FINGERPRINT):
            reading = Reading.cut(reply.data, 3 if command == READ_TEXT_PHOTO_FINGERPRINT else 2)
            finger = f"，指纹 {len(reading.fingerprint)} 字节" if reading.fingerprint else ""
            return f"，{described(parse_card(reading.text))}{finger}"
        if command == READ_NEW_ADDRESS and newest_address(reply.data):
            return "，有追加住址"
    except CardTextError:
        return "，内容不是认识的证件"
    return ""


def _unknown(data: bytes) -> str:
    """Bytes of no frame.  They may be a part of a card, so of many only a frame's head or a few are shown."""
    if len(data) <= HEAD_SHOWN:
        return f"无法识别 {data.hex(' ')}"
    shown = data[: HEAD_SHOWN if data.startswith(PREAMBLE) else MIDDLE_SHOWN]
    return f"无法识别 {shown.hex(' ')} …（共 {len(data)} 字节）"
