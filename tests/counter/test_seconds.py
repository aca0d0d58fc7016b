"""What depends on how many seconds have passed. The clock is the browser's, so these tests have one of their own."""

import re

from playwright.sync_api import Page, expect

from tests.counter.clerk import Clerk
from tests.counter.stand_in import StandIn


def test_a_call_can_be_taken_back_while_the_seconds_run(hall: StandIn, page: Page, clerk: Clerk) -> None:
    hall.settings["undo_seconds"] = 600
    hall.issue()
    clerk.sit_down(by_key=True)
    clerk.do("next")
    left = page.locator("[data-undo-left]")
    expect(left).to_have_text(re.compile(r"600|5[5-9]\d"))
    page.clock.fast_forward(300_000)
    expect(left).to_have_text(re.compile(r"300|2[5-9]\d"))
    page.clock.fast_forward(300_000)
    expect(clerk.button("undo")).to_be_hidden()
    clerk.press("z")
    clerk.do("start")
    assert [clerk.sent()[1] for _ in range(2)] == ["/windows/103/next", "/tickets/1/start"]


def test_who_does_not_come_may_be_marked(hall: StandIn, page: Page, clerk: Clerk) -> None:
    ticket = hall.call(3)
    clerk.sit_down(by_key=True)
    expect(page.locator("[data-hint]")).to_be_hidden()
    page.clock.fast_forward(121_000)
    expect(page.locator("[data-hint]")).to_contain_text("已呼叫 2 分钟仍未到窗，可标记过号。")
    hall.recall(hall.recall(ticket))
    expect(page.locator("[data-hint]")).to_contain_text("已重呼 2 次仍未到窗，可标记过号。")
    expect(clerk.button("no-show")).to_have_class("button action no-show offered")
    for _ in range(3):
        hall.recall(ticket)
    expect(clerk.button("recall")).to_be_disabled()
