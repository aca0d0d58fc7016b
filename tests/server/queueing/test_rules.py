"""The queue's pure decisions."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tinghao.server.queueing.rules import states as rules
from tinghao.server.queueing.visitors import visitor_of

STATES = list(rules.STATE_WORDS)
VERBS = list(rules.VERB_WORDS)


@pytest.mark.parametrize("state", STATES)
@pytest.mark.parametrize("verb", VERBS)
def test_only_the_table_changes_a_state(state: rules.State, verb: rules.Verb) -> None:
    expected = rules.TRANSITIONS.get((state, verb))
    if expected:
        assert rules.change("A001", state, verb) == expected
        return
    with pytest.raises(rules.WrongState) as refused:
        rules.change("A001", state, verb)
    assert "A001" in refused.value.sentence
    assert rules.STATE_WORDS[state][0] in refused.value.sentence


def test_every_state_can_be_reached_and_the_ends_are_ends() -> None:
    assert set(rules.TRANSITIONS.values()) == set(STATES)
    assert {state for state, _ in rules.TRANSITIONS}.isdisjoint({"finished", "cancelled", "expired"})


@pytest.mark.parametrize(("number", "label"), [(1, "A001"), (12, "A012"), (999, "A999"), (1000, "A1000")])
def test_labels(number: int, label: str) -> None:
    assert rules.label("A", number) == label


@given(st.integers(0, 3000), st.floats(1, 240), st.integers(1, 60))
def test_a_wait_is_a_band_of_whole_steps_that_holds_the_estimate(
    ahead: int, mean: float, windows: int
) -> None:
    wait = rules.expected_wait(ahead, mean, windows)
    assert wait is not None
    assert 0 <= wait["low"] < wait["high"]
    assert wait["low"] % 5 == wait["high"] % 5 == 0
    assert wait["low"] <= ahead * mean / windows <= wait["high"]


def test_no_wait_is_invented_when_no_window_is_open() -> None:
    assert rules.expected_wait(3, 8, 0) is None


@pytest.mark.parametrize(
    ("place", "elsewhere"), [(None, False), ("政务服务中心", False), ("城区户政中心", True)]
)
def test_a_matter_done_elsewhere(place: str | None, elsewhere: bool) -> None:
    assert rules.is_elsewhere(place, "舒城县政务服务中心") == elsewhere


def test_a_visitor_is_known_again_only_with_the_secret() -> None:
    one = visitor_of("11010519491231002x", "张三", "secret one")
    assert one == visitor_of("11010519491231002X", "张三", "secret one")
    assert one.digest != visitor_of("11010519491231002X", "张三", "secret two").digest
    assert (one.name, one.tail) == ("张*", "…002X")
    assert visitor_of("11010519491231002X", None, "s").name is None
