"""The rows of a hall definition, each good in itself, and the whole they make."""

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace
from functools import cached_property
from typing import Annotated

from pydantic import Field
from pypinyin import lazy_pinyin

from tinghao.server.hall.queue_rules import QueueRules
from tinghao.server.hall.values import (
    Code,
    Codes,
    Days,
    Lax,
    Prefix,
    Prefixes,
    Row,
    Text,
    Texts,
    TimeOfDay,
    Timezone,
    WindowNumber,
    WindowNumbers,
    ZoneKind,
)


class Named(Row):
    """A row that visitors search by name, in Chinese or by typing its pinyin."""

    name: Text
    name_en: Text

    @cached_property
    def pinyin(self) -> str:
        """The name in pinyin without tones or spaces, ``ü`` as ``v``: ``canjirenzheng``."""
        return "".join(syllable for syllable, _ in _syllables(self.name))

    @cached_property
    def initials(self) -> str:
        """First letters of the name's pinyin, numbers and Latin words in full: ``cjrz``."""
        return "".join(syllable if latin else syllable[0] for syllable, latin in _syllables(self.name))


class Hall(Row):
    """The hall itself."""

    code: Code
    name: Text
    name_en: Text
    timezone: Timezone


class Hours(Row):
    """One stretch of opening time, the same on each of its days."""

    days: Days
    opens: TimeOfDay
    closes: TimeOfDay


class Zone(Row):
    """A part of the hall."""

    code: Code
    name: Text
    name_en: Text
    kind: ZoneKind
    floor: int


class Line(Row):
    """Where tickets wait; its prefix letter begins their numbers."""

    prefix: Prefix
    name: Text
    name_en: Text
    zone: Code
    mean_minutes: Annotated[int, Field(ge=1, le=240)]


class WindowRun(Row):
    """Windows numbered in a row that serve the same lines."""

    zone: Code
    first: WindowNumber = Field(alias="from")
    last: WindowNumber = Field(alias="to")
    lines: Prefixes
    wheelchair: WindowNumbers = ()


class Department(Named):
    """Who is responsible for matters."""

    code: Code
    full_name: Text
    zone: Code
    phone: Text | None = None


class Matter(Named):
    """What a visitor comes for, with its guide."""

    code: Code
    department: Code
    line: Prefix
    keywords: Texts
    materials: Texts
    time: Text
    time_en: Text
    fee: Text
    hot: bool = False
    place: Text | None = None
    weekend: bool = False
    skill: Code | None = None
    """What the clerk must be able to do, and the window be equipped for"""


class Theme(Named):
    """Several matters done as one (高效办成一件事); `steps` are the lines its visitor goes through, the theme's own first."""

    code: Code
    summary: Text
    summary_en: Text
    line: Prefix
    matters: Codes
    steps: Annotated[tuple[Prefix, ...], Lax] = ()
    together: bool = False
    """He waits in all of them side by side"""


@dataclass(frozen=True)
class Window:
    """One numbered window."""

    number: int
    zone: str
    lines: tuple[str, ...]
    wheelchair: bool


@dataclass(frozen=True)
class HallDefinition:
    """A whole hall; every reference in it is known to be good. The order is the file's."""

    hall: Hall
    hours: tuple[Hours, ...]
    zones: tuple[Zone, ...]
    lines: tuple[Line, ...]
    windows: tuple[Window, ...]
    departments: tuple[Department, ...]
    matters: tuple[Matter, ...]
    themes: tuple[Theme, ...]
    rules: QueueRules

    def at_all_hours(self) -> "HallDefinition":
        """The same hall giving numbers by day and night, for demonstrations and measurements."""
        settings = self.rules.settings.model_copy(
            update={"outside_hours": "serve", "left_at_closing": "serve"}
        )
        return replace(self, rules=self.rules.model_copy(update={"settings": settings}))


def _syllables(name: str) -> Iterator[tuple[str, bool]]:
    """Pinyin syllables, and Latin words and numbers (marked True) as they are; punctuation is left out."""
    for run in re.findall(r"[A-Za-z0-9]+|[^A-Za-z0-9]+", name):
        if run.isascii() and run.isalnum():
            yield run.lower(), True
            continue
        for syllable in lazy_pinyin(run, errors="ignore"):
            yield syllable, False
