"""What passes between a station and its scanner, in words.  What was read is never shown in full."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from tinghao.basics.id_number import IdNumberError, check_id_number
from tinghao.basics.masking import mask_number
from tinghao.drivers.links import Direction, LinkError
from tinghao.drivers.scanner.protocol import (
    CODE_LIMIT,
    GM65_CRC_WRONG,
    GM65_DONE,
    GM65_READ,
    GM65_SAVE,
    GM65_UNCHECKED,
    GM65_UNKNOWN,
    GM65_WRITE,
    STOP,
    TRIGGER,
    decode,
    gm65_crc,
)

if TYPE_CHECKING:
    from tinghao.drivers.scanner.keyboard import KeyReader

MODEL_TEXT = {"honeywell": "Honeywell", "gm65": "GM65", "newland": "Newland"}
GM65_REPLY_TEXT = {GM65_DONE: "已执行", GM65_CRC_WRONG: "命令校验错误", GM65_UNKNOWN: "不支持的命令"}
GM65_COMMAND_TEXT = {GM65_READ: "读取设置", GM65_WRITE: "写入设置", GM65_SAVE: "保存设置到闪存"}
NEWLAND_VERDICT = {0x06: "已执行", 0x15: "参数不支持", 0x05: "不支持的命令"}
HEX_SHOWN = 24
IN_FULL = 6

_COMMAND_TEXT = {
    command: f"{meaning}（{MODEL_TEXT[model]}）"
    for table, meaning in ((TRIGGER, "开始扫码"), (STOP, "停止扫码"))
    for model, command in table.items()
}
_GM65_REPLY = re.compile(rb"\x02\x00([\x00\x01\x03])([\x01-\x40])", re.DOTALL)
_NEWLAND_REPLY = re.compile(rb"\x02\x01[0-9]{4}[@#*]([^\x05\x06\x15;\x03]{6,64})([\x05\x06\x15]);\x03")
_NEWLAND_COMMAND = re.compile(rb"~\x01[0-9]{4}[@#]([^;\x03]{6,64});\x03")
_LINE = re.compile(rb"[\r\n]+")


def masked(text: str) -> str:
    """What was read, so that nobody's name, number or token is told."""
    try:
        check_id_number(text.upper())
        return f"身份证号码 {mask_number(text)}"
    except IdNumberError:
        pass
    if not text.isascii():
        return f"含中文的内容（共{len(text)}个字符）"
    if len(text) <= IN_FULL:
        return text
    return f"{text[:4]}…（共{len(text)}个字符）"


class ScannerExplainer:
    """See `families.Explainer`."""

    def __init__(self) -> None:
        self._heard = b""
        self._keys: KeyReader | None = None

    def feed(self, direction: Direction, data: bytes) -> list[str]:
        """See `families.Explainer`."""
        return [_command(data)] if direction == "out" else self._read(self._text_of(data))

    def _text_of(self, data: bytes) -> bytes:
        """Key strokes as the text they mean; anything else as it is."""
        self._keys = self._keys or _key_reader_for(data)
        if not self._keys:
            return data
        try:
            return self._keys.feed(data)
        except LinkError:
            self._keys = None
            return data

    def _read(self, data: bytes) -> list[str]:
        self._heard += data
        lines = self._replies()
        *codes, self._heard = _LINE.split(self._heard)
        if len(self._heard) > CODE_LIMIT:
            codes, self._heard = [*codes, self._heard], b""
        return lines + [_code(code) for code in codes if code]

    def _replies(self) -> list[str]:
        lines = []
        while found := _NEWLAND_REPLY.search(self._heard):
            lines.append(f"应答（Newland）：{NEWLAND_VERDICT[found[2][0]]}")
            self._cut(found.start(), found.end())
        at = 0
        while found := _GM65_REPLY.search(self._heard, at):
            end = found.end() + found[2][0] + 2
            at = found.start() + 1
            if gm65_crc(self._heard[found.start() + 2 : end - 2]) == self._heard[end - 2 : end]:
                lines.append(f"应答（GM65）：{GM65_REPLY_TEXT[found[1][0]]}")
                self._cut(found.start(), end)
                at = 0
        return lines

    def _cut(self, start: int, end: int) -> None:
        self._heard = self._heard[:start] + self._heard[end:]


def _command(data: bytes) -> str:
    if data in _COMMAND_TEXT:
        return _COMMAND_TEXT[data]
    if found := _NEWLAND_COMMAND.fullmatch(data):
        return f"设置命令 {found[1].decode('ascii', 'replace')}（Newland）"
    if _is_gm65(data) and (meaning := GM65_COMMAND_TEXT.get(data[2])):
        return f"{meaning}，地址{data[4:6].hex().upper()}（GM65）"
    return f"无法识别 {data[:HEX_SHOWN].hex(' ').upper()}"


def _is_gm65(data: bytes) -> bool:
    right = len(data) > 8 and data[:2] == b"\x7e\x00" and len(data) == 8 + data[3]
    return right and data[-2:] in (GM65_UNCHECKED, gm65_crc(data[2:-2]))


def _code(code: bytes) -> str:
    text = decode(code)
    return f"读到：{masked(text)}" if text else f"无法识别的内容（共{len(code)}个字节）"


def _key_reader_for(data: bytes) -> KeyReader | None:
    """Text hardly ever looks like events of the kernel; where there is no evdev there are none."""
    try:
        from tinghao.drivers.scanner.keyboard import EVENT, KeyReader, is_event
    except ImportError:
        return None
    if not data or len(data) % EVENT.size:
        return None
    return KeyReader(b"\r") if all(is_event(*fields) for fields in EVENT.iter_unpack(data)) else None
