"""One question, one answer, on a line that may be noisy or silent."""

from __future__ import annotations

import time
from threading import Event

from tinghao.drivers.base import SLICE
from tinghao.drivers.card_reader.protocol import (
    SW3_CHECKSUM_WRONG,
    SW3_COMMAND_WRONG,
    SW3_LENGTH_WRONG,
    SW3_NOT_PERMITTED,
    SW3_SAM_NOT_AUTHORISED,
    SW3_SELF_TEST_FAILED,
    SW3_TEXT,
    FrameHunter,
    Reply,
    build_frame,
    can_answer,
    parse_reply,
)
from tinghao.drivers.links import Link, LinkError, faulty

ATTEMPTS = 2
BROKEN_ON_THE_WAY = (SW3_CHECKSUM_WRONG, SW3_LENGTH_WRONG)
READER_FAULTS = (
    *BROKEN_ON_THE_WAY,
    SW3_COMMAND_WRONG,
    SW3_NOT_PERMITTED,
    SW3_SELF_TEST_FAILED,
    SW3_SAM_NOT_AUTHORISED,
)
CLOSED = Reply(b"\0\0\0", b"")

NO_ANSWER = "读卡器没有应答，请检查电源、接线和波特率"


def fault(reply: Reply) -> LinkError:
    """The reader's own trouble, as told to the technician."""
    return faulty(f"读卡器：{SW3_TEXT.get(reply.sw3, '状态异常')}（{reply.sw3:02X}）")


class Sam:
    """The security module at the other end; `closing` ends every wait."""

    def __init__(self, link: Link, closing: Event) -> None:
        self._link = link
        self._closing = closing
        self._hunter = FrameHunter()

    def ask(self, command: bytes, budget: float) -> Reply:
        """The answer; `LinkError` if there is none or it says that the reader itself is ill."""
        reply = self.try_ask(command, budget)
        if reply is None:
            if self._closing.is_set():
                return CLOSED
            raise faulty(NO_ANSWER)
        if reply.sw3 in READER_FAULTS:
            raise fault(reply)
        return reply

    def try_ask(self, command: bytes, budget: float) -> Reply | None:
        """The answer, whatever it says; asked again when nothing came or the request was broken on its way."""
        reply = None
        for _ in range(ATTEMPTS):
            reply = self._ask_once(command, budget)
            if reply and reply.sw3 not in BROKEN_ON_THE_WAY:
                break
        return reply

    def _ask_once(self, command: bytes, budget: float) -> Reply | None:
        self._link.drain()
        self._hunter.clear()
        self._link.write(build_frame(command))
        until = time.monotonic() + budget
        while not self._closing.is_set():
            left = until - time.monotonic()
            if left <= 0:
                return None
            for body in self._hunter.feed(self._link.read(min(left, SLICE))):
                reply = parse_reply(body)
                if reply and can_answer(command, reply):
                    return reply
        return None
