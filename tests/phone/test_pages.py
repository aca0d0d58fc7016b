"""Taking a number on a phone in the hall, seeing its place, giving it back."""

from playwright.sync_api import Page, expect

from tests.counter.browser import serious
from tests.phone.conftest import House


def looks_good(phone: Page) -> None:
    """Axe is content and nothing has to be scrolled sideways."""
    assert serious(phone) == []
    assert phone.evaluate("document.documentElement.scrollWidth <= innerWidth")


def take(phone: Page, house: House) -> None:
    """From the scanned code to the question for the matter, and back with a number."""
    phone.goto(house.presence())
    phone.fill("#typed", "qiye touzi")
    phone.locator(".matter").first.click()
    phone.click("[data-take]")


def test_a_number_is_taken_seen_and_given_back(house: House, phone: Page) -> None:
    phone.goto(house.presence())
    expect(phone.locator("[data-hall]")).to_contain_text("衡南县政务服务大厅")
    expect(phone.locator(".matter").first).to_be_visible()
    looks_good(phone)
    phone.fill("#typed", "没有这样的事")
    expect(phone.locator("[data-none]")).to_be_visible()
    phone.fill("#typed", "qytz")
    phone.locator(".matter").first.click()
    expect(phone.locator("[data-guide]")).to_contain_text("所需材料")
    looks_good(phone)
    phone.click("[data-take]")
    expect(phone.locator("[data-number]")).to_have_text("A001")
    expect(phone.locator("[data-ahead]")).to_contain_text("0 人")
    looks_good(phone)
    phone.click("[data-ask]")
    expect(phone.locator("[data-no]")).to_be_focused()
    looks_good(phone)
    phone.click("[data-yes]")
    expect(phone.locator("[data-state]").last).to_contain_text("已取消")
    expect(phone.locator("[data-give-back]")).to_be_hidden()
    expect(phone.locator("[data-note]")).to_contain_text("号码已取消")


def test_a_phone_that_has_a_number_is_led_to_it(house: House, phone: Page) -> None:
    take(phone, house)
    expect(phone.locator("[data-number]")).to_contain_text("A0")
    number = phone.locator("[data-number]").inner_text()
    take(phone, house)
    expect(phone.locator("[data-refusal]")).to_contain_text(f"您已取号 {number}")
    looks_good(phone)
    phone.click("[data-refusal] a")
    expect(phone.locator("[data-number]")).to_have_text(number)


def test_without_a_good_code_the_way_is_told(house: House, phone: Page) -> None:
    phone.goto(f"{house.address}/take/hengnan")
    expect(phone.locator('[data-step="over"]')).to_contain_text("请在大厅扫描取号机屏幕上的二维码")
    looks_good(phone)
    phone.goto("about:blank")
    phone.goto(f"{house.address}/take/hengnan#TH1HWRONG")
    phone.locator(".matter").first.click()
    phone.click("[data-take]")
    expect(phone.locator("[data-refusal]")).to_contain_text("二维码已失效")
    expect(phone.locator("[data-take]")).to_be_enabled()
