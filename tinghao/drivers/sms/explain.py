"""What passes on the wire of an SMS modem, in words; numbers are masked and texts left out."""

from __future__ import annotations

import re

from tinghao.drivers.links import Direction
from tinghao.drivers.sms.at import (
    MODEL,
    OPERATOR,
    PROMPT,
    REGISTRATION,
    SENT,
    SIGNAL,
    SIM_STATE,
    LineHunter,
    parse_error,
)
from tinghao.drivers.sms.pdu import parse_status_report, recipient_of
from tinghao.drivers.sms.phone import mask_phone

SHOWN_BYTES = 24
LINE_LIMIT = 1024

COMMANDS = {
    "AT": "问：在吗",
    "ATE0": "关闭回显",
    "AT+CPIN?": "问：SIM 卡状态",
    "AT+CREG?": "问：是否注册到网络",
    "AT+CEREG?": "问：是否注册到 LTE 网络",
    "AT+CSQ": "问：信号强度",
    "AT+COPS?": "问：运营商",
    "AT+CGMM": "问：型号",
    "AT+CMGF=0": "选 PDU 模式",
    "AT+CMEE=1": "要求错误编号",
    "AT+CNMI=2,0,0,1,0": "要求转发送达报告",
}
UNASKED = (
    ("RING", "来电"),
    ("+CLIP", "来电"),
    ("+CMT", "收到新短信"),
    ("+CREG", "网络变化"),
    ("^RSSI", "信号变化"),
)
REPORTED = {"delivered": "已送达", "trying": "仍在尝试", "failed": "未送达"}

_SUBMIT = re.compile(r"AT\+CMGS=([0-9]{1,3})")
_HEX = re.compile(r"(?:[0-9A-Fa-f]{2}){8,}")
_NUMBER = re.compile(rb"[0-9]{5,}")


class SmsExplainer:
    def __init__(self) -> None:
        self._out = b""
        self._lines = LineHunter()
        self._report_follows = False

    def feed(self, direction: Direction, data: bytes) -> list[str]:
        if direction == "in":
            return [self._heard(line) for line in self._lines.feed(data)]
        *whole, rest = re.split(rb"(?<=[\r\x1a\x1b])", self._out + data)
        self._out = rest[-LINE_LIMIT:]
        return [_said(piece) for piece in whole if piece.strip(b"\r\n")]

    def _heard(self, line: str) -> str:
        if self._report_follows:
            self._report_follows = False
            report = parse_status_report(line)
            if report:
                return f"送达报告：第 {report.reference} 号{REPORTED[report.result]}"
        if line.startswith("+CDS:"):
            self._report_follows = True
            return "收到送达报告"
        return _meaning(line)


def _said(piece: bytes) -> str:
    text = piece.decode("latin-1").strip("\r\n\x1a\x1b ").upper()
    if not text:
        return "放弃输入（ESC）" if piece.startswith(b"\x1b") else "空的提交（Ctrl-Z）"
    if text in COMMANDS:
        return COMMANDS[text]
    if match := _SUBMIT.fullmatch(text):
        return f"请求发送短信，{match[1]} 字节"
    if piece.endswith(b"\x1a") and (number := recipient_of(text)):
        return f"提交短信给 {mask_phone(number)}"
    return _unknown(piece)


def _meaning(line: str) -> str:
    if line == PROMPT:
        return "等待短信内容"
    if line == "OK":
        return "成功"
    if error := parse_error(line):
        return f"失败：{error.reason}"
    if match := SIGNAL.fullmatch(line):
        return f"信号 {match[1]}/31"
    if match := SIM_STATE.fullmatch(line):
        return "SIM 卡正常" if match[1] == "READY" else f"SIM 卡：{match[1]}"
    if match := SENT.fullmatch(line):
        return f"已发送，第 {match[1]} 号"
    if match := REGISTRATION.fullmatch(line):
        return "已注册到网络" if match[1] in ("1", "5", "6", "7") else f"未注册到网络（{match[1]}）"
    if match := OPERATOR.fullmatch(line):
        return f"运营商 {match[1] or '无'}"
    for start, meaning in UNASKED:
        if line.startswith(start):
            return meaning
    if line in COMMANDS or _SUBMIT.fullmatch(line) or _HEX.fullmatch(line):
        return "回显"
    return (
        f"型号 {line}" if MODEL.fullmatch(line) and not line.isdigit() else _unknown(line.encode("latin-1"))
    )


def _unknown(data: bytes) -> str:
    """Only the beginning, and no long number: it may be somebody's."""
    return f"无法识别 {_NUMBER.sub(b'*', data)[:SHOWN_BYTES].hex(' ')}"
