"""The wire of vpcd, the virtual reader of vsmartcard, used here for every reader.

    → 00 01 04                 the card's ATR, please        ← 00 nn ATR; 00 00 when there is no card
    → 00 01 01                 power on                      (no answer)
    → 00 01 00                 power off                     (no answer)
    → LEN_H LEN_L command      a command of 4 bytes or more  ← LEN_H LEN_L data SW1 SW2; 00 00 when the card is gone

LEN is big-endian and counts what follows it.  On TCP it is vpcd's own wire, with the card at the listening
end; a PC/SC reader is brought into the same form by `pcsc.py`.  That 00 00 stands for "no card" is how vpcd
takes an empty ATR (it hangs up and asks again later).
"""

from __future__ import annotations

import time
from threading import Event

from tinghao.drivers.base import CLOSED, SLICE
from tinghao.drivers.links import Link, LinkError, faulty
from tinghao.drivers.social_card.protocol import Answer, CardGone

POWER_OFF = b"\x00"
POWER_ON = b"\x01"
ASK_ATR = b"\x04"

ATR_STARTS = (0x3B, 0x3F)
LONGEST_ATR = 33

LENGTH_BYTES = 2
ANSWER_LIMIT = 512
SILENT = "读卡器没有应答，请检查电源和接线"


def frame(content: bytes) -> bytes:
    return len(content).to_bytes(LENGTH_BYTES, "big") + content


def is_atr(answer: bytes) -> bool:
    """Whether a card could greet so; what came late to another question hardly ever could."""
    return 0 < len(answer) <= LONGEST_ATR and answer[0] in ATR_STARTS


class FrameHunter:
    """Takes bytes as they come, gives the contents of whole frames; `lost` when a length can't be true."""

    def __init__(self, limit: int = ANSWER_LIMIT) -> None:
        self._limit = limit
        self._buffer = b""
        self.lost = False

    def feed(self, data: bytes) -> list[bytes]:
        self._buffer += data
        contents = []
        while len(self._buffer) >= LENGTH_BYTES:
            end = LENGTH_BYTES + int.from_bytes(self._buffer[:LENGTH_BYTES], "big")
            self.lost = self.lost or end > LENGTH_BYTES + self._limit
            if self.lost or len(self._buffer) < end:
                break
            contents.append(self._buffer[LENGTH_BYTES:end])
            self._buffer = self._buffer[end:]
        return contents


class CardSlot:
    """One question, one answer, over any link that speaks the wire."""

    def __init__(self, link: Link, closing: Event, budget: float) -> None:
        self._link = link
        self._closing = closing
        self._budget = budget
        self._hunter = FrameHunter()

    def atr(self) -> bytes:
        """Empty when there is no card."""
        return self._ask(ASK_ATR)

    def power_on(self) -> None:
        self._link.write(frame(POWER_ON))

    def power_off(self) -> None:
        self._link.write(frame(POWER_OFF))

    def transmit(self, command: bytes) -> Answer:
        answer = self._ask(command)
        if len(answer) < 2:
            raise CardGone
        return answer[:-2], int.from_bytes(answer[-2:], "big")

    def _ask(self, content: bytes) -> bytes:
        self._link.write(frame(content))
        until = time.monotonic() + self._budget
        while not self._closing.is_set():
            left = until - time.monotonic()
            if left <= 0:
                raise faulty(SILENT)
            answers = self._hunter.feed(self._link.read(min(left, SLICE)))
            if self._hunter.lost or len(answers) > 1:
                raise faulty("读卡器的应答无法识别，请检查地址和接线")
            if answers:
                return answers[0]
        raise LinkError(CLOSED)
