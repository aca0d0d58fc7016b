"""The citizen identity number (GB 11643-1999) and its check digit (ISO 7064 MOD 11-2).

    430422 19900307 911 X
    division  birth  sequence, odd = male   check digit

The division is that of the first registration and may long be abolished: an unknown one is no error.
"""

from datetime import date
from typing import Literal

WEIGHTS = (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2)
CHECK_DIGITS = "10X98765432"

Code = Literal["length", "characters", "birth_date", "check_digit"]


class IdNumberError(ValueError):
    """`reason` is a Chinese sentence for the person who typed the number; the number itself is not kept."""

    def __init__(self, code: Code, reason: str) -> None:
        super().__init__(reason)
        self.code = code
        self.reason = reason


def check_id_number(text: str, *, today: date | None = None) -> None:
    """Raises `IdNumberError` unless `text` is a right number, X in capital; given `today`, nobody is born after it."""
    if len(text) != 18:
        raise IdNumberError("length", "身份证号码应为18位")
    if not (text.isascii() and text[:17].isdigit() and (text[17].isdigit() or text[17] == "X")):
        raise IdNumberError("characters", "身份证号码前17位应为数字，末位为数字或大写X")
    born = birth_date(text)
    if today is not None and born > today:
        raise IdNumberError("birth_date", "身份证号码中的出生日期晚于今天")
    if check_digit(text) != text[17]:
        raise IdNumberError("check_digit", "身份证号码有误，请逐位核对")


def birth_date(number: str) -> date:
    """The birth date in digits 7–14."""
    try:
        return date(int(number[6:10]), int(number[10:12]), int(number[12:14]))
    except ValueError:
        raise IdNumberError("birth_date", "身份证号码中的出生日期不存在") from None


def check_digit(number: str) -> str:
    """What the 18th character has to be after the first seventeen digits."""
    return CHECK_DIGITS[sum(weight * int(digit) for weight, digit in zip(WEIGHTS, number, strict=False)) % 11]
