"""Locker boards: see `protocol.py` for the bytes, `driver.py` for the behaviour."""

from tinghao.drivers.locker.driver import LockerBoard
from tinghao.drivers.locker.jobs import OpenOutcome
from tinghao.drivers.locker.opening import Timing

__all__ = ["LockerBoard", "OpenOutcome", "Timing"]
