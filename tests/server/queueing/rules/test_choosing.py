"""Who is called next."""

import json
from dataclasses import replace
from itertools import count

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.server.queueing.rules.simulation import (
    NOW,
    Visit,
    by_rules,
    calls,
    heads,
    in_order,
    standing,
)
from tinghao.server.hall.queue_rules import CallingRule, CallingWhen, Priority, QueueRules
from tinghao.server.queueing.rules.choosing import (
    MINUTE,
    MOST_COMPARED,
    Candidate,
    Choice,
    Serving,
    Standing,
    choose,
    score,
)

RULES = QueueRules()
LINES = ("A", "B", "C")
CODES = ("ordinary", "booked", "priority")


def ticket(id_: int, line: str, waited: float, code: str = "ordinary", place: int = 0) -> Candidate:
    return Candidate(id_, f"{line}{id_:03}", line, code, place, NOW - waited * MINUTE)


def made(
    *candidates: Candidate,
    rules: QueueRules = RULES,
    serving: Serving | None = None,
    pace: float | None = None,
) -> Choice:
    choice = choose(candidates, serving or Serving(LINES), rules, standing(candidates), NOW, pace)
    assert choice is not None
    return choice


def by_and_id(choice: Choice) -> tuple[str, int]:
    return choice.by, choice.ticket_id


def ruled(*calling: CallingRule) -> QueueRules:
    return QueueRules(calling=calling)


def rule(lines: tuple[str, ...], take: tuple[str, ...], **when: int) -> CallingRule:
    return CallingRule(name="长等先叫", when=CallingWhen(lines=lines, **when), lines=take)


tickets = st.builds(
    lambda rows: [ticket(id_, *row) for id_, row in zip(count(1), rows, strict=False)],
    st.lists(
        st.tuples(
            st.sampled_from(LINES), st.integers(0, 60), st.sampled_from(CODES), st.sampled_from([0, 0, 0, -1])
        ),
        min_size=1,
        max_size=14,
    ),
)
ways = st.sampled_from(["score", "order", "ratio"])
calling_rules = st.lists(
    st.builds(
        rule,
        st.lists(st.sampled_from(LINES), min_size=1, max_size=2).map(tuple),
        st.lists(st.sampled_from(LINES), min_size=1, max_size=2).map(tuple),
        waiting_over=st.integers(0, 6),
    ),
    max_size=2,
)


def test_nobody_waits() -> None:
    assert choose([], Serving(LINES), RULES, Standing(), NOW) is None


def test_who_was_placed_first_comes_first_and_among_those_the_oldest() -> None:
    choice = made(
        ticket(1, "A", 90, "priority"), ticket(2, "B", 3, place=-1), ticket(3, "C", 5, "booked", place=-1)
    )
    assert by_and_id(choice) == ("placed", 3)


def test_an_only_candidate() -> None:
    assert by_and_id(made(ticket(1, "A", 1))) == ("only", 1)


def test_weight_and_head_start_make_the_score() -> None:
    weighed = Priority(code="w", name="优先", name_en="Priority", weight=2, head_start_minutes=15)
    assert score(weighed, NOW - 20 * MINUTE, NOW) == 55
    younger = made(ticket(1, "A", 40), ticket(2, "B", 15, "priority"))
    assert by_and_id(younger) == ("score", 2)
    assert [each.score for each in younger.compared] == [45, 40]
    assert by_and_id(made(ticket(1, "A", 46), ticket(2, "B", 15, "priority"))) == ("score", 1)


def test_with_equal_scores_the_older_then_the_smaller_id() -> None:
    assert made(ticket(1, "A", 30), ticket(2, "B", 10, "priority"), ticket(3, "C", 35)).ticket_id == 3
    assert made(ticket(1, "A", 35), ticket(2, "B", 10, "priority")).ticket_id == 1
    assert made(ticket(9, "A", 35), ticket(4, "B", 35)).ticket_id == 4


def test_the_guarantee_goes_before_score_and_order() -> None:
    first, second = ticket(1, "A", 300), ticket(2, "B", 26, "priority")
    for way in ("score", "order"):
        assert by_and_id(made(first, second, serving=Serving(LINES, way))) == ("guarantee", 2)  # type: ignore[arg-type]


