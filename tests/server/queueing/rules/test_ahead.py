"""Who is before whom."""

from itertools import count

from hypothesis import assume, given, settings
from hypothesis import strategies as st

from tests.server.queueing.rules.simulation import NOW, standing
from tinghao.server.hall.queue_rules import CallingRule, CallingWhen, Priority, QueueRules, QueueSettings
from tinghao.server.queueing.rules.ahead import calling_order, overtake_before
from tinghao.server.queueing.rules.choosing import LONG_AGO, MINUTE, Candidate, Serving, Standing, choose

RULES = QueueRules(settings=QueueSettings(guarantee_lead_minutes=5))
PLAIN, BOOKED, FIRST = RULES.priorities


def ticket(id_: int, line: str, waited: float, code: str = "ordinary", place: int = 0) -> Candidate:
    return Candidate(id_, f"{line}{id_:03}", line, code, place, NOW - waited * MINUTE)


def test_of_the_own_class_who_waits_longer() -> None:
    assert overtake_before(PLAIN, NOW - 7 * MINUTE, PLAIN, NOW) == NOW - 7 * MINUTE


def test_of_another_class_who_has_the_higher_score() -> None:
    assert overtake_before(PLAIN, NOW - 40 * MINUTE, BOOKED, NOW) == NOW - 20 * MINUTE
    assert overtake_before(BOOKED, NOW - 20 * MINUTE, PLAIN, NOW) == NOW - 40 * MINUTE


def test_a_head_start_can_bring_even_the_newest_ahead() -> None:
    assert overtake_before(PLAIN, NOW, FIRST, NOW) > NOW


def test_a_guaranteed_wait_that_ends_comes_ahead_of_all_without_one() -> None:
    assert overtake_before(PLAIN, NOW - 300 * MINUTE, FIRST, NOW, lead_minutes=5) == NOW - 25 * MINUTE
    assert overtake_before(FIRST, NOW - 25 * MINUTE, PLAIN, NOW, lead_minutes=5) == LONG_AGO


@st.composite
def classes(draw: st.DrawFn) -> tuple[Priority, Priority]:
    one, two = (
        Priority(
            code=code,
            name=code,
            name_en=code,
            weight=draw(st.floats(0.1, 100)),
            head_start_minutes=draw(st.integers(0, 120)),
            guarantee_minutes=draw(st.none() | st.integers(10, 90)),
        )
        for code in ("one", "two")
    )
    return one, two


@given(classes(), st.integers(0, 120), st.integers(0, 120))
@settings(max_examples=100, deadline=None)
def test_it_agrees_with_the_choice(pair: tuple[Priority, Priority], mine: int, theirs: int) -> None:
    rules = QueueRules(priorities=pair)
    candidates = [ticket(1, "A", mine, "one"), ticket(2, "A", theirs, "two")]
    lead = rules.settings.guarantee_lead_minutes
    bound = overtake_before(pair[0], candidates[0].since, pair[1], NOW, lead)
    assume(abs(bound - candidates[1].since) > 0.001 * MINUTE)
    choice = choose(candidates, Serving(("A",)), rules, Standing(), NOW)
    assert choice is not None
    assert (choice.ticket_id == 2) == (candidates[1].since < bound)


@given(st.integers(0, 1440), st.floats(0, 100, exclude_min=True), st.integers(0, 1440))
def test_no_weight_leaves_the_calendar(waited: int, weight: float, start: int) -> None:
    other = Priority(code="other", name="其他", name_en="Other", weight=weight, head_start_minutes=start)
    bound = overtake_before(PLAIN, NOW - waited * MINUTE, other, NOW)
    assert LONG_AGO <= bound <= NOW + 1440 * MINUTE
    assert (bound > NOW) <= (start > waited)


def test_the_whole_order_is_that_of_the_calls() -> None:
    waiting = [
        ticket(1, "A", 50),
        ticket(2, "A", 45),
        ticket(3, "A", 5, "priority"),
        ticket(4, "B", 47),
        ticket(5, "B", 1, place=-1),
        ticket(6, "B", 27, "priority"),
    ]
    order = calling_order(waiting, Serving(("A", "B")), RULES, standing(waiting), NOW)
    assert [each.id for each in order] == [5, 6, 1, 4, 2, 3]


def test_who_is_called_endangers_no_guarantee_any_more() -> None:
    guaranteed = [ticket(1, "A", 24.5, "priority"), ticket(2, "A", 22, "priority")]
    waiting = [*guaranteed, *(ticket(n, "A", 300) for n in range(3, 12))]
    order = calling_order(waiting, Serving(("A",)), RULES, standing(waiting), NOW, calls_per_minute=1)
    assert [each.id for each in order][:3] == [1, 3, 4]


def test_turns_and_calling_rules_follow_the_calls() -> None:
    waiting = [ticket(n, "A", 50 - n) for n in range(1, 5)] + [ticket(n, "B", 9) for n in (5, 6)]
    serving = Serving(("A", "B"), "ratio", (2, 1))
    order = calling_order(waiting, serving, RULES, standing(waiting), NOW)
    assert "".join(each.line for each in order) == "ABAABA"
    crowded = CallingRule(name="人多先叫", when=CallingWhen(lines=("B",), waiting_over=1), lines=("B",))
    late = CallingRule(name="久等先叫", when=CallingWhen(lines=("A",), longest_wait_over=48), lines=("A",))
    rules = QueueRules(calling=(crowded, late))
    order = calling_order(waiting, Serving(("B", "A"), "order"), rules, standing(waiting), NOW)
    assert [each.id for each in order] == [5, 1, 6, 2, 3, 4]


@given(st.lists(st.tuples(st.sampled_from("AB"), st.integers(0, 60), st.sampled_from(list(RULES.by_code)))))
@settings(max_examples=30, deadline=None)
def test_everybody_is_in_the_order_once_and_the_first_is_the_next(rows: list[tuple[str, int, str]]) -> None:
    waiting = [ticket(id_, *row) for id_, row in zip(count(1), rows, strict=False)]
    order = calling_order(waiting, Serving(("A", "B")), RULES, standing(waiting), NOW, 0.5)
    assert sorted(each.id for each in order) == [each.id for each in waiting]
