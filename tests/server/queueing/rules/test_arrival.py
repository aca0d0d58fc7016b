"""What a visitor gets on arrival."""

from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tinghao.basics.id_number import check_digit
from tinghao.server.hall.queue_rules import ArrivalRule, ArrivalThen, ArrivalWhen, QueueRules, Status
from tinghao.server.queueing.rules.arrival import Admission, Arrival, admit, age_on, appointment_state

NOW = datetime(2026, 11, 23, 2, 0, tzinfo=UTC)
RULES = QueueRules()


def arrival(**known: Any) -> Arrival:
    return Arrival(**{"matter": "beian", "department": "fagai", "line": "A", "zone_waiting": 3} | known)


def number(born: date) -> str:
    digits = f"110105{born:%Y%m%d}001"
    return digits + check_digit(digits)


def only(when: ArrivalWhen, **then: Any) -> QueueRules:
    return QueueRules(arrival=(ArrivalRule(name="规则", when=when, then=ArrivalThen(**then)),))


def test_without_a_rule_the_matters_line_and_the_ordinary_class() -> None:
    assert admit(arrival(), RULES, NOW) == Admission("A", "ordinary", None, NOW, None, None)


@pytest.mark.parametrize("status", ["military", "disabled", "pregnant", "infant"])
def test_who_has_a_claim_comes_first(status: str) -> None:
    got = admit(arrival(statuses=frozenset({status})), RULES, NOW)
    assert (got.priority, got.rule) == ("priority", "军人、残疾人、孕妇、带婴幼儿优先")


@pytest.mark.parametrize(("age", "priority"), [(59, "ordinary"), (60, "priority"), (None, "ordinary")])
def test_the_old_come_first(age: int | None, priority: str) -> None:
    assert admit(arrival(age=age), RULES, NOW).priority == priority


@pytest.mark.parametrize(
    ("minutes", "state"),
    [(31, "early"), (30, "in_time"), (0, "in_time"), (-30, "in_time"), (-31, "late")],
)
def test_an_appointment_is_early_in_time_or_late(minutes: int, state: str) -> None:
    assert appointment_state(NOW + timedelta(minutes=minutes), RULES.settings, NOW) == state


def test_without_an_appointment_nobody_is_late() -> None:
    assert appointment_state(None, RULES.settings, NOW) is None
    assert admit(arrival(), only(ArrivalWhen(appointment="late"), priority="booked"), NOW).rule is None


def test_an_early_visitor_is_not_called_before_his_time() -> None:
    booked = NOW + timedelta(minutes=45)
    got = admit(arrival(booked_at=booked), RULES, NOW)
    assert (got.priority, got.since, got.not_before, got.rule) == ("booked", booked, booked, "预约早到")


def test_a_visitor_in_time_waits_from_his_booked_time() -> None:
    booked = NOW - timedelta(minutes=20)
    got = admit(arrival(booked_at=booked), RULES, NOW)
    assert (got.priority, got.since, got.not_before) == ("booked", booked, None)


def test_who_is_too_late_is_like_everybody() -> None:
    got = admit(arrival(booked_at=NOW - timedelta(hours=2)), RULES, NOW)
    assert (got.priority, got.since, got.not_before) == ("ordinary", NOW, None)


def test_a_rule_for_booked_times_does_no_harm_without_one() -> None:
    got = admit(arrival(), only(ArrivalWhen(lines=("A",)), since="booked"), NOW)
    assert (got.since, got.not_before, got.rule) == (NOW, None, "规则")


