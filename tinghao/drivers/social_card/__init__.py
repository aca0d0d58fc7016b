"""Social security card: `protocol.py` is the card, `wire.py` and `pcsc.py` the way to it, `driver.py` the behaviour."""

from tinghao.drivers.social_card.driver import PROBLEM_TEXT, SlotTiming, SocialCardReader
from tinghao.drivers.social_card.protocol import CardStyle, Problem, SocialCard

__all__ = ["PROBLEM_TEXT", "CardStyle", "Problem", "SlotTiming", "SocialCard", "SocialCardReader"]
