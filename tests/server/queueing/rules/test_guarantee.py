"""Nobody waits longer than is guaranteed, when that can be had."""

from datetime import datetime
from itertools import count

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.server.queueing.rules.simulation import (
    NOW,
    Visit,
    by_rules,
    calls,
    due,
    earliest_deadline,
    missed,
)
from tinghao.server.hall.queue_rules import Priority, QueueRules, QueueSettings
from tinghao.server.queueing.rules.choosing import MINUTE, Candidate, Serving, must_call

SERVING = Serving(("A", "B"))
LONGEST = 5
"""Minutes of service; the default margin is as long."""

CLASSES = (
    Priority(code="plain", name="甲", name_en="plain", head_start_minutes=1000),
    Priority(code="short", name="乙", name_en="short", guarantee_minutes=20),
    Priority(code="long", name="丙", name_en="long", weight=3, guarantee_minutes=60),
)
"""Those without a guarantee come first wherever it lets them."""

RULES = QueueRules(settings=QueueSettings(guarantee_lead_minutes=LONGEST), priorities=CLASSES)


def visits_of(rows: list[tuple[str, str, int, float, int]]) -> list[Visit]:
    """Rows of line, class, minutes from NOW when it comes, minutes of service, minutes waited before NOW."""
    return [
        Visit(
            Candidate(id_, f"{line}{id_:03}", line, code, 0, NOW + (comes - before) * MINUTE), comes, minutes
        )
        for id_, (line, code, comes, minutes, before) in zip(count(1), rows, strict=False)
    ]


def visits(*, constant: bool, later: bool) -> st.SearchStrategy[list[Visit]]:
    minutes = st.just(float(LONGEST)) if constant else st.floats(0.5, LONGEST)
    lines = st.sampled_from("AB")
    here = st.tuples(
        lines, st.sampled_from(["plain", "short", "long"]), st.just(0), minutes, st.integers(0, 15)
    )
    codes = st.sampled_from(["plain", "short", "long"] if later else ["plain"])
    come = st.tuples(lines, codes, st.integers(1, 90), minutes, st.just(0))
    return st.builds(
        lambda some, more: visits_of([*some, *more]),
        st.lists(here, max_size=20),
        st.lists(come, max_size=20),
    )


@pytest.mark.parametrize("constant", [True, False])
@given(data=st.data(), windows=st.integers(1, 4))
@settings(max_examples=60, deadline=None)
def test_what_the_earliest_deadlines_would_meet_is_met(
    constant: bool, data: st.DataObject, windows: int
) -> None:
    """With all guaranteed visitors there, and others coming at any time."""
    hall = data.draw(visits(constant=constant, later=False))
    best = calls(hall, windows, earliest_deadline(RULES))
    ours = calls(hall, windows, by_rules(RULES, SERVING, windows / LONGEST))
    assert missed(hall, ours, RULES) <= missed(hall, best, RULES)


@given(visits(constant=False, later=True), st.integers(1, 4))
@settings(max_examples=60, deadline=None)
def test_who_could_be_promised_it_on_arrival_gets_it(hall: list[Visit], windows: int) -> None:
    """Guaranteed visitors may come at any time, as long as the pace leaves room for each who waits when one comes."""
    called = calls(hall, windows, by_rules(RULES, SERVING, windows / LONGEST))

    def affordable(at: datetime) -> bool:
        there = [v.ticket for v in hall if NOW + v.comes * MINUTE <= at <= called[v.ticket.id]]
        dues = sorted(due(ticket, RULES) for ticket in there)
        return all(
            when >= at + (place / windows + 1) * LONGEST * MINUTE for place, when in enumerate(dues, 1)
        )

    if all(affordable(NOW + visit.comes * MINUTE) for visit in hall):
        assert not missed(hall, called, RULES)


def test_room_is_left_to_others_until_the_last_moment() -> None:
    hall = visits_of([("A", "short", 0, 5, 0), *[("A", "plain", 0, 5, 0)] * 6])
    called = calls(hall, 1, by_rules(RULES, SERVING, 1 / 5))
    assert [id_ for id_, _ in sorted(called.items(), key=lambda item: item[1])].index(1) == 3
    assert called[1] == NOW + 15 * MINUTE


@pytest.mark.parametrize(
    ("first", "waiting", "pace", "deadlines", "must"),
    [
        (5, 9, None, None, True),
        (5.1, 9, None, None, False),
        (-3, 9, None, None, True),
        (-3, 9, 0.0, None, True),
        (14, 9, 0.1, None, True),
        (105, 10, 0.1, None, False),
        (104, 10, 0.1, [104], False),
        (30, 10, 0.1, [30, 30], False),
        (30, 10, 0.1, [34, 30, 34], True),
        (100, 1, 1e-300, None, True),
    ],
)
def test_when_the_earliest_deadline_must_be_served(
    first: float, waiting: int, pace: float | None, deadlines: list[float] | None, must: bool
) -> None:
    def asked() -> list[datetime]:
        assert deadlines is not None, "not to be read in this case"
        return [NOW + each * MINUTE for each in deadlines]

    assert must_call(NOW + first * MINUTE, waiting, NOW, 5, pace, asked) is must
