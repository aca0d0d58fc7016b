"""Call pads and 4-key raters: see `protocol.py` for the bytes, `driver.py` for the behaviour."""

from tinghao.drivers.call_pad.driver import CallPadBus
from tinghao.drivers.keys import Key

__all__ = ["CallPadBus", "Key"]
