"""AT commands (3GPP TS 27.005, TS 27.007): one question, its lines, and a final result.

    → AT+CSQ<CR>
    ← <CR><LF>+CSQ: 21,99<CR><LF>  <CR><LF>OK<CR><LF>            or ERROR, +CME ERROR: 10, +CMS ERROR: 304

    → AT+CMGS=19<CR>
    ← <CR><LF>>␠                                                 a prompt without a line end
    → 0011000D91…<1A>                                            hex digits, then Ctrl-Z; ESC (1B) gives up
    ← <CR><LF>+CMGS: 17<CR><LF>  <CR><LF>OK<CR><LF>

Nothing says which question an answer belongs to.  The modem may repeat what it hears (echo) and speaks
unasked at any time (`RING`, `+CMTI: …`, `^RSSI:…`); both are passed over.  An OK without the line that was
asked for belongs to an earlier question that was given up: it is passed over too, and so the two find
together again.  A report of delivery is two lines, `+CDS: <length>` and its PDU.

Doubtful, as modules differ: `>` with or without a space; `+CEREG?` for the network on modules with LTE only.
"""

from __future__ import annotations

import re
import time
from collections import deque
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from threading import Event

from tinghao.drivers.base import CLOSED, SLICE
from tinghao.drivers.links import Link, LinkError, faulty

ESC = b"\x1b"
CTRL_Z = b"\x1a"
PROMPT = "> "
LINE_LIMIT = 1024
SILENT = "短信模块没有应答，请检查电源、接线和波特率"

SIM_STATE = re.compile(r"\+CPIN: ?([A-Z0-9 -]+)")
REGISTRATION = re.compile(r"\+C(?:E|G)?REG: ?[0-9],([0-9]{1,2})(?:,.*)?")
SIGNAL = re.compile(r"\+CSQ: ?([0-9]{1,2}),[0-9]{1,2}")
OPERATOR = re.compile(r"\+COPS: ?[0-9](?:,[0-9],\"([^\"]{0,40})\".*)?")
MODEL = re.compile(r"(?!AT|RING|NO |BUSY|\+(?!CGMM))(?:\+CGMM: ?)?\"?([A-Za-z0-9][A-Za-z0-9 ._+-]{1,38})\"?")
SENT = re.compile(r"\+CMGS: ?([0-9]{1,3})(?:,.*)?")

_ERROR = re.compile(r"ERROR|\+(CME|CMS) ERROR: ?(.{0,60})|COMMAND NOT SUPPORT")
_REPORT = re.compile(r"\+CDS: ?[0-9]+")
_HEX = re.compile(r"(?:[0-9A-Fa-f]{2})+")

CME_TEXT = {
    3: "操作不允许",
    4: "模块不支持此操作",
    10: "没有插入 SIM 卡",
    11: "SIM 卡要求 PIN 码",
    12: "SIM 卡已锁定，需要 PUK 码",
    13: "SIM 卡故障",
    14: "SIM 卡忙",
    15: "SIM 卡不可用",
    30: "没有网络服务",
    31: "网络超时",
    32: "网络只允许紧急呼叫",
    100: "模块未说明原因",
}
CMS_TEXT = {
    1: "空号",
    8: "运营商禁止此号发送",
    10: "SIM 卡被限制发送，可能已停机",
    17: "网络故障",
    21: "短信被网络拒绝，可能已欠费或被限制",
    27: "对方号码停机",
    28: "对方号码无法识别",
    29: "网络拒绝此业务",
    30: "对方号码不存在",
    38: "网络异常",
    41: "网络暂时故障",
    42: "网络拥塞",
    47: "网络资源不足",
    50: "SIM 卡未开通短信",
    69: "网络不支持此业务",
    95: "短信格式不被网络接受",
    96: "短信缺少必要内容",
    111: "网络协议错误",
    127: "网络互通失败",
    300: "模块故障",
    302: "操作不允许",
    303: "模块不支持此操作",
    304: "短信编码错误",
    305: "短信参数错误",
    310: "没有插入 SIM 卡",
    311: "SIM 卡要求 PIN 码",
    313: "SIM 卡故障",
    314: "SIM 卡忙",
    315: "SIM 卡不可用",
    316: "SIM 卡已锁定，需要 PUK 码",
    322: "短信存储已满",
    330: "未设置短信中心号码",
    331: "没有网络服务",
    332: "网络超时",
    500: "模块未说明原因",
}


