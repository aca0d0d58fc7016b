"""Windows that serve several lines."""

from datetime import datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.server.queueing.waits.simulation import HALL_TIME
from tinghao.server.queueing.waits.windows import ActiveWindow, at_work, shared_out

NOW = datetime(2026, 11, 23, 9, 0, tzinfo=HALL_TIME)


def test_a_common_window_goes_where_most_waits() -> None:
    windows = [ActiveWindow(("A",), False), ActiveWindow(("A", "B"), False)]
    shares = shared_out(windows, {"A": 10, "B": 10})
    assert shares["A"][0] == pytest.approx(1, abs=0.1)
    assert shares["B"][0] == pytest.approx(1, abs=0.1)
    alone = shared_out(windows, {"A": 10, "B": 0.1})
    assert alone["A"][0] > 1.9


def test_whoever_comes_to_a_free_window_is_served_whatever_else_it_serves() -> None:
    assert shared_out([ActiveWindow(("A", "B"), True)], {"A": 1, "B": 9})["A"][1] == 1


@given(
    st.lists(st.tuples(st.sets(st.sampled_from("ABCD"), min_size=1), st.booleans()), min_size=1, max_size=12),
    st.fixed_dictionaries({line: st.floats(0.1, 200) for line in "ABCD"}),
)
def test_no_window_is_counted_twice(windows: list[tuple[set[str], bool]], work: dict[str, float]) -> None:
    shares = shared_out([ActiveWindow(tuple(sorted(lines)), free) for lines, free in windows], work)
    assert sum(active for active, _ in shares.values()) == pytest.approx(len(windows))
    assert all(active > 0 for active, _ in shares.values())


def test_a_window_that_calls_nobody_while_people_wait_is_not_at_work() -> None:
    long_ago, just_now = NOW - timedelta(minutes=11), NOW - timedelta(minutes=9)
    assert not at_work(long_ago, long_ago, NOW)
    assert at_work(just_now, long_ago, NOW)
    assert at_work(long_ago, just_now, NOW)
    assert at_work(long_ago, None, NOW)
    assert at_work(None, long_ago, NOW)
