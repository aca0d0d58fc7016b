"""One line of a template: on the left of the first bar how it looks, on the right what it says.

    2倍 粗      | {hall}
    行          | 办理事项 | Matter | {matter}
    横线
    二维码 28   | {qr}

Left of the bar stands first the thing (none: text), then its looks. Each word is understood in Chinese and
in English. On the right, bars part the cells, `{name}` is a value, and `\\` takes the next sign as it is.
Lines are read before any value is put in, so a value can't be taken for markup.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from collections.abc import Set as AbstractSet
from dataclasses import dataclass, field
from difflib import get_close_matches
from typing import Literal, NamedTuple

Align = Literal["left", "center", "right"]
Cell = tuple["str | Name", ...]

THINGS = {
    "空": "feed",
    "横线": "rule",
    "行": "row",
    "项": "item",
    "列": "columns",
    "表头": "head",
    "格": "cells",
    "二维码": "qr",
    "条形码": "barcode",
    "图": "picture",
    "切": "cut",
    "每个": "each",
    "如果": "if",
    "否则": "else",
    "完": "end",
}
LOOKS = {
    "粗": "bold",
    "左": "left",
    "中": "center",
    "右": "right",
    "抖动": "dither",
    "没有": "not",
}
ALIGNS: tuple[Align, ...] = ("left", "center", "right")

FLAGS: Mapping[str, AbstractSet[str]] = {
    "text": {"bold", *ALIGNS},
    "rule": {"bold"},
    "row": {"bold"},
    "item": {"bold"},
    "head": {"bold"},
    "cells": {"bold"},
    "qr": {*ALIGNS},
    "barcode": {*ALIGNS},
    "picture": {"dither", *ALIGNS},
    "if": {"not"},
}
MEASURES: Mapping[str, Mapping[str, tuple[float, float]]] = {
    "text": {"x": (1, 8), "lines": (1, 9)},
    "feed": {"mm": (0.125, 100)},
    "head": {"lines": (2, 1000)},
    "qr": {"mm": (10, 72)},
    "barcode": {"mm": (4, 30)},
    "picture": {"mm": (2, 72)},
}
DEFAULTS: Mapping[str, Mapping[str, float]] = {
    "text": {"x": 1.0, "lines": 1.0},
    "feed": {"mm": 2.0},
    "qr": {"mm": 28.0},
    "barcode": {"mm": 10.0},
}
CELLS: Mapping[str, tuple[int, int]] = {
    "text": (1, 4),
    "row": (2, 4),
    "item": (1, 2),
    "head": (1, 8),
    "cells": (1, 8),
    "qr": (1, 1),
    "barcode": (1, 1),
}
NAMED = {"picture", "each", "if"}
UNITS = {"倍": "x", "x": "x", "行": "lines", "lines": "lines", "毫米": "mm", "mm": "mm", "": "mm"}

_MEASURE = re.compile(r"(\d{1,4}(?:\.\d{1,3})?)(倍|x|行|lines|毫米|mm|)")
_COLUMN = re.compile(r"(\d{1,2}|\*)(左|中|右|left|center|right|)")
_BAR = re.compile(r"[|｜]")
_PART = re.compile(r"\\(.)|[{｛]([^{}｛｝|｜]*)[}｝]|([|｜])|([{}｛｝\\])|([^\\{}｛｝|｜]+)")
_NAME = re.compile(r"[a-z][a-z_0-9]*")


class Fault(ValueError):
    """What is wrong, as a sentence; who catches it knows where."""


class Name(NamedTuple):
    """A place for a value."""

    name: str


class Column(NamedTuple):
    """`width` in columns of the paper; `None` shares what is left."""

    width: int | None
    align: Align


@dataclass(frozen=True)
class Line:
    """A line understood; `named` is the list, the condition or the picture's file."""

    number: int
    thing: str
    flags: frozenset[str] = frozenset()
    measures: dict[str, float] = field(default_factory=dict)
    columns: tuple[Column, ...] = ()
    named: str = ""
    cells: tuple[Cell, ...] = ()

    @property
    def bold(self) -> bool:
        return "bold" in self.flags

    @property
    def align(self) -> Align:
        return next((align for align in ALIGNS if align in self.flags), "center")


