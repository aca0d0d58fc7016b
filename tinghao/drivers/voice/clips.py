"""What is said for a call, and by which clips: the rules of the browser's announcer (`announcer.js`), for a sound card.

    chime · 请 · A 0 1 2 · 号 · 到 3 号窗口          one clip each, 到…窗口 is one for every window

Pure: a call goes in, a sentence comes out.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Literal

DIGITS = "零幺二三四五六七八九"
NATURAL = "零一二三四五六七八九"

CHIME_GAP = 0.0
QING_GAP = 0.06
LETTER_GAP = 0.04
DIGIT_GAP = 0.03
HAO_GAP = 0.02
DAO_GAP = 0.14
BETWEEN_CALLS = 0.6
LEAD = 0.05

Window = int | Literal["desk"]


@dataclass(frozen=True)
class Part:
    """A clip, and the pause in seconds before it."""

    clip: str
    gap: float


@dataclass(frozen=True)
class Sentence:
    text: str
    parts: tuple[Part, ...]


@dataclass(frozen=True)
class Span:
    """Where a clip lies in its file, in seconds."""

    start: float
    duration: float


CHIME = Part("chime", CHIME_GAP)


def compose(number: str, window: Window) -> Sentence:
    parts = [CHIME, Part("qing", QING_GAP)]
    said = ""
    for sign in number.upper():
        is_digit = "0" <= sign <= "9"
        parts.append(Part(sign, DIGIT_GAP if is_digit else LETTER_GAP))
        said += DIGITS[int(sign)] if is_digit else f" {sign} "
    parts += [Part("hao", HAO_GAP), Part(f"dao_{window}", DAO_GAP)]
    place = "咨询服务台" if window == "desk" else f"{_numeral(window)}号窗口"
    return Sentence(f"请{said}号到{place}", tuple(parts))


def lay(parts: Sequence[Part], spans: Mapping[str, Span]) -> tuple[list[tuple[float, Span]], float]:
    """When each part begins, and how long the whole is; `KeyError` for a clip that isn't there."""
    at = 0.0
    placed = []
    for part in parts:
        span = spans[part.clip]
        at += part.gap
        placed.append((at, span))
        at += span.duration
    return placed, at


def _numeral(window: int) -> str:
    if not 1 <= window <= 99:
        return str(window)
    tens, ones = divmod(window, 10)
    ten = (NATURAL[tens] if tens > 1 else "") + "十" if tens else ""
    return ten + (NATURAL[ones] if ones else "")
