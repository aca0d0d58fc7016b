"""Estimates, their bands, and how they are said."""

from dataclasses import replace
from datetime import datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.server.queueing.waits.simulation import HALL_TIME
from tinghao.server.queueing.waits.estimating import LineFacts, estimate, rounded, words
from tinghao.server.queueing.waits.learning import watch
from tinghao.server.queueing.waits.model import Model

MORNING = datetime(2026, 11, 23, 9, 0, tzinfo=HALL_TIME)
FACTS = LineFacts("A", prior_minutes=8.0, windows=2.0, free=0.0)
NEW = Model()
minutes = st.floats(0, 600, allow_nan=False)


def mean(ahead: int, facts: LineFacts = FACTS, model: Model = NEW, at: datetime = MORNING) -> float:
    told = estimate(facts, ahead, model, at)
    assert told
    return told.mean_minutes


def test_without_history_it_is_people_ahead_by_the_definitions_minutes_by_windows() -> None:
    told = estimate(FACTS, 4, NEW, MORNING)
    assert told
    assert told.mean_minutes == pytest.approx((4 + 1) * (8 + 0.5) / 2)
    assert told.based_on == "prior"


def test_nobody_can_tell_where_no_window_works() -> None:
    assert estimate(replace(FACTS, windows=0.0), 4, NEW, MORNING) is None


def test_a_free_window_takes_the_next_one_at_once() -> None:
    assert mean(0, replace(FACTS, free=1.0)) == pytest.approx(0.5)


def test_the_matters_of_those_who_wait_count() -> None:
    model = Model.model_validate(
        {
            "lines": {
                "A": {
                    "service": [50, 400, 4000],
                    "matters": {"long": [50, 1000, 20100], "short": [50, 200, 900]},
                }
            }
        }
    )
    assert mean(6, replace(FACTS, matters={"long": 6}), model) > 2 * mean(
        6, replace(FACTS, matters={"short": 6}), model
    )


def test_a_wait_into_the_lunch_break_is_longer() -> None:
    model = NEW
    for day in range(20):
        for hour, windows in ((11, 4.0), (12, 1.0)):
            for minute in (0, 15, 30, 45):
                model = watch(model, {"A": windows}, MORNING.replace(day=1 + day, hour=hour, minute=minute))
    facts = replace(FACTS, windows=4.0)
    early, late = (MORNING.replace(hour=11, minute=minute) for minute in (5, 55))
    assert mean(8, facts, model, late) > 2 * mean(8, facts, model, early)


@given(st.integers(0, 500), st.floats(0.1, 40), st.floats(0, 5), st.floats(0.5, 90))
def test_the_band_is_in_order_and_more_people_never_wait_less(
    ahead: int, windows: float, free: float, prior: float
) -> None:
    facts = LineFacts("A", prior, windows, free)
    told, more = (estimate(facts, people, NEW, MORNING) for people in (ahead, ahead + 1))
    assert told
    assert more
    assert 0 < told.low <= told.high
    assert more.mean_minutes >= told.mean_minutes
    assert more.low >= told.low


@given(minutes, minutes)
def test_people_are_told_whole_steps_that_hold_what_was_estimated(one: float, other: float) -> None:
    low, high = sorted((one, other))
    wait = rounded(low, high)
    assert wait["low"] < wait["high"]
    assert wait["low"] % 5 == wait["high"] % 5 == 0
    assert wait["low"] <= low + 2.5
    assert wait["high"] >= min(high, 240)


@pytest.mark.parametrize(
    ("low", "high", "zh", "en"),
    [
        (1, 4, "5 分钟内", "within 5 min"),
        (2, 9, "10 分钟内", "within 10 min"),
        (14, 23.5, "约 15–25 分钟", "15–25 min"),
        (14, 14, "约 15–20 分钟", "15–20 min"),
        (80, 125, "约 80–150 分钟", "80–150 min"),
        (100, 600, "100 分钟以上", "over 100 min"),
        (200, 600, "2 小时以上", "over 2 hours"),
    ],
)
def test_a_band_is_said_in_words(low: float, high: float, zh: str, en: str) -> None:
    assert words(rounded(low, high)) == (zh, en)
