"""A template: lines, repeated and left out.

    每个 materials
      格 | {n} | {name} | {count}
    完
    如果 没有 qr
      | 请到窗口查询
    完

Inside `每个` the fields of the row are known by their names, `{n}` is its number, and `{it}` the text where
it is a list of texts. `wide` is true on 80 mm paper. All names are checked when the template is read,
against the fields of its values, so a wrong one is found before anything is printed.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, is_dataclass
from difflib import get_close_matches
from functools import cache
from pathlib import Path
from types import NoneType
from typing import Any, get_args, get_type_hints

from tinghao.drivers.printer.markup import Fault, Line, Name, read_line
from tinghao.drivers.printer.picture import Picture, open_picture

LARGEST_TEMPLATE = 64 * 1024
DEEPEST = 8

ROW_NUMBER = "n"
ROW_TEXT = "it"
WIDE = "wide"

Kind = str | type
Scope = Mapping[str, Kind]
TEXT, FLAG, TEXTS = "text", "flag", "texts"


class TemplateError(ValueError):
    """A template can't be read or its paper can't be composed: which file, which line, and why in Chinese."""

    def __init__(self, file: str, line: int, sentence: str) -> None:
        super().__init__(f"{file} 第 {line} 行：{sentence}")
        self.file = file
        self.line = line
        self.sentence = sentence


@dataclass(frozen=True)
class Print:
    """Something on the paper."""

    line: Line
    picture: Picture | None = None


@dataclass
class Each:
    """Its body once for each row."""

    line: Line
    body: list[Step] = field(default_factory=list)


@dataclass
class If:
    """One body or the other."""

    line: Line
    body: list[Step] = field(default_factory=list)
    otherwise: list[Step] = field(default_factory=list)


Step = Print | Each | If


@dataclass(frozen=True)
class Template:
    """Read and checked; `file` is its name for messages."""

    file: str
    steps: list[Step]


def read_template(file: str, text: str, values: type, folders: tuple[Path, ...] = ()) -> Template:
    """Pictures are looked for in `folders`; raises `TemplateError`."""
    reader = _Reader(folders)
    try:
        if len(text) > LARGEST_TEMPLATE:
            raise Fault("模板太长")
        scope = {**_fields(values), WIDE: FLAG}
        lines = enumerate(text.removeprefix("\ufeff").split("\n"), start=1)
        steps = reader.read(lines, scope, 0, None)
    except Fault as fault:
        raise TemplateError(file, reader.number, str(fault)) from None
    return Template(file, steps)


_Lines = Iterator[tuple[int, str]]


class _Reader:
    """`number`: the line that is being read, for the error."""

    def __init__(self, folders: tuple[Path, ...]) -> None:
        self._folders = folders
        self.number = 1

    def read(self, lines: _Lines, scope: Scope, depth: int, opened: Each | If | None) -> list[Step]:
        """Up to the `完` of what was opened."""
        steps: list[Step] = []
        body = steps
        if depth > DEEPEST:
            raise Fault("“每个”“如果”套得太深")
        for self.number, text in lines:
            line = read_line(self.number, text)
            if line is None:
                continue
            if line.thing == "end" and opened:
                return steps
            if line.thing == "else" and isinstance(opened, If) and body is steps:
                body = opened.otherwise
            elif line.thing in ("end", "else"):
                raise Fault("多了“完”或“否则”，前面没有对应的“每个”“如果”")
            else:
                body.append(self._step(line, lines, scope, depth))
        if opened:
            self.number = opened.line.number
            raise Fault("少了“完”")
        return steps

    def _step(self, line: Line, lines: _Lines, scope: Scope, depth: int) -> Step:
        if line.thing == "if":
            _known(line.named, scope)
            branch = If(line)
            branch.body = self.read(lines, scope, depth + 1, branch)
            return branch
        if line.thing == "each":
            loop = Each(line)
            loop.body = self.read(lines, _inside(line.named, scope), depth + 1, loop)
            return loop
        for name in (part.name for cell in line.cells for part in cell if isinstance(part, Name)):
            if _known(name, scope) is not TEXT:
                raise Fault(f"“{name}”不是一段文字，不能直接打印")
        return Print(line, _picture(line.named, self._folders) if line.thing == "picture" else None)


def _known(name: str, scope: Scope) -> Kind:
    if name not in scope:
        near = get_close_matches(name, scope, 1)
        raise Fault(f"没有叫“{name}”的内容" + (f"，是不是“{near[0]}”？" if near else ""))
    return scope[name]


def _inside(name: str, scope: Scope) -> Scope:
    kind = _known(name, scope)
    if kind is TEXTS:
        return {**scope, ROW_NUMBER: TEXT, ROW_TEXT: TEXT}
    if isinstance(kind, type):
        return {**scope, **_fields(kind), ROW_NUMBER: TEXT}
    raise Fault(f"“{name}”不是清单，不能用“每个”")


@cache
def _fields(values: type) -> Scope:
    return {name: _kind(hint) for name, hint in get_type_hints(values).items()}


def _kind(hint: Any) -> Kind:
    if hint is bool:
        return FLAG
    inner = [each for each in get_args(hint) if each not in (NoneType, ...)]
    if len(inner) == 1 and inner[0] is str:
        return TEXTS if getattr(hint, "__origin__", None) is tuple else TEXT
    if inner and is_dataclass(inner[0]) and isinstance(inner[0], type):
        return inner[0]
    return TEXT


def _picture(name: str, folders: tuple[Path, ...]) -> Picture:
    if Path(name).name != name:
        raise Fault("图片只写文件名，文件放在模板旁边")
    for path in (folder / name for folder in folders):
        if path.is_file():
            return open_picture(path)
    raise Fault(f"找不到图片“{name}”，请把它放在模板旁边")
