"""Who gets no number, and what he is told."""

from datetime import UTC, datetime
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tinghao.basics.problem import Problem
from tinghao.server.hall.facts import Line, Subject
from tinghao.server.hall.queue_rules import Limit, QueueRules, QueueSettings
from tinghao.server.queueing import problems
from tinghao.server.queueing.rules.hours import opening
from tinghao.server.queueing.rules.limits import (
    OpenTicket,
    Taken,
    check_hours,
    check_limits,
    line_limit,
    subject_limit,
)
from tinghao.server.queueing.rules.states import UNFINISHED, State

HALL = "Asia/Shanghai"
WEEK = ["mon", "tue", "wed", "thu", "fri"]
HOURS = [
    {"days": WEEK, "opens": "08:30", "closes": "12:00"},
    {"days": WEEK, "opens": "14:30", "closes": "17:30"},
]
LINE = Line(
    id=1, prefix="A", name="综合受理", name_en="General Services", zone=1, mean_minutes=8, retired=False
)
SUBJECT = Subject(
    code="beian",
    name="投资备案",
    name_en="Filing",
    line_id=1,
    prefix="A",
    department="fagai",
    place=None,
    skill=None,
    steps=(),
    together=False,
    is_theme=False,
)


def at(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=ZoneInfo(HALL)).astimezone(UTC)


NOW = at("2026-11-23T09:00")


def ask(rules: QueueRules, taken: Taken, now: datetime = NOW) -> None:
    check_limits(rules, LINE, SUBJECT, taken, opening(HOURS, HALL, now, rules.settings), HALL, now)


def refusal(rules: QueueRules, taken: Taken) -> Problem:
    with pytest.raises(Problem) as caught:
        ask(rules, taken)
    return caught.value


def hours_refusal(clock: str, **settings: Any) -> Problem:
    now = at(clock)
    with pytest.raises(Problem) as caught:
        check_hours(opening(HOURS, HALL, now, QueueSettings(**settings)), HALL, now)
    return caught.value


@pytest.mark.parametrize(
    ("clock", "next_"),
    [
        ("2026-11-23T07:00", "今天 08:15"),
        ("2026-11-23T12:00", "今天 14:15"),
        ("2026-11-23T17:30", "明天 08:15"),
        ("2026-11-27T18:00", "11月30日（周一）08:15"),
        ("2026-11-28T10:00", "11月30日（周一）08:15"),
    ],
)
def test_a_closed_hall_says_when_to_come(clock: str, next_: str) -> None:
    refused = hours_refusal(clock)
    assert (refused.code, refused.sentence) == ("hall-closed", f"现在不是取号时间，请于{next_}再来。")


def test_after_the_last_ticket_of_the_morning_numbers_come_in_the_afternoon() -> None:
    refused = hours_refusal("2026-11-23T11:50", last_ticket_minutes=15)
    assert (refused.code, refused.sentence) == ("hall-closed", "现在不是取号时间，请于今天 14:15再来。")


def test_after_the_last_ticket_of_the_day_the_hall_is_still_open() -> None:
    refused = hours_refusal("2026-11-23T17:20", last_ticket_minutes=15)
    assert (refused.code, refused.sentence) == ("last-ticket-over", "今天的取号已截止，请于明天 08:15再来。")
    assert refused.sentence_en == "No more numbers are given today. Please come back tomorrow at 08:15."
    assert hours_refusal("2026-11-23T17:30", last_ticket_minutes=15).code == "hall-closed"


def test_an_open_hall_gives_numbers() -> None:
    check_hours(opening(HOURS, HALL, NOW, QueueSettings()), HALL, NOW)


@pytest.mark.parametrize(
    ("state", "place"),
    [
        ("waiting", "前面还有 4 人"),
        ("called", "正在叫号，请前往3号窗口"),
        ("serving", "正在办理"),
        ("held", "已暂挂，可到导办台恢复"),
        ("no_show", "已过号，请到导办台重新排队"),
    ],
)
def test_who_has_a_number_is_told_where_it_stands(state: State, place: str) -> None:
    mine = OpenTicket("A012", state, ahead=4, window="3号窗口", window_en="Window 3")
    refused = refusal(QueueRules(), Taken(unfinished=(mine,)))
    assert (refused.code, refused.status) == ("already-waiting", 409)
    assert refused.sentence == f"您已取号 A012，{place}，请勿重复取号。"


def test_every_unfinished_state_has_its_words() -> None:
    for state in UNFINISHED:
        assert refusal(QueueRules(), Taken(unfinished=(OpenTicket("A1", state),))).code == "already-waiting"


def test_more_than_one_open_number_may_be_allowed() -> None:
    mine = OpenTicket("A012", "waiting")
    two = QueueRules(settings=QueueSettings(open_tickets=2))
    ask(two, Taken(unfinished=(mine,)))
    assert refusal(two, Taken(unfinished=(mine, mine))).code == "already-waiting"
    ask(QueueRules(settings=QueueSettings(open_tickets=0)), Taken(unfinished=(mine,) * 9))


def test_a_visitors_day_has_an_end() -> None:
    rules = QueueRules(settings=QueueSettings(tickets_per_person=3))
    ask(rules, Taken(by_visitor=2))
    refused = refusal(rules, Taken(by_visitor=3))
    assert (refused.code, refused.sentence) == (
        "person-daily-limit",
        "您今天已取 3 个号，已达上限。如仍需办理，请咨询导办台。",
    )


def test_a_full_line_offers_the_next_day() -> None:
    rules = QueueRules(limits=(Limit(line="A", daily=80),))
    ask(rules, Taken(of_line=79))
    refused = refusal(rules, Taken(of_line=80))
    assert (refused.code, refused.sentence) == (
        "line-full",
        "今日综合受理的号已发完。下一次取号时间：明天 08:15。",
    )
    assert "General Services" in refused.sentence_en


def test_a_full_matter_is_told_by_its_name() -> None:
    rules = QueueRules(limits=(Limit(matter="beian", daily=2),))
    ask(rules, Taken(of_line=80, of_subject=1))
    assert refusal(rules, Taken(of_subject=2)).sentence.startswith("今日投资备案的号已发完")


def test_of_several_limits_the_smallest_counts() -> None:
    rules = QueueRules(
        limits=(
            Limit(line="A", daily=5),
            Limit(line="A", daily=3),
            Limit(line="B", daily=1),
            Limit(matter="beian", daily=2),
        )
    )
    assert line_limit(rules, LINE) == Limit(line="A", daily=3)
    assert subject_limit(rules, SUBJECT) == Limit(matter="beian", daily=2)
    assert line_limit(QueueRules(), LINE) is None


@given(st.integers(1, 50), st.integers(0, 60), st.integers(0, 5), st.integers(0, 8))
def test_a_number_is_refused_exactly_when_a_limit_is_reached(
    daily: int, of_line: int, per_person: int, by_visitor: int
) -> None:
    rules = QueueRules(
        settings=QueueSettings(tickets_per_person=per_person), limits=(Limit(line="A", daily=daily),)
    )
    taken = Taken(of_line=of_line, by_visitor=by_visitor)
    if of_line >= daily or (per_person and by_visitor >= per_person):
        assert isinstance(refusal(rules, taken), problems.LineFull | problems.PersonDailyLimit)
    else:
        ask(rules, taken)
