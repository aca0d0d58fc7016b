"""The far side of the emulated modem: reads a submitted PDU octet by octet and shows it as a phone would.

Written from TS 23.040; knows nothing of the driver's encoder.
"""

from __future__ import annotations

from dataclasses import dataclass, field

from tinghao.drivers.face import Message, Tone

KEPT = 50
WHEN = "62118061140023"


class BadPdu(ValueError):
    """What a modem answers with +CMS ERROR: 304."""


@dataclass(frozen=True)
class Submitted:
    """One part as it went out; `total` is 1 for a message of its own."""

    number: str
    text: str
    reference: int
    total: int
    index: int
    wants_report: bool


@dataclass
class Received:
    """A message on the phone, as long as it isn't whole with gaps."""

    number: str
    reference: int
    total: int
    parts: dict[int, str] = field(default_factory=dict)
    report: str = ""

    @property
    def whole(self) -> bool:
        return len(self.parts) == self.total

    @property
    def text(self) -> str:
        return "".join(self.parts.get(n, "…") for n in range(1, self.total + 1))


class _Octets:
    def __init__(self, data: bytes) -> None:
        self._data = data
        self._at = 0

    def take(self, count: int) -> bytes:
        taken = self._data[self._at : self._at + count]
        if len(taken) != count:
            raise BadPdu("too short")
        self._at += count
        return taken

    def one(self) -> int:
        return self.take(1)[0]

    @property
    def left(self) -> int:
        return len(self._data) - self._at


def read_submit(digits: str, stated: int) -> Submitted:
    """`stated` is the length given with AT+CMGS."""
    try:
        octets = _Octets(bytes.fromhex(digits))
    except ValueError:
        raise BadPdu("not hexadecimal") from None
    octets.take(octets.one())
    if octets.left != stated:
        raise BadPdu("other length than stated")
    flags = octets.one()
    if flags & 0b11 != 0b01:
        raise BadPdu("not a submit")
    octets.one()
    number = _number(octets)
    octets.one()
    if octets.one() not in (0x08, 0x18):
        raise BadPdu("only UCS-2 is shown here")
    octets.take({0b00: 0, 0b10: 1, 0b01: 7, 0b11: 7}[flags >> 3 & 0b11])
    length = octets.one()
    if length > 140 or length != octets.left:
        raise BadPdu("wrong length of the text")
    user = octets.take(length)
    reference = total = index = 0
    if flags & 0b0100_0000:
        reference, total, index, user = _headed(user)
    if len(user) % 2:
        raise BadPdu("half a character")
    text = user.decode("utf-16-be", errors="replace")
    return Submitted(number, text, reference, total or 1, index or 1, bool(flags & 0b0010_0000))


def _number(octets: _Octets) -> str:
    count, kind = octets.one(), octets.one()
    if not 1 <= count <= 20:
        raise BadPdu("wrong length of the number")
    nibbles = [nibble for octet in octets.take(-(-count // 2)) for nibble in (octet & 15, octet >> 4)]
    digits, rest = nibbles[:count], nibbles[count:]
    if any(digit > 9 for digit in digits) or any(filler != 15 for filler in rest):
        raise BadPdu("wrong digits")
    return ("+" if kind == 0x91 else "") + "".join(map(str, digits))


def _headed(user: bytes) -> tuple[int, int, int, bytes]:
    header = _Octets(user)
    element = _Octets(header.take(header.one()))
    text = header.take(header.left)
    while element.left:
        kind, body = element.one(), element.take(element.one())
        if kind == 0 and len(body) == 3:
            reference, total, index = body
            if not 1 <= index <= total:
                raise BadPdu("part without its whole")
            return reference, total, index, text
    return 0, 1, 1, text


def report_pdu(reference: int, number: str, status: int) -> str:
    """No message centre, first octet, reference, number, sent at, delivered at, status."""
    digits = number.removeprefix("+")
    padded = digits + "F" * (len(digits) % 2)
    swapped = "".join(second + first for first, second in zip(padded[::2], padded[1::2], strict=True))
    kind = "91" if number.startswith("+") else "81"
    return f"0006{reference:02X}{len(digits):02X}{kind}{swapped}{WHEN}{WHEN}{status:02X}"


class Phone:
    """Joins what belongs together and keeps the latest messages, newest first."""

    def __init__(self) -> None:
        self.messages: list[Received] = []

    def receive(self, part: Submitted) -> Received:
        message = self._begun(part)
        if message is None:
            message = Received(part.number, part.reference, part.total)
            self.messages.insert(0, message)
            del self.messages[KEPT:]
        message.parts[part.index] = part.text
        return message

    def _begun(self, part: Submitted) -> Received | None:
        for message in self.messages:
            same = (message.number, message.reference, message.total) == (
                part.number,
                part.reference,
                part.total,
            )
            if same and not message.whole and part.index not in message.parts:
                return message
        return None


def shown(message: Received) -> Message:
    """As the face shows it: the number masked, the text in full."""
    number = message.number.removeprefix("+86")
    masked = f"{number[:3]}****{number[-4:]}" if len(number) >= 8 else number
    tone: Tone = "good" if message.whole else "warn"
    note = f"收到 {len(message.parts)}/{message.total} 段"
    note_en = f"{len(message.parts)} of {message.total} parts"
    if message.report:
        delivered = message.report == "已送达"
        note, note_en = (
            f"{note}，{message.report}",
            f"{note_en}, {'delivered' if delivered else 'not delivered'}",
        )
        tone = tone if delivered else "bad"
    return Message(masked, message.text, note, note_en, tone)
