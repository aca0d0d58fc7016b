"""A hall definition is read whole, or refused with every problem at its line."""

from __future__ import annotations

import tomllib
from datetime import time
from pathlib import Path

import pytest

from tests.server.hall.little_hall import GOOD, line_of_mark, refusal, write
from tinghao.server.hall.definition import (
    Department,
    HallDefinition,
    Matter,
    Window,
    read_definition,
)
from tinghao.server.hall.definition.locating import Locator


def changed(old: str, new: str) -> str:
    """The good definition with one piece replaced."""
    assert GOOD.count(old) == 1, f"{old!r} stands {GOOD.count(old)} times in the good definition"
    return GOOD.replace(old, new)


def matter(definition: HallDefinition, code: str) -> Matter:
    return next(matter for matter in definition.matters if matter.code == code)


# --- good files -----------------------------------------------------------------------------------------


def test_good_file_is_read_whole(tmp_path: Path) -> None:
    definition = read_definition(write(tmp_path, GOOD))

    assert definition.hall.name == "小厅"
    assert definition.hall.timezone == "Asia/Shanghai"
    assert [(row.days, row.opens, row.closes) for row in definition.hours] == [
        (("mon", "tue"), time(8, 30), time(12, 0)),
        (("mon",), time(14, 30), time(17, 30)),
    ]
    assert [(zone.code, zone.kind, zone.floor) for zone in definition.zones] == [
        ("unified", "unified", 1),
        ("tax", "department", 2),
    ]
    assert [(line.prefix, line.zone, line.mean_minutes) for line in definition.lines] == [
        ("A", "unified", 8),
        ("B", "tax", 7),
    ]
    assert definition.windows == (
        Window(1, "unified", ("A",), True),
        Window(2, "unified", ("A",), False),
        Window(3, "unified", ("A",), False),
        Window(4, "tax", ("B",), False),
    )
    assert [department.full_name for department in definition.departments] == ["小县发展和改革局"]
    assert [theme.matters for theme in definition.themes] == [("fagai-beian", "fagai-hezhun")]


def test_optional_keys_have_defaults(tmp_path: Path) -> None:
    definition = read_definition(write(tmp_path, GOOD))

    plain, hot = definition.matters
    assert (plain.hot, plain.place, plain.weekend) == (False, None, False)
    assert hot.hot
    assert definition.departments[0].phone is None


def test_optional_keys_are_read(tmp_path: Path) -> None:
    text = changed("hot = true\n", 'place = "户政中心"\nweekend = true\n')
    text = text.replace('zone = "unified"\n\n[[matter]]', 'zone = "unified"\nphone = "8677120"\n\n[[matter]]')

    definition = read_definition(write(tmp_path, text))

    approval = matter(definition, "fagai-hezhun")
    assert (approval.hot, approval.place, approval.weekend) == (False, "户政中心", True)
    assert definition.departments[0].phone == "8677120"


def test_hall_without_themes_is_good(tmp_path: Path) -> None:
    definition = read_definition(write(tmp_path, GOOD[: GOOD.index("[[theme]]")]))

    assert definition.themes == ()


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig"])
def test_files_of_windows_editors_are_read(tmp_path: Path, encoding: str) -> None:
    path = tmp_path / "little.toml"
    path.write_bytes(GOOD.replace("\n", "\r\n").encode(encoding))

    assert read_definition(path) == read_definition(write(tmp_path, GOOD))


def test_definition_cannot_be_changed(tmp_path: Path) -> None:
    definition = read_definition(write(tmp_path, GOOD))

    with pytest.raises(ValueError, match="frozen"):
        definition.hall.name = "别的厅"


# --- pinyin ---------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("name", "initials", "pinyin"),
    [
        ("企业投资项目备案", "qytzxmba", "qiyetouzixiangmubeian"),
        ("重新登记", "cxdj", "chongxindengji"),
        ("银行开户", "yhkh", "yinhangkaihu"),
        ("旅行社", "lxs", "lvxingshe"),
        ("居民身份证（遗失）补领", "jmsfzysbl", "juminshenfenzhengyishibuling"),
        ("“办不成事”反映", "bbcsfy", "banbuchengshifanying"),
        ("24小时EMS邮寄", "24xsemsyj", "24xiaoshiemsyouji"),
        ("A级景区", "ajjq", "ajijingqu"),
    ],
)
def test_names_are_searchable_by_pinyin(name: str, initials: str, pinyin: str) -> None:
    department = Department(code="x", name=name, full_name=name, name_en="x", zone="unified")

    assert (department.initials, department.pinyin) == (initials, pinyin)


