"""How long a visitor will wait, for the queue's services; learns from what happened and keeps the scores."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from typing import Any
from weakref import WeakKeyDictionary
from zoneinfo import ZoneInfo

from sqlalchemy import Connection, Engine, bindparam, func, select

from tinghao.basics.clock import hall_day
from tinghao.server.hall.facts import HallFacts
from tinghao.server.hall.models import Line
from tinghao.server.queueing.waits import history, present
from tinghao.server.queueing.waits.estimating import Estimate, estimate, rounded, words
from tinghao.server.queueing.waits.learning import learn, watch
from tinghao.server.queueing.waits.model import Model
from tinghao.server.queueing.waits.models import WaitModel, WaitScore
from tinghao.server.queueing.waits.past import Past
from tinghao.server.queueing.waits.present import Present
from tinghao.server.queueing.waits.scoring import Outcome, score
from tinghao.server.store import Work
from tinghao.server.store.upsert import upsert

LOOK_EVERY = timedelta(seconds=5)
READ_EVERY = timedelta(seconds=15)
LEARN_EVERY = timedelta(minutes=5)
SETTLED = timedelta(minutes=1)
"""What ended later may still be on its way into the database."""

LOOK_BACK = timedelta(days=30)
DAYS_AT_ONCE = 2
"""What a server that was away has missed is made up for in steps, for others wait meanwhile."""

_MODEL = select(WaitModel.learned_at, WaitModel.data).where(WaitModel.hall_id == bindparam("of_hall"))
_LEARNED_AT = select(WaitModel.learned_at).where(WaitModel.hall_id == bindparam("of_hall"))
_SCORED = select(func.max(WaitScore.day)).where(WaitScore.line_id.in_(bindparam("lines", expanding=True)))

_SCORES = (
    select(WaitScore.__table__, Line.prefix)
    .join(Line, Line.id == WaitScore.line_id)
    .where(
        WaitScore.line_id.in_(bindparam("lines", expanding=True)),
        WaitScore.day >= bindparam("first"),
        WaitScore.day <= bindparam("last"),
    )
    .order_by(WaitScore.day, Line.prefix)
)


@dataclass
class _Known:
    """What is known of one hall, with the moments at which it was found out."""

    model: Model = field(default_factory=Model)
    learned_at: datetime | None = None
    read_at: datetime | None = None
    present: Present | None = None
    ticked_at: datetime | None = None
    scored_through: date | None = None


_known: WeakKeyDictionary[Engine, dict[int, _Known]] = WeakKeyDictionary()


# What visitors are told


def at_issue(
    connection: Connection, hall: HallFacts, line_id: int, ahead: int, now: datetime
) -> Estimate | None:
    """The wait of one who has so many ahead of him in the line; nothing when no window works for it."""
    known = _of(connection, hall)
    prefix = hall.lines[line_id].prefix
    _look(connection, hall, known, now, prefix)
    assert known.present
    model = current(connection, hall, now)
    return estimate(known.present.lines[prefix], ahead, model, now.astimezone(ZoneInfo(hall.timezone)))


def for_lines(
    connection: Connection, hall: HallFacts, waiting: Mapping[int, int], now: datetime
) -> dict[int, Estimate | None]:
    """The wait in each line if one took a number now, by how many wait there."""
    return {line_id: at_issue(connection, hall, line_id, ahead, now) for line_id, ahead in waiting.items()}


def shown(told: Estimate | None) -> dict[str, Any] | None:
    """An estimate as people read it: the rounded band and the words for it, which alone tell that it may be longer."""
    if told is None:
        return None
    band = rounded(told.low, told.high)
    zh, en = words(band)
    return {**band, "words": zh, "words_en": en}


def current(connection: Connection, hall: HallFacts, now: datetime) -> Model:
    """What the hall's past has taught so far."""
    known = _of(connection, hall)
    if not _fresh(known.read_at, now, READ_EVERY):
        learned_at = connection.execute(_LEARNED_AT, {"of_hall": hall.id}).scalar()
        if learned_at != known.learned_at:
            known.learned_at, known.model = _read(connection, hall)
        known.read_at = now
    return known.model


def scores_of(
    connection: Connection, hall: HallFacts, first: date | None, last: date | None
) -> Sequence[Any]:
    """The kept scores from day `first` to day `last`, with the line's `prefix`, oldest first."""
    row = {"lines": list(hall.lines), "first": first or date.min, "last": last or date.max}
    return connection.execute(_SCORES, row).all()


# What is done from time to time


