"""Locker boards made of software, written from the protocol's page: several boards on one line, each with doors.

    cabinet = LockerEmulator(Path("/run/tinghao/locker"), boards={1: 24, 2: 8})
    cabinet.jam(1, 3)            # its pulse moves nothing
    cabinet.set_door(1, 5, False)

A pulse springs the door open; it is shut by hand.  What is no right request, or for a board that isn't
there, is met with silence and counted in `malformed`.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping
from functools import partial
from pathlib import Path
from typing import Literal

from tinghao.drivers.emulated import Emulator, OnChange
from tinghao.drivers.face import Control, Door, Doors, Facts, Widget
from tinghao.drivers.ports import EmulatedPort

QUIET_GAP = 0.05
KEPT = 50
LENGTHS = {0x80: 5, 0x8A: 5, 0x82: 5, 0x90: 6, 0x9A: 5, 0x9B: 5}


class LockerEmulator(Emulator):
    """`status_bytes` are sent by every board whatever its locks; `pushes` reports doors moved by hand at once."""

    def __init__(
        self,
        port: EmulatedPort | Path,
        on_change: OnChange | None = None,
        *,
        boards: Mapping[int, int] | None = None,
        inverted: bool = False,
        order: Literal["last_first", "first_first"] = "last_first",
        status_bytes: int = 3,
        pushes: bool = False,
        echoes: bool = False,
    ) -> None:
        super().__init__(port, on_change)
        self._locks = dict(boards or {1: 24})
        self._inverted = inverted
        self._order = order
        self._status_bytes = status_bytes
        self._pushes = pushes
        self._echoes = echoes
        self._open: set[tuple[int, int]] = set()
        self._jammed: set[tuple[int, int]] = set()
        self._held: set[tuple[int, int]] = set()
        self._dead: set[int] = set()
        self._buffer = b""
        self._heard_at = 0.0
        self.pulses: list[tuple[int, int]] = []
        self.malformed: list[str] = []

    # ------------------------------------------------------------------------------------ by hand

    def is_open(self, board: int, lock: int) -> bool:
        return (board, lock) in self._open

    def set_door(self, board: int, lock: int, is_open: bool) -> None:
        with self._lock:
            self._move(board, lock, is_open)
            if self._pushes and board not in self._dead:
                self._send(_xored(bytes([0x82, board, lock, self._contact(board, lock)])))
        self._changed()

    def jam(self, board: int, lock: int, jammed: bool = True) -> None:
        with self._lock:
            (self._jammed.add if jammed else self._jammed.discard)((board, lock))
        self._changed()

    def cut_power(self, board: int, off: bool = True) -> None:
        """One board of the line is dead."""
        with self._lock:
            (self._dead.add if off else self._dead.discard)(board)
        self._changed()

    # ------------------------------------------------------------------------------------ on the wire

    def _power_on(self) -> None:
        self._buffer = b""
        self._held.clear()

    def _received(self, data: bytes) -> None:
        now = time.monotonic()
        if self._buffer and now - self._heard_at > QUIET_GAP:
            self._refuse(self._buffer)
            self._buffer = b""
        self._heard_at = now
        self._buffer += data
        while self._buffer and self._cut_one():
            pass

    def _cut_one(self) -> bool:
        """Takes one request, or a byte that begins none, off the buffer; false if more has to come."""
        length = LENGTHS.get(self._buffer[0])
        if length is None:
            self._refuse(self._buffer[:1])
            self._buffer = self._buffer[1:]
            return True
        if len(self._buffer) < length:
            return False
        is_timed = self._buffer[0] == 0x8A and not _is_right(self._buffer[:5])
        if is_timed and len(self._buffer) < 6:
            return False
        frame = self._buffer[: 6 if is_timed else length]
        if not _is_right(frame):
            self._refuse(frame)
            self._buffer = self._buffer[1:]
            return True
        self._buffer = self._buffer[len(frame) :]
        self._obey(frame)
        return True

    def _obey(self, frame: bytes) -> None:
        header, board, _, function = frame[:4]
        if self._echoes:
            self._send(frame)
        if board not in self._locks or board in self._dead:
            return
        if header == 0x90:
            self._pulse_bits(board, frame[2:5])
        elif header == 0x80 and function == 0x33:
            self._tell(frame)
        elif header == 0x82 and function == 0x22:
            self._send(_xored(bytes([0x82, board, 0x00, 0x10])))
        elif header in (0x8A, 0x9A, 0x9B) and function == 0x11:
            self._switch(frame)
        else:
            self._refuse(frame)

    def _switch(self, frame: bytes) -> None:
        header, board, lock = frame[:3]
        for each in self._meant(board, lock):
            if header == 0x9B:
                self._held.discard((board, each))
                continue
            if header == 0x9A:
                self._held.add((board, each))
            self._pulse(board, each)
        if lock != 0:
            self._tell(frame)
        self._changed()

    def _tell(self, frame: bytes) -> None:
        """Nothing is said of a lock that isn't there."""
        board, lock = frame[1:3]
        if lock == 0:
            self._send(self._status_of(board))
        elif lock in self._meant(board, lock):
            self._send(_xored(frame[:3] + bytes([self._contact(board, lock)])))

    def _meant(self, board: int, lock: int) -> range:
        every = range(1, self._locks[board] + 1)
        return every if lock == 0 else range(lock, lock + 1) if lock in every else range(0)

    def _pulse_bits(self, board: int, bits: bytes) -> None:
        for lock in self._meant(board, 0):
            index, bit = divmod(lock - 1, 8)
            if index < len(bits) and bits[index] >> bit & 1:
                self._pulse(board, lock)
        self._changed()

    def _pulse(self, board: int, lock: int) -> None:
        self.pulses.append((board, lock))
        if (board, lock) not in self._jammed:
            self._move(board, lock, True)

    def _move(self, board: int, lock: int, is_open: bool) -> None:
        (self._open.add if is_open else self._open.discard)((board, lock))

    def _contact(self, board: int, lock: int) -> int:
        return 0x11 if self.is_open(board, lock) == self._inverted else 0x00

    def _status_of(self, board: int) -> bytes:
        """Contacts that aren't wired to a lock are open."""
        bits = [
            lock <= self._locks[board] and self._contact(board, lock) == 0x11
            for lock in range(1, self._status_bytes * 8 + 1)
        ]
        status = [sum(bits[at + bit] << bit for bit in range(8)) for at in range(0, len(bits), 8)]
        if self._order == "last_first":
            status.reverse()
        return _xored(bytes([0x80, board, *status, 0x33]))

    def _refuse(self, data: bytes) -> None:
        self.malformed = [*self.malformed, data.hex(" ")][-KEPT:]

    # ------------------------------------------------------------------------------------ the face

    def face(self) -> list[Widget]:
        with self._lock:
            doors = [
                Door(f"{board}-{lock}", self.is_open(board, lock), f"door-{board}-{lock}")
                for board, lock in self._each()
            ]
            jammed = "、".join(f"{board}-{lock}" for board, lock in sorted(self._jammed)) or "–"
            held = "、".join(f"{board}-{lock}" for board, lock in sorted(self._held)) or "–"
            dead = "、".join(map(str, sorted(self._dead))) or "–"
        rows = (
            ("卡住的门", "Jammed doors", jammed),
            ("长通电", "Held", held),
            ("断电的板", "Boards without power", dead),
        )
        return [Doors(tuple(doors)), Facts(rows)]

    def controls(self) -> list[Control]:
        doors = [
            _pressed(
                f"door-{board}-{lock}",
                f"开关 {board}-{lock}",
                f"Door {board}-{lock}",
                self._swing,
                board,
                lock,
            )
            for board, lock in self._each()
        ]
        power = [
            _pressed(
                f"power-{board}",
                f"板 {board} 断电/通电",
                f"Power of board {board}",
                self._switch_power,
                board,
            )
            for board in self._locks
        ]
        jam = Control(
            "jam",
            "卡住/松开",
            "Jam or free",
            self._jam_typed,
            takes="板-锁，如 1-3",
            takes_en="board-lock, as 1-3",
        )
        return [*doors, *power, jam]

    def _each(self) -> list[tuple[int, int]]:
        return [(board, lock) for board, locks in self._locks.items() for lock in range(1, locks + 1)]

    def _swing(self, board: int, lock: int) -> None:
        self.set_door(board, lock, not self.is_open(board, lock))

    def _switch_power(self, board: int) -> None:
        self.cut_power(board, board not in self._dead)

    def _jam_typed(self, typed: str) -> None:
        board, _, lock = typed.partition("-")
        if not (board.isdecimal() and lock.isdecimal()) or (int(board), int(lock)) not in self._each():
            raise ValueError("没有这个门")
        self.jam(int(board), int(lock), (int(board), int(lock)) not in self._jammed)


def _pressed(name: str, label: str, label_en: str, do: Callable[..., None], *args: int) -> Control:
    call = partial(do, *args)
    return Control(name, label, label_en, lambda _: call(), "key")


def _xored(body: bytes) -> bytes:
    check = 0
    for byte in body:
        check ^= byte
    return body + bytes([check])


def _is_right(frame: bytes) -> bool:
    return _xored(frame)[-1] == 0
