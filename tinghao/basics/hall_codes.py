"""Codes of our own: a ticket, an appointment or a pickup as a short signed text, checked without asking anybody.

    TH1 | T | AAAQAAAAAAYWMLKBMJBV6ZBNHF4A | EBGMWBRG755NKQW2
    our prefix, version 1
          kind: T ticket, A appointment, P pickup, H here in the hall
              base32 of hall (2 bytes), end (4 bytes, seconds since 1970, 0 = never), reference
                                             signature, 80 bits in base32

Capital letters and digits only: such a text goes into a QR code in alphanumeric mode, 5.5 bits a character.
A ticket's code fits version 3 (29 × 29 modules).

The signature is HMAC-SHA256 cut to 80 bits (NIST SP 800-107 allows it; guessing takes 2^80 tries at a kiosk) over
the *text* before it.  Text is compared with text and nothing is decoded first, so no changed character can pass.
itsdangerous, which comes with Flask, was looked at and left: its base64 needs byte mode and lower case, its
last character carries unused bits, so that several texts pass for one signature, and it has no end of its own choosing.

Several keys may be valid at once: the first signs, all are believed.  To change a key, put the new one in front and take
the old one away when no code of its time is carried any more.
"""

import hmac
from base64 import b32decode, b32encode
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from enum import StrEnum
from hashlib import sha256
from struct import Struct

PREFIX = "TH1"
SIGNATURE_BYTES = 10
SIGNATURE_LETTERS = 16
SHORTEST_KEY = 32
MOST_LETTERS = 200
LATEST_END = 0xFFFFFFFF

_HEAD = Struct(">HI")


class Kind(StrEnum):
    """What the code stands for."""

    TICKET = "T"
    APPOINTMENT = "A"
    PICKUP = "P"
    PRESENCE = "H"
    """Who shows it was in the hall a few minutes ago."""


@dataclass(frozen=True, slots=True)
class HallCode:
    """`reference` is the ticket's slug, or whatever names an appointment or pickup without telling who it is for."""

    kind: Kind
    hall: int
    reference: str
    ends: datetime | None = None


class HallCodeError(Exception):
    """The text is not a code that is good here and now.  Never holds the text."""


class NotOurs(HallCodeError):
    """It doesn't begin as our codes do."""


class Forged(HallCodeError):
    """It begins like ours and none of our keys has signed it."""


class Expired(HallCodeError):
    """It is ours and its time is over."""


class OtherHall(HallCodeError):
    """It is ours and belongs to another hall."""


def sign(code: HallCode, keys: Sequence[str]) -> str:
    """The code's text, signed by the first key; `ValueError` for what doesn't fit."""
    reference = code.reference.encode("ascii")
    if not reference or not 0 < code.hall <= 0xFFFF:
        raise ValueError("a code needs a reference and a hall from 1 to 65535")
    ends = int(code.ends.timestamp()) if code.ends else 0
    if code.ends and not 0 < ends <= LATEST_END:
        raise ValueError("a code ends between 1970 and 2106")
    packed = _HEAD.pack(code.hall, ends) + reference
    text = PREFIX + code.kind + b32encode(packed).decode("ascii").rstrip("=")
    signed = text + _signature(text, _checked(keys)[0])
    if len(signed) > MOST_LETTERS:
        raise ValueError("the reference is too long")
    return signed


def read(text: str, keys: Sequence[str], hall: int, now: datetime) -> HallCode:
    """The code, if one of the keys has signed it for this hall and its time isn't over; else a `HallCodeError`."""
    if not is_ours(text):
        raise NotOurs
    body, signature = text[:-SIGNATURE_LETTERS], text[-SIGNATURE_LETTERS:]
    if len(text) > MOST_LETTERS or not any(_signed(body, signature, key) for key in _checked(keys)):
        raise Forged
    try:
        code = _unpack(body)
    except ValueError:  # a later version may sign kinds that this one has not heard of
        raise NotOurs from None
    if code.hall != hall:
        raise OtherHall
    if code.ends and now >= code.ends:
        raise Expired
    return code


def is_ours(text: str) -> bool:
    """Whether it begins as our codes do, right or not."""
    return text.startswith(PREFIX)


def _checked(keys: Sequence[str]) -> Sequence[str]:
    if not keys or any(len(key) < SHORTEST_KEY for key in keys):
        raise ValueError(f"keys of at least {SHORTEST_KEY} characters are needed")
    return keys


def _signed(body: str, signature: str, key: str) -> bool:
    # As bytes: compare_digest takes no other than ASCII text, and a scanner may read anything.
    return hmac.compare_digest(_signature(body, key).encode(), signature.encode("utf-8", "surrogatepass"))


def _signature(body: str, key: str) -> str:
    digest = hmac.digest(key.encode(), body.encode("utf-8", "surrogatepass"), sha256)
    return b32encode(digest[:SIGNATURE_BYTES]).decode("ascii")


def _unpack(body: str) -> HallCode:
    kind, letters = body[len(PREFIX)], body[len(PREFIX) + 1 :]
    packed = b32decode(letters + "=" * (-len(letters) % 8))
    hall, ends = _HEAD.unpack_from(packed)
    reference = packed[_HEAD.size :].decode("ascii")
    return HallCode(Kind(kind), hall, reference, datetime.fromtimestamp(ends, UTC) if ends else None)
