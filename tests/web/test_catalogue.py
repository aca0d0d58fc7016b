"""Every text of our pages has its English, and the catalogue has nothing that no page says."""

import re
from functools import cache

import pytest
from babel.messages.extract import extract_from_dir
from babel.messages.pofile import read_po

from tinghao.web import catalogue
from tinghao.web.catalogue import ROOMS, both, english

KEYWORDS = {"_": None, "both": None, "english": None}
METHODS = [("**/static/**.js", "javascript"), ("**/templates/**.html", "jinja2"), ("**.py", "python")]
CHINESE = re.compile("[\u4e00-\u9fff]")
HOLE = re.compile(r"\{\w+\}")


@cache
def said() -> dict[str, str]:
    """Every message of the pages, with where it stands."""
    found = extract_from_dir(ROOMS, METHODS, keywords=KEYWORDS)
    return {str(message): f"{name}:{line}" for name, line, message, *_ in found if isinstance(message, str)}


def test_pages_say_something() -> None:
    assert len(said()) > 50


def test_every_message_has_its_english() -> None:
    missing = {
        message: where for message, where in said().items() if message not in catalogue.english_messages()
    }
    assert missing == {}


def test_the_english_fills_the_same_holes() -> None:
    for chinese, translated in catalogue.english_messages().items():
        assert set(HOLE.findall(translated)) <= set(HOLE.findall(chinese)), chinese
        assert not CHINESE.search(translated), translated


SPOKEN = "announcer.js"
"""What the voice says is Chinese and has no English beside it."""

SCRIPTS = [path for path in sorted(ROOMS.glob("**/static/**/*.js")) if path.name != SPOKEN]


@pytest.mark.parametrize("path", SCRIPTS, ids=lambda path: path.name)
def test_no_script_says_chinese_past_the_catalogue(path) -> None:  # type: ignore[no-untyped-def]
    for n, line in enumerate(path.read_text("utf-8").splitlines(), start=1):
        code = re.sub(r"^\s*(//|\*|/\*).*", "", line)
        for literal in re.findall(r"[\"'`][^\"'`]*[\u4e00-\u9fff][^\"'`]*[\"'`]", code):
            assert literal[1:-1] in catalogue.english_messages(), f"{path.name}:{n}: {literal}"


def test_both_shows_two_marked_spans_and_escapes() -> None:
    assert (
        str(both("听号"))
        == '<span class="zh" lang="zh-CN">听号</span> <span class="en" lang="en">Tinghao</span>'
    )
    assert "&lt;b&gt;" in str(both("前面还有{n}<b>", n=1))
    assert english("没有这一句") == ""


def test_a_sentence_has_one_english_in_all_rooms() -> None:
    found: dict[str, set[str]] = {}
    for path in ROOMS.glob("**/locale/en.po"):
        with path.open("rb") as file:
            for message in read_po(file):
                if message.id:
                    found.setdefault(str(message.id), set()).add(str(message.string))
    assert {chinese: different for chinese, different in found.items() if len(different) > 1} == {}


def test_the_catalogue_holds_nothing_that_no_page_says() -> None:
    pages = "".join(
        path.read_text("utf-8")
        for kind in ("*.py", "*.js", "*.html")
        for path in ROOMS.rglob(kind)
        if "locale" not in path.parts
    )
    assert [chinese for chinese in catalogue.english_messages() if chinese not in pages] == []
