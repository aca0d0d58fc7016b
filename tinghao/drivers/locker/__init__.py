"""Locker boards: see `protocol.py` for the bytes, `driver.py` for the behaviour."""

from tinghao.drivers.locker.driver import LockerBoard, Timing
from tinghao.drivers.locker.jobs import OpenOutcome

__all__ = ["LockerBoard", "OpenOutcome", "Timing"]
