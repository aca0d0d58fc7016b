"""Bar and QR code scanners on a serial line (or USB-CDC, which is the same stream); 9600 8N1 unless the
address says otherwise.

A scanner sends what it read, followed by a suffix that is set in the scanner: CR, LF, CR LF, or none.
Without one a code ends when the line has been quiet for 80 ms.  With one, what stays unfinished for a
second is noise and is dropped.

The text may be UTF-8 or GBK: strict UTF-8 is tried first, then GB18030; what is neither is dropped.

GM65 modules answer a command with `02 00 00 01 00 33 31` in the same stream; `gm65=True` takes it out.

Source: manuals of Honeywell, Newland and GM65 scanners.  Not yet tried on a physical scanner.  A
scanner says nothing by itself: `ready` means that its port is open.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from contextlib import closing
from typing import Literal

from tinghao.drivers.address import Address
from tinghao.drivers.base import OPENING, READY, SLICE, Driver, OnState

GAP = 0.08
STALE = 1.0
CODE_LIMIT = 4096
GM65_ACK = bytes.fromhex("02 00 00 01 00 33 31")

Suffix = Literal["cr", "lf", "crlf", "none"]
SUFFIX: dict[Suffix, bytes] = {"cr": b"\r", "lf": b"\n", "crlf": b"\r\n", "none": b""}


class Scanner(Driver):
    family = "scanner"
    title = "扫码器"
    kinds = ("serial", "tcp")

    def __init__(
        self,
        address: Address,
        on_code: Callable[[str], None],
        on_state: OnState | None = None,
        *,
        suffix: Suffix = "cr",
        gm65: bool = False,
    ) -> None:
        super().__init__(address, on_state)
        self._on_code = on_code
        self._suffix = SUFFIX[suffix]
        self._gm65 = gm65

    def _session(self) -> None:
        self._set_state(OPENING)
        with closing(self._open()) as link:
            link.drain()
            self._set_state(READY)
            splitter = Splitter(self._suffix, GM65_ACK if self._gm65 else b"")
            while not self._closing.is_set():
                data = link.read(GAP if splitter.pending else SLICE)
                for code in splitter.feed(data, time.monotonic()):
                    self._give(code)

    def _give(self, code: bytes) -> None:
        text = decode(code)
        if text:
            self._call(self._on_code, text)


class Splitter:
    """Cuts the stream into codes.  Fed at every read, with `b""` when nothing came: it has to see silence."""

    def __init__(self, suffix: bytes, ack: bytes = b"") -> None:
        self._suffix = suffix
        self._ack = ack
        self._buffer = b""
        self._heard_at = 0.0

    @property
    def pending(self) -> bool:
        return bool(self._buffer)

    def feed(self, data: bytes, now: float) -> list[bytes]:
        if data:
            self._buffer += data
            self._heard_at = now
        if self._ack:
            self._buffer = self._buffer.replace(self._ack, b"")
        codes = self._split() if self._suffix else self._split_by_silence(now)
        if len(self._buffer) > CODE_LIMIT or (self._buffer and now - self._heard_at > STALE):
            self._buffer = b""
        return codes

    def _split(self) -> list[bytes]:
        *codes, self._buffer = self._buffer.split(self._suffix)
        return [code for code in codes if code and len(code) <= CODE_LIMIT]

    def _split_by_silence(self, now: float) -> list[bytes]:
        if not self._buffer or now - self._heard_at < GAP or len(self._buffer) > CODE_LIMIT:
            return []
        code, self._buffer = self._buffer, b""
        return [code]


def decode(code: bytes) -> str:
    """The text without control characters at its ends; empty if it is no text at all."""
    for encoding in ("utf-8", "gb18030"):
        try:
            return code.decode(encoding).strip("\r\n\t\0 ")
        except UnicodeDecodeError:
            continue
    return ""
