"""Values put into a template and laid on a roll.

A line that has places for values, and none of them holds anything, is left out.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from tinghao.drivers.printer.markup import Column, Fault, Line, Name
from tinghao.drivers.printer.picture import Picture
from tinghao.drivers.printer.roll import DOTS_PER_MM, FEED_AND_PARTIAL_CUT, Roll
from tinghao.drivers.printer.template import (
    ROW_NUMBER,
    ROW_TEXT,
    WIDE,
    Each,
    If,
    Print,
    Step,
    Template,
    TemplateError,
)
from tinghao.drivers.printer.text import clean

MOST_STEPS = 20_000
LONGEST_VALUE = 4_000
BULLET = "·"

Scope = Mapping[str, Any]


def typeset(template: Template, values: object, columns: int, cut: bytes = FEED_AND_PARTIAL_CUT) -> bytes:
    """The whole job, from initialising to the cut; raises `TemplateError`."""
    roll = Roll(columns, cut)
    setter = _Typesetter(template.file, roll)
    setter.set(template.steps, {**vars(values), WIDE: roll.wide})
    if not setter.cut_last:
        roll.cut()
    return roll.job


class _Typesetter:
    """`cut_last`: the paper is cut already."""

    def __init__(self, file: str, roll: Roll) -> None:
        self._file = file
        self._roll = roll
        self._columns: tuple[Column, ...] = ()
        self._head: tuple[list[str], bool, int] | None = None
        self._rows_since_head = 0
        self._steps = 0
        self.cut_last = False

    def set(self, steps: list[Step], scope: Scope) -> None:
        for step in steps:
            try:
                self._count()
                self._set(step, scope)
            except Fault as fault:
                raise TemplateError(self._file, step.line.number, str(fault)) from None

    def _set(self, step: Step, scope: Scope) -> None:
        if isinstance(step, If):
            holds = bool(scope[step.line.named]) != ("not" in step.line.flags)
            self.set(step.body if holds else step.otherwise, scope)
        elif isinstance(step, Each):
            for number, row in enumerate(scope[step.line.named], start=1):
                self._count()
                fields = {ROW_TEXT: row} if isinstance(row, str) else vars(row)
                self.set(step.body, {**scope, **fields, ROW_NUMBER: number})
        elif (texts := _texts(step.line, scope)) is not None:
            self._print(step, texts)
            self.cut_last = step.line.thing == "cut"

    def _count(self) -> None:
        self._steps += 1
        if self._steps > MOST_STEPS:
            raise Fault("纸太长")

    def _print(self, step: Print, texts: list[str]) -> None:
        line, roll = step.line, self._roll
        if line.thing == "text":
            scale, lines = int(line.measures["x"]), int(line.measures["lines"])
            roll.text(texts, scale=scale, lines=lines, bold=line.bold, align=line.align)
        elif line.thing == "feed":
            roll.feed(_dots(line))
        elif line.thing == "rule":
            roll.rule(bold=line.bold)
        elif line.thing == "row":
            label, *rest = texts
            roll.row(label, *(rest if len(rest) > 1 else ["", *rest]), bold=line.bold)
        elif line.thing == "item":
            roll.item(*([BULLET] if len(texts) == 1 else []), *texts, bold=line.bold)
        elif line.thing == "qr":
            roll.qr(texts[0], _dots(line), align=line.align)
        elif line.thing == "barcode":
            roll.barcode(texts[0], _dots(line), align=line.align)
        elif line.thing == "picture" and step.picture:
            self._picture(line, step.picture)
        elif line.thing == "cut":
            roll.cut()
        else:
            self._table(line, texts)

    def _table(self, line: Line, texts: list[str]) -> None:
        if line.thing == "columns":
            self._columns, self._head = line.columns, None
            return
        if len(texts) != len(self._columns):
            raise Fault(f"这里有 {len(texts)} 格，“列”定了 {len(self._columns)} 列")
        if line.thing == "head":
            self._head = texts, line.bold, int(line.measures.get("lines", 0))
            self._print_head()
            return
        if self._head and self._rows_since_head == self._head[2] > 0:
            self._print_head()
        self._roll.table(self._columns, texts, bold=line.bold)
        self._rows_since_head += 1

    def _print_head(self) -> None:
        if self._head:
            texts, bold, _ = self._head
            self._roll.table(self._columns, texts, bold=bold)
            self._roll.rule()
            self._rows_since_head = 0

    def _picture(self, line: Line, picture: Picture) -> None:
        dots = _dots(line) if "mm" in line.measures else None
        self._roll.picture(picture, dots, dither="dither" in line.flags, align=line.align)


def _dots(line: Line) -> int:
    return round(line.measures["mm"] * DOTS_PER_MM)


def _texts(line: Line, scope: Scope) -> list[str] | None:
    """`None` if all its values are empty."""
    texts, empty, places = [], True, False
    for cell in line.cells:
        parts = []
        for part in cell:
            if isinstance(part, Name):
                part = _value(scope[part.name])
                places, empty = True, empty and not clean(part)
            parts.append(part)
        texts.append("".join(parts).strip(" \t"))
    return None if places and empty else texts


def _value(value: Any) -> str:
    text = "" if value is None else str(value)
    if len(text) > LONGEST_VALUE:
        raise Fault("这里的文字太长")
    return text