FITTING: list[tuple[dict[str, Any], dict[str, Any], dict[str, Any]]] = [
    # what the rule names; an arrival that fits; one that does not
    ({"matters": ("beian", "hezhun")}, {}, {"matter": "other"}),
    ({"lines": ("A",)}, {}, {"line": "B"}),
    ({"departments": ("fagai",)}, {}, {"department": "shuiwu"}),
    ({"departments": ("fagai",)}, {}, {"department": None}),
    ({"zone_waiting_over": 2}, {}, {"zone_waiting": 2}),
    ({"appointment": "late"}, {"booked_at": NOW - timedelta(hours=2)}, {"booked_at": NOW}),
    ({"age_from": 60, "age_below": 70}, {"age": 69}, {"age": 70}),
    ({"age_below": 16}, {"age": 15}, {"age": None}),
    ({"statuses": ("infant", "pregnant")}, {"statuses": frozenset({"pregnant"})}, {}),
    ({"language": "en"}, {"language": "en"}, {"language": None}),
    ({"visited_today": True}, {"visited_today": True}, {}),
    ({"visited_today": False}, {}, {"visited_today": True}),
    ({"lines": ("A",), "language": "en"}, {"language": "en"}, {"line": "B", "language": "en"}),
]


@pytest.mark.parametrize(("when", "fits", "misses"), FITTING)
def test_a_rule_fits_when_all_it_names_holds(
    when: dict[str, Any], fits: dict[str, Any], misses: dict[str, Any]
) -> None:
    rules = only(ArrivalWhen(**when), line="C", priority="priority", remark="请带原件")
    assert admit(arrival(**fits), rules, NOW) == Admission("C", "priority", "请带原件", NOW, None, "规则")
    assert admit(arrival(**misses), rules, NOW).rule is None


def test_the_first_rule_that_fits_is_taken() -> None:
    one, two = (
        ArrivalRule(name=name, when=ArrivalWhen(), then=ArrivalThen(line=line))
        for name, line in (("一", "B"), ("二", "C"))
    )
    got = admit(arrival(), QueueRules(arrival=(one, two)), NOW)
    assert (got.line, got.rule) == ("B", "一")


STATUSES: list[Status] = ["military", "disabled", "pregnant", "infant"]


@given(
    st.frozensets(st.sampled_from(STATUSES)),
    st.none() | st.integers(0, 120),
    st.none() | st.timedeltas(timedelta(hours=-9), timedelta(hours=9)),
)
def test_nobody_waits_since_the_future_without_being_kept_until_then(
    statuses: frozenset[str], age: int | None, away: timedelta | None
) -> None:
    booked = None if away is None else NOW + away
    got = admit(arrival(statuses=statuses, age=age, booked_at=booked), RULES, NOW)
    assert got.priority in RULES.by_code
    assert got.since <= NOW or got.not_before == got.since
    assert got.not_before is None or got.not_before == booked


# --- age ------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("day", "age"),
    [(date(2026, 11, 22), 59), (date(2026, 11, 23), 60), (date(2026, 12, 31), 60), (date(1966, 11, 23), 0)],
)
def test_age_in_full_years(day: date, age: int) -> None:
    assert age_on(number(date(1966, 11, 23)), day) == age


def test_who_was_born_on_29_february_has_his_birthday_on_1_march() -> None:
    born = number(date(1968, 2, 29))
    assert (age_on(born, date(2026, 2, 28)), age_on(born, date(2026, 3, 1))) == (57, 58)


@pytest.mark.parametrize(
    "text", ["", "G12345678", "110105491231002", "110105194912310021", "110105199902300010", "C1"]
)
def test_other_numbers_tell_no_age(text: str) -> None:
    assert age_on(text, date(2026, 11, 23)) is None


def test_a_small_x_is_an_x_and_nobody_is_born_tomorrow() -> None:
    assert age_on("11010519491231002x", date(2026, 11, 23)) == 76
    assert age_on(number(date(2026, 11, 24)), date(2026, 11, 23)) is None


@given(st.dates(date(1900, 1, 1), date(2026, 1, 1)), st.dates(date(2026, 1, 1), date(2060, 1, 1)))
def test_age_counts_the_birthdays(born: date, day: date) -> None:
    age = age_on(number(born), day)
    assert age is not None
    assert age == sum(
        (year, born.month, born.day) <= (day.year, day.month, day.day)
        for year in range(born.year + 1, day.year + 1)
    )
