"""Every state fits its screen and can be used by everybody."""

from datetime import UTC, datetime, timedelta

import pytest
from playwright.sync_api import Page, expect

from tests.counter.browser import overflow, serious
from tests.counter.clerk import REFUSAL, SHEET, Clerk
from tests.counter.hall_data import TAX_SUPPORT, iso
from tests.counter.stand_in import StandIn

VIEWPORTS = [(1366, 768), (1920, 1080), (1280, 720)]
SMALL = """() => [...document.querySelectorAll("button, .chip")]
  .filter((each) => each.checkVisibility() && each.getBoundingClientRect().height < 44)
  .map((each) => each.textContent)"""
SHEETS = ("outcomes", "hold", "transfer", "matter", "why", "details", "priority")


@pytest.fixture
def crowded(hall: StandIn) -> StandIn:
    """A hall on its worst day: long lines, long names, everything that can be said of a ticket."""
    for n in range(70):
        hall.issue(
            matter=1 - n % 2,
            ago=timedelta(minutes=150 - n),
            priority="priority" if n < 8 else "ordinary",
            remark="行动不便，需要协助填写表格并由导办人员陪同办理",
            journey={"id": 1, "step": 2, "steps": 3},
            booked_at=iso(datetime.now(UTC)),
            reason="需先办其他事项",
        )
    for n in range(1, 13):
        hall.open(n, clerk="欧阳建国", clerk_id=100 + n)
    hall.set_window("window.profile", 3, profile=TAX_SUPPORT, lines=[1, 2, 3, 4, 5])
    return hall


@pytest.mark.parametrize("size", VIEWPORTS, ids=lambda size: f"{size[0]}x{size[1]}")
def test_every_state(crowded: StandIn, page: Page, clerk: Clerk, address: str, size: tuple[int, int]) -> None:
    page.set_viewport_size({"width": size[0], "height": size[1]})

    def check() -> None:
        assert overflow(page) == []
        assert page.evaluate(SMALL) == []
        if size == VIEWPORTS[0]:
            assert serious(page) == []

    page.goto(f"{address}/counter/#token=st_counter")
    expect(page.locator("#username")).to_be_focused()
    check()
    clerk.log_in()
    check()
    clerk.sit_down()
    expect(page.locator("[data-next-row]")).to_be_visible()
    check()
    for name in ("chosen", "serve", "pause"):
        clerk.do(name)
        expect(page.locator(SHEET)).to_be_visible()
        check()
        page.keyboard.press("Escape")
    clerk.do("close")
    expect(page.locator("[data-confirm]")).to_be_visible()
    check()
    page.keyboard.press("Escape")
    crowded.set_window("window.paused", 3, state="paused", pause_reason="系统故障")
    clerk.state("paused")
    check()
    crowded.set_window("window.resumed", 3, state="open", pause_reason=None)
    ticket = crowded.call(3)
    expect(page.locator("[data-guide]")).to_contain_text("第12项")
    expect(page.locator("[data-why-row]")).to_be_visible()
    check()
    crowded.recall(crowded.recall(ticket))
    expect(page.locator("[data-hint]")).to_be_visible()
    check()
    crowded.start(ticket)
    clerk.can("finish", "finish-next")
    check()
    for name in SHEETS:
        clerk.do(name)
        expect(page.locator(SHEET)).to_be_visible()
        check()
        page.keyboard.press("Escape")
    page.keyboard.press("?")
    expect(page.locator(SHEET)).to_be_visible()
    check()
    page.keyboard.press("Escape")
    crowded.change("ticket.held", ticket, state="held", held_until=iso(datetime.now(UTC)))
    crowded.change("ticket.no_show", crowded.call(3), state="no_show")
    for tab in ("held", "missed"):
        page.click(f"[data-tab={tab}]")
        expect(page.locator(f"[data-{tab}-ticket]")).to_have_count(1)
        check()
    crowded.refuse = {
        "status": 409,
        "code": "wrong-state",
        "detail": "号码 A001 当前已由其他终端办结，请刷新后再试或联系管理员。",
    }
    clerk.do("next")
    expect(page.locator(REFUSAL)).to_contain_text("号码 A001")
    check()
    page.context.set_offline(True)
    expect(page.locator("[data-stale]")).to_be_visible()
    check()