def read_line(number: int, text: str) -> Line | None:
    """`None` for an empty line and for a remark, which begins with `#`; raises `Fault`."""
    text = text.strip()
    if not text or text.startswith("#"):
        return None
    bar = _BAR.search(text)
    words = (text[: bar.start()] if bar else text).split()
    cells = _cells(text[bar.end() :]) if bar else ()
    thing = THINGS.get(words[0], words[0]) if words else "text"
    if thing in THINGS.values():
        words = words[1:]
    elif bar or _is_look(thing):
        thing = "text"
    else:
        raise Fault(f"不认识“{words[0]}”{_perhaps(words[0])}；要打印的文字写在竖线“|”右边")
    _check_cells(thing, cells)
    return _with_words(Line(number, thing, cells=cells), words)


def _with_words(line: Line, words: list[str]) -> Line:
    if line.thing == "columns":
        return Line(line.number, line.thing, columns=tuple(map(_column, words)) or _no_columns())
    flags: set[str] = set()
    measures = dict(DEFAULTS.get(line.thing, {}))
    named = ""
    for word in words:
        flag, measure = LOOKS.get(word, word), _MEASURE.fullmatch(word)
        if flag in FLAGS.get(line.thing, ()):
            flags.add(flag)
        elif measure:
            measures.update([_measure(line.thing, word, float(measure[1]), UNITS[measure[2]])])
        elif line.thing in NAMED and not named:
            named = word
        else:
            raise Fault(f"“{word}”不能用在这里{_perhaps(word)}")
    if line.thing in NAMED and not named:
        raise Fault("这里少了名称")
    if len(flags.intersection(ALIGNS)) > 1:
        raise Fault("“左”“中”“右”只能选一个")
    return Line(line.number, line.thing, frozenset(flags), measures, (), named, line.cells)


def _is_look(word: str) -> bool:
    return word in LOOKS or word in LOOKS.values() or bool(_MEASURE.fullmatch(word))


def _measure(thing: str, word: str, value: float, unit: str) -> tuple[str, float]:
    allowed = MEASURES.get(thing, {}).get(unit)
    if allowed is None:
        raise Fault(f"“{word}”不能用在这里")
    low, high = allowed
    if not low <= value <= high or (unit != "mm" and value != int(value)):
        raise Fault(f"“{word}”超出范围，应在 {low:g} 到 {high:g} 之间")
    return unit, value


def _column(word: str) -> Column:
    found = _COLUMN.fullmatch(word)
    if not found or found[1] in ("0", "1", "00", "01"):
        raise Fault(f"列宽“{word}”不对，应为 2 以上的数字或“*”，后面可加左、中、右")
    align = LOOKS.get(found[2], found[2]) or "left"
    return Column(None if found[1] == "*" else int(found[1]), next(each for each in ALIGNS if each == align))


def _no_columns() -> tuple[Column, ...]:
    raise Fault("“列”后面要写列宽，例如：列 4 * 6右")


def _check_cells(thing: str, cells: tuple[Cell, ...]) -> None:
    fewest, most = CELLS.get(thing, (0, 0))
    if not fewest <= len(cells) <= most:
        wanted = f"{fewest}" if fewest == most else f"{fewest} 到 {most}"
        raise Fault(
            f"竖线右边应有 {wanted} 格，这里有 {len(cells)} 格" if most else "这一行不带文字，请去掉竖线"
        )


def _cells(text: str) -> tuple[Cell, ...]:
    cells: list[list[str | Name]] = [[]]
    for escaped, name, bar, stray, plain in _PART.findall(text):
        if bar:
            cells.append([])
        elif stray:
            raise Fault(f"“{stray}”没有配对；要印出这个符号，请写成“\\{stray}”")
        elif escaped or plain:
            cells[-1].append(escaped or plain)
        elif _NAME.fullmatch(name.strip()):
            cells[-1].append(Name(name.strip()))
        else:
            raise Fault(f"“{{{name}}}”不是名称，名称由小写英文字母组成")
    return tuple(tuple(cell) for cell in cells)


def _perhaps(word: str) -> str:
    known = [*THINGS, *THINGS.values(), *LOOKS, *LOOKS.values()]
    near = get_close_matches(word, known, 1) or [each for each in known if word.startswith(each)][:1]
    return f"，是不是“{near[0]}”？" if near else ""
