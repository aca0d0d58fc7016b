"""The tables of queueing in a hall definition: read whole, or refused with every problem at its line."""

import json
from datetime import time
from pathlib import Path

import pytest

from tests.server.hall.little_hall import GOOD, HERE, line_of_mark, refusal, write
from tinghao.server.hall.definition import read_definition
from tinghao.server.hall.queue_rules import QueueRules, QueueSettings

RULES = """
[queue]
early_minutes = 20
left_at_closing = "cancel"

[[priority]]
code = "everybody"
name = "普通"
name_en = "Ordinary"
guarantee_minutes = 90

[[priority]]
code = "first"
name = "优先"
name_en = "First"
weight = 2

[[arrival]]
name = "老人"
when = { age_from = 60, matters = ["touzi"], lines = ["A"], departments = ["fagai"] }
then = { priority = "first", line = "B" }

[[arrival]]
name = "人多"
[arrival.when]
zone_waiting_over = 20
[arrival.then]
remark = "请稍候"

[[calling]]
name = "税务久等"
when = { lines = ["B"], longest_wait_over = 30 }
lines = ["B"]

[[profile]]
code = "both"
name = "两队"
name_en = "Both lines"
lines = ["A", "B"]
choice = "ratio"
ratio = [2, 1]
skills = ["filing"]

[[plan]]
code = "help"
name = "支援"
name_en = "Help"
windows = [2, 3]
profile = "both"
when = { lines = ["B"], waiting_over = 15, for_minutes = 10, until_below = 5, days = ["mon"], begins = "09:00", ends = "11:30" }

[[limit]]
line = "B"
daily = 100

[[limit]]
matter = "fagai-beian"
daily = 20
"""
WITH_RULES = (
    GOOD.replace('time = "3个工作日"\n', 'time = "3个工作日"\nskill = "filing"\n').replace(
        'matters = ["fagai-beian", "fagai-hezhun"]',
        'matters = ["fagai-beian", "fagai-hezhun"]\nsteps = ["A", "B"]',
    )
    + RULES
)


def with_rules(old: str, new: str) -> str:
    """The good definition with rules, one piece replaced."""
    assert WITH_RULES.count(old) == 1, f"{old!r} stands {WITH_RULES.count(old)} times"
    return WITH_RULES.replace(old, new)


def test_a_hall_without_rules_has_the_common_ones(tmp_path: Path) -> None:
    assert read_definition(write(tmp_path, GOOD)).rules == QueueRules()


def test_rules_are_read_whole(tmp_path: Path) -> None:
    definition = read_definition(write(tmp_path, WITH_RULES))
    rules = definition.rules

    assert (rules.settings.early_minutes, rules.settings.left_at_closing) == (20, "cancel")
    assert rules.settings.recall_limit == QueueSettings().recall_limit
    assert rules.ordinary.code == "everybody"
    assert [priority.guarantee_minutes for priority in rules.priorities] == [90, None]
    old, many = rules.arrival
    assert (old.when.age_from, old.when.matters, old.then.line) == (60, ("touzi",), "B")
    assert (many.when.zone_waiting_over, many.then.remark) == (20, "请稍候")
    assert rules.calling[0].when.longest_wait_over == 30
    assert (rules.profiles[0].ratio, rules.profiles[0].skills) == ((2, 1), ("filing",))
    assert (rules.plans[0].windows, rules.plans[0].when.begins) == ((2, 3), time(9, 0))
    assert [(limit.line, limit.matter, limit.daily) for limit in rules.limits] == [
        ("B", None, 100),
        (None, "fagai-beian", 20),
    ]
    assert [row.skill for row in definition.matters] == ["filing", None]
    assert (definition.themes[0].steps, definition.themes[0].together) == (("A", "B"), False)


def test_rules_keep_their_meaning_as_json(tmp_path: Path) -> None:
    rules = read_definition(write(tmp_path, WITH_RULES)).rules

    assert QueueRules.model_validate(json.loads(json.dumps(rules.model_dump(mode="json")))) == rules


def test_common_arrival_rules_hold_as_far_as_the_hall_has_their_classes(tmp_path: Path) -> None:
    booked = GOOD + '[[priority]]\ncode = "everybody"\nname = "普通"\nname_en = "All"\n'
    booked += '[[priority]]\ncode = "booked"\nname = "预约"\nname_en = "Booked"\n'

    rules = read_definition(write(tmp_path, booked)).rules

    assert [rule.name for rule in rules.arrival] == ["预约早到", "预约准时"]