def test_matters_departments_and_themes_have_pinyin(tmp_path: Path) -> None:
    definition = read_definition(write(tmp_path, GOOD))

    assert definition.departments[0].initials == "fgj"
    assert [row.initials for row in definition.matters] == ["qytzxmba", "qytzxmhz"]
    assert definition.themes[0].pinyin == "touziyijianshi"


# --- one problem ----------------------------------------------------------------------------------------

ONE_PROBLEM = {
    "unknown key": (
        "floor = 2\n",
        'floor = 2\ncolour = "red" #!\n',
        'zone "tax": unknown key "colour"',
    ),
    "unknown key in hall": (
        'name_en = "Little Hall"\n',
        'name_en = "Little Hall"\nphone = "1" #!\n',
        'hall: unknown key "phone"',
    ),
    "unknown subtable": (
        "hot = true\n",
        "hot = true\n[matter.guide] #!\nsteps = 3\n",
        'matter "fagai-hezhun": unknown key "guide"',
    ),
    "unknown table": ("[[theme]]", "[colours] #!\n[[theme]]", 'unknown table or key "colours"'),
    "unknown key above all tables": (
        "# a small hall\n",
        "version = 1 #!\n",
        'unknown table or key "version"',
    ),
    "missing key": (
        '[[line]]\nprefix = "B"\nname = "税务"\n',
        '[[line]] #!\nprefix = "B"\n',
        'line "B": key "name" is missing',
    ),
    "missing key in hall": (
        '[hall]\ncode = "little"\n',
        "[hall] #!\n",
        'hall: key "code" is missing',
    ),
    "missing code": (
        '[[theme]]\ncode = "touzi"\n',
        "[[theme]] #!\n",
        'theme no. 1: key "code" is missing',
    ),
    "single table in double brackets": (
        "[hall]\n",
        "[[hall]] #!\n",
        "table [hall] should be written once, in single brackets",
    ),
    "number as text": (
        "mean_minutes = 7\n",
        'mean_minutes = "7" #!\n',
        'line "B": "mean_minutes" is "7", but should be a valid integer',
    ),
    "minutes without meaning": (
        "mean_minutes = 7\n",
        "mean_minutes = 0 #!\n",
        'line "B": "mean_minutes" is 0, but should be greater than or equal to 1',
    ),
    "text as number": (
        'name = "小厅"',
        "name = 5 #!",
        'hall: "name" is 5, but should be a valid string',
    ),
    "truth as number": (
        "hot = true",
        "hot = 1 #!",
        'matter "fagai-hezhun": "hot" is 1, but should be a valid boolean',
    ),
    "list as text": (
        'keywords = ["核准"]',
        'keywords = "核准" #!',
        'matter "fagai-hezhun": "keywords" is "核准", but should be a list',
    ),
    "number in a list of texts": (
        'materials = ["申请报告"]',
        'materials = [ #!\n"申请报告",\n2]',
        'matter "fagai-hezhun": "materials" is 2, but should be a valid string',
    ),
    "empty list": (
        'materials = ["申请报告"]',
        "materials = [] #!",
        'matter "fagai-hezhun": "materials" is empty',
    ),
    "empty text": (
        'time = "10个工作日"',
        'time = "" #!',
        'matter "fagai-hezhun": "time" is "", but should be one line of text without spaces around it',
    ),
    "text of two lines": (
        'time = "10个工作日"',
        'time = """10个 #!\n工作日"""',
        'matter "fagai-hezhun": "time" is "10个 #!\\n工作日", '
        "but should be one line of text without spaces around it",
    ),
    "control character": (
        'time = "10个工作日"',
        'time = "10个\\u0007工作日" #!',
        'matter "fagai-hezhun": "time" is "10个\\u0007工作日", '
        "but should be one line of text without spaces around it",
    ),
    "space around": (
        'time = "10个工作日"',
        'time = "10个工作日 " #!',
        'matter "fagai-hezhun": "time" is "10个工作日 ", '
        "but should be one line of text without spaces around it",
    ),
    "bad code": (
        'code = "little"',
        'code = "小厅" #!',
        'hall: "code" is "小厅", but should be small letters and digits joined by hyphens, as in qiye-kaiban',
    ),
    "bad kind": (
        'kind = "department"',
        'kind = "special" #!',
        "zone \"tax\": \"kind\" is \"special\", but should be 'unified', 'department' or 'functional'",
    ),
    "unknown day": (
        'days = ["mon", "tue"]',
        'days = ["mon", "周二"] #!',
        "hours no. 1: \"days\" is \"周二\", but should be 'mon', 'tue', 'wed', 'thu', 'fri', 'sat' or 'sun'",
    ),
    "hour without its zero": (
        'opens = "08:30"',
        'opens = "8:30" #!',
        'hours no. 1: "opens" is "8:30", but should be a time of day in quotes such as "08:30"',
    ),
    "impossible time": (
        'closes = "17:30"',
        'closes = "17:60" #!',
        'hours no. 2: "closes" is "17:60", but should be a time of day in quotes such as "08:30"',
    ),
    "time without quotes": (
        'closes = "17:30"',
        "closes = 17:30:00 #!",
        'hours no. 2: "closes" is "17:30:00", but should be a time of day in quotes such as "08:30"',
    ),
    "closes before it opens": (
        'closes = "17:30"',
        'closes = "14:00" #!',
        'hours no. 2: closes at "14:00", which is not after "14:30"',
    ),
    "closes when it opens": (
        'closes = "17:30"',
        'closes = "14:30" #!',
        'hours no. 2: closes at "14:30", which is not after "14:30"',
    ),
    "overlapping hours": (
        'days = ["mon"]\nopens = "14:30"',
        'days = ["mon"] #!\nopens = "11:30"',
        'hours no. 2: "mon" overlaps the hours at line 8',
    ),
    "unknown time zone": (
        'timezone = "Asia/Shanghai"',
        'timezone = "Asia/Hengyang" #!',
        'hall: "timezone" is "Asia/Hengyang", but should be a known time zone such as Asia/Shanghai',
    ),
    "folder as time zone": (
        'timezone = "Asia/Shanghai"',
        'timezone = "Asia" #!',
        'hall: "timezone" is "Asia", but should be a known time zone such as Asia/Shanghai',
    ),
    "path as time zone": (
        'timezone = "Asia/Shanghai"',
        'timezone = "/etc/localtime" #!',
        'hall: "timezone" is "/etc/localtime", but should be a known time zone such as Asia/Shanghai',
    ),
    "duplicate zone": (
        'code = "tax"\nname = "税务区"',
        'code = "tax"\nname = "税务区"\nname_en = "Tax Zone"\nkind = "department"\nfloor = 2\n'
        '[[zone]]\ncode = "unified" #!\nname = "税务区"',
        'zone "unified": code "unified" is already used at line 18',
    ),
    "duplicate matter": (
        'code = "fagai-hezhun"\nname = "企业投资项目核准"',
        'name = "企业投资项目核准"\ncode = "fagai-hezhun"\n'
        'name_en = "x"\ndepartment = "fagai"\nline = "A"\nkeywords = ["x"]\nmaterials = ["x"]\n'
        'time = "x"\ntime_en = "x"\nfee = "x"\n\n[[matter]]\n'
        'code = "fagai-hezhun" #!\nname = "又一次"',
        'matter "fagai-hezhun": code "fagai-hezhun" is already used at line 81',
    ),
    "duplicate department": (
        '[[matter]]\ncode = "fagai-beian"',
        '[[department]]\ncode = "fagai" #!\nname = "发改"\nfull_name = "发改"\nname_en = "x"\n'
        'zone = "tax"\n\n[[matter]]\ncode = "fagai-beian"',
        'department "fagai": code "fagai" is already used at line 59',
    ),
    "line in an undefined zone": (
        'name_en = "Tax"\nzone = "tax"',
        'name_en = "Tax"\nzone = "taxes" #!',
        'line "B": zone "taxes" is not defined',
    ),
    "windows in an undefined zone": (
        'zone = "tax"\nfrom = 4',
        'zone = "taxes" #!\nfrom = 4',
        'windows 4-4: zone "taxes" is not defined',
    ),
    "windows for an undefined line": (
        'lines = ["B"]',
        'lines = ["B", "C"] #!',
        'windows 4-4: line "C" is not defined',
    ),
    "windows serving a line twice": (
        'lines = ["B"]',
        'lines = ["B", "B"] #!',
        'windows 4-4: line "B" is named more than once',
    ),
    "department in an undefined zone": (
        'Reform Bureau"\nzone = "unified"',
        'Reform Bureau"\nzone = "unify" #!',
        'department "fagai": zone "unify" is not defined',
    ),
    "matter of an undefined department": (
        'name_en = "Approval"\ndepartment = "fagai"',
        'name_en = "Approval"\ndepartment = "fagi" #!',
        'matter "fagai-hezhun": department "fagi" is not defined',
    ),
    "matter in an undefined line": (
        'line = "A"\nkeywords = ["核准"]',
        'line = "Z" #!\nkeywords = ["核准"]',
        'matter "fagai-hezhun": line "Z" is not defined',
    ),
    "theme in an undefined line": (
        'line = "A"\nmatters',
        'line = "Z" #!\nmatters',
        'theme "touzi": line "Z" is not defined',
    ),
    "theme of an undefined matter": (
        'matters = ["fagai-beian", "fagai-hezhun"]',
        'matters = [ #!\n  "fagai-beian",\n  "fagai-heshun",\n]',
        'theme "touzi": matter "fagai-heshun" is not defined',
    ),
    "run backwards": (
        "from = 4\nto = 4",
        "from = 4\nto = 2 #!",
        "windows 4-2: the run ends at 2, before it begins at 4",
    ),
    "overlapping runs": (
        "from = 4\nto = 4",
        "from = 3 #!\nto = 4",
        "windows 3-4: window 3 is already in the run at line 46",
    ),
    "window number nought": (
        "from = 1\n",
        "from = 0 #!\n",
        'windows 0-3: "from" is 0, but should be greater than or equal to 1',
    ),
    "endless run": (
        "from = 4\nto = 4",
        "from = 4\nto = 400000000000 #!",
        'windows 4-400000000000: "to" is 400000000000, but should be less than or equal to 999',
    ),
    "wheelchair window elsewhere": (
        "wheelchair = [1]",
        "wheelchair = [4] #!",
        "windows 1-3: wheelchair window 4 is not in the run",
    ),
    "line that no window serves": (
        '[[windows]]\nzone = "unified"',
        '[[line]]\nprefix = "C" #!\nname = "人社"\nname_en = "HR"\nzone = "tax"\nmean_minutes = 5\n\n'
        '[[windows]]\nzone = "unified"',
        'line "C": no window serves this line',
    ),
    "long value is cut": (
        'code = "little"',
        f'code = "{"长" * 100}" #!',
        f'hall: "code" is "{"长" * 56}..., '
        "but should be small letters and digits joined by hyphens, as in qiye-kaiban",
    ),
    "no closing quote": (
        'name = "税务区"',
        'name = "税务区 #!',
        "not valid TOML: Illegal character '\\n'",
    ),
    "no value": (
        "floor = 2",
        "floor = #!",
        "not valid TOML: Invalid value",
    ),
    "key twice": (
        "floor = 2",
        "floor = 2\nfloor = 3 #!",
        "not valid TOML: Cannot overwrite a value",
    ),
}


