"""The desk: a number for somebody else, its paper, another paper, its story; and a number on a phone."""

from urllib.parse import urlsplit

import pytest
import requests
from playwright.sync_api import Page, expect

from tests.journeys.conftest import Demo, Open
from tinghao.demo.make import DEMO_PASSWORD, GUIDE


def log_in(demo: Demo, open_page: Open) -> Page:
    """The guide at the desk."""
    start = open_page(demo.server, 1366, 768)
    door = start.get_attribute("[data-door=desk]", "href") or ""
    desk = open_page(demo.server + door, 1366, 768)
    desk.fill("#username", GUIDE[0])
    desk.fill("#password", DEMO_PASSWORD)
    desk.click("[data-do=log-in]")
    return desk


@pytest.mark.timeout(180)
def test_a_guide_takes_a_number_and_has_it_printed_twice(demo: Demo, open_page: Open) -> None:
    desk = log_in(demo, open_page)
    expect(desk.locator("[data-find-matter] .chip").first).to_be_visible()
    expect(desk.locator("[data-printers]")).to_contain_text("1号取号机", timeout=15_000)
    desk.fill("[data-find-matter] input", "企业投资项目备案")
    desk.check("[value=pregnant]")
    desk.fill("#remark", "行动不便")
    desk.click("[data-do=take]")
    expect(desk.locator("[data-issued]")).to_contain_text("号票已打印", timeout=15_000)
    [paper] = demo.papers()
    assert "补打" not in paper["text"]
    assert "优先" in paper["text"]

    desk.click("[data-issued] [data-open]")
    story = desk.locator("[data-story]")
    expect(story.locator(".mark.priority")).to_contain_text("优先")
    expect(story).to_contain_text("行动不便")
    desk.click("[data-on=reprint]")
    desk.click("[data-sheet] [data-send='0']")
    expect(story.locator(".acts")).to_contain_text(GUIDE[1])
    expect(story.locator(".acts li")).to_have_count(3)
    expect(story.locator(".facts")).to_contain_text("号票已打印", timeout=15_000)
    assert "补打 Reprint" in demo.papers()[1]["text"]

    desk.click("[data-on=cancel]")
    desk.click("[data-sheet] [data-send='0']")
    expect(story.locator(".state")).to_contain_text("已取消")
    expect(desk.locator('[data-line="A"]')).to_contain_text("0 人")


@pytest.mark.timeout(180)
def test_a_visitor_scans_the_kiosk_and_takes_a_number_on_his_phone(demo: Demo, open_page: Open) -> None:
    desk = log_in(demo, open_page)
    expect(desk.locator("[data-view=work]")).to_be_visible()
    kiosk = open_page(demo.kiosk, 1080, 1920)
    expect(kiosk.locator("[data-test=phones]")).to_be_visible(timeout=15_000)
    # A camera reads the code; the test asks for what it says with the desk's own session.
    token = desk.evaluate("JSON.parse(sessionStorage.getItem('desk-session')).token")
    asked = requests.get(
        f"{demo.server}/api/v1/presence", headers={"Authorization": f"Bearer {token}"}, timeout=10
    )
    phone = open_page(asked.json()["url"], 390, 844)
    phone.locator(".matter").first.click()
    phone.click("[data-take]")
    expect(phone.locator("[data-number]")).to_contain_text("A00")
    assert urlsplit(phone.url).path.startswith("/t/")
    number = phone.locator("[data-number]").inner_text()

    desk.keyboard.press("F3")
    desk.fill("#query", number)
    desk.keyboard.press("Enter")
    expect(desk.locator("[data-story] .facts")).to_contain_text("手机")
    phone.click("[data-ask]")
    phone.click("[data-yes]")
    expect(desk.locator("[data-story] .state")).to_contain_text("已取消")
