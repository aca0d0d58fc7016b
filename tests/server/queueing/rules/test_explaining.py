"""Why this one before that one."""

import json
import re
from dataclasses import replace
from datetime import timedelta
from itertools import count
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.server.queueing.rules.simulation import NOW, heads, standing
from tinghao.basics.clock import iso
from tinghao.server.hall.queue_rules import CallingRule, CallingWhen, Priority, QueueRules, QueueSettings
from tinghao.server.queueing.rules import sentences
from tinghao.server.queueing.rules.choosing import MINUTE, Candidate, Choice, Serving, choose
from tinghao.server.queueing.rules.comparing import HallWords
from tinghao.server.queueing.rules.explaining import Explanation, why, why_next
from tinghao.server.queueing.rules.sentences import Pair
from tinghao.server.queueing.rules.states import State
from tinghao.server.queueing.rules.told import Act, Stretch, Told, last_call, standing_at

LINES = {
    "A": ("综合", "General"),
    "B": ("税务", "Tax"),
    "C": ("社保", "Insurance"),
}
RULES = QueueRules(
    settings=QueueSettings(guarantee_lead_minutes=5),
    priorities=(
        *QueueRules().priorities,
        Priority(code="hour", name="限时", name_en="Within the hour", guarantee_minutes=60),
    ),
)
HALL = HallWords(RULES, LINES, "Asia/Shanghai")
WINDOW = 3
ABC = Serving(("A", "B", "C"))


def told(
    label: str,
    waited: float,
    priority: str = "ordinary",
    place: int = 0,
    state: State = "waiting",
    acts: tuple[Act, ...] = (),
    **more: Any,
) -> Told:
    """A ticket that was taken so many minutes before NOW, 11 o'clock in the hall."""
    since = NOW - waited * MINUTE
    known: dict[str, Any] = {
        "stretches": [Stretch("waiting", label[0], since, None)],
        "issued_at": since,
        "since": since,
        **more,
    }
    return Told(int(label[1:]), label, state, priority, place, acts=acts, **known)


def candidate(ticket: Told) -> Candidate:
    line = ticket.stretches[-1].line
    return Candidate(ticket.id, ticket.label, line, ticket.priority, ticket.place, ticket.since)


def call_act(choice: Choice | None, **more: Any) -> Act:
    kept = {"by": "chosen", "lines": "", "compared": []} if choice is None else choice.as_json()
    detail = {"choice": json.loads(json.dumps(kept)), "before": {"state": "waiting"}}
    return Act("call", NOW, "王芳", WINDOW, detail=detail, **more)


def called(ticket: Told, act: Act) -> Told:
    """The ticket after the call."""
    *earlier, last = ticket.stretches
    stretches = [*earlier, replace(last, ended=act.at), Stretch("called", last.line, act.at, None)]
    return replace(ticket, state="called", stretches=stretches, acts=(*ticket.acts, act))


def explained(
    chosen: Told,
    other: Told | None,
    *others: Told,
    serving: Serving = ABC,
    hall: HallWords = HALL,
    **more: Any,
) -> Explanation:
    """Lets the rules choose among the waiting of them, which must be `chosen`, and asks why."""
    waiting = [candidate(each) for each in (chosen, other, *others) if each and each.state == "waiting"]
    able = [each for each in waiting if each.line in serving.lines]
    choice = choose(heads(able), serving, hall.rules, standing(able), NOW)
    assert choice is not None
    assert choice.ticket_id == chosen.id
    return why(called(chosen, call_act(choice)), other, hall, NOW, **more)


# Two of one class


def test_who_took_the_number_later() -> None:
    got = explained(told("A031", 40), told("A012", 28))
    assert got.sentence == "A012 当时比 A031 晚取号 12 分钟，且同为“普通”类别。"
    assert got.sentence_en == "A012 was taken 12 min later than A031; both are of the class “Ordinary”."
    assert got.points == []


def test_under_a_minute_is_told_in_seconds() -> None:
    assert "晚取号 30 秒" in explained(told("A031", 40), told("A032", 39.5)).sentence


def test_in_two_lines_the_same() -> None:
    assert "晚取号 10 分钟" in explained(told("A031", 40), told("B012", 30)).sentence


def test_at_one_moment_the_number_issued_first() -> None:
    assert "先发的号先叫" in explained(told("A031", 40), told("B032", 40)).sentence


