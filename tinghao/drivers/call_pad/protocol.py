"""Call pads and 4-key raters on one RS-485 line; an FT1.2-like frame, 9600 8N1.

    FF 68 | L L | 68 | ADDR FUNC DATA.. | CS | 16        L counts ADDR FUNC DATA, CS is their sum mod 256

Both sides use it.  The devices speak when somebody presses a key, so two of them, or one and the host, can
speak at once: what arrives broken is not answered, and the device says it again.

    FUNC 01        pad -> host    a key: the last data byte; the host sends the same frame back as its answer
                   host -> rater  the answer to a rating, with the same data
                   host -> pad    with data 0B: let the visitor rate
    FUNC 02        host -> pad    six digits, waiting and ticket, 0A = blank; or one: stars
    FUNC 03        host -> pad    beep, no data
    FUNC 11        rater -> host  a rating: DATA[0] = key 0..3

Keys: 0C next, 0D recall, 0B ask for a rating, 0E cancel, 11 "one metre", 12 pause, 13 transfer, and 0F enter
behind a digit: 06 abandon, 00 hang up, 03 call back.

One source only: JackQChen/QueueSystem, CallSystem/frmMain.cs.  Doubtful: the FUNC of a key (that code takes
any but 11; an asked-for rating's answer and "let the visitor rate" are the same bytes if it is 01), whether a
digit 0A blanks or leaves what is shown, and which rating each of the four keys means.
Not yet tried on a physical pad.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from tinghao.drivers.keys import Key

START = bytes.fromhex("FF 68")
START_AGAIN = 0x68
END = 0x16
HEAD_LEN = 5
TAIL_LEN = 2
LEN_MINIMUM = 2
LEN_LIMIT = 16

FUNC_KEY = 0x01
FUNC_SHOW = 0x02
FUNC_BEEP = 0x03
FUNC_RATING = 0x11

KEY_ENTER = 0x0F
LET_RATE = 0x0B
BLANK = 0x0A
DIGITS = 3
RATING_KEYS = range(4)
STARS = range(6)


KEYS = {
    0x0C: Key.NEXT,
    0x0D: Key.RECALL,
    0x0B: Key.ASK_RATING,
    0x0E: Key.CANCEL,
    0x11: Key.ONE_METRE,
    0x12: Key.PAUSE,
    0x13: Key.TRANSFER,
}
ENTERED = {0x06: Key.ABANDON, 0x00: Key.HANG_UP, 0x03: Key.CALL_BACK}


@dataclass(frozen=True)
class Frame:
    address: int
    function: int
    data: bytes = b""

    def __bytes__(self) -> bytes:
        counted = bytes([self.address, self.function]) + self.data
        head = START + bytes([len(counted), len(counted), START_AGAIN])
        return head + counted + bytes([sum(counted) % 256, END])


class FrameHunter:
    """Takes bytes as they come, gives the whole and right frames among them and, apart, the other bytes."""

    def __init__(self) -> None:
        self._buffer = bytearray()
        self._rubbish = bytearray()

    @property
    def pending(self) -> bool:
        return bool(self._buffer)

    def feed(self, data: bytes) -> list[Frame]:
        self._buffer += data
        frames = []
        while self._buffer:
            length = _length_of(self._buffer)
            if length is None:
                break
            if not length:
                self._skip()
                continue
            counted = bytes(self._buffer[HEAD_LEN : length - TAIL_LEN])
            frames.append(Frame(counted[0], counted[1], counted[2:]))
            del self._buffer[:length]
        return frames

    def silence(self) -> list[Frame]:
        """The line has been quiet: what was begun will not be finished.  Gives frames that stood inside it."""
        frames: list[Frame] = []
        while self._buffer:
            self._skip()
            frames += self.feed(b"")
        return frames

    def take_rubbish(self) -> bytes:
        """What was no frame since it was last taken."""
        rubbish, self._rubbish = bytes(self._rubbish), bytearray()
        return rubbish

    def _skip(self) -> None:
        self._rubbish.append(self._buffer.pop(0))


def _length_of(buffer: bytearray) -> int | None:
    """Of the whole and right frame at the front; 0 if none stands there, `None` if that can't be known yet."""
    head = bytes(buffer[:HEAD_LEN])
    if not head.startswith(START[: len(head)]):
        return 0
    if len(head) < HEAD_LEN:
        return None
    if head[2] != head[3] or head[4] != START_AGAIN or not LEN_MINIMUM <= head[2] <= LEN_LIMIT:
        return 0
    length = HEAD_LEN + head[2] + TAIL_LEN
    if len(buffer) < length:
        return None
    is_right = sum(buffer[HEAD_LEN : length - TAIL_LEN]) % 256 == buffer[length - 2]
    return length if is_right and buffer[length - 1] == END else 0


# ---------------------------------------------------------------------------------------- from the devices


def is_pressed(frame: Frame) -> bool:
    """A device may have said it: something that wants an answer."""
    return frame.function not in (FUNC_SHOW, FUNC_BEEP) and bool(frame.data)


def key_of(frame: Frame) -> Key | None:
    if not is_pressed(frame) or frame.function == FUNC_RATING:
        return None
    if frame.data[-1] == KEY_ENTER:
        return ENTERED.get(frame.data[0]) if len(frame.data) == 2 else None
    return KEYS.get(frame.data[-1])


def rating_key_of(frame: Frame) -> int | None:
    if frame.function != FUNC_RATING or not frame.data or frame.data[0] not in RATING_KEYS:
        return None
    return frame.data[0]


def answer_to(frame: Frame) -> Frame:
    """What tells the device that it was heard."""
    return Frame(frame.address, FUNC_KEY, frame.data) if frame.function == FUNC_RATING else frame


# ---------------------------------------------------------------------------------------- to the devices


def beep(address: int) -> Frame:
    return Frame(address, FUNC_BEEP)


def let_rate(address: int) -> Frame:
    return Frame(address, FUNC_KEY, bytes([LET_RATE]))


def show_stars(address: int, stars: int) -> Frame:
    return Frame(address, FUNC_SHOW, bytes([stars]))


def show_digits(address: int, waiting: str = "", ticket: str = "") -> Frame:
    """Each up to three digits; empty = blanks."""
    return Frame(address, FUNC_SHOW, bytes([*_digits(waiting), *_digits(ticket)]))


def digits_of_ticket(number: str) -> str:
    """What a pad can show of `A012`: the last three of its digits, `012`."""
    return "".join(each for each in number if each in "0123456789")[-DIGITS:]


def _digits(text: str) -> Sequence[int]:
    shown = text.zfill(DIGITS) if text else ""
    return [int(digit) for digit in shown] or [BLANK] * DIGITS
