"""The PDU of a short message on its way out (3GPP TS 23.040 SMS-SUBMIT), and of the report that comes back.

    00 | 11 00 | 0D 91 68 31 …F2 | 00 08 AA | UDL | text
    |    |  |    |  |  |           |  |  |    octets of text, header included
    |    |  |    |  |  |           |  |  how long the network keeps it: AA = 4 days
    |    |  |    |  |  |           |  coding: 08 = UCS-2, 18 = UCS-2 shown at once and not stored ("flash")
    |    |  |    |  |  |           protocol: 00
    |    |  |    |  |  digits in swapped pairs, padded with F: 86 13 … → 68 31 …
    |    |  |    |  91 = international, 81 = as dialled
    |    |  |    number of digits
    |    |  reference: the modem puts its own
    |    first octet: 01 submit + 10 relative validity; + 20 report wanted; + 40 a header stands before the text
    the modem's own message centre

The number in `AT+CMGS=` counts the octets behind the first 00.  Text is UCS-2 big-endian, which phones
read as UTF-16: a character beyond U+FFFF is a pair of units and is never cut in two.  70 units go into one
message; a longer text goes in parts of 67 behind the header `05 00 03 ref total n`, which phones join.

A report (SMS-STATUS-REPORT, `+CDS`) is message centre, first octet with 02 in its lowest two bits,
reference, number, two times of 7 octets, status: 00–1F delivered, 20–3F still trying, 40–7F given up.

Sources: TS 23.040, TS 27.005 and four open implementations that agree with them; the sample frame is a
module vendor's.  Not yet tried on a physical modem.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from tinghao.drivers.sms.phone import MessageError

SUBMIT = 0x01
RELATIVE_VALIDITY = 0x10
REPORT_WANTED = 0x20
WITH_HEADER = 0x40
STATUS_REPORT = 0x02
TYPE_BITS = 0x03

INTERNATIONAL = 0x91
AS_DIALLED = 0x81
UCS2 = 0x08
UCS2_FLASH = 0x18
FOUR_DAYS = 0xAA

SINGLE_UNITS = 70
PART_UNITS = 67
MOST_PARTS = 10
TIMESTAMP_LEN = 7

MINUTE_STEPS = 5
HALF_DAY = 12 * 60
DAY = 24 * 60
WEEK = 7 * DAY


@dataclass(frozen=True, repr=False)
class Part:
    """One PDU as hex digits, and the number for `AT+CMGS=`."""

    hex: str
    length: int

    def __repr__(self) -> str:
        return f"<Part {self.length} octets>"


def submit_parts(
    number: str,
    text: str,
    *,
    concatenation: int = 0,
    coding: int = UCS2,
    validity: int = FOUR_DAYS,
    wants_report: bool = False,
) -> list[Part]:
    """The message in as many PDUs as it takes; `number` as of `normal_number`, `concatenation` 0–255 joins the parts."""
    texts = split_text(text)
    first = SUBMIT | RELATIVE_VALIDITY | (REPORT_WANTED if wants_report else 0)
    middle = address_octets(number) + bytes([0x00, coding, validity])
    parts = []
    for n, piece in enumerate(texts, start=1):
        header = bytes([0x05, 0x00, 0x03, concatenation, len(texts), n]) if len(texts) > 1 else b""
        data = header + piece.encode("utf-16-be")
        octet = first | (WITH_HEADER if header else 0)
        tpdu = bytes([octet, 0x00]) + middle + bytes([len(data)]) + data
        parts.append(Part("00" + tpdu.hex().upper(), len(tpdu)))
    return parts


def split_text(text: str) -> list[str]:
    """The text as it goes into one message, or in parts of 67 units without a cut pair."""
    try:
        units = len(text.encode("utf-16-be")) // 2
    except UnicodeEncodeError:
        raise MessageError("短信内容含无法发送的字符") from None
    if not text.strip():
        raise MessageError("短信内容为空")
    if units <= SINGLE_UNITS:
        return [text]
    pieces = _cut(text, PART_UNITS)
    if len(pieces) > MOST_PARTS:
        raise MessageError(f"短信过长，最多{MOST_PARTS}段（约{MOST_PARTS * PART_UNITS}字）")
    return pieces


def validity_octet(minutes: int) -> int:
    """The shortest relative validity that isn't shorter: 5 minutes to 63 weeks."""
    if minutes <= HALF_DAY:
        return max(0, -(-minutes // MINUTE_STEPS) - 1)
    if minutes <= DAY:
        return 143 + -(-(minutes - HALF_DAY) // 30)
    if minutes <= 30 * DAY:
        return 166 + max(2, -(-minutes // DAY))
    return min(0xFF, 192 + max(5, -(-minutes // WEEK)))


def address_octets(number: str) -> bytes:
    digits = number.removeprefix("+")
    kind = INTERNATIONAL if number.startswith("+") else AS_DIALLED
    padded = digits + "F" * (len(digits) % 2)
    swapped = "".join(padded[at + 1] + padded[at] for at in range(0, len(padded), 2))
    return bytes([len(digits), kind]) + bytes.fromhex(swapped)


@dataclass(frozen=True)
class StatusReport:
    """What became of the part with this reference."""

    reference: int
    status: int

    @property
    def result(self) -> Literal["delivered", "trying", "failed"]:
        if self.status < 0x20:
            return "delivered"
        return "trying" if self.status < 0x40 else "failed"


def parse_status_report(digits: str) -> StatusReport | None:
    """`None` for what is no whole report."""
    tpdu = _without_centre(digits)
    if len(tpdu) < 4 or tpdu[0] & TYPE_BITS != STATUS_REPORT:
        return None
    at = 4 + (tpdu[2] + 1) // 2 + 2 * TIMESTAMP_LEN
    return StatusReport(tpdu[1], tpdu[at]) if at < len(tpdu) else None


def recipient_of(digits: str) -> str:
    """To whom a submitted PDU goes, as `normal_number` would say it; empty when it can't be read."""
    tpdu = _without_centre(digits)
    if len(tpdu) < 4 or tpdu[0] & TYPE_BITS != SUBMIT:
        return ""
    swapped = tpdu[4 : 4 + (tpdu[2] + 1) // 2].hex().upper()
    number = "".join(swapped[at + 1] + swapped[at] for at in range(0, len(swapped), 2))[: tpdu[2]]
    return ("+" if tpdu[3] == INTERNATIONAL else "") + number if number.isdigit() else ""


def _without_centre(digits: str) -> bytes:
    try:
        octets = bytes.fromhex(digits)
    except ValueError:
        return b""
    return octets[1 + octets[0] :] if octets else b""


def _cut(text: str, units: int) -> list[str]:
    pieces: list[str] = []
    piece, used = "", 0
    for character in text:
        width = 2 if character > "\uffff" else 1
        if used + width > units:
            pieces.append(piece)
            piece, used = "", 0
        piece += character
        used += width
    return [*pieces, piece]
