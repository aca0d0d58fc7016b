"""SDT frames and the text block of the cards."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Literal

CardKind = Literal["resident", "permanent_resident_2017", "residence_permit", "permanent_resident"]


@dataclass(frozen=True, repr=False)
class IdCard:
    """What the card says.  Its `repr` tells the kind only: nobody's name or number slips into a log."""

    kind: CardKind
    name: str
    sex: Literal["男", "女", "未知", "未说明"]
    ethnicity: str
    birth: date
    address: str
    number: str
    issuer: str
    valid_from: date
    valid_to: date | None  # None = 长期
    name_en: str = ""
    nationality: str = ""
    pass_number: str = ""

    def __repr__(self) -> str:
        return f"<IdCard {self.kind}>"
