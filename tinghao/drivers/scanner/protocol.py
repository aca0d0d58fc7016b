"""What a scanner says and what it may be told.

From the scanner: the text of a code as it was read, then a suffix that is set in the scanner.

    41 30 30 31 | 0D              `A001`, suffix CR; also LF, CR LF or none

Without a suffix a code ends when the line has been quiet for 80 ms.  With one, what stays unfinished for
a second is noise and is dropped.  A code of more than 4096 bytes is dropped as a whole.  The bytes may be
UTF-8 or GBK: strict UTF-8 is tried first, then GB18030; what is neither is no code.

To the scanner: begin and end to look, which every maker says differently.

    Honeywell and compatibles   16 54 0D                                             16 55 0D
    GM65, GM6x, Newland EM3095  7E 00 08 01 00 02 01 AB CD                           … 00 AB CD
    Newland, Sunmi              7E 01 30 30 30 30 40 53 43 4E 54 52 47 31 3B 03      … 30 3B 03

GM65 frames carry zones, which are bytes of the module's settings by address:

    7E 00 | TYPE | LEN | ADDRESS (2) | DATA | CRC (2)      command; TYPE 07 read, 08 write, 09 save to flash
    02 00 | TYPE | LEN | DATA        | CRC (2)             reply;   TYPE 00 done, 01 wrong CRC, 03 unknown

LEN counts DATA in a write and a reply; a read has one DATA byte there, how many zones it wants, and LEN 1.
CRC is CRC-16 with polynomial 1021 and initial value 0 over TYPE to DATA, high byte first; a command may
carry AB CD instead, which the module does not check.  Zone 0002 is the trigger, 002A (two bytes, low
first) the baud rate.  Replies come in the same stream as codes, so they are taken out of it wherever they
stand.  The same with Newland: the reply repeats the command behind 02 and puts 06 (done), 15 (refused) or
05 (unknown) before `;` 03.

A scanner that is set to keyboard (HID) sends key strokes instead, see `keyboard.py`.

Sources: manuals of Honeywell, Newland (EM3095, serial programming commands) and GM65 scanners, and about
a dozen open implementations that agree.  Doubtful: whether every Newland model answers, and whether `@`
(keep the setting) rather than `#` (until power-off) wears anything out in a trigger.
Not yet tried on a physical scanner.
"""

from __future__ import annotations

import re
from binascii import crc_hqx
from typing import Literal

GAP = 0.08
STALE = 1.0
CODE_LIMIT = 4096

Suffix = Literal["cr", "lf", "crlf", "none"]
SUFFIX: dict[Suffix, bytes] = {"cr": b"\r", "lf": b"\n", "crlf": b"\r\n", "none": b""}
LONGEST_SUFFIX = max(map(len, SUFFIX.values()))

Model = Literal["plain", "honeywell", "gm65", "newland"]

# ---------------------------------------------------------------------------------------- GM65

GM65_COMMAND = bytes.fromhex("7E 00")
GM65_REPLY = bytes.fromhex("02 00")
GM65_READ, GM65_WRITE, GM65_SAVE = 0x07, 0x08, 0x09
GM65_DONE, GM65_CRC_WRONG, GM65_UNKNOWN = 0x00, 0x01, 0x03
GM65_UNCHECKED = bytes.fromhex("AB CD")
ZONE_TRIGGER = 0x0002
ZONE_BAUD = 0x002A


def gm65_crc(data: bytes) -> bytes:
    """Over TYPE to DATA."""
    return crc_hqx(data, 0).to_bytes(2, "big")


def gm65_command(kind: int, address: int, data: bytes, *, checked: bool = True) -> bytes:
    """With its CRC, or with `AB CD` when not `checked`."""
    body = bytes([kind, len(data)]) + address.to_bytes(2, "big") + data
    return GM65_COMMAND + body + (gm65_crc(body) if checked else GM65_UNCHECKED)


def gm65_reply(kind: int, data: bytes = b"\0") -> bytes:
    """What the module answers."""
    body = bytes([kind, len(data)]) + data
    return GM65_REPLY + body + gm65_crc(body)


GM65_ACK = gm65_reply(GM65_DONE)
GM65_ASK_BAUD = gm65_command(GM65_READ, ZONE_BAUD, b"\2")
_BAUD_REPLY = re.compile(rb"(?=\x02\x00(\x00\x02..)(..))", re.DOTALL)


def tells_gm65_baud(data: bytes) -> bool:
    """Whether the whole and right answer to `GM65_ASK_BAUD` is among these bytes."""
    return any(gm65_crc(body) == crc for body, crc in _BAUD_REPLY.findall(data))


# ---------------------------------------------------------------------------------------- Newland

_NEWLAND_REPLY = rb"\x02\x010000[@#]SCNTRG[01][\x06\x15\x05];\x03"


def newland_command(setting: bytes) -> bytes:
    """A setting that is kept, such as `SCNTRG1`."""
    return b"\x7e\x010000@" + setting + b";\x03"


# ---------------------------------------------------------------------------------------- all models

TRIGGER: dict[Model, bytes] = {
    "honeywell": bytes.fromhex("16 54 0D"),
    "gm65": gm65_command(GM65_WRITE, ZONE_TRIGGER, b"\1", checked=False),
    "newland": newland_command(b"SCNTRG1"),
}
STOP: dict[Model, bytes] = {
    "honeywell": bytes.fromhex("16 55 0D"),
    "gm65": gm65_command(GM65_WRITE, ZONE_TRIGGER, b"\0", checked=False),
    "newland": newland_command(b"SCNTRG0"),
}

_GM65_REPLIES = (GM65_ACK, gm65_reply(GM65_CRC_WRONG), gm65_reply(GM65_UNKNOWN))
REPLIES = re.compile(b"|".join((*map(re.escape, _GM65_REPLIES), _NEWLAND_REPLY)))
"""What any model answers to a trigger; no code holds such bytes, so all are taken out of the stream of each."""


class Splitter:
    """Cuts the stream into codes.  Fed at every read, with `b""` when nothing came: it has to see silence."""

    def __init__(self, suffix: bytes, reply: re.Pattern[bytes] | None = None) -> None:
        self._suffix = suffix
        self._reply = reply
        self._buffer = b""
        self._heard_at = 0.0
        self._is_too_long = False

    @property
    def pending(self) -> bool:
        """Something is there that is no whole code yet."""
        return bool(self._buffer)

    def feed(self, data: bytes, now: float) -> list[bytes]:
        """The codes that `data`, or the silence, completes."""
        if data:
            self._buffer += data
            self._heard_at = now
        while self._reply and (without := self._reply.sub(b"", self._buffer)) != self._buffer:
            self._buffer = without
        codes = self._split() if self._suffix else self._split_by_silence(now)
        if codes and self._is_too_long:
            del codes[0]  # only its end
            self._is_too_long = False
        if self._buffer and now - self._heard_at > STALE:
            self._buffer, self._is_too_long = b"", False
        if len(self._buffer) > CODE_LIMIT:
            self._buffer, self._is_too_long = self._buffer[-LONGEST_SUFFIX:], True
        return [code for code in codes if code and len(code) <= CODE_LIMIT]

    def _split(self) -> list[bytes]:
        *codes, self._buffer = self._buffer.split(self._suffix)
        return codes

    def _split_by_silence(self, now: float) -> list[bytes]:
        if not self._buffer or now - self._heard_at < GAP:
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
