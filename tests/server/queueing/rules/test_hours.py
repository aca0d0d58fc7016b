"""When numbers are given: early before opening, not at lunch, not after the last ticket, and by the hall's own clocks."""

from datetime import UTC, date, datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tinghao.server.hall.queue_rules import QueueSettings
from tinghao.server.queueing.rules.hours import DAYS, Opening, moment_words, opening

HALL = "Asia/Shanghai"
WEEK = ["mon", "tue", "wed", "thu", "fri"]
OFFICE = [
    {"days": WEEK, "opens": "08:30", "closes": "12:00"},
    {"days": WEEK, "opens": "14:30", "closes": "17:30"},
]
EXACT = QueueSettings(early_minutes=0)
# Changes of the clock at 2:00, at midnight, by half an hour, over a whole day, and none.
ZONES = (
    "Europe/Berlin",
    "Africa/Cairo",
    "Asia/Beirut",
    "Australia/Lord_Howe",
    "Pacific/Apia",
    "America/Havana",
    HALL,
)


def at(text: str, timezone: str = HALL, fold: int = 0) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=ZoneInfo(timezone), fold=fold).astimezone(UTC)


def office(text: str, **settings: Any) -> Opening:
    return opening(OFFICE, HALL, at(text), QueueSettings(**settings))


def row(opens: str, closes: str, *days: str) -> dict[str, Any]:
    return {"days": list(days or DAYS), "opens": opens, "closes": closes}


MONDAY, TUESDAY = "2026-11-23", "2026-11-24"


@pytest.mark.parametrize(
    ("clock", "gives", "opens", "closes"),
    [
        ("00:00", False, f"{MONDAY}T08:15", f"{MONDAY}T12:00"),
        ("08:14:59", False, f"{MONDAY}T08:15", f"{MONDAY}T12:00"),
        ("08:15", True, f"{MONDAY}T14:15", f"{MONDAY}T12:00"),
        ("11:59:59", True, f"{MONDAY}T14:15", f"{MONDAY}T12:00"),
        ("12:00", False, f"{MONDAY}T14:15", f"{MONDAY}T17:30"),
        ("14:15", True, f"{TUESDAY}T08:15", f"{MONDAY}T17:30"),
        ("17:29:59", True, f"{TUESDAY}T08:15", f"{MONDAY}T17:30"),
        ("17:30", False, f"{TUESDAY}T08:15", f"{TUESDAY}T12:00"),
        ("23:59:59", False, f"{TUESDAY}T08:15", f"{TUESDAY}T12:00"),
    ],
)
def test_an_office_day(clock: str, gives: bool, opens: str, closes: str) -> None:
    expected = Opening(gives, at(opens), at(f"{TUESDAY}T08:15"), at(closes), at(f"{MONDAY}T17:30"))
    assert office(f"{MONDAY}T{clock}") == expected


def test_after_friday_comes_monday() -> None:
    found = office("2026-11-27T18:00")
    assert (found.opens_at, found.closes_at) == (at("2026-11-30T08:15"), at("2026-11-30T12:00"))
    assert office("2026-11-28T09:00").day_ends_at is None


def test_the_last_ticket_is_given_before_closing() -> None:
    assert office(f"{MONDAY}T11:39", last_ticket_minutes=20).gives_numbers
    assert not office(f"{MONDAY}T11:40", last_ticket_minutes=20).gives_numbers
    assert office(f"{MONDAY}T11:40", last_ticket_minutes=20).opens_at == at(f"{MONDAY}T14:15")
    late = office(f"{MONDAY}T17:10", last_ticket_minutes=20)
    assert (late.gives_numbers, late.opens_at) == (False, at(f"{TUESDAY}T08:15"))
    assert late.closes_at == late.day_ends_at == at(f"{MONDAY}T17:30")


def test_a_stretch_too_short_for_its_last_ticket_gives_none() -> None:
    found = office(f"{MONDAY}T14:20", early_minutes=0, last_ticket_minutes=200)
    assert (found.gives_numbers, found.opens_at) == (False, at(f"{TUESDAY}T08:30"))
    assert found.closes_at == at(f"{MONDAY}T17:30")