@pytest.mark.parametrize(("old", "new", "reason"), ONE_PROBLEM.values(), ids=ONE_PROBLEM.keys())
def test_problem_is_told_with_file_line_and_reason(tmp_path: Path, old: str, new: str, reason: str) -> None:
    text = changed(old, new)
    path = write(tmp_path, text)

    problems = refusal(path).problems

    assert [(problem.file, problem.line, problem.reason) for problem in problems] == [
        (str(path), line_of_mark(text), reason)
    ]


@pytest.mark.parametrize("prefix", ["a", "AB", "", "1", "Ａ", "甲"])
def test_prefix_is_one_letter(tmp_path: Path, prefix: str) -> None:
    text = changed('prefix = "B"', f'prefix = "{prefix}" #!')
    text = text.replace('lines = ["B"]', f'lines = ["{prefix}"]')

    problems = refusal(write(tmp_path, text)).problems

    reason = f'"prefix" is "{prefix}", but should be one letter from A to Z'
    assert (line_of_mark(text), reason) == (problems[0].line, problems[0].reason.partition(": ")[2])


def test_duplicate_prefix(tmp_path: Path) -> None:
    text = changed('prefix = "B"', 'prefix = "A" #!').replace('lines = ["B"]', 'lines = ["A"]')

    problems = refusal(write(tmp_path, text)).problems

    assert [(problem.line, problem.reason) for problem in problems] == [
        (line_of_mark(text), 'line "A": prefix "A" is already used at line 32')
    ]


