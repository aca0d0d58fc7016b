"""Locker boards on RS-485: a line of boards, each with the solenoids and feedback contacts of up to 50 locks.

9600 8N1, one request at a time, `BCC` = XOR of everything before it:

    HDR BOARD LOCK FUNC BCC          BOARD 1..32 by DIP switch, LOCK from 1; LOCK 00 = all

    8A 01 01 11 9B                   open lock 1             -> 8A 01 01 ST BCC    "the pulse was given"
    8A 01 00 11 9A                   open all                -> nothing one may rely on
    8A 01 01 11 SS BCC               pulse of SS = 1..9 s
    90 01 S1 S2 S3 BCC               open several, a bit each, S1 = locks 1..8     -> nothing
    80 01 01 33 B3                   query lock 1            -> 80 01 01 ST BCC
    80 01 00 33 B2                   query all               -> 80 01 Sn .. S1 33 BCC
    9A / 9B 01 01 11 BCC             hold a lock on / off
    82 01 00 22 A1                   firmware
    82 01 01 ST BCC                  pushed by some boards when a door changes

ST is 11 when the feedback contact is closed and 00 when it is open; the bits of S likewise.  With the
common wiring a closed contact is a shut door; with the other one it is an open door: `inverted`.

The answer to an open request tells that a pulse was given, **never** that the door opened: it has the
shape of the answer to a query and is told apart by what was asked.  The number of status bytes is that of
the frame, not of the locks (a board of 8 was seen to answer 3, others 4 or 7); the byte before the 33 has
locks 1..8 on most boards (`last_first`), on others the first one has (`first_first`).

A frame ends with a quiet gap; some boards send rubbish before it.  So an answer is looked for at the *end*
of what came, behind the request's own echo (some RS-485 adapters hear themselves).  A query-all answer
with one status byte looks like that echo and is not believed.  XOR is a weak check: two frames glued
together pass it.  Where more than one reading fits, none is taken.

Sources: csdn u012909822/147892413, the 24-way board's sheet of 2021 as quoted by two open implementations,
Open-Locker's notes on verified hardware.  Doubtful: the answer to a timed open, hold and firmware requests
(one or two sources), the byte order, the wiring.  Not yet tried on a physical board.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import reduce
from operator import xor
from typing import Literal

HDR_OPEN = 0x8A
HDR_QUERY = 0x80
HDR_OPEN_SEVERAL = 0x90
HDR_HOLD_ON = 0x9A
HDR_HOLD_OFF = 0x9B
HDR_PUSH = 0x82
HDR_FIRMWARE = 0x82

FUNC_OPEN = 0x11
FUNC_QUERY = 0x33
FUNC_FIRMWARE = 0x22

CONTACT_CLOSED = 0x11
CONTACT_OPEN = 0x00

ALL_LOCKS = 0
BOARDS = range(1, 33)
LOCKS = range(1, 51)
PULSE_SECONDS = range(1, 10)
LOCK_FRAME = 5
STATUS_BYTES = range(2, 9)
SEVERAL_BYTES = 3

StatusOrder = Literal["last_first", "first_first"]


def with_bcc(body: bytes) -> bytes:
    return body + bytes([reduce(xor, body)])


def is_right(frame: bytes) -> bool:
    return len(frame) > 1 and reduce(xor, frame) == 0


# ---------------------------------------------------------------------------------------- requests


def open_one(board: int, lock: int, seconds: int | None = None) -> bytes:
    """`seconds` asks for a longer pulse than the board's own; not every board knows it."""
    body = bytes([HDR_OPEN, board, lock, FUNC_OPEN])
    return with_bcc(body if seconds is None else body + bytes([seconds]))


def open_all(board: int) -> bytes:
    return open_one(board, ALL_LOCKS)


def open_several(board: int, locks: Iterable[int]) -> bytes:
    bits = bytearray(SEVERAL_BYTES)
    for lock in locks:
        bits[(lock - 1) // 8] |= 1 << (lock - 1) % 8
    return with_bcc(bytes([HDR_OPEN_SEVERAL, board, *bits]))


def query_one(board: int, lock: int) -> bytes:
    return with_bcc(bytes([HDR_QUERY, board, lock, FUNC_QUERY]))


def query_all(board: int) -> bytes:
    return query_one(board, ALL_LOCKS)


def hold(board: int, lock: int, on: bool) -> bytes:
    return with_bcc(bytes([HDR_HOLD_ON if on else HDR_HOLD_OFF, board, lock, FUNC_OPEN]))


def firmware(board: int) -> bytes:
    return with_bcc(bytes([HDR_FIRMWARE, board, ALL_LOCKS, FUNC_FIRMWARE]))


# ---------------------------------------------------------------------------------------- answers


@dataclass(frozen=True)
class Pushed:
    """A board says by itself that a door changed."""

    board: int
    lock: int
    contact_closed: bool


def lock_answer(data: bytes, request: bytes) -> bool | None:
    """Whether the contact is closed, by the answer to an open or query request about one lock; else `None`."""
    data = _before_pushes(_behind_echo(data, request))
    frame = data[-LOCK_FRAME:]
    if frame[:3] != request[:3] or not is_right(frame):
        return None
    return _contact(frame[3])


def status_answer(data: bytes, request: bytes) -> bytes | None:
    """The status bytes as sent, out of the answer to a query of all locks; `None` if there is no clear one."""
    data = _before_pushes(_behind_echo(data, request))
    if data[-2:-1] != bytes([FUNC_QUERY]):
        return None
    readings = [frame[2:-2] for frame in _ends(data) if frame[:2] == request[:2] and is_right(frame)]
    return readings[0] if len(readings) == 1 else None


def pushes(data: bytes) -> list[Pushed]:
    """The door frames that boards sent by themselves, wherever they stand in `data`."""
    found = []
    at = 0
    while at <= len(data) - LOCK_FRAME:
        push = _pushed(data[at : at + LOCK_FRAME])
        if push:
            found.append(push)
        at += LOCK_FRAME if push else 1
    return found


def open_doors(status: bytes, order: StatusOrder, inverted: bool) -> dict[int, bool]:
    """For each lock that has a bit: is its door open?"""
    by_lock = status[::-1] if order == "last_first" else status
    return {
        8 * index + bit + 1: is_open(bool(byte >> bit & 1), inverted)
        for index, byte in enumerate(by_lock)
        for bit in range(8)
    }


def is_open(contact_closed: bool, inverted: bool) -> bool:
    return contact_closed == inverted


def _behind_echo(data: bytes, request: bytes) -> bytes:
    """An open request's echo *is* an answer: where nothing follows it, it stays."""
    _, echo, behind = data.partition(request)
    return behind if behind or (echo and request[0] == HDR_QUERY) else data


def _before_pushes(data: bytes) -> bytes:
    while _pushed(data[-LOCK_FRAME:]):
        data = data[:-LOCK_FRAME]
    return data


def _pushed(frame: bytes) -> Pushed | None:
    if len(frame) != LOCK_FRAME or frame[0] != HDR_PUSH or not is_right(frame):
        return None
    contact = _contact(frame[3])
    if contact is None or frame[1] not in BOARDS or frame[2] not in LOCKS:
        return None
    return Pushed(frame[1], frame[2], contact)


def _contact(status: int) -> bool | None:
    return {CONTACT_CLOSED: True, CONTACT_OPEN: False}.get(status)


def _ends(data: bytes) -> Iterator[bytes]:
    """The ends of `data` that have a query-all answer's length."""
    for count in STATUS_BYTES:
        length = count + 4
        if length <= len(data):
            yield data[-length:]
