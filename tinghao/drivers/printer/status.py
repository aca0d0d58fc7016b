"""What a printer says: real-time status, and how its replies are told apart on one wire.

`10 04 n` is answered at once, even when the printer is off-line or its buffer is full.

    n=1  04 drawer pin   08 off-line   20 waits for recovery   40 feed button
    n=2  04 cover open   08 feeding by button   20 stopped for paper end   40 error
    n=3  04 mechanical, recoverable   08 cutter   20 unrecoverable   40 recovers by itself (head hot)
    n=4  0C near end     60 paper out (both bits each)

All come on one wire, without a sender's name.  Bits tell them apart (Citizen's table):

    0xx1xx10   real-time                          11, 13        XON, XOFF
    0xx1xx00   automatic status, first of four    0xx0xxxx      `1D 72`, `1D 49`, the other three
    10 0F + 4  Custom's whole status              37 … 00, 5F … 00   blocks: clear done, process id, texts

What is none of these is rubbish: a wrong baud rate, a bad line, another device.

    1D 72 1    03 near end, 0C out
    1D 65 6    01 near end, 08 ticket at the mouth, 40 error, 80 jam (presenters)

Sources: manuals of Epson, Citizen, Bixolon, Custom, Pyramid and Infinite KPM.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

REAL_TIME = bytes.fromhex("10 04")
PRINTER, OFF_LINE_CAUSE, ERROR_CAUSE, PAPER_SENSOR = 1, 2, 3, 4
ALL_QUESTIONS = (PRINTER, PAPER_SENSOR, OFF_LINE_CAUSE, ERROR_CAUSE)

OFF_LINE, WAITING, FEED_BUTTON = 0x08, 0x20, 0x40
COVER_OPEN, FEEDING, PAPER_END_STOP, ERROR = 0x04, 0x08, 0x20, 0x40
MECHANICAL, CUTTER, UNRECOVERABLE, AUTO_RECOVERABLE = 0x04, 0x08, 0x20, 0x40
NEAR_END, PAPER_OUT = 0x0C, 0x60

ANSWERED_PAPER_OUT = 0x0C
MOUTH_TICKET, MOUTH_ERROR, MOUTH_JAM, MOUTH_UNUSED = 0x08, 0x40, 0x80, 0x36

XON, XOFF = 0x11, 0x13
FULL_STATUS = bytes.fromhex("10 0F")
FULL_STATUS_LENGTH = 6
FULL_TICKET = 0x20
BLOCK_HEADERS = (0x37, 0x5F)
BLOCK_LIMIT = 82
STALE = 0.3

HOT = "打印头过热，冷却后会自行恢复"
FEEDING_NOW = "正在按走纸键走纸"


def is_real_time(byte: int) -> bool:
    return byte & 0x93 == 0x12


def is_automatic(byte: int) -> bool:
    return byte & 0x93 == 0x10


def is_plain(byte: int) -> bool:
    return byte & 0x90 == 0


@dataclass(frozen=True)
class PrinterStatus:
    """`None` and `"unknown"` mean that the printer did not say: never take silence for health."""

    reachable: bool = False
    online: bool | None = None
    cover_open: bool | None = None
    paper: Literal["ok", "near_end", "out", "unknown"] = "unknown"
    cutter_error: bool | None = None
    unrecoverable: bool | None = None
    overheated: bool | None = None
    mechanical_error: bool | None = None
    error: bool | None = None
    feeding: bool | None = None
    waiting_for_recovery: bool | None = None
    presenter_jam: bool | None = None

    @property
    def trouble(self) -> str:
        """What stops it from printing, in Chinese; empty if nothing is known to."""
        causes = (
            (self.cover_open, "机盖打开"),
            (self.paper == "out", "缺纸"),
            (self.cutter_error, "切刀故障"),
            (self.presenter_jam, "出纸口卡纸"),
            (self.unrecoverable, "打印机故障，请断电重启"),
            (self.mechanical_error, "机械故障，请检查是否卡纸"),
            (self.overheated, HOT),
            (self.error, "打印机报错，请看指示灯"),
            (self.feeding, FEEDING_NOW),
            (self.waiting_for_recovery, "等待恢复，请按走纸键"),
            (self.online is False, "脱机"),
        )
        return next((text for is_so, text in causes if is_so), "")

    @property
    def passes(self) -> bool:
        """The trouble ends by itself, within moments."""
        return self.trouble in (HOT, FEEDING_NOW)

    @property
    def complete(self) -> bool:
        return self.paper != "unknown" and self.error is not None and self.cutter_error is not None


def read_answers(answers: Mapping[int, int | None]) -> PrinterStatus:
    """The status told by the answers to n = 1…4 that came."""
    printer, cause = answers.get(PRINTER), answers.get(OFF_LINE_CAUSE)
    error = answers.get(ERROR_CAUSE)
    off_line = _bit(printer, OFF_LINE)
    return PrinterStatus(
        reachable=True,
        online=None if off_line is None else not off_line,
        cover_open=_bit(cause, COVER_OPEN),
        paper="out" if _bit(cause, PAPER_END_STOP) else _paper(answers.get(PAPER_SENSOR)),
        cutter_error=_bit(error, CUTTER),
        unrecoverable=_bit(error, UNRECOVERABLE),
        overheated=_bit(error, AUTO_RECOVERABLE),
        mechanical_error=_bit(error, MECHANICAL),
        error=_bit(cause, ERROR),
        feeding=_either(_bit(printer, FEED_BUTTON), _bit(cause, FEEDING)),
        waiting_for_recovery=_bit(printer, WAITING),
    )


def _bit(answer: int | None, mask: int) -> bool | None:
    return None if answer is None else bool(answer & mask)


def _either(one: bool | None, other: bool | None) -> bool | None:
    return one or other if one is not None else other


def _paper(answer: int | None) -> Literal["ok", "near_end", "out", "unknown"]:
    if answer is None:
        return "unknown"
    if answer & PAPER_OUT:
        return "out"
    return "near_end" if answer & NEAR_END else "ok"


@dataclass(frozen=True)
class Mouth:
    """The presenter's mouth."""

    ticket: bool
    jam: bool = False


