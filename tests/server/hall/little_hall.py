"""A small good hall definition, and what tests do with it."""

from pathlib import Path

import pytest

from tinghao.server.hall.definition import DefinitionError, read_definition

GOOD = """\
# a small hall
[hall]
code = "little"
name = "小厅"
name_en = "Little Hall"
timezone = "Asia/Shanghai"

[[hours]]
days = ["mon", "tue"]
opens = "08:30"
closes = "12:00"

[[hours]]
days = ["mon"]
opens = "14:30"
closes = "17:30"

[[zone]]
code = "unified"
name = "综合区"
name_en = "Unified Zone"
kind = "unified"
floor = 1

[[zone]]
code = "tax"
name = "税务区"
name_en = "Tax Zone"
kind = "department"
floor = 2

[[line]]
prefix = "A"
name = "综合受理"
name_en = "General"
zone = "unified"
mean_minutes = 8

[[line]]
prefix = "B"
name = "税务"
name_en = "Tax"
zone = "tax"
mean_minutes = 7

[[windows]]
zone = "unified"
from = 1
to = 3
lines = ["A"]
wheelchair = [1]

[[windows]]
zone = "tax"
from = 4
to = 4
lines = ["B"]

[[department]]
code = "fagai"
name = "发改局"
full_name = "小县发展和改革局"
name_en = "Development and Reform Bureau"
zone = "unified"

[[matter]]
code = "fagai-beian"
name = "企业投资项目备案"
name_en = "Filing"
department = "fagai"
line = "A"
keywords = ["立项"]
materials = [
    "营业执照", # [[matter]] in a comment
    "身份证",
]
time = "3个工作日"
time_en = "3 working days"
fee = "不收费"

[[matter]]
code = "fagai-hezhun"
name = "企业投资项目核准"
name_en = "Approval"
department = "fagai"
line = "A"
keywords = ["核准"]
materials = ["申请报告"]
time = "10个工作日"
time_en = "10 working days"
fee = "不收费"
hot = true

[[theme]]
code = "touzi"
name = "投资一件事"
name_en = "Investing"
summary = "一次办好"
summary_en = "All in one"
line = "A"
matters = ["fagai-beian", "fagai-hezhun"]
"""

# Stands, as a comment, on the line where the problem has to be reported.
HERE = "#!"


def write(folder: Path, text: str) -> Path:
    path = folder / "little.toml"
    path.write_text(text, encoding="utf-8", newline="")
    return path


def refusal(path: Path) -> DefinitionError:
    with pytest.raises(DefinitionError) as caught:
        read_definition(path)
    return caught.value


def line_of_mark(text: str) -> int:
    lines = [number for number, line in enumerate(text.splitlines(), 1) if HERE in line]
    assert len(lines) == 1
    return lines[0]
