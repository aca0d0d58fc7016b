"""The announcer on this machine's sound card: see `clips.py` for what is said, `driver.py` for the behaviour."""

from tinghao.drivers.voice.clips import Sentence, Window, compose
from tinghao.drivers.voice.driver import Announcer, Said, Timing

__all__ = ["Announcer", "Said", "Sentence", "Timing", "Window", "compose"]