def test_a_hall_that_serves_at_all_times_still_tells_its_hours() -> None:
    found = office(f"{MONDAY}T03:00", outside_hours="serve")
    assert found.gives_numbers
    assert (found.opens_at, found.closes_at) == (at(f"{MONDAY}T08:15"), at(f"{MONDAY}T12:00"))


def test_a_hall_without_hours_never_opens() -> None:
    assert opening([], HALL, at(MONDAY), QueueSettings()) == Opening(False, None, None, None, None)


def test_hours_are_taken_in_the_order_of_time_however_they_are_written() -> None:
    now = at(f"{MONDAY}T07:00")
    assert opening(OFFICE[::-1], HALL, now, EXACT) == opening(OFFICE, HALL, now, EXACT)


def test_numbers_of_a_day_are_not_given_the_day_before() -> None:
    hours = [row("00:05", "06:00")]
    assert not opening(hours, HALL, at(f"{MONDAY}T23:55"), QueueSettings()).gives_numbers
    assert opening(hours, HALL, at(f"{TUESDAY}T00:00"), QueueSettings()).gives_numbers


# --- clocks that leap and clocks that go back -------------------------------------------------------------


@pytest.mark.parametrize(
    ("zone", "hours", "day", "opens", "closes"),
    [
        # 2:00 → 3:00
        ("Europe/Berlin", ("02:15", "06:00"), "2027-03-28", "2027-03-28T03:00", "2027-03-28T06:00"),
        ("Europe/Berlin", ("01:00", "02:30"), "2027-03-28", "2027-03-28T01:00", "2027-03-28T03:00"),
        ("Europe/Berlin", ("02:15", "02:45"), "2027-03-28", "2027-03-29T02:15", "2027-03-29T02:45"),
        # midnight → 1:00
        ("Africa/Cairo", ("00:30", "06:00"), "2026-04-23T12:00", "2026-04-24T01:00", "2026-04-24T06:00"),
        # the whole of 30 December 2011
        ("Pacific/Apia", ("08:30", "12:00"), "2011-12-29T13:00", "2011-12-31T08:30", "2011-12-31T12:00"),
    ],
)
def test_what_the_clock_leaps_over_is_not_there(
    zone: str, hours: tuple[str, str], day: str, opens: str, closes: str
) -> None:
    found = opening([row(*hours)], zone, at(day, zone), EXACT)
    assert (found.opens_at, found.closes_at) == (at(opens, zone), at(closes, zone))
    assert not opening([row(*hours)], zone, at(opens, zone) - timedelta(microseconds=1), EXACT).gives_numbers
    assert opening([row(*hours)], zone, at(opens, zone), EXACT).gives_numbers


def test_hours_that_come_twice_are_open_from_the_first_to_the_last() -> None:
    zone, night = "Europe/Berlin", "2026-10-25"
    hours = [row("02:15", "02:45")]
    found = opening(hours, zone, at(night, zone), EXACT)
    assert found.opens_at == at(f"{night}T02:15", zone)
    assert found.closes_at == found.day_ends_at == at(f"{night}T02:45", zone, fold=1)
    assert found.closes_at - found.opens_at == timedelta(minutes=90)


def test_a_clock_that_goes_back_over_midnight() -> None:
    zone = "Asia/Beirut"  # on 24 October 2026 the hour before midnight comes twice
    hours = [row("22:00", "23:30")]
    found = opening(hours, zone, at("2026-10-24T23:45", zone), EXACT)
    assert found.gives_numbers
    assert found.closes_at == found.day_ends_at == at("2026-10-24T23:30", zone, fold=1)
    assert found.next_day_at == at("2026-10-25T22:00", zone)


def minutes_of_day() -> st.SearchStrategy[time]:
    return st.integers(0, 24 * 60 - 1).map(lambda minutes: time(*divmod(minutes, 60)))


@st.composite
def stretches(draw: st.DrawFn) -> list[dict[str, Any]]:
    """Hours as a definition may hold them: none overlaps another."""
    clocks = sorted(draw(st.lists(minutes_of_day(), min_size=2, max_size=6, unique=True)))
    pairs = zip(clocks[::2], clocks[1::2], strict=False)
    days = st.lists(st.sampled_from(DAYS), min_size=1, max_size=7, unique=True)
    return [row(f"{opens:%H:%M}", f"{closes:%H:%M}", *draw(days)) for opens, closes in pairs]


