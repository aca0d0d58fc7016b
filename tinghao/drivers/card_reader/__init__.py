"""Resident ID card reader: see `protocol.py` for the bytes, `driver.py` for the behaviour."""

from tinghao.drivers.card_reader.driver import PROBLEM_TEXT, CardReader, Problem, Timing
from tinghao.drivers.card_reader.photo import PhotoDecoder
from tinghao.drivers.card_reader.protocol import KIND_TEXT, IdCard, Management

__all__ = [
    "KIND_TEXT",
    "PROBLEM_TEXT",
    "CardReader",
    "IdCard",
    "Management",
    "PhotoDecoder",
    "Problem",
    "Timing",
]
