"""Shapes of the queue's wishes and answers, from which the OpenAPI document is made."""

from typing import Annotated, Literal

from pydantic import AwareDatetime, BaseModel, ConfigDict, Field, StringConstraints

from tinghao.server.hall.queue_rules import Status
from tinghao.server.queueing.rules.states import State

NO_NUL = r"^[^\x00]*$"
"""PostgreSQL keeps no NUL in a text."""
Short = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=100, pattern=NO_NUL)]
IdNumber = Annotated[
    str, StringConstraints(strip_whitespace=True, to_upper=True, pattern=r"^[0-9A-Za-z]{6,30}$")
]


Note = Annotated[str, StringConstraints(strip_whitespace=True, max_length=500, pattern=NO_NUL)]
Id = Annotated[int, Field(ge=1, le=2**31 - 1)]
Minutes = Annotated[int, Field(ge=1, le=1440)]
OutcomeKind = Literal["done", "accepted", "incomplete", "consulted", "refused", "withdrawn"]
"""办结、受理、材料不齐、咨询、不予受理、撤回"""


class Wanted(BaseModel):
    """What comes in: nothing that isn't named here."""

    model_config = ConfigDict(extra="forbid")


class Identity(Wanted):
    """Who the visitor is, as his card or code says or somebody typed; kept only as a digest and masked."""

    source: Literal["card", "code", "hand"]
    number: IdNumber
    name: Short | None = None


class TicketWanted(Wanted):
    """A number is asked for."""

    matter: Short = Field(description="Code of a matter or of a theme")
    identity: Identity | None = None
    statuses: Annotated[list[Status], Field(max_length=4)] = []
    language: Annotated[str, StringConstraints(pattern=r"^[a-z]{2,3}(-[A-Za-z0-9]{2,8})*$")] | None = None
    booked_at: AwareDatetime | None = None
    remark: Short | None = None


class Because(Wanted):
    """A reason that may be given."""

    reason: Short | None = None


class BecauseNeeded(Wanted):
    """A reason that has to be given."""

    reason: Short


class ShiftWanted(Wanted):
    """A window is to be opened; `move` ends the clerk's shift at another window first."""

    move: bool = False


class Outcome(Wanted):
    """What came of one matter."""

    matter: Short
    outcome: OutcomeKind
    note: Note | None = None


class Finish(Wanted):
    """What came of the visit; nothing said means that its matter is done. `next` calls the next one at once."""

    outcomes: Annotated[list[Outcome], Field(max_length=20)] = []
    next: bool = False


class CallBack(Wanted):
    """A missed visitor is back; he stands behind `after` others, by default as many as the hall says."""

    after: Annotated[int, Field(ge=0, le=999)] | None = None


class Hold(Wanted):
    """The ticket is set aside."""

    reason: Short
    minutes: Minutes | None = None


class Transfer(Wanted):
    """Where the ticket goes: a line, a window, a member of staff (by id); when and in which place it is called there."""

    line: Id | None = None
    window: Id | None = None
    staff: Id | None = None
    position: Literal["first", "last", "keep"] = "keep"
    delay_minutes: Annotated[int, Field(ge=0, le=1440)] = 0
    comes_back: bool = Field(False, alias="return")
    reason: Short | None = None


class MatterChange(Wanted):
    """The visitor is here for something else."""

    matter: Short


class PriorityChange(Wanted):
    """The ticket gets another class."""

    priority: Short
    reason: Short


class ServiceWanted(Wanted):
    """Somebody without a number is served."""

    matter: Short
    identity: Identity | None = None


class ProfileWanted(Wanted):
    """A window gets a profile by hand, for some minutes or until it is taken back (null)."""

    profile: Short | None
    minutes: Minutes | None = None
    reason: Short | None = None


class PrintOutcome(Wanted):
    """What became of the paper."""

    outcome: Literal["printed", "failed", "unknown"]
    reason: Annotated[str, StringConstraints(max_length=200, pattern=NO_NUL)] | None = None


class VisitorShown(BaseModel):
    """A visitor, masked."""

    name: str | None = Field(examples=["张*"])
    tail: str = Field(examples=["…001X"])


