"""Telephone numbers as people type them, in one form, and as they may be shown."""

from __future__ import annotations

import re

MAINLAND = "86"
LEAST_DIGITS = 3
MOST_DIGITS = 20

_BETWEEN = str.maketrans("", "", " -()\u00a0")
_MOBILE = re.compile(r"1[0-9]{10}")
_WITH_COUNTRY = re.compile(r"86(1[0-9]{10})")


class MessageError(ValueError):
    """The number or the text can't be sent; `reason` is Chinese and holds neither of them."""

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason


def normal_number(text: str) -> str:
    """`+8613800138000` for a mobile number of the mainland, `+852…` for others abroad, `10086` for a service number."""
    digits = text.strip().translate(_BETWEEN)
    international = digits.startswith(("+", "00"))
    digits = digits.removeprefix("+") if digits.startswith("+") else digits.removeprefix("00")
    if not (digits.isascii() and digits.isdigit() and LEAST_DIGITS <= len(digits) <= MOST_DIGITS):
        raise MessageError("手机号码有误，请核对")
    if international or _WITH_COUNTRY.fullmatch(digits):
        return f"+{digits}"
    return f"+{MAINLAND}{digits}" if _MOBILE.fullmatch(digits) else digits


def mask_phone(number: str) -> str:
    """`138****5678`; a shorter number keeps its last two digits."""
    digits = number.removeprefix("+")
    mainland = _WITH_COUNTRY.fullmatch(digits)
    digits = mainland[1] if mainland else digits
    if len(digits) < 8:
        return "*" * max(len(digits) - 2, 1) + digits[-2:]
    return f"{digits[:3]}****{digits[-4:]}"