def test_a_hall_may_want_no_arrival_rules(tmp_path: Path) -> None:
    assert read_definition(write(tmp_path, "arrival = []\n" + GOOD)).rules.arrival == ()


def test_own_arrival_rules_may_give_a_common_class(tmp_path: Path) -> None:
    text = GOOD + '[[arrival]]\nname = "老人"\nwhen = { age_from = 70 }\nthen = { priority = "priority" }\n'

    assert [rule.name for rule in read_definition(write(tmp_path, text)).rules.arrival] == ["老人"]


def test_a_hall_at_all_hours_differs_in_nothing_else(tmp_path: Path) -> None:
    definition = read_definition(write(tmp_path, WITH_RULES))
    settings = definition.at_all_hours().rules.settings

    assert (settings.outside_hours, settings.left_at_closing) == ("serve", "serve")
    assert settings.early_minutes == 20
    assert definition.at_all_hours().rules.priorities == definition.rules.priorities
    assert definition.at_all_hours().matters == definition.matters


def test_the_class_of_a_forgotten_code_is_the_ordinary_one(tmp_path: Path) -> None:
    rules = read_definition(write(tmp_path, WITH_RULES)).rules

    assert rules.priority("first").weight == 2
    assert rules.priority("gone") == rules.ordinary


WRONG_RULES = {
    "unknown setting": (
        "early_minutes = 20",
        "early = 20 #!",
        'queue: unknown key "early"',
    ),
    "setting without meaning": (
        'left_at_closing = "cancel"',
        'left_at_closing = "wait" #!',
        "queue: \"left_at_closing\" is \"wait\", but should be 'serve' or 'cancel'",
    ),
    "settings in double brackets": (
        "[queue]",
        "[[queue]] #!",
        "table [queue] should be written once, in single brackets",
    ),
    "cancelling at a closing that doesn't count": (
        "early_minutes = 20",
        'outside_hours = "serve"#',
        "queue: a hall that serves outside its hours cannot cancel tickets at closing",
    ),
    "missed after more recalls than there are": (
        "early_minutes = 20",
        "no_show_after_recalls = 6 #!",
        "queue: no visitor is missed after 6 recalls when only 5 are allowed",
    ),
    "fewer recalls than make a missed visitor": (
        "early_minutes = 20",
        "recall_limit = 1 #!",
        "queue: no visitor is missed after 2 recalls when only 1 are allowed",
    ),
    "class twice": (
        'code = "first"',
        'code = "everybody"',
        'priority "everybody": code "everybody" is already used at line 109',
    ),
    "arrival rule twice": (
        'name = "人多"',
        'name = "老人" #!',
        'arrival "老人": name "老人" is already used at line 121',
    ),
    "class that is not there": (
        'then = { priority = "first"',
        'then = { priority = "priority"',
        'arrival "老人": priority "priority" is not defined',
    ),
    "matter of a rule that is not there": (
        'matters = ["touzi"]',
        'matters = ["touzi", "nothing"]',
        'arrival "老人": matter or theme "nothing" is not defined',
    ),
    "key of a condition": (
        "age_from = 60",
        "age = 60",
        'arrival "老人": unknown key "when.age"',
    ),
    "nobody's age": (
        "age_from = 60",
        "age_from = 60, age_below = 60",
        'arrival "老人": nobody is 60 or older and younger than 60',
    ),
    "value in a table of its own": (
        "zone_waiting_over = 20",
        "zone_waiting_over = -1 #!",
        'arrival "人多": "when.zone_waiting_over" is -1, but should be greater than or equal to 0',
    ),
    "condition that is no table": (
        'when = { lines = ["B"], longest_wait_over = 30 }',
        "when = 30 #!",
        'calling "税务久等": "when" is 30, but should be a table such as { key = value }',
    ),
    "calling rule without a condition": (
        'when = { lines = ["B"], longest_wait_over = 30 }',
        'when = { lines = ["B"] } #!',
        'calling "税务久等": name longest_wait_over, waiting_over or both',
    ),
    "calling rule without lines": (
        'when = { lines = ["B"], longest_wait_over = 30 }',
        "when = { longest_wait_over = 30 } #!",
        'calling "税务久等": key "when.lines" is missing',
    ),
    "too few numbers in a ratio": (
        "ratio = [2, 1]",
        "ratio = [2] #!",
        'profile "both": 1 numbers for 2 lines',
    ),
    "ratio without the choice": (
        'choice = "ratio"\nratio = [2, 1]',
        "ratio = [2, 1] #!",
        'profile "both": a ratio needs choice = "ratio"',
    ),
    "choice without the ratio": (
        "ratio = [2, 1]\n",
        "",
        'profile "both": 0 numbers for 2 lines',
    ),
    "skill that no matter asks for": (
        'skills = ["filing"]',
        'skills = ["filling"] #!',
        'profile "both": skill "filling" is not defined',
    ),
    "window that is not there": (
        "windows = [2, 3]",
        "windows = [3, 5] #!",
        'plan "help": window 5 is not defined',
    ),
    "window twice": (
        "windows = [2, 3]",
        "windows = [2, 2] #!",
        'plan "help": window 2 is named more than once',
    ),
    "profile that is not there": (
        'profile = "both"',
        'profile = "all" #!',
        'plan "help": profile "all" is not defined',
    ),
    "plan of a load without a number": (
        "waiting_over = 15, for_minutes",
        "for_minutes",
        'plan "help": a load needs waiting_over',
    ),
    "plan that ends before it begins": (
        "until_below = 5",
        "until_below = 16",
        'plan "help": 16 is more than waiting_over, which is 15',
    ),
    "plan that ends at once": (
        'ends = "11:30"',
        'ends = "09:00"',
        'plan "help": ends at "09:00", which is not after "09:00"',
    ),
    "limit of nothing": (
        '[[limit]]\nline = "B"',
        "[[limit]] #!",
        "limit no. 1: name either a line or a matter",
    ),
    "limit of two things": (
        '[[limit]]\nline = "B"',
        '[[limit]] #!\nline = "B"\nmatter = "touzi"',
        "limit no. 1: name either a line or a matter",
    ),
    "two limits of one line": (
        'matter = "fagai-beian"\ndaily',
        'line = "B" #!\ndaily',
        'limit no. 2: line "B" already has a limit at line 155',
    ),
    "step that is no line": (
        'steps = ["A", "B"]',
        'steps = ["A", "C"] #!',
        'theme "touzi": line "C" is not defined',
    ),
    "journey that begins elsewhere": (
        'steps = ["A", "B"]',
        'steps = ["B", "A"] #!',
        'theme "touzi": the first step is "B", but the theme\'s line is "A"',
    ),
    "journey of one step": (
        'steps = ["A", "B"]',
        'steps = ["A"] #!',
        'theme "touzi": a single step is no journey; leave steps out',
    ),
    "journey that stands still": (
        'steps = ["A", "B"]',
        'steps = ["A", "B", "B"] #!',
        'theme "touzi": two steps in a row are in the same line',
    ),
    "side by side in one line": (
        'steps = ["A", "B"]',
        'steps = ["A", "B", "A"] #!\ntogether = true',
        'theme "touzi": lines side by side can each be named once only',
    ),
    "side by side without steps": (
        'steps = ["A", "B"]',
        "together = true #!",
        'theme "touzi": lines side by side need steps',
    ),
    "theme with the code of a matter": (
        'code = "fagai-hezhun"\nname = "企业投资项目核准"',
        'code = "touzi"\nname = "企业投资项目核准"',
        'theme "touzi": code "touzi" is already used at line 82',
    ),
}


