"""Lines in turn by weights."""

from hypothesis import given, settings
from hypothesis import strategies as st

from tinghao.server.queueing.rules.turns import Turns, after_turn, next_line

weights = st.dictionaries(st.sampled_from("ABCDEFGH"), st.integers(1, 20), min_size=1)


def run(turns: Turns, parts: dict[str, int], calls: int) -> tuple[str, Turns]:
    called = ""
    for _ in range(calls):
        line = next_line(turns, parts)
        turns = after_turn(turns, parts, line)
        called += line
    return called, turns


def off(called: str, parts: dict[str, int]) -> float:
    """By how many calls the line that is most off its share is off."""
    total = sum(parts.values())
    return max(abs(called.count(line) - len(called) * part / total) for line, part in parts.items())


def test_turns_are_spread_and_come_round() -> None:
    parts = {"A": 2, "B": 1, "C": 1}
    called, turns = run({}, parts, 8)
    assert called == "ABCAABCA"
    assert set(turns.values()) == {0}


@given(weights)
@settings(max_examples=50, deadline=None)
def test_from_an_even_start_no_line_is_a_whole_call_off_its_share(parts: dict[str, int]) -> None:
    called, _ = run({}, parts, min(2 * sum(parts.values()), 100))
    for stop in range(1, len(called)):
        assert off(called[:stop], parts) < 1


@given(
    weights,
    st.lists(st.tuples(st.sets(st.sampled_from("ABCDEFGH"), min_size=1), st.integers(1, 9)), max_size=8),
)
@settings(max_examples=50, deadline=None)
def test_after_whatever_came_before_a_stretch_is_less_than_two_calls_off(
    parts: dict[str, int], before: list[tuple[set[str], int]]
) -> None:
    turns: Turns = {}
    for some, calls in before:
        having = {line: part for line, part in parts.items() if line in some}
        if having:
            _, turns = run(turns, having, calls)
    called, _ = run(turns, parts, 30)
    for stop in range(1, len(called)):
        assert off(called[:stop], parts) < 2


@given(weights, st.integers(1, 50))
def test_a_line_that_had_nobody_comes_back_without_credit(parts: dict[str, int], calls: int) -> None:
    others = {line: part for line, part in parts.items() if line != "A"} or {"B": 1}
    _, turns = run({}, others, calls)
    assert "A" not in turns
    called, _ = run(turns, {"A": 1, **others}, 2 * sum(others.values()) + 2)
    assert "AA" not in called


@given(weights, st.integers(1, 30))
def test_calls_out_of_turn_count_but_never_more_than_one(parts: dict[str, int], calls: int) -> None:
    turns: Turns = {}
    for _ in range(calls):
        turns = after_turn(turns, parts, next(iter(parts)))
    assert all(abs(credit) <= sum(parts.values()) for credit in turns.values())