# --- whole files ----------------------------------------------------------------------------------------


def test_missing_file(tmp_path: Path) -> None:
    path = tmp_path / "nowhere.toml"

    assert str(refusal(path)) == f"{path}: the file does not exist"


def test_folder_is_no_file(tmp_path: Path) -> None:
    assert str(refusal(tmp_path)).startswith(f"{tmp_path}: the file cannot be read: ")


def test_file_in_another_encoding(tmp_path: Path) -> None:
    path = tmp_path / "little.toml"
    path.write_bytes(GOOD.encode("gb18030"))

    # The two bytes of 小 happen to be good UTF-8; those of 厅 are not.
    assert str(refusal(path)) == f"{path}:4: the file is not UTF-8 (byte 0xcc); save it as UTF-8"


def test_empty_file_lacks_every_table_but_themes(tmp_path: Path) -> None:
    path = write(tmp_path, "")

    assert str(refusal(path)).splitlines() == [
        f"{path}:1: table [[hours]] is missing",
        f"{path}:1: table [[zone]] is missing",
        f"{path}:1: table [[line]] is missing",
        f"{path}:1: table [[windows]] is missing",
        f"{path}:1: table [[department]] is missing",
        f"{path}:1: table [[matter]] is missing",
        f"{path}:1: table [hall] is missing",
    ]