@pytest.mark.parametrize(("old", "new", "reason"), WRONG_RULES.values(), ids=WRONG_RULES.keys())
def test_wrong_rule_is_told_with_its_line(tmp_path: Path, old: str, new: str, reason: str) -> None:
    text = with_rules(old, new)

    problems = refusal(write(tmp_path, text)).problems

    assert reason in [problem.reason for problem in problems]
    if HERE in text:
        assert [problem.line for problem in problems] == [line_of_mark(text)]


def test_a_problem_within_a_condition_is_told_at_its_line(tmp_path: Path) -> None:
    text = with_rules("age_from = 60", "age_from = 600")
    line = next(number for number, row in enumerate(text.splitlines(), 1) if "600" in row)

    assert [problem.line for problem in refusal(write(tmp_path, text)).problems] == [line]


def test_a_plan_of_nothing_is_refused(tmp_path: Path) -> None:
    text = GOOD + RULES[RULES.index("[[profile]]") : RULES.index("skills")]
    text += '[[plan]]\ncode = "x"\nname = "x"\nname_en = "x"\nwindows = [1]\nprofile = "both"\nwhen = {} #!\n'

    assert [(problem.line, problem.reason) for problem in refusal(write(tmp_path, text)).problems] == [
        (line_of_mark(text), 'plan "x": name a load (waiting_over) or a time (days, begins, ends)')
    ]
