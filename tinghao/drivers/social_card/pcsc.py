"""A PC/SC reader (USB, by pcscd and pyscard) brought into the form of `wire.py`.

pyscard is the optional extra `pcsc`; it is imported when the first reader is opened.  All its calls wait
inside C and go through `native.waiting`.  The card is held exclusively while it is read and let go between.

A card changed between two looks shows in the reader's counter of events: it is answered once as "no card",
so that the new one counts as newly put in.
"""

from __future__ import annotations

import time
from importlib import import_module
from typing import Any

from tinghao.drivers.links import Link, LinkError, absent, faulty
from tinghao.drivers.native import waiting
from tinghao.drivers.social_card.wire import ASK_ATR, POWER_OFF, POWER_ON, FrameHunter, frame

NOT_INSTALLED = "没有安装 PC/SC 组件，请执行 pip install 'tinghao[pcsc]' 并安装 pcscd"
NO_SERVICE = "PC/SC 服务没有运行，请启动 pcscd"
NO_READER = "找不到 PC/SC 读卡器，请检查线缆"
COMMAND_LIMIT = 300
EVENT_COUNTER_BITS = 16
SPEECHLESS = (
    b"\x3b"  # a card the wrong way round has no ATR: shown as there, so that reading it fails and is told
)


class PcscLink(Link):
    """`name` is how the reader's name begins; the first reader when empty."""

    def __init__(self, name: str) -> None:
        try:
            self._scard: Any = import_module("smartcard.scard")
        except ImportError:
            raise faulty(NOT_INSTALLED) from None
        self._hunter = FrameHunter(COMMAND_LIMIT)
        self._answers = b""
        self._card: Any = None
        self._protocol = 0
        self._events: int | None = None
        result, self._context = waiting(self._scard.SCardEstablishContext, self._scard.SCARD_SCOPE_USER)
        if result != self._scard.SCARD_S_SUCCESS:
            raise faulty(NO_SERVICE)
        try:
            self._reader = self._find(name)
        except LinkError:
            self.close()
            raise

    def read(self, timeout: float) -> bytes:
        if not self._answers:
            time.sleep(timeout)
        answers, self._answers = self._answers, b""
        return answers

    def write(self, data: bytes) -> None:
        for content in self._hunter.feed(data):
            if content == ASK_ATR:
                self._answers += frame(self._atr())
            elif content == POWER_ON:
                self._power_on()
            elif content == POWER_OFF:
                self._let_go()
            else:
                self._answers += frame(self._transmit(content))

    def close(self) -> None:
        self._let_go()
        waiting(self._scard.SCardReleaseContext, self._context)

    def _find(self, name: str) -> str:
        result, readers = waiting(self._scard.SCardListReaders, self._context, [])
        if result not in (self._scard.SCARD_S_SUCCESS, self._scard.SCARD_E_NO_READERS_AVAILABLE):
            raise faulty(NO_SERVICE)
        for reader in readers or []:
            if str(reader).startswith(name):
                return str(reader)
        raise absent(NO_READER)

    def _atr(self) -> bytes:
        asked = [(self._reader, self._scard.SCARD_STATE_UNAWARE)]
        result, states = waiting(self._scard.SCardGetStatusChange, self._context, 0, asked)
        if result != self._scard.SCARD_S_SUCCESS:
            raise self._lost(result)
        _, state, atr = states[0]
        if state & (self._scard.SCARD_STATE_UNKNOWN | self._scard.SCARD_STATE_UNAVAILABLE):
            raise absent(NO_READER)
        events, before = state >> EVENT_COUNTER_BITS, self._events
        self._events = events
        if not state & self._scard.SCARD_STATE_PRESENT or before not in (None, events):
            return b""
        return SPEECHLESS if state & self._scard.SCARD_STATE_MUTE else bytes(atr)

    def _power_on(self) -> None:
        self._let_go()
        result, card, protocol = waiting(
            self._scard.SCardConnect,
            self._context,
            self._reader,
            self._scard.SCARD_SHARE_EXCLUSIVE,
            self._scard.SCARD_PROTOCOL_T0 | self._scard.SCARD_PROTOCOL_T1,
        )
        if result == self._scard.SCARD_E_SHARING_VIOLATION:
            raise faulty("读卡器被其他程序占用")
        if result == self._scard.SCARD_S_SUCCESS:
            self._card, self._protocol = card, protocol

    def _transmit(self, command: bytes) -> bytes:
        """Empty when the card is gone or was never really there."""
        if self._card is None:
            return b""
        result, answer = waiting(self._scard.SCardTransmit, self._card, self._protocol, list(command))
        if result != self._scard.SCARD_S_SUCCESS:
            return b""
        return bytes(byte & 0xFF for byte in answer)

    def _let_go(self) -> None:
        card, self._card = self._card, None
        if card is not None:
            waiting(self._scard.SCardDisconnect, card, self._scard.SCARD_UNPOWER_CARD)

    def _lost(self, result: int) -> LinkError:
        gone = (self._scard.SCARD_E_UNKNOWN_READER, self._scard.SCARD_E_READER_UNAVAILABLE)
        return absent(NO_READER) if result in gone else faulty(NO_SERVICE)
