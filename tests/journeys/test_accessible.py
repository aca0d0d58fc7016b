"""The pages that have no tests of their own elsewhere: nothing overflows, and axe finds nothing serious."""

from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page

from tests.journeys.conftest import Demo

AXE = Path(__file__).parents[2] / "node_modules" / "axe-core" / "axe.min.js"
SERIOUS = """() => axe.run().then(({ violations }) => violations
  .filter(({ impact }) => ["serious", "critical"].includes(impact))
  .map(({ id, nodes }) => `${id}: ${nodes.map(({ html }) => html).join(" | ")}`))"""
WIDER = "() => document.documentElement.scrollWidth - document.documentElement.clientWidth"


def check(browser: Browser, address: str, width: int, height: int, ready: str) -> Page:
    # The page's own policy would not let axe in.
    page = browser.new_context(viewport={"width": width, "height": height}, bypass_csp=True).new_page()
    page.goto(address)
    page.wait_for_selector(ready)
    page.add_script_tag(path=AXE)
    assert page.evaluate(SERIOUS) == []
    assert page.evaluate(WIDER) <= 0
    return page


@pytest.mark.parametrize(("width", "height"), [(1366, 768), (1920, 1080), (390, 844)])
def test_the_start_page(demo: Demo, browser: Browser, width: int, height: int) -> None:
    check(browser, demo.server, width, height, "[data-door]").context.close()


@pytest.mark.parametrize(("width", "height"), [(1366, 768), (1920, 1080)])
def test_the_workbench(demo: Demo, browser: Browser, width: int, height: int) -> None:
    check(browser, demo.workbench, width, height, "[data-card]").context.close()


@pytest.mark.parametrize(("width", "height"), [(1366, 768), (1920, 1080)])
def test_all_devices(demo: Demo, browser: Browser, width: int, height: int) -> None:
    page = check(
        browser, f"{demo.workbench}/devices", width, height, "[data-test='device-printer'] [data-control]"
    )
    page.context.close()


@pytest.mark.parametrize(("width", "height"), [(320, 568), (390, 844), (1366, 768)])
def test_the_phones_page(demo: Demo, browser: Browser, width: int, height: int) -> None:
    page = check(browser, f"{demo.server}/t/1-nobody", width, height, "text=没有找到该号码")
    page.context.close()
