"""Resident ID card reader: see `protocol.py` for the bytes, `driver.py` for the behaviour."""

from tinghao.drivers.card_reader.driver import PROBLEM_TEXT, CardReader, Problem, Timing
from tinghao.drivers.card_reader.protocol import IdCard

__all__ = ["PROBLEM_TEXT", "CardReader", "IdCard", "Problem", "Timing"]
