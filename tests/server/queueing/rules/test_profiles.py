"""Which lines a window serves now."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tinghao.server.hall.queue_rules import Plan, PlanWhen, Profile, QueueRules
from tinghao.server.queueing.rules.choosing import Serving
from tinghao.server.queueing.rules.profiles import (
    InForce,
    able,
    plan_by_load,
    plan_holds_by_time,
    plan_in_force,
    profile_for,
)

NOW = datetime(2026, 11, 23, 3, 0, tzinfo=UTC)
"""A Monday, 11 o'clock in Shanghai."""
ZONE = "Asia/Shanghai"
MINUTE = timedelta(minutes=1)


def profile(code: str, lines: tuple[str, ...], **more: Any) -> Profile:
    return Profile(code=code, name=code, name_en=code, lines=lines, **more)


def plan(code: str = "busy", windows: tuple[int, ...] = (3,), to: str = "tax", **when: Any) -> Plan:
    return Plan(code=code, name=code, name_en=code, windows=windows, profile=to, when=PlanWhen(**when))


RULES = QueueRules(
    profiles=(
        profile("tax", ("B",), choice="order", skills=("shui",)),
        profile("all", ("A", "B"), choice="ratio", ratio=(2, 1)),
    ),
    plans=(plan("noon", (3, 4), "all"), plan("busy", (3,), "tax"), plan("old", (5,), "gone")),
)


def test_without_anything_its_own_lines_by_score() -> None:
    in_force = profile_for(3, ["A", "C"], None, set(), RULES)
    assert in_force == InForce(("A", "C"))
    assert in_force.serving({"A": 1}) == Serving(("A", "C"), "score", (), {"A": 1})


@pytest.mark.parametrize(
    ("window", "by_hand", "plans", "code", "by"),
    [
        (3, "tax", {"noon"}, "tax", "hand"),
        (3, None, {"busy", "noon"}, "all", "plan"),
        (3, None, {"busy"}, "tax", "plan"),
        (4, None, {"busy"}, None, None),
        (3, "gone", {"busy"}, "tax", "plan"),
        (5, "gone", {"old"}, None, None),
    ],
)
def test_by_hand_goes_before_the_first_plan_and_that_before_its_own(
    window: int, by_hand: str | None, plans: set[str], code: str | None, by: str | None
) -> None:
    in_force = profile_for(window, ["A"], by_hand, plans, RULES)
    assert (in_force.code, in_force.by) == (code, by)


def test_a_profile_tells_all_of_itself() -> None:
    assert profile_for(3, ["A"], "all", (), RULES) == InForce(
        ("A", "B"), "ratio", (2, 1), None, "all", "all", "all", "hand"
    )
    assert profile_for(3, ["A"], "tax", (), RULES).skills == ("shui",)


@pytest.mark.parametrize(
    ("when", "at", "holds"),
    [
        ({}, NOW, True),
        ({"days": ("mon",)}, NOW, True),
        ({"days": ("tue", "sun")}, NOW, False),
        ({"begins": "11:00"}, NOW, True),
        ({"begins": "11:00"}, NOW - timedelta(microseconds=1), False),
        ({"ends": "11:00"}, NOW, False),
        ({"ends": "11:00"}, NOW - timedelta(microseconds=1), True),
        ({"begins": "09:00", "ends": "12:00", "days": ("mon",)}, NOW, True),
        # 2026-11-22 17:00 UTC is Monday, one o'clock in Shanghai.
        ({"days": ("mon",)}, datetime(2026, 11, 22, 17, tzinfo=UTC), True),
        (
            {"begins": "22:00", "ends": "02:00", "days": ("sun",)},
            datetime(2026, 11, 22, 17, tzinfo=UTC),
            True,
        ),
        (
            {"begins": "22:00", "ends": "02:00", "days": ("mon",)},
            datetime(2026, 11, 22, 17, tzinfo=UTC),
            False,
        ),
        (
            {"begins": "22:00", "ends": "02:00", "days": ("mon",)},
            datetime(2026, 11, 23, 15, tzinfo=UTC),
            True,
        ),
        ({"begins": "22:00", "ends": "02:00"}, NOW, False),
    ],
)
def test_a_plan_by_time(when: dict[str, Any], at: datetime, holds: bool) -> None:
    assert plan_holds_by_time(plan(**when), ZONE, at) is holds


def test_the_last_moment_of_a_day_is_of_it() -> None:
    last = datetime(2026, 11, 23, 15, 59, 59, 999999, tzinfo=UTC)
    assert plan_holds_by_time(plan(begins="09:00"), ZONE, last)


