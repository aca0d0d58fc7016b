"""What the queue keeps of a visitor: a keyed digest of the ID number, a masked name, a masked tail."""

import hmac
from dataclasses import dataclass

from tinghao.basics.masking import mask_name, mask_number


@dataclass(frozen=True)
class Visitor:
    """A visitor as the database may know him."""

    digest: str
    name: str | None
    tail: str


ON_PHONE = "手机"


def holder_of(phone: str, secret: str) -> Visitor:
    """Whoever holds a phone, known by nothing but the random name that its browser keeps."""
    return Visitor(hmac.digest(secret.encode(), f"phone:{phone}".encode(), "sha256").hex(), None, ON_PHONE)


def visitor_of(number: str, name: str | None, secret: str) -> Visitor:
    """Forgets the ID number and the name of a person, keeping only what the queue needs.

    The digest is HMAC-SHA-256 under the installation's secret: without it the few possible numbers can't be tried out.
    """
    digest = hmac.digest(secret.encode(), f"id:{number.upper()}".encode(), "sha256").hex()
    return Visitor(digest, mask_name(name) if name else None, mask_number(number.upper()))
