"""A hall as the use cases know it: small unchangeable rows, with the rules in force."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from tinghao.server.hall.queue_rules import QueueRules


@dataclass(frozen=True)
class Subject:
    """What a visitor comes for: a matter or a theme.

    `steps` are the prefixes of the lines that a theme's visitor goes through, in order or, if `together`, side by side; empty
    when one number is all. `place` is set when it is not done at a window of the hall.
    """

    code: str
    name: str
    name_en: str
    line_id: int
    prefix: str
    department: str | None
    place: str | None
    skill: str | None
    steps: tuple[str, ...]
    together: bool
    is_theme: bool


@dataclass(frozen=True)
class Line:
    """A line; `zone` is the zone's id, `mean_minutes` how long a visitor takes by the definition."""

    id: int
    prefix: str
    name: str
    name_en: str
    zone: int
    mean_minutes: float
    retired: bool


@dataclass(frozen=True)
class Window:
    """A window; `lines` are the prefixes of the lines it serves when no profile says otherwise: none, when it is retired."""

    id: int
    number: int
    zone: int
    lines: tuple[str, ...]
    retired: bool = False


@dataclass(frozen=True, eq=False)
class HallFacts:
    """The hall at one version of its definition. Lines and windows include retired ones, since old tickets point to them.

    `priority_codes` are those of all versions, the present ones first: a ticket keeps the class it was given.
    """

    id: int
    code: str
    name: str
    timezone: str
    hours: Sequence[dict[str, Any]]
    version: int
    rules: QueueRules
    priority_codes: tuple[str, ...]
    subjects: Mapping[str, Subject]
    lines: Mapping[int, Line]
    lines_by_prefix: Mapping[str, Line]
    windows: Mapping[int, Window]
    windows_by_number: Mapping[int, Window]

    def subject(self, code: str) -> Subject | None:
        """The matter or theme of this code, if the hall has it."""
        return self.subjects.get(code)