def tick(work: Work, hall: HallFacts, now: datetime) -> None:
    """Learns and scores what is due; costs nothing when nothing is."""
    known = _of(work.connection, hall)
    if _fresh(known.ticked_at, now, LEARN_EVERY):
        return
    known.ticked_at = now
    _learn(work, hall, now)
    yesterday = hall_day(now, hall.timezone) - timedelta(days=1)
    if known.scored_through != yesterday:
        _score_days(work, hall, yesterday, now)
        known.scored_through = yesterday


def _learn(work: Work, hall: HallFacts, now: datetime) -> None:
    learned_at, model = _read(work.connection, hall)
    since, until = learned_at or now - LOOK_BACK, now - SETTLED
    if learned_at and now - learned_at < LEARN_EVERY:
        return
    # Tickets left over end after midnight, and belong to the day before.
    first = hall_day(since, hall.timezone) - timedelta(days=1)
    days = history.days_with_tickets(work.connection, hall, first, hall_day(until, hall.timezone))
    catching_up = len(days) > 1 + DAYS_AT_ONCE
    if catching_up:
        until = min(until, _midnight_after(days[DAYS_AT_ONCE], hall.timezone))
        days = days[: 1 + DAYS_AT_ONCE]
    ended = [past for day in days for past in history.ended(work.connection, hall, day, since, until)]
    windows = present.look(work.connection, hall, now, _of(work.connection, hall).present).windows
    if not (ended or windows or catching_up):
        return
    local = now.astimezone(ZoneInfo(hall.timezone))
    priors = {line.prefix: line.mean_minutes for line in hall.lines.values()}
    learnt = watch(learn(model, ended, priors), windows, local)
    values = {"learned_at": until, "data": learnt.as_json()}
    work.connection.execute(
        upsert(WaitModel, {"hall_id": hall.id, **values}, keys=("hall_id",), change=values)
    )


def _score_days(work: Work, hall: HallFacts, last: date, now: datetime) -> None:
    """Scores the days since the last scored one; a day has one score, however often it is asked for."""
    lines = list(hall.lines)
    scored = work.connection.execute(_SCORED, {"lines": lines}).scalar()
    first = scored + timedelta(days=1) if scored else last - LOOK_BACK
    for day in history.days_with_tickets(work.connection, hall, first, last):
        begins = datetime.combine(day, time.min, ZoneInfo(hall.timezone))
        by_line: dict[str, list[Outcome]] = {}
        for past in history.ended(work.connection, hall, day, begins, now):
            if outcome := _outcome(past):
                by_line.setdefault(past.line, []).append(outcome)
        for prefix, outcomes in by_line.items():
            _keep_score(work, hall.lines_by_prefix[prefix].id, day, outcomes)


def _keep_score(work: Work, line_id: int, day: date, outcomes: list[Outcome]) -> None:
    found = score(outcomes)
    assert found
    values = {
        "tickets": found.tickets,
        "mean_absolute_error": found.mean_absolute_error,
        "bias": found.bias,
        "below_low": found.below_low,
        "coverage": found.coverage,
    }
    row = {"line_id": line_id, "day": day, **values}
    work.connection.execute(upsert(WaitScore, row, keys=("line_id", "day"), change=values))


def _outcome(past: Past) -> Outcome | None:
    if past.waited is None or past.low is None or past.high is None:
        return None
    return Outcome(past.waited, past.low, past.low, past.high)


# What is remembered meanwhile


def _of(connection: Connection, hall: HallFacts) -> _Known:
    halls = _known.setdefault(connection.engine, {})
    known = halls.get(hall.id)
    if known is None:
        known = halls[hall.id] = _Known()
    return known


def _look(connection: Connection, hall: HallFacts, known: _Known, now: datetime, prefix: str) -> None:
    """Looks again at the hall when it is time, and when there was no window: who opens one is seen at once."""
    seen = known.present
    if (
        seen
        and _fresh(seen.at, now, LOOK_EVERY)
        and prefix in seen.lines
        and (seen.lines[prefix].windows or seen.calling == present.calling(connection, hall))
    ):
        return
    known.present = present.look(connection, hall, now, seen)


def _read(connection: Connection, hall: HallFacts) -> tuple[datetime | None, Model]:
    found = connection.execute(_MODEL, {"of_hall": hall.id}).first()
    return (found.learned_at, Model.from_json(found.data)) if found else (None, Model())


def _fresh(at: datetime | None, now: datetime, for_so_long: timedelta) -> bool:
    return at is not None and timedelta(0) <= now - at < for_so_long


def _midnight_after(day: date, timezone: str) -> datetime:
    return datetime.combine(day + timedelta(days=1), time.min, ZoneInfo(timezone))
