"""Sheets by keyboard: they take the keys, give the focus back, and do not outlive what they are about."""

from playwright.sync_api import Page, expect

from tests.counter.clerk import REFUSAL, SHEET, Clerk
from tests.counter.stand_in import StandIn


def test_escape_closes_a_sheet_and_the_focus_goes_back(hall: StandIn, page: Page, clerk: Clerk) -> None:
    hall.call(3)
    clerk.sit_down()
    sheet = page.locator(SHEET)
    clerk.button("transfer").focus()
    page.keyboard.press("Enter")
    expect(sheet).to_be_visible()
    # What lies beneath hears nothing: not the space bar, not the keys of other buttons.
    page.keyboard.press("F3")
    page.keyboard.press("g")
    expect(sheet).to_have_attribute("data-sheet", "transfer")
    page.click("[data-send='0']")
    expect(page.locator("[data-sheet-refusal]")).to_contain_text("请先选择转到哪里。")
    page.keyboard.press("Escape")
    expect(sheet).to_be_hidden()
    expect(clerk.button("transfer")).to_be_focused()
    assert hall.wishes == []


def test_letters_in_a_text_are_no_keys(hall: StandIn, page: Page, clerk: Clerk) -> None:
    hall.call(3)
    clerk.sit_down()
    page.keyboard.press("g")
    own = page.locator(f"{SHEET} input.text")
    own.focus()
    page.keyboard.type("z t 3")
    expect(own).to_have_value("z t 3")
    page.keyboard.press("Enter")
    assert clerk.sent() == ("POST", "/tickets/1/hold", {"reason": "z t 3", "minutes": 30})


def test_letters_can_be_switched_off_and_help_tells_all_keys(hall: StandIn, page: Page, clerk: Clerk) -> None:
    hall.call(3)
    clerk.sit_down()
    page.keyboard.press("?")
    sheet = page.locator(SHEET)
    for key, text in (("空格", "下一位"), ("F8", "过号"), ("W", "办完叫下一位"), ("Z", "撤回叫号")):
        row = sheet.locator(".keys > div", has_text=text).filter(has_text=key)
        expect(row.first).to_be_visible()
    page.locator(f"{SHEET} .tick").click()
    page.keyboard.press("Escape")
    page.keyboard.press("g")
    expect(sheet).to_be_hidden()
    page.keyboard.press("F3")
    clerk.state("serving")


def test_no_key_is_given_twice(page: Page, clerk: Clerk) -> None:
    clerk.sit_down()
    keys = page.eval_on_selector_all(
        "main [aria-keyshortcuts]", "all => all.map(each => [each.ariaKeyShortcuts, each.dataset.do])"
    )
    # 暂停 and 恢复服务 are never offered together.
    given = [key for key, name in keys if name != "unpause"]
    assert len(given) > 20
    assert len(set(given)) == len(given)
    assert not {"F1", "F5", "F6", "F11", "F12"} & set(given)


def test_a_sheet_does_not_outlive_its_ticket(hall: StandIn, page: Page, clerk: Clerk) -> None:
    ticket = hall.call(3)
    clerk.sit_down()
    clerk.do("hold")
    expect(page.locator(SHEET)).to_be_visible()
    hall.finish(ticket, "no_show")
    expect(page.locator(SHEET)).to_be_hidden()
    expect(page.locator(REFUSAL)).to_contain_text("情况已变化，请重新操作。")


def test_a_number_is_found_by_typing_it(hall: StandIn, page: Page, clerk: Clerk) -> None:
    for _ in range(12):
        hall.issue()
    elsewhere = hall.issue(line=5)
    hall.call(45, elsewhere)
    clerk.sit_down()
    clerk.do("chosen")
    clerk.type("1")
    expect(page.locator("[data-pick]")).to_have_count(1)
    page.keyboard.press("Control+A")
    clerk.type("A01")
    page.keyboard.press("Control+A")
    page.keyboard.type("E001")
    page.keyboard.press("Enter")
    expect(page.locator(SHEET)).to_have_attribute("data-sheet", "ticket")
    expect(page.locator(SHEET)).to_contain_text("45号窗口 已叫号")
    expect(page.locator(SHEET)).to_contain_text("不由本窗口处理")
    page.keyboard.press("Escape")
    clerk.do("chosen")
    clerk.type("Z9")
    page.keyboard.press("Enter")
    expect(page.locator("[data-sheet-refusal]")).to_contain_text("今天没有号码 Z9。")
