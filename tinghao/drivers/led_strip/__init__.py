"""LED strip with an Onbon font card: see `protocol.py` for the bytes, `driver.py` for the behaviour."""

from tinghao.drivers.led_strip.driver import (
    FLASHING,
    MOVING,
    STEADY,
    Accepted,
    LedStrip,
    Timing,
)
from tinghao.drivers.led_strip.layout import Area
from tinghao.drivers.led_strip.protocol import Style
from tinghao.drivers.led_strip.text import Colour, Run

__all__ = [
    "FLASHING",
    "MOVING",
    "STEADY",
    "Accepted",
    "Area",
    "Colour",
    "LedStrip",
    "Run",
    "Style",
    "Timing",
]