@dataclass(frozen=True)
class AtError:
    """`kind` is CME or CMS, empty for a plain ERROR; `number` is missing when the modem speaks in words."""

    kind: str = ""
    number: int | None = None

    @property
    def reason(self) -> str:
        if self.number is None:
            return "短信模块拒绝执行"
        text = (CMS_TEXT if self.kind == "CMS" else CME_TEXT).get(self.number, "短信模块报错")
        return f"{text}（{self.kind} {self.number}）"


@dataclass(frozen=True)
class Reply:
    """What was asked for, or why it is refused; with neither, the modem said OK and nothing had to be told."""

    match: re.Match[str] | None = None
    error: AtError | None = None


def parse_error(line: str) -> AtError | None:
    match = _ERROR.fullmatch(line)
    if not match:
        return None
    number = (match[2] or "").strip()
    return AtError(match[1] or "", int(number) if number.isascii() and number.isdigit() else None)


class LineHunter:
    """Takes bytes as they come, gives whole lines without their ends, and `PROMPT`."""

    def __init__(self) -> None:
        self._buffer = b""

    def feed(self, data: bytes) -> list[str]:
        *lines, rest = re.split(rb"[\r\n]+", self._buffer + data)
        found = [text for line in lines if (text := line.decode("latin-1").strip())]
        if rest.lstrip(b" ").startswith(b">"):
            found.append(PROMPT)
            rest = b""
        self._buffer = rest[-LINE_LIMIT:]
        return found


class At:
    """The dialogue; whatever breaks or stays silent raises `LinkError`."""

    def __init__(self, link: Link, closing: Event, on_report: Callable[[str], None] | None = None) -> None:
        self._link = link
        self._closing = closing
        self._on_report = on_report
        self._hunter = LineHunter()
        self._waiting: deque[str] = deque()
        self._report_follows = False

    def wake(self, budget: float, attempts: int = 3) -> None:
        """Leaves a prompt that somebody left open, and finds the modem at the other end."""
        self._link.write(ESC + b"\r")
        self.idle(SLICE)
        self._link.drain()
        for _ in range(attempts):
            self._write("AT")
            if any(event == "OK" for event in self._events(budget)):
                return
        raise faulty(SILENT)

    def ask(self, command: str, answer: re.Pattern[str] | None, budget: float) -> Reply:
        self._write(command)
        return self.answer(answer, budget)

    def answer(self, answer: re.Pattern[str] | None, budget: float) -> Reply:
        """Waits for the line that matches `answer` and for the final result."""
        match = None
        for event in self._events(budget):
            error = parse_error(event)
            if error:
                return Reply(match, error)
            if event == "OK" and (match or not answer):
                return Reply(match)
            match = match or (answer.fullmatch(event) if answer else None)
        if match:
            return Reply(match)
        raise faulty(SILENT)

    def prompt(self, command: str, budget: float) -> AtError | None:
        """`None` when the modem asks for the PDU."""
        self._write(command)
        for event in self._events(budget):
            error = parse_error(event)
            if error or event == PROMPT:
                return error
        self.give_up()
        raise faulty(SILENT)

    def give_up(self) -> None:
        """Leaves the prompt without sending."""
        self._link.write(ESC)

    def pdu(self, digits: str) -> None:
        self._link.write(digits.encode("ascii") + CTRL_Z)

    def idle(self, seconds: float) -> None:
        """Hears what comes unasked."""
        for _ in self._events(seconds):
            pass

    def _write(self, command: str) -> None:
        self._link.write(command.encode("ascii") + b"\r")

    def _events(self, budget: float) -> Iterator[str]:
        until = time.monotonic() + budget
        while True:
            while self._waiting:
                event = self._waiting.popleft()
                if not self._was_report(event):
                    yield event
            if self._closing.is_set():
                raise LinkError(CLOSED)
            left = until - time.monotonic()
            if left <= 0:
                return
            self._waiting.extend(self._hunter.feed(self._link.read(min(left, SLICE))))

    def _was_report(self, event: str) -> bool:
        if self._report_follows and _HEX.fullmatch(event):
            self._report_follows = False
            if self._on_report:
                self._on_report(event)
            return True
        self._report_follows = bool(_REPORT.fullmatch(event))
        return self._report_follows