def test_who_was_missed_and_came_back_counts_from_then() -> None:
    back = Act("call_back", NOW - 15 * MINUTE, "李明", detail={"before": {"since": iso(NOW - 60 * MINUTE)}})
    other = replace(told("A012", 60), since=NOW - 10 * MINUTE, acts=(back,))
    got = explained(told("A031", 40), other)
    assert got.sentence == "A031 从 10:20 起排队，A012 从 10:50 起，且同为“普通”类别，先到的先叫。"
    assert got.points[0][0] == "A012 于 10:45 重新排队，排队时间从 10:50 算起。"


def test_a_booked_time_counts_instead_of_the_arrival() -> None:
    got = explained(replace(told("A031", 10, "booked"), since=NOW - 30 * MINUTE), told("A032", 20, "booked"))
    assert "A031 的排队时间按预约从 10:30 算起。" in [zh for zh, _ in got.points]


# Two classes


def test_the_scores_with_their_numbers() -> None:
    got = explained(told("A031", 20, "priority"), told("A012", 40))
    assert got.sentence == (
        "A031 属“优先”类别，等候 20 分钟按 2 倍计，再加 15 分钟，共 55；A012 等候 40 分钟，计 40。分高的先叫。"
    )
    assert got.sentence_en == (
        "A031 is of the class “Priority”: 20 minutes waited × 2 + 15 minutes, in all 55;"
        " A012 had waited 40 minutes and counts 40. The higher is called first."
    )
    assert got.points[0][0] == (
        "“优先”类别的取号规则：军人、残疾人、孕妇、带婴幼儿优先；60周岁以上老年人优先。"
    )


def test_equal_scores() -> None:
    got = explained(told("A031", 40), told("A012", 12.5, "priority"))
    assert got.sentence.endswith("共 40。两者相同，等得久的先叫。")


def test_scores_a_hair_apart_are_told_to_the_hair() -> None:
    got = explained(told("A031", 12.52, "priority"), told("A012", 40.02))
    assert got.sentence.endswith("共 40.04；A012 等候 40.02 分钟，计 40.02。分高的先叫。")


def test_a_class_given_by_hand_is_told_with_its_reason() -> None:
    act = Act("prioritise", NOW - 5 * MINUTE, "李明", None, "腿脚不便", {"before": {"priority": "ordinary"}})
    points = explained(told("A031", 20, "priority", acts=(act,)), told("A012", 40)).points
    assert points[0][0] == "A031 的类别由李明于 10:55 从“普通”调为“优先”。"
    assert points[1] == ("登记的原因：腿脚不便。", "The reason given: 腿脚不便.")


def test_when_the_rules_have_changed_the_kept_numbers_are_told() -> None:
    chosen, other = told("A031", 20, "priority"), told("A012", 40)
    waiting = [candidate(chosen), candidate(other)]
    choice = choose(waiting, ABC, RULES, standing(waiting), NOW)
    lighter = RULES.priorities[2].model_copy(update={"weight": 1.0})
    now = HallWords(QueueRules(priorities=(RULES.priorities[0], lighter)), LINES, HALL.timezone)
    got = why(called(chosen, call_act(choice)), other, now, NOW)
    assert got.sentence.startswith("A031 属“优先”类别，等候 20 分钟，当时计 55；")


# Guaranteed waits


@pytest.mark.parametrize(
    ("waited", "words"),
    [
        (58, "A031 已等候 58 分钟，接近“限时”类别保证的最长等候 60 分钟，须先叫。"),
        (61.7, "A031 已等候 61 分钟，超过“限时”类别保证的最长等候 60 分钟，须先叫。"),
    ],
)
def test_a_guaranteed_wait_that_ends(waited: float, words: str) -> None:
    assert explained(told("A031", waited, "hour"), told("A012", 90)).sentence == words
    assert explained(told("A031", waited, "hour"), None, told("A012", 90)).sentence == words


def test_of_two_guaranteed_waits_the_earlier_end() -> None:
    got = explained(told("A031", 58, "hour"), told("A012", 27, "priority"))
    assert got.points[0][0] == "A031 的最长等候到 11:02 为止，A012 的到 11:03 为止，先到的先叫。"


def test_a_guaranteed_wait_that_the_pace_endangers() -> None:
    chosen, other = told("A031", 30, "hour"), told("A012", 90)
    waiting = [candidate(chosen), candidate(other)]
    choice = choose(waiting, ABC, RULES, standing(waiting), NOW, calls_per_minute=0.03)
    got = why(called(chosen, call_act(choice)), other, HALL, NOW)
    assert "按当时的叫号速度" in got.sentence


# Rules and the window's own way


