"""A scanner made of software: sends what is held before it, in the encoding and with the suffix it is set to.

    scanner = ScannerEmulator(Path("/run/tinghao/scanner"), model="gm65", trigger_mode=True)
    scanner.plug()
    scanner.scan("A001")

Out of the box it reads whatever is held before it; in `trigger_mode` only while its light is on, which a
trigger switches on and a reading or a stop off.  (Real ones also give up after some seconds.)  A GM65 and
a Newland answer commands, the others are silent; what is no command is kept in `malformed`.  Written from
the makers' pages, with tables of its own.
"""

from __future__ import annotations

import re
from binascii import crc_hqx
from pathlib import Path
from typing import Literal

from tinghao.basics.id_number import IdNumberError, check_id_number
from tinghao.basics.masking import mask_number
from tinghao.drivers.emulated import Emulator, OnChange
from tinghao.drivers.face import Control, Facts, Lamp, Widget
from tinghao.drivers.ports import EmulatedPort

SUFFIX = {"cr": b"\r", "lf": b"\n", "crlf": b"\r\n", "none": b""}
MOST_MALFORMED = 50
BUFFER_LIMIT = 256
BAUD_9600 = b"\x39\x01"

_COMMANDS = {
    "honeywell": re.compile(rb"\x16([TU])\r"),
    "newland": re.compile(rb"~\x01(0000[@#]([A-Z0-9]{6})([^;\x03]*));\x03"),
}


class ScannerEmulator(Emulator):
    def __init__(
        self,
        port: EmulatedPort | Path,
        on_change: OnChange | None = None,
        *,
        suffix: Literal["cr", "lf", "crlf", "none"] = "cr",
        encoding: str = "utf-8",
        model: Literal["plain", "honeywell", "gm65", "newland"] = "plain",
        trigger_mode: bool = False,
    ) -> None:
        super().__init__(port, on_change)
        self._suffix = SUFFIX[suffix]
        self._encoding = encoding
        self._model = model
        self._trigger_mode = trigger_mode
        self._buffer = b""
        self._lit = False
        self._last = b""
        self.malformed: list[str] = []
        self.saved = 0

    # ------------------------------------------------------------------------------------ by hand

    @property
    def last_scanned(self) -> str:
        """What it sent last."""
        return self._last.decode(self._encoding, "replace")

    @property
    def lit(self) -> bool:
        """Whether its light is on."""
        return self._lit if self._trigger_mode else self._plugged

    def scan(self, text: str) -> None:
        """A code is held before it."""
        self.scan_bytes(text.encode(self._encoding))

    def scan_bytes(self, code: bytes) -> None:
        """A code with any content is held before it; in the dark it sees nothing."""
        with self._lock:
            if self._trigger_mode and not self._lit:
                return
            self._lit = False
            self._last = code
            self._say(code)
        self._changed()

    def face(self) -> list[Widget]:
        """See `Emulator`."""
        last = self.last_scanned
        try:
            check_id_number(last.upper())
            last = mask_number(last)
        except IdNumberError:
            pass
        return [
            Lamp("照明灯", "Light", self.lit),
            Facts((("上次扫到", "Last code", last), ("型号", "Model", self._model))),
        ]

    def controls(self) -> list[Control]:
        """See `Emulator`."""
        return [Control("scan", "扫码", "Scan", self.scan, takes="要扫描的内容", takes_en="Text to scan")]

    # ------------------------------------------------------------------------------------ on the wire

    def _power_on(self) -> None:
        self._buffer, self._lit = b"", False

    def _say(self, code: bytes) -> None:
        self._send(code + self._suffix)

    def _received(self, data: bytes) -> None:
        if self._model == "plain":
            return
        self._buffer += data
        before = None
        while self._buffer and self._buffer != before:
            before = self._buffer
            self._take_gm65() if self._model == "gm65" else self._take_by(_COMMANDS[self._model])
        if len(self._buffer) > BUFFER_LIMIT:
            self._refuse(len(self._buffer))

    def _refuse(self, length: int) -> None:
        refused, self._buffer = self._buffer[:length], self._buffer[length:]
        if len(self.malformed) < MOST_MALFORMED:
            self.malformed.append(refused[:32].hex(" "))

    def _light(self, on: bool) -> None:
        self._lit = on
        self._changed()

    # ---- Honeywell, Newland

    def _take_by(self, pattern: re.Pattern[bytes]) -> None:
        found = pattern.search(self._buffer)
        if not found:
            return
        if found.start():
            return self._refuse(found.start())
        self._buffer = self._buffer[found.end() :]
        if self._model == "honeywell":
            return self._light(found[1] == b"T")
        verdict = b"\x05"
        if found[2] == b"SCNTRG":
            verdict = b"\x06" if found[3] in (b"0", b"1") else b"\x15"
        if verdict == b"\x06":
            self._light(found[3] == b"1")
        elif len(self.malformed) < MOST_MALFORMED:
            self.malformed.append(found[0][:32].hex(" "))
        self._send(b"\x02\x01" + found[1] + verdict + b";\x03")

    # ---- GM65: 7E 00 | type | length | address (2) | data | CRC or AB CD

    def _take_gm65(self) -> None:
        start = self._buffer.find(b"\x7e\x00")
        if start < 0:
            start = len(self._buffer) - self._buffer.endswith(b"\x7e")
        if start > 0:
            return self._refuse(start)
        if len(self._buffer) < 4:
            return
        kind, length = self._buffer[2:4]
        size = 6 + length + 2
        if len(self._buffer) < size:
            return
        body, crc = self._buffer[2 : size - 2], self._buffer[size - 2 : size]
        if crc not in (b"\xab\xcd", crc_hqx(body, 0).to_bytes(2, "big")):
            self._refuse(size)
            return self._answer(1, b"\0")
        reply = self._obey(kind, body[2:4], body[4:])
        if reply is None:
            self._refuse(size)
            return self._answer(3, b"\0")
        self._buffer = self._buffer[size:]
        self._answer(0, reply)

    def _obey(self, kind: int, address: bytes, data: bytes) -> bytes | None:
        match kind, address:
            case 0x08, b"\x00\x02" if len(data) == 1:
                self._light(data == b"\1")
            case 0x07, b"\x00\x2a" if data == b"\2":
                return BAUD_9600
            case 0x09, b"\x00\x00" if data == b"\0":
                self.saved += 1
            case _:
                return None
        return b"\0"

    def _answer(self, kind: int, data: bytes) -> None:
        body = bytes([kind, len(data)]) + data
        self._send(b"\x02\x00" + body + crc_hqx(body, 0).to_bytes(2, "big"))
