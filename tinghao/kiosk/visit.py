"""One visit at a kiosk, decided without clock, device or network: state and what happened go in, the next state comes out.

    attract ──card, code, "without"──▶ choosing ──take──▶ taking ──issued──▶ ticket ──▶ attract
       └──own ticket scanned──▶ place ──▶ attract            └──refused──▶ choosing

A visit has a serial number. It grows when the visit ends, so a touch of a former visit is recognised and does nothing.
A visit gives one ticket at most: its wish has one key, and the key is kept until the server has answered.
"""

from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Literal

from tinghao.kiosk.hall_server import QueuePlace, Ticket


class Stage(StrEnum):
    """The screen that belongs to the state."""

    ATTRACT = "attract"
    CHOOSING = "choosing"
    TAKING = "taking"
    TICKET = "ticket"
    PLACE = "place"


Tone = Literal["info", "warn", "bad"]
Paper = Literal["none", "printing", "printed", "failed", "unknown"]


@dataclass(frozen=True, slots=True)
class Identity:
    """Who stands at the kiosk; held for the visit only, and never part of a log line."""

    source: Literal["card", "code"]
    number: str = field(repr=False)
    name: str | None = field(default=None, repr=False)


@dataclass(frozen=True, slots=True)
class Notice:
    """A sentence for the visitor, in both languages."""

    code: str
    zh: str
    en: str
    tone: Tone = "warn"


@dataclass(frozen=True, slots=True)
class Wish:
    """The one number this visit asks for."""

    key: str
    matter: str
    asking: bool = True
    """A request is under way; between two tries it is not."""
    retry_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class Visit:
    """All that the kiosk knows about the person in front of it."""

    serial: int
    stage: Stage = Stage.ATTRACT
    elder: bool = False
    identity: Identity | None = None
    wish: Wish | None = None
    ticket: Ticket | None = None
    paper: Paper = "none"
    paper_reason: str | None = None
    place: QueuePlace | None = None
    notice: Notice | None = None
    deadline: datetime | None = None

    @property
    def busy(self) -> bool:
        """A request for a number is under way: nothing may end the visit before its answer is known."""
        return self.wish is not None and self.wish.asking

    @property
    def unfinished(self) -> bool:
        """A number is on its way to the visitor: asked for, or not yet on paper."""
        return self.wish is not None or self.paper == "printing"


@dataclass(frozen=True, slots=True)
class Limits:
    """How long each screen waits for a touch."""

    choosing: timedelta
    taking: timedelta
    ticket: timedelta
    place: timedelta
    notice: timedelta
    retry: timedelta