def test_a_calling_rule_by_its_name() -> None:
    rule = CallingRule(name="税务人多先叫", when=CallingWhen(lines=("B",), waiting_over=0), lines=("B",))
    hall = replace(HALL, rules=RULES.model_copy(update={"calling": (rule,)}))
    words = "当时按叫号规则“税务人多先叫”，3号窗口先叫“税务”队列，B031 排到了。"
    assert explained(told("B031", 20), told("A012", 40), hall=hall).sentence == words
    assert explained(told("B031", 20), None, told("A012", 40), hall=hall).sentence == words
    both = explained(told("B031", 20), told("B032", 1, "booked"), told("A012", 40), hall=hall)
    assert both.sentence.startswith("B031 等候 20 分钟")


def test_lines_in_order() -> None:
    order = Serving(("B", "A"), "order")
    got = explained(told("B031", 20), told("A012", 40), serving=order)
    assert got.sentence == "3号窗口按队列先后叫号：B031 所在的“税务”队列排在 A012 所在的“综合”队列前面。"
    assert "“税务”队列有人时先叫" in explained(told("B031", 20), None, told("A1", 9), serving=order).sentence
    within = explained(told("B031", 20), told("B032", 1, "booked"), told("A012", 40), serving=order)
    assert "分高的先叫" in within.sentence


def test_lines_in_turn() -> None:
    ratio = Serving(("B", "A"), "ratio", (2, 1))
    got = explained(told("B031", 20), told("A012", 40), serving=ratio)
    assert "当时轮到 B031 所在的“税务”队列，还没轮到 A012 所在的“综合”队列" in got.sentence
    assert "当时轮到“税务”队列" in explained(told("B031", 20), None, told("A1", 9), serving=ratio).sentence


def test_without_another_the_first_and_who_would_have_followed() -> None:
    got = explained(told("A031", 20, "priority"), None, told("B012", 40), told("C001", 3))
    assert got.sentence == "在3号窗口可以叫的号里，A031 排在第一位。"
    assert [zh for zh, _ in got.points] == [
        "其后是 B012：等候 40 分钟，计 40。",
        "其后是 C001：等候 3 分钟，计 3。",
    ]


# By hand


def test_placed_first_by_whom_and_why() -> None:
    act = Act("transfer", NOW - 5 * MINUTE, "李明", 2, "转办材料齐全", {"before": {"place": 0}})
    got = explained(told("A031", 20, place=-1, acts=(act,)), told("A012", 40))
    assert got.sentence == "A031 由李明于 10:55 排到最前，须先叫。"
    assert got.points[0][0] == "登记的原因：转办材料齐全。"


def test_placed_first_though_the_call_took_the_place_away() -> None:
    chosen = told("A031", 20, place=-1)
    act = call_act(choose([candidate(chosen)], ABC, RULES, standing([]), NOW))
    act = replace(act, detail={**act.detail, "before": {"place": -1}})
    got = why(replace(called(chosen, act), place=0), told("A012", 40), HALL, NOW)
    assert got.sentence == "A031 已被排到最前，须先叫。"


def test_both_placed_first() -> None:
    got = explained(told("A031", 20, place=-1), told("A012", 10, place=-1))
    assert got.sentence.startswith("A031 和 A012 都被排到最前，A031 从 10:40 起等候")


def test_picked_by_the_clerk() -> None:
    picked = called(told("A031", 5), call_act(None, reason="请先到窗口补材料"))
    got = why(picked, told("A012", 40), HALL, NOW)
    assert got.sentence == "A031 是王芳在3号窗口直接选叫的，不是按叫号规则排到的。"
    assert got.points[0][0] == "登记的原因：请先到窗口补材料。"


# The other one could not be called


def at_ten_past(state: State, *acts: Act, ended: bool = False) -> Told:
    """A012, taken an hour ago, in this state since 10:10, or gone then."""
    since, change = NOW - 60 * MINUTE, NOW - 50 * MINUTE
    stretches = [Stretch("waiting", "A", since, change)]
    if not ended:
        stretches.append(Stretch(state, "A", change, None))
    return told("A012", 60, state=state, stretches=stretches, acts=acts)


EARLIER_CALL = Act("call", NOW - 50 * MINUTE, "李明", 2)


