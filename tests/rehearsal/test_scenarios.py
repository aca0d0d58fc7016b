"""What the scenarios show, on days shorter than those of the command."""

from collections.abc import Mapping
from dataclasses import replace

import pytest

from tests.rehearsal.small import shorter
from tinghao.rehearsal import scenarios
from tinghao.rehearsal.day import Day, Rate
from tinghao.rehearsal.earliest import missed_deadlines
from tinghao.rehearsal.figures import Waits, by_class, late, utilisation, waits
from tinghao.rehearsal.run import Rehearsal, rehearse
from tinghao.rehearsal.visitors import visitors

ENDS = "10:30"
RUSH = (Rate("09:00", 70), Rate("10:00", 42), Rate("11:30", 0))
"""Far more than the six windows can serve, then as many: nobody gets through by himself."""


@pytest.fixture(scope="module")
def zones() -> Mapping[str, Rehearsal]:
    """The same visitors in three halls."""
    return {
        name: rehearse(shorter(scenarios.zones(windows, seed=1), ENDS))
        for name, windows in scenarios.ZONES.items()
    }


@pytest.fixture(scope="module")
def priorities() -> Mapping[str, Rehearsal]:
    """The same visitors under three rules."""
    return {
        name: rehearse(rushed(scenarios.priority(rules, seed=1)))
        for name, rules in scenarios.PRIORITIES.items()
    }


def rushed(day: Day) -> Day:
    demands = tuple(replace(each, rates=RUSH) for each in day.demands)
    return shorter(replace(day, demands=demands), "11:30")


def of_all(rehearsal: Rehearsal) -> Waits:
    return waits(rehearsal.record.tickets, rehearsal.day.hall.rules)


def test_pooling_shortens_waits(zones: Mapping[str, Rehearsal]) -> None:
    separate, quarter, unified = (of_all(each) for each in zones.values())
    assert separate.mean > quarter.mean > unified.mean
    assert separate.most > quarter.most > unified.most
    assert separate.called == quarter.called == unified.called > 100


def test_pooling_leaves_the_work_as_it_was(zones: Mapping[str, Rehearsal]) -> None:
    busy = [sum(window.busy for window in each.record.windows) for each in zones.values()]
    assert busy == pytest.approx([busy[0]] * 3)
    assert 0.5 < utilisation(zones["all unified 全部无差别"].record) < 1


def test_accumulating_priority_starves_nobody(priorities: Mapping[str, Rehearsal]) -> None:
    first_come, strict, accumulating = (
        by_class(each.record.tickets, each.day.hall.rules) for each in priorities.values()
    )
    ordinary, preferred = "ordinary 普通", "priority 优先"
    assert strict[ordinary].longest > accumulating[ordinary].longest
    assert strict[ordinary].mean > accumulating[ordinary].mean > first_come[ordinary].mean
    assert strict[preferred].mean < accumulating[preferred].mean < first_come[preferred].mean


def test_the_guarantee_is_kept(priorities: Mapping[str, Rehearsal]) -> None:
    accumulating = list(priorities.values())[-1]
    tickets = list(accumulating.record.tickets)
    assert missed_deadlines(accumulating.day, tickets) == set()
    assert not any(late(ticket, accumulating.day.hall.rules) for ticket in tickets)


def test_all_holds_in_all_of_them(
    zones: Mapping[str, Rehearsal], priorities: Mapping[str, Rehearsal]
) -> None:
    assert [each.broken for each in (*zones.values(), *priorities.values())] == [()] * 6


def test_a_county_hall_has_sixty_windows_and_two_thousand_tickets() -> None:
    day = scenarios.county(seed=1)
    assert len(day.clerks) == len(day.hall.windows) == 60
    assert 1900 < len(visitors(day)) < 2100