def instants(zone: str) -> st.SearchStrategy[datetime]:
    """Moments of which many lie near a change of the clock."""
    changes = {
        "Pacific/Apia": [date(2011, 12, 30)],
        "Europe/Berlin": [date(2027, 3, 28), date(2026, 10, 25)],
        "Africa/Cairo": [date(2026, 4, 24), date(2026, 10, 29)],
        "Asia/Beirut": [date(2026, 3, 29), date(2026, 10, 24)],
        "Australia/Lord_Howe": [date(2026, 4, 5), date(2026, 10, 4)],
        "America/Havana": [date(2026, 3, 8), date(2026, 11, 1)],
        HALL: [date(2026, 11, 23)],
    }
    near = st.sampled_from(changes[zone]).map(lambda day: datetime(day.year, day.month, day.day, tzinfo=UTC))
    return st.builds(lambda day, offset: day + offset, near, st.timedeltas(timedelta(-2), timedelta(3)))


def shown_within(hours: list[dict[str, Any]], zone: str, now: datetime) -> bool:
    local = now.astimezone(ZoneInfo(zone))
    clock = local.time()
    return any(
        DAYS[local.weekday()] in row["days"]
        and time.fromisoformat(row["opens"]) <= clock < time.fromisoformat(row["closes"])
        for row in hours
    )


@given(st.data(), st.sampled_from(ZONES), stretches())
def test_numbers_are_given_whenever_the_halls_clocks_show_opening_hours(
    data: st.DataObject, zone: str, hours: list[dict[str, Any]]
) -> None:
    now = data.draw(instants(zone))
    gives = opening(hours, zone, now, EXACT).gives_numbers
    if shown_within(hours, zone, now):
        assert gives
    elif gives:
        # Only between the two times that the clocks show an hour.
        around = {(now + timedelta(hours=n)).astimezone(ZoneInfo(zone)).utcoffset() for n in (-2, 0, 2)}
        assert len(around) > 1


@given(st.data(), st.sampled_from(ZONES), stretches(), st.integers(0, 90), st.integers(0, 90))
def test_the_next_opening_is_the_first_one(
    data: st.DataObject, zone: str, hours: list[dict[str, Any]], early: int, last: int
) -> None:
    now = data.draw(instants(zone))
    settings = QueueSettings(early_minutes=early, last_ticket_minutes=last)
    found = opening(hours, zone, now, settings)
    local = ZoneInfo(zone)
    if found.opens_at is not None:
        assert found.opens_at > now
        assert opening(hours, zone, found.opens_at, settings).gives_numbers
        if not found.gives_numbers:
            between = data.draw(st.datetimes(now.replace(tzinfo=None), found.opens_at.replace(tzinfo=None)))
            moment = between.replace(tzinfo=UTC)
            assert moment == found.opens_at or not opening(hours, zone, moment, settings).gives_numbers
    if found.next_day_at is not None:
        assert found.opens_at is not None
        assert found.opens_at <= found.next_day_at
        assert found.next_day_at.astimezone(local).date() > now.astimezone(local).date()
        assert opening(hours, zone, found.next_day_at, settings).gives_numbers
    if found.gives_numbers:
        assert found.closes_at is not None
        assert found.closes_at > now
    if found.day_ends_at is not None:
        assert found.day_ends_at.astimezone(local).date() == now.astimezone(local).date()


# --- in words -------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("moment", "words"),
    [
        ("2026-11-23T14:15", ("今天 14:15", "today at 14:15")),
        ("2026-11-24T08:15", ("明天 08:15", "tomorrow at 08:15")),
        ("2026-11-25T08:15", ("11月25日（周三）08:15", "on Wednesday, 25 November at 08:15")),
        ("2026-12-05T08:00", ("12月5日（周六）08:00", "on Saturday, 5 December at 08:00")),
    ],
)
def test_moments_in_words(moment: str, words: tuple[str, str]) -> None:
    assert moment_words(at(moment), HALL, at("2026-11-23T00:10")) == words


def test_a_moment_that_nobody_knows_in_words() -> None:
    assert moment_words(None, HALL, at(MONDAY))[0] == "开放时间公布后"
