"""The queue's pure decisions."""

import pytest

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
