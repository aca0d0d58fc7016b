"""Locker boards made of software, written from the protocol's page: several boards on one line, each with doors.

    cabinet = LockerEmulator(Path("/run/tinghao/locker"), boards={1: 24, 2: 8})
    cabinet.jam(1, 3)            # its pulse moves nothing
    cabinet.set_door(1, 5, False)

A pulse springs the door open; it is shut by hand.  What is no right request, or for a board that isn't
there, is met with silence and counted in `malformed`.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable, Mapping
from functools import partial
from pathlib import Path
from typing import Literal

from tinghao.drivers.emulated import Emulator, OnChange
from tinghao.drivers.face import Control, Door, Doors, Facts, Widget
from tinghao.drivers.locker.emulated_cabinet import Cabinet, Place
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
        self._cabinet = Cabinet(boards or {1: 24}, inverted, order, status_bytes)
        self._pushes = pushes
        self._echoes = echoes
        self._dead: set[int] = set()
        self._buffer = b""
        self._heard_at = 0.0
        self.malformed: list[str] = []

    # ------------------------------------------------------------------------------------ by hand

    @property
    def pulses(self) -> list[Place]:
        """Every pulse given, in order."""
        return self._cabinet.pulses

    def is_open(self, board: int, lock: int) -> bool:
        return (board, lock) in self._cabinet.open

    def set_door(self, board: int, lock: int, is_open: bool) -> None:
        with self._lock:
            doors = self._cabinet.open
            (doors.add if is_open else doors.discard)((board, lock))
            if self._pushes and board not in self._dead:
                self._send(_xored(bytes([0x82, board, lock, self._cabinet.contact(board, lock)])))
        self._changed()

    def jam(self, board: int, lock: int, jammed: bool = True) -> None:
        with self._lock:
            doors = self._cabinet.jammed
            (doors.add if jammed else doors.discard)((board, lock))
        self._changed()

    def cut_power(self, board: int, off: bool = True) -> None:
        """One board of the line is dead."""
        with self._lock:
            (self._dead.add if off else self._dead.discard)(board)
        self._changed()

    # ------------------------------------------------------------------------------------ on the wire

    def _power_on(self) -> None:
        self._buffer = b""
        self._cabinet.held.clear()

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
        if board not in self._cabinet.locks or board in self._dead:
            return
        if header == 0x90:
            self._cabinet.pulse_bits(board, frame[2:5])
            self._changed()
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
        meant = self._cabinet.meant(board, lock)
        places = {(board, each) for each in meant}
        if header == 0x9B:
            self._cabinet.held -= places
        else:
            self._cabinet.held |= places if header == 0x9A else set()
            self._cabinet.pulse(board, meant)
        if lock != 0:
            self._tell(frame)
        self._changed()

    def _tell(self, frame: bytes) -> None:
        """Nothing is said of a lock that isn't there."""
        board, lock = frame[1:3]
        if lock == 0:
            self._send(_xored(bytes([0x80, board, *self._cabinet.status(board), 0x33])))
        elif self._cabinet.meant(board, lock):
            self._send(_xored(frame[:3] + bytes([self._cabinet.contact(board, lock)])))

    def _refuse(self, data: bytes) -> None:
        self.malformed = [*self.malformed, data.hex(" ")][-KEPT:]

    # ------------------------------------------------------------------------------------ the face

    def face(self) -> list[Widget]:
        cabinet = self._cabinet
        with self._lock:
            doors = [
                Door(f"{board}-{lock}", self.is_open(board, lock), f"door-{board}-{lock}")
                for board, lock in cabinet.places()
            ]
            jammed, held = _named(cabinet.jammed), _named(cabinet.held)
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
            for board, lock in self._cabinet.places()
        ]
        power = [
            _pressed(
                f"power-{board}",
                f"板 {board} 断电/通电",
                f"Power of board {board}",
                self._switch_power,
                board,
            )
            for board in self._cabinet.locks
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

    def _swing(self, board: int, lock: int) -> None:
        self.set_door(board, lock, not self.is_open(board, lock))

    def _switch_power(self, board: int) -> None:
        self.cut_power(board, board not in self._dead)

    def _jam_typed(self, typed: str) -> None:
        for board, lock in self._cabinet.places():
            if typed.strip() == f"{board}-{lock}":
                self.jam(board, lock, (board, lock) not in self._cabinet.jammed)
                return
        raise ValueError("没有这个门")


def _named(places: Iterable[Place]) -> str:
    return "、".join(f"{board}-{lock}" for board, lock in sorted(places)) or "–"


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