def test_load_and_time_must_both_hold() -> None:
    both = plan(waiting_over=5, begins="09:00", ends="12:00")
    assert plan_in_force(both, ZONE, NOW, NOW)
    assert not plan_in_force(both, ZONE, None, NOW)
    assert not plan_in_force(both, ZONE, NOW, NOW + 60 * MINUTE)
    assert plan_in_force(plan(begins="09:00"), ZONE, None, NOW)


def course(by_load: Plan, loads: list[int], start: datetime = NOW) -> list[bool]:
    """Whether the plan is in force, minute by minute."""
    over_since = active_since = None
    course = []
    for minute, load in enumerate(loads):
        now = start + minute * MINUTE
        over_since, active_since = plan_by_load(by_load, {"A": load}, over_since, active_since, now)
        course.append(active_since is not None)
    return course


def test_a_plan_by_load_waits_until_it_is_sure_and_stays_until_half() -> None:
    busy = plan(waiting_over=10, for_minutes=2)
    loads = [11, 11, 10, 11, 11, 11, 9, 6, 5, 11]
    assert course(busy, loads) == [False] * 5 + [True] * 3 + [False] * 2


def test_a_plan_by_load_ends_below_what_it_says() -> None:
    assert course(plan(waiting_over=10, until_below=9), [11, 9, 8, 10]) == [True, True, False, False]


@pytest.mark.parametrize("until_below", [None, 0, 1, 40])
def test_an_empty_line_ends_a_plan_and_what_starts_it_does_not(until_below: int | None) -> None:
    assert course(plan(waiting_over=0, until_below=until_below), [0, 1, 1, 0]) == [False, True, True, False]
    assert course(plan(waiting_over=9, until_below=until_below), [10, 10, 10, 0])[:3] == [True] * 3


def test_the_load_is_of_the_plans_lines_together() -> None:
    waiting = {"A": 4, "B": 4, "C": 4}
    two = plan(waiting_over=7, lines=("A", "B", "Z"))
    assert plan_by_load(two, waiting, None, None, NOW) == (NOW, NOW)
    assert plan_by_load(plan(waiting_over=8, lines=("A", "B")), waiting, None, None, NOW) == (None, None)
    assert plan_by_load(plan(waiting_over=11), waiting, None, None, NOW) == (NOW, NOW)


def test_a_plan_without_a_mark_has_no_load() -> None:
    assert plan_by_load(plan(), {"A": 99}, NOW, NOW, NOW) == (None, None)


def test_a_clock_that_is_put_back_starts_the_minutes_anew() -> None:
    busy, crowd = plan(waiting_over=1, for_minutes=5), {"A": 9}
    back = NOW - 60 * MINUTE
    assert plan_by_load(busy, crowd, NOW, None, back) == (back, None)
    assert plan_by_load(busy, crowd, back, None, back + 5 * MINUTE) == (back, back + 5 * MINUTE)
    assert plan_by_load(busy, crowd, NOW, NOW, back) == (back, back)


@given(st.lists(st.tuples(st.integers(0, 30), st.integers(-90, 90))), st.integers(0, 20), st.integers(0, 10))
def test_whatever_the_clock_does_a_plan_tells_no_time_to_come(
    looks: list[tuple[int, int]], mark: int, minutes: int
) -> None:
    busy = plan(waiting_over=mark, for_minutes=minutes)
    over_since = active_since = None
    now = NOW
    for load, passed in looks:
        now += passed * MINUTE
        over_since, active_since = plan_by_load(busy, {"A": load}, over_since, active_since, now)
        assert (over_since is not None) == (load > mark)
        assert all(since is None or since <= now for since in (over_since, active_since))
        assert active_since is not None or load <= mark or minutes > 0
        assert active_since is None or load > 0


@pytest.mark.parametrize(
    ("skill", "window", "clerk", "can"),
    [
        (None, ("x",), (), True),
        ("shui", None, ("shui",), True),
        ("shui", ("shui", "x"), ("shui",), True),
        ("shui", ("x",), ("shui",), False),
        ("shui", None, ("x",), False),
        ("shui", ("shui",), (), False),
    ],
)
def test_a_skill_must_be_the_clerks_and_the_windows(
    skill: str | None, window: tuple[str, ...] | None, clerk: tuple[str, ...], can: bool
) -> None:
    assert able(skill, window, list(clerk)) is can