@pytest.mark.parametrize(("pace", "by"), [(None, "score"), (1.0, "score"), (0.05, "guarantee")])
def test_at_a_slow_pace_the_guarantee_is_kept_earlier(pace: float | None, by: str) -> None:
    assert made(ticket(1, "A", 300), ticket(2, "B", 10, "priority"), pace=pace).by == by


def test_an_unknown_class_counts_as_ordinary() -> None:
    assert made(ticket(1, "A", 30, "gone"), ticket(2, "B", 29)).ticket_id == 1


def test_strict_priority_is_a_head_start_longer_than_the_day() -> None:
    strict = Priority(code="strict", name="绝对优先", name_en="Strict", head_start_minutes=1440)
    rules = QueueRules(priorities=(*RULES.priorities, strict))
    assert made(ticket(1, "A", 600), ticket(2, "A", 0, "strict"), rules=rules).ticket_id == 2


def test_in_order_the_first_line_that_has_somebody() -> None:
    serving = Serving(("B", "A", "C"), "order")
    assert by_and_id(
        made(ticket(1, "A", 9), ticket(2, "A", 8, "priority"), ticket(3, "C", 99), serving=serving)
    ) == ("order", 2)


def test_who_was_sent_to_this_very_window_comes_first_in_an_order() -> None:
    assert made(ticket(1, "A", 9), ticket(2, "X", 1), serving=Serving(("A",), "order")).ticket_id == 2


def test_in_a_ratio_lines_take_turns() -> None:
    serving = Serving(("A", "B"), "ratio", (2, 1))
    called = ""
    for _ in range(6):
        choice = made(ticket(1, "A", 1), ticket(2, "B", 50), serving=serving)
        assert choice.by == "ratio"
        called += choice.compared[0].line
        serving = replace(serving, turns=json.loads(json.dumps(choice.turns)))
    assert called == "ABAABA"


def test_a_ratio_counts_the_calls_it_did_not_choose() -> None:
    serving = Serving(("A", "B"), "ratio", (1, 1))
    forced = made(ticket(1, "A", 1, place=-1), ticket(2, "B", 1), serving=serving)
    assert forced.turns == {"A": -1, "B": 1}
    assert made(
        ticket(3, "A", 9), ticket(2, "B", 1), serving=replace(serving, turns=forced.turns)
    ).ticket_id == (2)


@pytest.mark.parametrize(
    ("when", "by"),
    [
        ({"longest_wait_over": 59}, "condition"),
        ({"longest_wait_over": 60}, "score"),
        ({"waiting_over": 0}, "condition"),
        ({"waiting_over": 1}, "score"),
        ({"waiting_over": 0, "longest_wait_over": 60}, "score"),
    ],
)
def test_a_calling_rule_restricts_the_lines_while_it_holds(when: dict[str, int], by: str) -> None:
    rules = ruled(rule(("B", "C"), ("C", "Z"), **when))
    candidates = ticket(1, "A", 90), ticket(2, "B", 60), ticket(3, "C", 30)
    choice = made(*candidates, rules=rules)
    assert choice.by == by
    assert (choice.ticket_id, choice.rule) == ((3, "长等先叫") if by == "condition" else (1, None))


def test_a_calling_rule_without_a_candidate_gives_way_to_the_next() -> None:
    rules = ruled(rule(("A",), ("C", "D")), rule(("A",), ("B",)))
    choice = made(ticket(1, "A", 90), ticket(2, "B", 60), rules=rules, serving=Serving(("A", "B", "D")))
    assert by_and_id(choice) == ("condition", 2)


def test_a_calling_rule_is_of_the_lines_served() -> None:
    """Who was sent to this very window from another line is not taken first by that line's rule."""
    rules = ruled(rule(("X",), ("X", "B"), waiting_over=0))
    choice = made(ticket(1, "X", 9), ticket(2, "B", 5), ticket(3, "A", 7), rules=rules)
    assert by_and_id(choice) == ("condition", 2)


def test_a_calling_rule_that_leaves_nobody_out_is_not_the_reason() -> None:
    choice = made(ticket(1, "A", 90), ticket(2, "B", 60), rules=ruled(rule(("A",), LINES)))
    assert (choice.by, choice.rule) == ("score", None)


