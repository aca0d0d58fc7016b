"""A browser to look at the pages with, and what may be wrong with how they look."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import BrowserContext, Page, sync_playwright

from tests import chromium as browsers

HERE = Path(__file__).parent
AXE = HERE.parents[1] / "node_modules/axe-core/axe.min.js"
WAIT_MS = 5000


@pytest.fixture(scope="module")
def chromium() -> Iterator[BrowserContext]:
    """One browser for all tests of a module, so that fonts are fetched once."""
    with sync_playwright() as playwright:
        browser = browsers.launch(playwright)
        context = browser.new_context(locale="zh-CN", has_touch=True)
        context.set_default_timeout(WAIT_MS)
        yield context
        browser.close()


@pytest.fixture
def page(chromium: BrowserContext) -> Iterator[Page]:
    """A new tab of a browser that remembers nothing; a fault in a script fails the test."""
    page = chromium.new_page()
    page.set_viewport_size({"width": 1366, "height": 768})
    faults: list[str] = []
    page.on("pageerror", lambda error: faults.append(str(error)))
    yield page
    page.evaluate("localStorage.clear()")
    page.close()
    chromium.set_offline(False)
    assert not faults


def overflow(page: Page) -> list[str]:
    """What does not fit on the page as it stands."""
    page.evaluate("document.fonts.ready")
    found: list[str] = page.evaluate((HERE / "overflow.js").read_text(encoding="utf-8"))
    return found


def serious(page: Page) -> list[str]:
    """Serious and critical findings of axe on the page as it stands."""
    if not page.evaluate("Boolean(globalThis.axe)"):
        page.evaluate(AXE.read_text(encoding="utf-8"))
    found: list[str] = page.evaluate((HERE / "serious.js").read_text(encoding="utf-8"))
    return found
