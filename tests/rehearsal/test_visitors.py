"""Who comes is known before the day begins, and does not depend on the hall's windows and rules."""

from dataclasses import replace
from statistics import mean, stdev

import pytest

from tests.rehearsal.small import small_day
from tinghao.rehearsal import scenarios
from tinghao.rehearsal.day import HOUR, MINUTE, Habits, Minutes, Rate, moment
from tinghao.rehearsal.visitors import visitors


def test_the_same_seed_brings_the_same_visitors() -> None:
    day = scenarios.county(seed=5)
    assert visitors(day) == visitors(scenarios.county(seed=5))
    assert visitors(day) != visitors(scenarios.county(seed=6))
    assert visitors(day) != visitors(day.another(1))


def test_windows_and_rules_change_nobody() -> None:
    separate, unified = (
        visitors(scenarios.zones(windows, 1)) for windows in (scenarios.SEPARATE, scenarios.UNIFIED)
    )
    strict, accumulating = (
        visitors(scenarios.priority(rules, 1)) for rules in (scenarios.STRICT, scenarios.ACCUMULATING)
    )
    assert separate == unified
    assert strict == accumulating


def test_a_share_that_changes_leaves_all_else_as_it_was() -> None:
    day = small_day(("AB",), habits=Habits(aged=0.2, misses=0.1, patience=Minutes(40, 0.5)))
    more = replace(day, habits=replace(day.habits, misses=0.5))
    changed = [replace(who, misses=False) for who in visitors(more)]
    assert changed == [replace(who, misses=False) for who in visitors(day)]


def test_visitors_come_by_the_rates_and_stay_by_the_minutes() -> None:
    day = scenarios.zones(scenarios.UNIFIED, seed=1)
    demand = replace(day.demands[0], rates=(Rate("09:00", 3000), Rate("10:00", 600), Rate("12:00", 0)))
    found = visitors(replace(day, demands=(demand,)))
    early = [who for who in found if who.comes < moment("10:00")]
    late = [who for who in found if who.comes >= moment("10:00")]
    assert len(early) == pytest.approx(3000, rel=0.06)
    assert len(late) == pytest.approx(1200, rel=0.09)
    assert all(9 * HOUR <= who.comes < 12 * HOUR for who in found)
    minutes = [who.parts[0] / MINUTE for who in found]
    assert mean(minutes) == pytest.approx(8, rel=0.06)
    assert stdev(minutes) == pytest.approx(8, rel=0.2)


def test_a_theme_has_a_part_for_each_step() -> None:
    steps = {theme.code: len(theme.steps) for theme in scenarios.county(1).hall.themes}
    found = visitors(scenarios.county(1))
    assert {who.subject for who in found} >= steps.keys()
    assert all(len(who.parts) == steps.get(who.subject, 1) for who in found)


def test_appointments_are_given_for_opening_hours_only() -> None:
    booked = [who.booked for who in visitors(scenarios.county(seed=1)) if who.booked is not None]
    assert len(booked) > 100
    for at in booked:
        assert moment("08:30") <= at <= moment("11:30") or moment("14:30") <= at <= moment("17:00")