@pytest.mark.parametrize(
    ("other", "words"),
    [
        (at_ten_past("held"), "A012 当时已暂挂，不在等候。"),
        (
            at_ten_past("no_show", EARLIER_CALL),
            "A012 已于 10:10 叫过号，当时已过号，不在等候。",
        ),
        (at_ten_past("no_show"), "A012 当时已过号，不在等候。"),
        (
            at_ten_past("serving", EARLIER_CALL),
            "A012 比 A031 先被叫到：A012 于 10:10 叫到2号窗口，A031 于 11:00 才叫到。",
        ),
        (
            at_ten_past("finished", EARLIER_CALL, ended=True),
            "A012 比 A031 先被叫到：A012 于 10:10 叫到2号窗口，A031 于 11:00 才叫到。",
        ),
        (at_ten_past("cancelled", ended=True), "A012 当时已取消，不在等候。"),
        (at_ten_past("expired", ended=True), "A012 当时已作废，不在等候。"),
        (
            told("A012", -10),
            "A012 当时还没有取号：A031 于 11:00 被叫，A012 于 11:10 取号。",
        ),
        (
            told("D012", 60),
            "D012 在“D”队列，3号窗口当时不办理该队列。",
        ),
        (
            told("A012", 60, not_before=NOW + 30 * MINUTE),
            "A012 的叫号时间是 11:30 以后，11:00 时还没有到。",
        ),
        (told("A012", 60, to_window=5), "A012 指定由5号窗口办理。"),
        (told("A012", 60, to_staff="李明"), "A012 指定由李明办理。"),
        (
            told("A012", 60, skill="ping"),
            "A012 所办事项须由专门人员办理，3号窗口当时办不了。",
        ),
    ],
)
def test_the_other_was_out_of_reach(other: Told, words: str) -> None:
    chosen = told("A031", 20)
    act = call_act(choose([candidate(chosen)], ABC, RULES, standing([]), NOW))
    got = why(called(chosen, act), other, HALL, NOW + 20 * MINUTE, skills=["shui"])
    assert got.sentence == words


def test_lines_of_different_windows_are_not_compared() -> None:
    got = explained(told("B031", 20), told("A012", 40), serving=Serving(("B",)))
    assert got.sentence == "A012 在“综合”队列，3号窗口当时不办理该队列。"
    assert got.points == [sentences.APART]


def test_why_an_unreached_one_was_passed_over_is_not_made_up() -> None:
    chosen, other = told("A031", 20), told("B012", 40)
    act = call_act(choose([candidate(chosen)], ABC, RULES, standing([]), NOW))
    got = why(called(chosen, act), other, HALL, NOW)
    assert got.sentence == "按记录，当时3号窗口可以叫的号里只轮到 A031，B012 不在其中。"


def test_what_the_record_does_not_tell_is_not_made_up() -> None:
    chosen, other = told("A031", 20), told("A012", 40)
    waiting = [candidate(chosen), candidate(told("B001", 1))]
    act = call_act(choose(waiting, ABC, RULES, standing(waiting), NOW))
    got = why(called(chosen, act), other, HALL, NOW)
    assert got.sentence == "从记录看不出 A031 为什么先于 A012，请管理员核对。"


@pytest.mark.parametrize(
    ("chosen", "other"),
    [
        (told("A031", 20), told("A012", 10, place=-1)),
        (told("A031", 20, place=-1), told("A012", 40, place=-1)),
        (told("A031", 58, "hour"), told("A012", 29, "priority")),
        (told("A031", 20), told("A012", 10, "priority")),
    ],
)
def test_against_an_order_of_calls_no_reason_is_made_up(chosen: Told, other: Told) -> None:
    waiting = [candidate(chosen), candidate(told("B001", 1))]
    act = call_act(choose(waiting, ABC, RULES, standing(waiting), NOW))
    assert "看不出" in why(called(chosen, act), other, HALL, NOW).sentence


# Not called yet


def test_not_called_yet() -> None:
    assert why(told("A031", 20), None, HALL, NOW).sentence == "A031 还没有被叫号。"
    gone = told("A031", 20, state="cancelled", stretches=[Stretch("waiting", "A", NOW - 20 * MINUTE, NOW)])
    assert why(gone, None, HALL, NOW).sentence == "A031 没有被叫过号，现在已取消。"


@pytest.mark.parametrize(
    ("other", "words"),
    [
        (told("A012", 10), "A031 还没有被叫号，目前排在 A012 前面。"),
        (told("A012", 30), "A031 还没有被叫号，目前排在 A012 后面。"),
        (told("A012", 5, place=-1), "A031 还没有被叫号，目前排在 A012 后面。"),
        (told("A012", 5, "priority"), "A031 还没有被叫号，目前排在 A012 后面。"),
        (
            told("B012", 5),
            "A031 还没有被叫号；它和 B012 不在同一队列，先后要看由哪个窗口叫号。",
        ),
        (
            at_ten_past("serving", EARLIER_CALL),
            "A031 还没有被叫号；A012 已于 10:10 叫到2号窗口。",
        ),
    ],
)
def test_before_the_call_the_present_standing_is_told(other: Told, words: str) -> None:
    assert why(told("A031", 20), other, HALL, NOW).sentence == words


