"""A chip card made of software: applications, files of records, and the status bytes of ISO 7816-4.

Written from the standard's tables, not from the driver.  It counts every try of a PIN, so that a test can
say that there was none.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Literal

Style = Literal["plain", "6C", "61"]

OK = 0x9000
WRONG_LENGTH = 0x6700
SECURITY_NOT_SATISFIED = 0x6982
NO_CURRENT_FILE = 0x6986
FILE_NOT_FOUND = 0x6A82
RECORD_NOT_FOUND = 0x6A83
WRONG_P1_P2 = 0x6A86
WRONG_INS = 0x6D00
WRONG_CLA = 0x6E00
PIN_TRIES_LEFT = 0x63C2

BY_IDENTIFIER, BY_ORDINAL = 0, 4


@dataclass
class Records:
    """Tagged records in their order; `needs_pin` hides them."""

    records: tuple[tuple[int, bytes], ...]
    needs_pin: bool = False

    def find(self, p1: int, mode: int) -> bytes | None:
        if mode == BY_ORDINAL:
            found = self.records[p1 - 1 : p1] if p1 else ()
        else:
            found = tuple(record for record in self.records if record[0] == p1)[:1]
        return bytes([found[0][0], len(found[0][1])]) + found[0][1] if found else None


@dataclass
class EmulatedCard:
    """`applications` by their names, each with its files by their two bytes."""

    label: str
    label_en: str
    atr: bytes
    applications: dict[bytes, dict[bytes, Records]]
    style: Style = "plain"
    select_p1: frozenset[int] = frozenset({0x00, 0x02})
    pin_tries: int = 0
    _application: dict[bytes, Records] | None = field(default=None, repr=False)
    _file: Records | None = field(default=None, repr=False)
    _waiting: bytes = field(default=b"", repr=False)

    def power_on(self) -> None:
        self._application = self._file = None
        self._waiting = b""

    def answer(self, command: bytes) -> bytes:
        data, status = self._execute(command)
        return data + status.to_bytes(2, "big")

    def _execute(self, command: bytes) -> tuple[bytes, int]:
        if len(command) < 4:
            return b"", WRONG_LENGTH
        cla, ins, p1, p2 = command[:4]
        if cla != 0x00:
            return b"", WRONG_CLA
        waiting, self._waiting = self._waiting, b""
        if ins == 0xA4:
            return b"", self._select(p1, p2, command[4:])
        if ins == 0xB2:
            return self._read(p1, p2, command[4:])
        if ins == 0xC0:
            return self._rest(waiting, command[4:])
        if ins == 0x20:
            self.pin_tries += 1
            return b"", PIN_TRIES_LEFT
        return b"", WRONG_INS

    def _select(self, p1: int, p2: int, rest: bytes) -> int:
        if not rest or len(rest) not in (1 + rest[0], 2 + rest[0]) or not rest[0]:
            return WRONG_LENGTH
        name = rest[1 : 1 + rest[0]]
        if p2 != 0x00:
            return WRONG_P1_P2
        if p1 == 0x04:
            if name not in self.applications:
                return FILE_NOT_FOUND
            self._application, self._file = self.applications[name], None
            return OK
        if p1 not in self.select_p1:
            return WRONG_P1_P2
        if self._application is None or name not in self._application:
            return FILE_NOT_FOUND
        self._file = self._application[name]
        return OK

    def _read(self, p1: int, p2: int, rest: bytes) -> tuple[bytes, int]:
        if len(rest) != 1:
            return b"", WRONG_LENGTH
        if p2 not in (BY_IDENTIFIER, BY_ORDINAL):
            return b"", WRONG_P1_P2
        if self._file is None:
            return b"", NO_CURRENT_FILE
        if self._file.needs_pin:
            return b"", SECURITY_NOT_SATISFIED
        record = self._file.find(p1, p2)
        if record is None:
            return b"", RECORD_NOT_FOUND
        if self.style == "61":
            self._waiting = record
            return b"", 0x6100 | len(record)
        if rest[0] != len(record) and (self.style == "6C" or rest[0] != 0):
            return b"", 0x6C00 | len(record)
        return record, OK

    def _rest(self, waiting: bytes, rest: bytes) -> tuple[bytes, int]:
        if len(rest) != 1:
            return b"", WRONG_LENGTH
        if not waiting:
            return b"", NO_CURRENT_FILE
        length = min(rest[0] or 256, len(waiting))
        self._waiting = waiting[length:]
        return waiting[:length], 0x6100 | len(self._waiting) if self._waiting else OK
