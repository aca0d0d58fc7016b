"""The stand-in's fixtures, and a clerk."""

import pytest
from playwright.sync_api import Page

from tests.counter.clerk import Clerk
from tests.counter.stand_in import StandIn, address, chromium, hall, page, served

__all__ = ["address", "chromium", "clerk", "hall", "page", "served"]


@pytest.fixture
def clerk(hall: StandIn, page: Page, address: str) -> Clerk:
    return Clerk(hall, page, address)