@dataclass(frozen=True, slots=True)
class Rules:
    """What each happening makes of a visit."""

    limits: Limits

    # -- who it is

    def identified(self, visit: Visit, identity: Identity, now: datetime) -> Visit:
        """A card was laid or an ID number scanned. Another person's begins another visit; during taking it has to wait."""
        if visit.stage is Stage.TAKING:
            return visit
        if (
            visit.identity is not None
            and visit.identity.number == identity.number
            and visit.stage is not Stage.PLACE
        ):
            return self.touched(visit, now)
        if visit.stage is Stage.ATTRACT or (visit.stage is Stage.CHOOSING and visit.identity is None):
            begun = visit
        else:
            begun = Visit(visit.serial + 1)
        return self._to(replace(begun, identity=identity, notice=None), Stage.CHOOSING, now)

    def without(self, visit: Visit, now: datetime) -> Visit:
        """The visitor prefers to show nothing."""
        return (
            self._to(replace(visit, notice=None), Stage.CHOOSING, now)
            if visit.stage is Stage.ATTRACT
            else visit
        )

    def sized(self, visit: Visit, elder: bool, now: datetime) -> Visit:
        """The visitor switched the large type on or off."""
        return self.touched(replace(visit, elder=elder), now)

    # -- the number

    def take(self, visit: Visit, matter: str, key: str, now: datetime) -> Visit:
        """The visitor asks for a number; a second time changes nothing."""
        if visit.stage is not Stage.CHOOSING:
            return visit
        return self._to(replace(visit, wish=Wish(key, matter), notice=None), Stage.TAKING, now)

    def retry(self, visit: Visit, now: datetime) -> Visit:
        """Asks once more for the same number, with the same key."""
        if visit.stage is not Stage.TAKING or visit.wish is None or visit.wish.asking:
            return visit
        return replace(visit, wish=replace(visit.wish, asking=True, retry_at=None))

    def issued(self, visit: Visit, key: str, ticket: Ticket, now: datetime) -> Visit:
        """The server gave the number; one that the visitor had already is not printed unasked."""
        if not self._answers(visit, key):
            return visit
        paper: Paper = "none" if ticket.already else "printing"
        return self._to(replace(visit, wish=None, ticket=ticket, paper=paper, notice=None), Stage.TICKET, now)

    def print_again(self, visit: Visit, now: datetime) -> Visit:
        """Who had his number already wants it on paper once more; one paper a visit."""
        if visit.ticket is None or not visit.ticket.already or visit.paper in ("printing", "printed"):
            return visit
        return self.touched(replace(visit, paper="printing", paper_reason=None), now)

    def refused(self, visit: Visit, key: str, notice: Notice, now: datetime) -> Visit:
        """The server gave none and said why: the visitor may choose something else."""
        if not self._answers(visit, key):
            return visit
        return self._to(replace(visit, wish=None, notice=notice), Stage.CHOOSING, now)

    def unanswered(self, visit: Visit, key: str, notice: Notice, now: datetime) -> Visit:
        """Nothing came back: perhaps the number was given, so the key is kept and asked with again."""
        if not self._answers(visit, key) or visit.wish is None:
            return visit
        wish = replace(visit.wish, asking=False, retry_at=now + self.limits.retry)
        # The visitor's time runs from his last touch or from the first failure, not from each try of ours.
        ends = visit.deadline if visit.notice else now + self.limits.taking
        return replace(visit, wish=wish, notice=notice, deadline=ends)

    def printed(self, visit: Visit, ticket_id: int, paper: Paper, reason: str | None) -> Visit:
        """The printer told what became of the paper."""
        if visit.ticket is None or visit.ticket.id != ticket_id:
            return visit
        return replace(visit, paper=paper, paper_reason=reason)

    # -- a number somebody holds already

    def placed(self, visit: Visit, place: QueuePlace, now: datetime) -> Visit:
        """A printed ticket was scanned and found; it does not disturb somebody who is taking a number."""
        if visit.stage in (Stage.CHOOSING, Stage.TAKING):
            return visit
        begun = visit if visit.stage is Stage.ATTRACT else Visit(visit.serial + 1, elder=visit.elder)
        return self._to(replace(begun, place=place, notice=None), Stage.PLACE, now)

    # -- a code that only its issuer can read

    def asked(self, visit: Visit, notice: Notice, now: datetime) -> Visit:
        """The issuer is being asked; somebody is there and waits."""
        return self.noticed(self.touched(visit, now), notice, now)

    def resolved(self, visit: Visit, asking: Visit, identity: Identity, now: datetime) -> Visit:
        """The issuer said who it is."""
        return self.identified(visit, identity, now) if self._still_asks(visit, asking) else visit

    def unresolved(self, visit: Visit, asking: Visit, notice: Notice, now: datetime) -> Visit:
        """The issuer knows nobody, or could not be asked."""
        return self.noticed(visit, notice, now) if self._still_asks(visit, asking) else visit

    # -- what is said

    def noticed(self, visit: Visit, notice: Notice, now: datetime) -> Visit:
        """Something has to be said on the screen that is shown."""
        if visit.stage is Stage.ATTRACT:
            return replace(visit, notice=notice, deadline=now + self.limits.notice)
        return replace(visit, notice=notice)

    # -- time

    def touched(self, visit: Visit, now: datetime) -> Visit:
        """Any touch shows that somebody is there."""
        if visit.stage is Stage.ATTRACT:
            lasting = visit.elder or visit.notice is not None
            return replace(visit, deadline=now + self.limits.choosing if lasting else None)
        return replace(visit, deadline=now + getattr(self.limits, _LIMIT[visit.stage]))

    def left(self, visit: Visit) -> Visit:
        """The visitor goes back to the start; nothing of him stays."""
        return visit if visit.busy else Visit(visit.serial + 1)

    def ticked(self, visit: Visit, now: datetime) -> Visit:
        """Time passed: a visit may be over, a try may be due."""
        if visit.busy:
            return visit
        if visit.deadline is not None and now >= visit.deadline:
            return Visit(visit.serial + 1)
        if visit.wish is not None and visit.wish.retry_at is not None and now >= visit.wish.retry_at:
            return self.retry(visit, now)
        return visit

    def _to(self, visit: Visit, stage: Stage, now: datetime) -> Visit:
        return self.touched(replace(visit, stage=stage), now)

    @staticmethod
    def _still_asks(visit: Visit, asking: Visit) -> bool:
        # Who showed a card in the meantime, took a number or left is not to be disturbed by a late answer.
        now, then = (
            (each.serial, each.identity, each.wish, each.ticket, each.place) for each in (visit, asking)
        )
        return now == then

    @staticmethod
    def _answers(visit: Visit, key: str) -> bool:
        return visit.stage is Stage.TAKING and visit.wish is not None and visit.wish.key == key


_LIMIT = {Stage.CHOOSING: "choosing", Stage.TAKING: "taking", Stage.TICKET: "ticket", Stage.PLACE: "place"}