def test_an_other_that_waits_no_more() -> None:
    got = why(told("A031", 20), at_ten_past("held"), HALL, NOW)
    assert got.points[0][0] == "A012 现在已暂挂，不在等候。"


def test_a_call_that_was_taken_back_is_none() -> None:
    undo = Act("undo", NOW + timedelta(seconds=5), "王芳", WINDOW)
    assert last_call(told("A031", 20, acts=(call_act(None), undo))) is None
    assert last_call(told("A031", 20, acts=(EARLIER_CALL, call_act(None), undo))) is EARLIER_CALL


def test_a_clock_that_was_put_back_breaks_nothing() -> None:
    chosen = told("A031", -5)
    act = call_act(choose([candidate(chosen)], ABC, RULES, standing([]), NOW))
    got = why(called(chosen, act), None, HALL, NOW)
    assert got.sentence == "在3号窗口可以叫的号里，A031 排在第一位。"


def test_one_and_the_same() -> None:
    assert why(told("A031", 20), told("A031", 20), HALL, NOW).sentence == "A031 和 A031 是同一个号。"


def test_what_was_done_later_is_not_looked_at() -> None:
    """Since the call the other was transferred to the front of another line, as a priority visitor."""
    before = {"priority": "ordinary", "place": 0, "since": iso(NOW - 10 * MINUTE), "not_before": None}
    later = Act("transfer", NOW + MINUTE, "李明", detail={"before": before})
    stretches = [
        Stretch("waiting", "A", NOW - 10 * MINUTE, NOW + MINUTE),
        Stretch("waiting", "B", NOW + MINUTE, None),
    ]
    other = told(
        "A012",
        10,
        "priority",
        place=-1,
        since=NOW - 90 * MINUTE,
        not_before=NOW + 60 * MINUTE,
        stretches=stretches,
        acts=(later,),
    )
    stood = standing_at(other, NOW)
    assert stood is not None
    assert (stood.line, stood.priority, stood.place, stood.not_before) == ("A", "ordinary", 0, None)
    chosen = told("A031", 20)
    act = call_act(choose([candidate(chosen)], ABC, RULES, standing([]), NOW))
    assert "晚取号 10 分钟" in why(called(chosen, act), other, HALL, NOW + 5 * MINUTE).sentence


# Whatever the rules choose can be told


@given(
    st.lists(
        st.tuples(
            st.sampled_from(list(LINES)),
            st.floats(0, 80),
            st.sampled_from(list(RULES.by_code)),
            st.sampled_from([0, 0, 0, -1]),
        ),
        min_size=2,
        max_size=12,
    ),
    st.sampled_from(["score", "order", "ratio"]),
    st.booleans(),
    st.sampled_from([None, 0.1, 2.0]),
)
@settings(max_examples=60, deadline=None)
def test_of_every_choice_the_record_tells_why(
    rows: list[tuple[str, float, str, int]], way: str, ruled: bool, pace: float | None
) -> None:
    rule = CallingRule(name="人多先叫", when=CallingWhen(lines=("B",), waiting_over=1), lines=("B", "C"))
    rules = RULES.model_copy(update={"calling": (rule,) if ruled else ()})
    hall = replace(HALL, rules=rules)
    tickets = [
        told(f"{line}{id_:03}", waited, code, place)
        for id_, (line, waited, code, place) in zip(count(1), rows, strict=False)
    ]
    waiting = [candidate(each) for each in tickets]
    serving = Serving(("C", "A", "B"), way, (3, 1, 2))  # type: ignore[arg-type]
    choice = choose(heads(waiting), serving, rules, standing(waiting), NOW, pace)
    assert choice is not None
    assert "{" not in "".join(why_next(choice, hall, WINDOW, NOW))
    for ticket in tickets:
        if ticket.id == choice.ticket_id:
            chosen = called(ticket, call_act(choice))
    for other in [None, *(each for each in tickets if each.id != chosen.id)]:
        got = why(chosen, other, hall, NOW)
        assert "看不出" not in got.sentence
        assert "只轮到" not in got.sentence
        assert chosen.label in got.sentence
        assert (
            other is None or choice.by in ("guarantee", "condition", "placed") or other.label in got.sentence
        )
        assert "{" not in "".join([got.sentence, got.sentence_en, *map("".join, got.points)])


def test_every_text_has_the_same_fields_in_both_languages() -> None:
    texts: list[Pair] = [value for name, value in vars(sentences).items() if name.isupper()]
    assert len(texts) > 40
    for chinese, english in texts:
        assert set(re.findall(r"{(\w+)}", chinese)) == set(re.findall(r"{(\w+)}", english)), chinese
