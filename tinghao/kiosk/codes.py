"""What a scanned code means to a kiosk."""

import re
from dataclasses import dataclass, field

from tinghao.basics.id_number import IdNumberError, check_id_number

_TICKET = re.compile(r"/t/([A-Za-z0-9_-]{4,64})/?$")
_ID_NUMBER = re.compile(r"[0-9]{17}[0-9Xx]")


@dataclass(frozen=True, slots=True)
class IdNumberCode:
    """A right 18-character ID number."""

    number: str = field(repr=False)


@dataclass(frozen=True, slots=True)
class TicketCode:
    """The address printed on a ticket of ours."""

    slug: str


@dataclass(frozen=True, slots=True)
class UnknownCode:
    """Anything else; `mistyped` when it looks like an ID number but is none."""

    mistyped: bool = False


def understand(text: str) -> IdNumberCode | TicketCode | UnknownCode:
    """Reads the scanner's text."""
    text = text.strip()
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
