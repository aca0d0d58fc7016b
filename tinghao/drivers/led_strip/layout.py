"""Where on the panel each area lies."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

from tinghao.drivers.led_strip.protocol import ALL_AREAS, Place

XUnit = Literal[8, 1]


@dataclass(frozen=True)
class Area:
    """A rectangle in dots with the number the card knows it by."""

    number: int
    x: int
    y: int
    width: int
    height: int


def lay_out(
    areas: Sequence[Area], width: int, height: int, x_unit: XUnit, dot_flag: bool
) -> dict[int, Place]:
    """By number; `ValueError` for a layout that no card could show."""
    places: dict[int, Place] = {}
    for area in areas:
        fits = 0 <= area.x < area.x + area.width <= width and 0 <= area.y < area.y + area.height <= height
        if not fits or not 0 <= area.number < ALL_AREAS:
            raise ValueError(f"area {area.number} is not on the panel")
        if area.x % x_unit or area.width % x_unit:
            raise ValueError(f"area {area.number} doesn't lie on multiples of {x_unit} dots")
        if area.number in places:
            raise ValueError(f"two areas have the number {area.number}")
        places[area.number] = Place(area.number, area.x, area.y, area.width, area.height, x_unit, dot_flag)
    return places
