"""听号 Tinghao: the queue and kiosk system of a government service hall."""

__version__ = "0.3.0"
