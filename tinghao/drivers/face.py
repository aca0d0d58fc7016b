"""What an emulator shows and what a hand can do to it, told in a way that any page or terminal can draw.

An emulator's `face()` is a list of widgets, its `controls()` a list of things to press.  Labels are
Chinese and English.  A new family needs no page of its own.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import asdict, dataclass
from typing import Any, ClassVar, Literal

Tone = Literal["plain", "good", "warn", "bad"]


@dataclass(frozen=True)
class Control:
    """Something to press.  `do` is given what was typed: empty unless `takes` says what to type."""

    name: str
    label: str
    label_en: str
    do: Callable[[str], object]
    group: Literal["device", "key", "wire"] = "device"
    takes: str = ""
    takes_en: str = ""

    def as_json(self) -> dict[str, Any]:
        return {name: value for name, value in vars(self).items() if name != "do"}


@dataclass(frozen=True)
class Widget:
    """One piece of a face."""

    kind: ClassVar[str]

    def as_json(self) -> dict[str, Any]:
        return {"kind": self.kind, **asdict(self)}


@dataclass(frozen=True)
class Facts(Widget):
    """Rows of label, English label, value."""

    kind = "facts"
    rows: tuple[tuple[str, str, str], ...]


@dataclass(frozen=True)
class LedArea:
    """A rectangle of the strip in dots; `marks` is the text cut where the colour changes."""

    x: int
    y: int
    width: int
    height: int
    marks: tuple[tuple[str, Literal["red", "green", "yellow"]], ...]
    moving: bool = False
    flashing: bool = False


@dataclass(frozen=True)
class LedPanel(Widget):
    """An LED strip with so many dots."""

    kind = "led"
    width: int
    height: int
    lit: bool
    areas: tuple[LedArea, ...]


@dataclass(frozen=True)
class Digits(Widget):
    """Seven-segment digits; a blank is a space."""

    kind = "digits"
    label: str
    label_en: str
    text: str


@dataclass(frozen=True)
class Lamp(Widget):
    """A light or buzzer."""

    kind = "lamp"
    label: str
    label_en: str
    lit: bool


@dataclass(frozen=True)
class Door:
    """One compartment; `control` is pressed to open or shut it by hand."""

    name: str
    open: bool
    control: str


@dataclass(frozen=True)
class Doors(Widget):
    """A cabinet of doors."""

    kind = "doors"
    doors: tuple[Door, ...]


@dataclass(frozen=True)
class Message:
    """Something sent: to whom, what, and what became of it."""

    to: str
    text: str
    note: str
    note_en: str
    tone: Tone = "plain"


@dataclass(frozen=True)
class Messages(Widget):
    """What has been sent, newest first."""

    kind = "messages"
    messages: tuple[Message, ...]


@dataclass(frozen=True)
class Heard(Widget):
    """What was last spoken; `picture` is its loudness from 0 to 1, evenly spaced in time."""

    kind = "heard"
    text: str
    seconds: float
    picture: tuple[float, ...]
