"""Shapes of the queue's wishes and answers, from which the OpenAPI document is made."""

from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field, StringConstraints

Short = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=100)]
IdNumber = Annotated[
    str, StringConstraints(strip_whitespace=True, to_upper=True, pattern=r"^[0-9A-Za-z]{6,30}$")
]


class Wanted(BaseModel):
    """What comes in: nothing that isn't named here."""

    model_config = ConfigDict(extra="forbid")


class Identity(Wanted):
    """Who the visitor is, as his card or code says; kept only as a digest and masked."""

    source: Literal["card", "code"]
    number: IdNumber
    name: Short | None = None


class TicketWanted(Wanted):
    """A number is asked for."""

    matter: Short = Field(description="Code of a matter or of a theme")
    identity: Identity | None = None


class PrintOutcome(Wanted):
    """What became of the paper."""

    outcome: Literal["printed", "failed", "unknown"]
    reason: Annotated[str, StringConstraints(max_length=200)] | None = None


class VisitorShown(BaseModel):
    """A visitor, masked."""

    name: str | None = Field(examples=["张*"])
    tail: str = Field(examples=["…001X"])


class StaffTicket(BaseModel):
    """A ticket as clerks see it."""

    id: int
    number: str = Field(examples=["A001"])
    line: int
    matter: str
    matter_name: str
    state: Literal["waiting", "called", "serving", "finished", "no_show"]
    window: int | None
    visitor: VisitorShown | None
    issued_at: str
    called_at: str | None
    started_at: str | None
    recalls: int
    print: Literal["pending", "printed", "failed", "unknown"]


class Wait(BaseModel):
    """Expected wait in minutes."""

    low: int
    high: int


class KioskTicket(BaseModel):
    """A ticket as the kiosk that issued it sees it."""

    id: int
    number: str = Field(examples=["A001"])
    line: int
    matter: str
    matter_name: str
    state: str
    issued_at: str
    print: str
    slug: str


class IssuedTicket(KioskTicket):
    """A new ticket and what a visitor wants to know with it."""

    zone: str
    zone_en: str
    floor: int
    windows: str = Field(examples=["1–12"])
    ahead: int
    wait: Wait | None
    qr: str = Field(description="What the QR code on the paper says: the address of the ticket's own page")


class PublicTicket(BaseModel):
    """A ticket as its holder sees it."""

    hall: str
    hall_en: str
    number: str
    state: str
    state_words: str
    state_words_en: str
    line: str
    line_en: str
    zone: str
    zone_en: str
    floor: int
    windows: str
    ahead: int | None
    wait: Wait | None
    window: str | None
    issued_at: str


class ShiftShown(BaseModel):
    """A clerk's shift at a window."""

    id: int
    window: int
    opened_at: str