class JourneyShown(BaseModel):
    """Which step of how many of a visit for several lines."""

    id: int
    step: int
    steps: int


class StaffTicket(BaseModel):
    """A ticket as staff see it."""

    id: int
    number: str = Field(examples=["A001"])
    line: int
    from_line: int = Field(description="The line that gave the number")
    matter: str
    matter_name: str
    state: State
    window: int | None
    visitor: VisitorShown | None
    priority: str
    place: int = Field(description="Below 0: placed before all others of the line")
    since: str = Field(description="From when its waiting counts")
    not_before: str | None
    booked_at: str | None
    to_window: int | None
    to_staff: int | None
    held_until: str | None
    reason: str | None
    remark: str | None
    language: str | None
    journey: JourneyShown | None
    issued_at: str
    called_at: str | None
    started_at: str | None
    ended_at: str | None
    recalls: int
    print: Literal["pending", "printed", "failed", "unknown", "none"]


class FinishedTicket(StaffTicket):
    """A finished ticket; `next` is the one called after it, if that was asked."""

    next: StaffTicket | None = None


class Act(BaseModel):
    """Something that was done with a ticket."""

    verb: str
    at: str
    actor: str
    actor_name: str | None
    window: int | None
    reason: str | None


class Interval(BaseModel):
    """A stretch of time in one state."""

    state: str
    line: int | None
    window: int | None
    began_at: str
    ended_at: str | None


class OutcomeShown(BaseModel):
    """What came of one matter."""

    matter: str
    matter_name: str
    outcome: str
    note: str | None


class Story(StaffTicket):
    """A ticket with all that happened to it."""

    acts: list[Act]
    intervals: list[Interval]
    outcomes: list[OutcomeShown]


class Point(BaseModel):
    """One reason, in both languages."""

    zh: str
    en: str


class Why(BaseModel):
    """Why a ticket was called, or called before another one."""

    sentence: str
    sentence_en: str
    points: list[Point]


class Found(BaseModel):
    """Tickets that were looked for."""

    tickets: list[StaffTicket]


class Place(BaseModel):
    """How a waiting ticket stands."""

    score: float
    waited: float = Field(description="Minutes")


class WindowQueue(BaseModel):
    """Who waits for a window, by ticket ids in the order in which they would be called now."""

    tickets: list[int]
    next: int | None
    why: Point | None
    places: dict[int, Place]


class ProfileShown(BaseModel):
    """A window's profile in force."""

    code: str
    name: str
    name_en: str
    by: Literal["hand", "plan"]


class WindowShown(BaseModel):
    """A window as it stands."""

    id: int
    state: Literal["closed", "open", "paused", "called", "serving"]
    ticket: str | None
    called_at: str | None
    recalls: int
    clerk: str | None
    pause_reason: str | None
    wants_next: bool
    lines: list[int]
    profile: ProfileShown | None


class Wait(BaseModel):
    """Expected wait in minutes, rounded, and how it is said; beyond two hours only the words tell that it may be longer."""

    low: int
    high: int
    words: str = Field(examples=["约 15–25 分钟", "2 小时以上"])
    words_en: str


class KioskTicket(BaseModel):
    """A ticket as the kiosk that issued it sees it."""

    id: int
    number: str = Field(examples=["A001"])
    line: int
    matter: str
    matter_name: str
    state: str
    priority: str
    remark: str | None
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
    priority_name: str | None = Field(description="His class, when it is not the ordinary one")
    priority_name_en: str | None
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
    may_cancel: bool
    issued_at: str


class LineShown(BaseModel):
    """A line as it stands; `wait` is what a visitor who took a number now would have to expect."""

    id: int
    prefix: str
    name: str
    name_en: str
    zone: int
    waiting: int
    longest_since: str | None
    windows_open: int
    wait: Wait | None


class Lines(BaseModel):
    """All lines of the hall."""

    lines: list[LineShown]


class ShiftShown(BaseModel):
    """A clerk's shift at a window."""

    id: int
    window: int
    opened_at: str