def read_mouth(answer: int) -> Mouth | None:
    """The answer to `1D 65 6`; `None` when it can't be one."""
    if answer & MOUTH_UNUSED:
        return None
    return Mouth(bool(answer & MOUTH_TICKET), bool(answer & (MOUTH_JAM | MOUTH_ERROR)))


ReplyKind = Literal["real-time", "plain", "automatic", "full", "block", "xon", "xoff", "rubbish"]


@dataclass(frozen=True)
class Reply:
    kind: ReplyKind
    data: bytes


class Replies:
    """Sorts what comes.  Real-time answers may stand inside longer replies; what stays unfinished is rubbish."""

    def __init__(self) -> None:
        self._pending = b""
        self._since = 0.0

    def feed(self, data: bytes, now: float) -> list[Reply]:
        replies = []
        if self._pending and now - self._since > STALE:
            replies.append(Reply("rubbish", self._pending))
            self._pending = b""
        if not data:
            return replies
        self._pending += data
        self._since = now
        while self._pending and (found := self._next()):
            replies.extend(found)
        return replies

    def _next(self) -> list[Reply]:
        first = self._pending[0]
        if single := _single(first):
            return [self._take(single, 1)]
        if first in BLOCK_HEADERS:
            return self._block()
        if self._pending[:2] == FULL_STATUS:
            whole = len(self._pending) >= FULL_STATUS_LENGTH
            return [self._take("full", FULL_STATUS_LENGTH)] if whole else []
        if is_automatic(first):
            return self._automatic()
        return [self._take("rubbish", 1)]

    def _take(self, kind: ReplyKind, length: int) -> Reply:
        data, self._pending = self._pending[:length], self._pending[length:]
        return Reply(kind, data)

    def _block(self) -> list[Reply]:
        for at, byte in enumerate(self._pending[1:], start=1):
            if byte == 0:
                return [self._take("block", at + 1)]
            if byte < 0x20 or at >= BLOCK_LIMIT:
                return [self._take("rubbish", 1)]
        return []

    def _automatic(self) -> list[Reply]:
        for at, byte in enumerate(self._pending[1:4], start=1):
            kind = _single(byte)
            if kind and kind != "plain":
                self._pending = self._pending[:at] + self._pending[at + 1 :]
                return [Reply(kind, bytes([byte]))]
            if kind is None:
                return [self._take("rubbish", 1)]
        return [self._take("automatic", 4)] if len(self._pending) >= 4 else []


def _single(byte: int) -> ReplyKind | None:
    if byte == XON:
        return "xon"
    if byte == XOFF:
        return "xoff"
    if is_real_time(byte):
        return "real-time"
    return "plain" if is_plain(byte) else None
