"""What a scanned code means to a kiosk."""

import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Literal

from tinghao.basics import hall_codes
from tinghao.basics.id_number import IdNumberError, check_id_number

_TICKET = re.compile(r"/t/([A-Za-z0-9_-]{4,64})/?$")
_ID_NUMBER = re.compile(r"[0-9]{17}[0-9Xx]")


@dataclass(frozen=True, slots=True)
class IdNumberCode:
    """A right 18-character ID number."""

    number: str = field(repr=False)


@dataclass(frozen=True, slots=True)
class TicketCode:
    """The address printed on a ticket of ours, or its signed code."""

    slug: str


@dataclass(frozen=True, slots=True)
class DeskCode:
    """A signed code of ours that is good and that is served at a desk."""

    kind: Literal["appointment", "pickup"]


@dataclass(frozen=True, slots=True)
class UselessCode:
    """A code of ours that is good no more, or not here; or one that looks like ours and can't be verified."""

    why: Literal["expired", "other-hall", "unverified"]


@dataclass(frozen=True, slots=True)
class UnknownCode:
    """Anything else; `mistyped` when it looks like an ID number but is none."""

    mistyped: bool = False


Meaning = IdNumberCode | TicketCode | DeskCode | UselessCode | UnknownCode


def understand(
    text: str, keys: Sequence[str] = (), hall: int | None = None, now: datetime | None = None
) -> Meaning:
    """Reads the scanner's text; our signed codes only where keys and hall are known."""
    text = text.strip()
    if hall_codes.is_ours(text):
        return _ours(text, keys, hall, now) if keys and hall and now else UselessCode("unverified")
    ticket = _TICKET.search(text)
    if ticket and text.startswith(("http://", "https://")):
        return TicketCode(ticket[1])
    if not _ID_NUMBER.fullmatch(text):
        return UnknownCode()
    try:
        check_id_number(text.upper())
    except IdNumberError:
        return UnknownCode(mistyped=True)
    return IdNumberCode(text.upper())


def _ours(text: str, keys: Sequence[str], hall: int, now: datetime) -> Meaning:
    try:
        code = hall_codes.read(text, keys, hall, now)
    except hall_codes.Expired:
        return UselessCode("expired")
    except hall_codes.OtherHall:
        return UselessCode("other-hall")
    except hall_codes.HallCodeError:
        return UselessCode("unverified")
    match code.kind:
        case hall_codes.Kind.TICKET:
            return TicketCode(code.reference)
        case hall_codes.Kind.APPOINTMENT:
            return DeskCode("appointment")
        case hall_codes.Kind.PICKUP:
            return DeskCode("pickup")
        case hall_codes.Kind.PRESENCE:  # for phones, and not signed by our keys
            return UselessCode("unverified")