def test_string_never_closed(tmp_path: Path) -> None:
    text = changed('summary = "一次办好"', 'summary = """一次办好')

    problem = refusal(write(tmp_path, text)).problems[0]

    assert (problem.line, problem.reason) == (len(GOOD.splitlines()), "not valid TOML: Unterminated string")


def test_table_in_single_brackets(tmp_path: Path) -> None:
    path = write(tmp_path, "[zone]\ncode = 'x'\n")

    assert f"{path}:1: table [[zone]] should be written in double brackets" in str(refusal(path)).splitlines()


def test_empty_inline_table(tmp_path: Path) -> None:
    path = write(tmp_path, "# nothing\nhours = []\n")

    assert f"{path}:2: table [[hours]] is empty" in str(refusal(path)).splitlines()


def test_all_problems_are_told_at_once_by_line(tmp_path: Path) -> None:
    text = (
        GOOD.replace('timezone = "Asia/Shanghai"', 'timezone = "Moon"')
        .replace('closes = "17:30"', 'closes = "12:30"')
        .replace('lines = ["B"]', 'lines = ["X"]')
        .replace('name_en = "Filing"\ndepartment = "fagai"', 'department = "fagi"')
        .replace('"fagai-hezhun"]', '"nothing"]')
    )
    path = write(tmp_path, text)

    assert str(refusal(path)).splitlines() == [
        f'{path}:6: hall: "timezone" is "Moon", but should be a known time zone such as Asia/Shanghai',
        f'{path}:16: hours no. 2: closes at "12:30", which is not after "14:30"',
        f'{path}:40: line "B": no window serves this line',
        f'{path}:57: windows 4-4: line "X" is not defined',
        f'{path}:66: matter "fagai-beian": key "name_en" is missing',
        f'{path}:69: matter "fagai-beian": department "fagi" is not defined',
        f'{path}:100: theme "touzi": matter "nothing" is not defined',
    ]


def test_row_with_a_problem_can_still_be_referred_to(tmp_path: Path) -> None:
    text = changed('full_name = "小县发展和改革局"', "full_name = 1 #!")

    assert [problem.line for problem in refusal(write(tmp_path, text)).problems] == [line_of_mark(text)]


# --- where things stand ---------------------------------------------------------------------------------

TRICKY = '''\
top = 1
[[matter]]
name = """
[[matter]]
code = "not a key" \\"""
""" # closes here
'fee' = \'\'\'
line = 1
\'\'\'
list = [ # [
  "]", '[',
  """
]""",
  { a = "]", b = [1, 2] },
]
code = "x#y"   # time = 1
quotes = """a"""" # "[
more = \'\'\'a\'\'\'\' # '[
time = "z"
  [[ "matter" ]]
  "code" = 2
  line.x = 3
'''


def test_locator_is_not_misled_by_strings_arrays_and_comments() -> None:
    assert [len(row) for row in tomllib.loads(TRICKY)["matter"]] == [7, 2]
    locator = Locator(TRICKY)

    assert locator.line("top") == 1
    keys = ["name", "fee", "list", "code", "quotes", "more", "time"]
    assert [locator.line("matter", 0, key) for key in keys] == [3, 7, 10, 16, 17, 18, 19]
    assert locator.line("matter", 0, "line") == locator.line("matter", 0) == 2
    assert locator.line("matter", 1) == 20
    assert [locator.line("matter", 1, key) for key in ["code", "line"]] == [21, 22]


def test_locator_falls_back_to_what_is_around() -> None:
    locator = Locator("\nhours = [\n  {opens = 1},\n  {opens = 2},\n]\n")

    assert locator.line("hours", 1, "opens") == 2
    assert locator.line("zone", 4, "floor") == 1