@given(tickets, ways, calling_rules)
@settings(max_examples=60, deadline=None)
def test_no_class_in_a_line_is_called_against_its_order(
    waiting: list[Candidate], way: str, calling: list[CallingRule]
) -> None:
    serving = Serving(LINES, way, (3, 1, 2))  # type: ignore[arg-type]
    choice = made(*heads(waiting), serving=serving, rules=ruled(*calling))
    chosen = next(each for each in waiting if each.id == choice.ticket_id)
    same = [each for each in waiting if (each.line, each.priority) == (chosen.line, chosen.priority)]
    assert chosen == min(same, key=in_order)


@given(tickets, st.sampled_from([None, 0.01, 0.2, 3.0]))
@settings(max_examples=60, deadline=None)
def test_by_score_no_class_is_called_against_its_order_in_all_lines(
    waiting: list[Candidate], pace: float | None
) -> None:
    choice = made(*heads(waiting), pace=pace)
    chosen = next(each for each in waiting if each.id == choice.ticket_id)
    assert chosen == min((each for each in waiting if each.priority == chosen.priority), key=in_order)


@given(
    st.lists(
        st.tuples(
            st.sampled_from(LINES),
            st.sampled_from(CODES),
            st.integers(0, 300),
            st.integers(1, 20),
        ),
        min_size=1,
        max_size=40,
    ),
    st.integers(1, 3),
    ways,
)
@settings(max_examples=30, deadline=None)
def test_everybody_is_called_in_the_end_and_no_window_stands_idle(
    rows: list[tuple[str, str, int, int]], windows: int, way: str
) -> None:
    hall = [
        Visit(ticket(id_, line, -comes, code), comes, minutes)
        for id_, (line, code, comes, minutes) in zip(count(1), rows, strict=False)
    ]
    called = calls(hall, windows, by_rules(RULES, Serving(LINES, way), windows / 10))  # type: ignore[arg-type]
    assert called.keys() == {visit.ticket.id for visit in hall}
    work = sum(visit.minutes for visit in hall)
    assert max(called.values()) <= NOW + (max(visit.comes for visit in hall) + work) * MINUTE


def test_accumulated_waiting_ends_what_strict_priority_would_not() -> None:
    """A visitor of weight 1 against one of weight 2 every five minutes, for ever: his turn comes."""
    weighed = Priority(code="w", name="优先", name_en="Priority", weight=2, head_start_minutes=15)
    strict = Priority(code="s", name="绝对优先", name_en="Strict", head_start_minutes=1440)
    rules = QueueRules(priorities=(RULES.ordinary, weighed, strict))
    for code, calls_before in (("w", 3), ("s", 40)):
        hall = [
            Visit(ticket(1, "A", 0), 0, 5),
            *(Visit(ticket(2 + n, "A", -5 * n, code), 5 * n, 5) for n in range(40)),
        ]
        called = calls(hall, 1, by_rules(rules, Serving(("A",)), None))
        assert sorted(called, key=lambda id_: called[id_]).index(1) == calls_before


@given(tickets, ways)
@settings(max_examples=60, deadline=None)
def test_a_choice_is_kept_small_and_comes_back_as_it_was(waiting: list[Candidate], way: str) -> None:
    choice = made(*heads(waiting), serving=Serving(LINES, way))  # type: ignore[arg-type]
    kept = json.dumps(choice.as_json(), ensure_ascii=False)
    assert Choice.from_json(json.loads(kept)) == choice
    assert len(kept) <= 600
    assert choice.compared[0].id == choice.ticket_id
    assert len(choice.compared) <= MOST_COMPARED


def test_for_a_guarantee_the_nearest_are_those_whose_waits_end_next() -> None:
    choice = made(
        ticket(1, "A", 300), ticket(2, "A", 26, "priority"), ticket(3, "B", 27, "priority"), ticket(4, "B", 1)
    )
    assert [each.id for each in choice.compared] == [3, 2, 1, 4]


def test_a_choice_keeps_who_came_nearest() -> None:
    many = [ticket(n, chr(64 + n), 5 * n) for n in range(1, 11)]
    choice = made(*many, serving=Serving(tuple("ABCDEFGHIJ")))
    assert [each.id for each in choice.compared] == [10, 9, 8, 7, 6, 5, 4, 3]


@pytest.mark.parametrize(
    "kept", [{"by": "whim", "compared": [[1, "A", "A", "o", 1, 1, None]]}, {"by": "score"}]
)
def test_what_is_no_choice_is_refused(kept: dict[str, object]) -> None:
    with pytest.raises(ValueError, match="not a choice"):
        Choice.from_json({"lines": "A", "compared": [], **kept})
