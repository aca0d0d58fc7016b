"""The stand-in's fixtures."""

from tests.counter.stand_in import address, chromium, hall, page, served

__all__ = ["address", "chromium", "hall", "page", "served"]
