"""Every verb, by button and by key, sends exactly its wish."""

from datetime import timedelta

import pytest
from playwright.sync_api import expect

from tests.counter.clerk import SHEET, Clerk
from tests.counter.stand_in import StandIn

TAB = {"held": "2", "missed": "3", "waiting": "1"}


def open_tab(clerk: Clerk, name: str) -> None:
    tab = clerk.page.locator(f"[data-tab={name}]")
    clerk.can("next")
    if clerk.by_key:
        clerk.press(TAB[name])
    else:
        tab.click()
    expect(tab).to_have_attribute("aria-selected", "true")


@pytest.fixture(params=["button", "key"])
def at_work(request: pytest.FixtureRequest, hall: StandIn, clerk: Clerk) -> Clerk:
    """At window 3, with six who wait; calls can be taken back for as long as the test takes."""
    hall.settings["undo_seconds"] = 600
    for n in range(6):
        hall.issue(ago=timedelta(minutes=30 - n))
    clerk.sit_down(by_key=request.param == "key")
    return clerk


def test_calling_and_serving(at_work: Clerk) -> None:
    clerk = at_work
    clerk.do("next")
    assert clerk.sent() == ("POST", "/windows/103/next", {})
    clerk.do("undo")
    assert clerk.sent() == ("POST", "/tickets/1/undo", {})
    clerk.do("store-next")
    assert clerk.sent() == ("POST", "/windows/103/store-next", {})
    expect(clerk.button("store-next")).to_have_attribute("aria-pressed", "true")
    clerk.do("store-next")
    assert clerk.sent() == ("DELETE", "/windows/103/store-next", {})
    expect(clerk.button("store-next")).to_have_attribute("aria-pressed", "false")
    clerk.do("chosen")
    if clerk.by_key:
        clerk.type("a3")
        clerk.send()
    else:
        clerk.page.click("[data-pick=A003]")
    assert clerk.sent() == ("POST", "/tickets/3/call", {})
    clerk.do("recall")
    assert clerk.sent() == ("POST", "/tickets/3/recall", {})
    expect(clerk.page.locator("[data-count]")).to_have_text("1/5")
    clerk.do("start")
    assert clerk.sent() == ("POST", "/tickets/3/start", {})
    clerk.do("finish-next")
    assert clerk.sent() == ("POST", "/tickets/3/finish", {"next": True})
    expect(clerk.page.locator("[data-number]")).to_have_text("A001")
    clerk.do("start")
    assert clerk.sent() == ("POST", "/tickets/1/start", {})
    clerk.do("finish")
    assert clerk.sent() == ("POST", "/tickets/1/finish", {})
    clerk.do("serve")
    clerk.type("户口")
    clerk.send()
    assert clerk.sent() == ("POST", "/windows/103/serve", {"matter": "birth-registration"})
    # Without a number nobody can be called again, nor asked after.
    expect(clerk.button("outcomes")).to_be_enabled()
    for name in ("hold", "transfer", "priority", "why"):
        expect(clerk.button(name)).to_be_disabled()
    clerk.do("outcomes")
    clerk.choose("材料不全", "3")
    clerk.page.locator(f"{SHEET} input.text").first.fill("缺结婚证")
    clerk.send()
    outcome = {"matter": "birth-registration", "outcome": "incomplete", "note": "缺结婚证"}
    assert clerk.sent() == ("POST", "/tickets/7/finish", {"outcomes": [outcome]})
    clerk.can("next")
    assert len({wish.key for wish in clerk.hall.wishes}) == len(clerk.hall.wishes)


def test_aside_and_elsewhere(at_work: Clerk) -> None:
    clerk, page = at_work, at_work.page
    clerk.do("next")
    clerk.sent()
    clerk.do("hold")
    clerk.choose("去缴费", "3")
    clerk.send()
    assert clerk.sent() == ("POST", "/tickets/1/hold", {"reason": "去缴费", "minutes": 30})
    open_tab(clerk, "held")
    expect(page.locator("[data-held-ticket=A001]")).to_contain_text("剩 30 分钟")
    page.click("[data-held-ticket=A001] [data-on=resume]")
    assert clerk.sent() == ("POST", "/tickets/1/resume", {})
    clerk.do("next")
    clerk.sent()
    clerk.do("no-show")
    clerk.confirm("no-show")
    assert clerk.sent() == ("POST", "/tickets/1/no-show", {})
    open_tab(clerk, "missed")
    page.click("[data-missed-ticket=A001] [data-on=call-back]")
    assert clerk.sent() == ("POST", "/tickets/1/call-back", {})
    clerk.do("priority")
    clerk.type("4")
    clerk.send()
    clerk.choose("孕妇", "2")
    clerk.send()
    assert clerk.sent() == ("POST", "/tickets/4/priority", {"priority": "priority", "reason": "孕妇"})
    expect(page.locator(SHEET)).to_be_hidden()
    clerk.do("next")
    clerk.sent()
    expect(page.locator("[data-number]")).to_have_text("A004")
    clerk.do("matter")
    clerk.type("kai ju")
    clerk.send()
    assert clerk.sent() == ("POST", "/tickets/4/matter", {"matter": "tax-certificate"})
    expect(page.locator(SHEET)).to_be_hidden()
    clerk.do("transfer")
    clerk.choose("办事窗口", "2")
    page.locator("[data-targets=window] .chip", has_text="5号窗口").first.click()
    page.locator(f"{SHEET} .chip", has_text="10 分钟后").click()
    page.locator(f"{SHEET} .chip", has_text="办完回到本窗口").click()
    clerk.send()
    wanted = {"window": 105, "position": "keep", "delay_minutes": 10, "return": True, "reason": "取错号"}
    assert clerk.sent() == ("POST", "/tickets/4/transfer", wanted)
    clerk.can("next")


def test_the_window_itself(at_work: Clerk) -> None:
    clerk, page = at_work, at_work.page
    clerk.do("pause")
    clerk.choose("用餐", "2")
    clerk.send()
    assert clerk.sent() == ("POST", "/windows/103/pause", {"reason": "用餐"})
    clerk.state("paused")
    clerk.can()
    expect(page.locator("[data-idle-text]")).to_have_text("用餐")
    clerk.do("unpause")
    assert clerk.sent() == ("POST", "/windows/103/unpause", {})
    clerk.can("next")

    clerk.do("change-window")
    page.click('[data-open="5"]')
    assert clerk.sent() == ("POST", "/windows/105/shift", {})
    expect(page.locator("[data-confirm]")).to_contain_text("3号窗口正在开窗。关闭它，换到5号窗口？")
    clerk.confirm("move")
    assert clerk.sent() == ("POST", "/windows/105/shift", {"move": True})
    expect(page.locator("[data-window]")).to_contain_text("5号窗口")
    assert clerk.hall.window(3)["state"] == "closed"

    clerk.do("close")
    clerk.confirm("close")
    assert clerk.sent() == ("DELETE", "/windows/105/shift", {})
    expect(page.locator("[data-view=choose]")).to_be_visible()


def test_a_waiting_ticket_is_opened_and_cancelled(at_work: Clerk) -> None:
    clerk, page = at_work, at_work.page
    page.click("[data-waiting-ticket=A002] .row-open")
    expect(page.locator(SHEET)).to_contain_text("号票 A002")
    page.click(f"{SHEET} [data-on=cancel]")
    clerk.confirm("cancel-ticket")
    assert clerk.sent() == ("POST", "/tickets/2/cancel", {})
    expect(page.locator(SHEET)).to_be_hidden()
    expect(page.locator("[data-waiting-ticket]")).to_have_count(5)


def test_several_matters_have_each_their_outcome(hall: StandIn, clerk: Clerk) -> None:
    hall.issue()
    clerk.sit_down()
    page = clerk.page
    clerk.do("next")
    clerk.do("start")
    clerk.do("outcomes")
    page.click("text=增加一个事项")
    clerk.page.keyboard.type("KJ")
    page.keyboard.press("Enter")
    page.locator(".outcome >> nth=1").locator(".chip", has_text="已受理").click()
    assert [clerk.sent()[1] for _ in range(2)] == ["/windows/103/next", "/tickets/1/start"]
    page.click("[data-send='1']")
    method, path, body = clerk.sent()
    assert (method, path, body["next"]) == ("POST", "/tickets/1/finish", True)
    assert [(each["matter"], each["outcome"]) for each in body["outcomes"]] == [
        ("birth-registration", "done"),
        ("tax-certificate", "accepted"),
    ]
    clerk.can("next")


def test_fingers_do_it_too(hall: StandIn, clerk: Clerk) -> None:
    hall.issue()
    clerk.sit_down()
    page = clerk.page
    clerk.button("next").tap()
    clerk.state("called")
    clerk.button("start").tap()
    clerk.state("serving")
    clerk.button("hold").tap()
    page.locator(f"{SHEET} .chip", has_text="去复印").tap()
    page.locator("[data-send='0']").tap()
    clerk.state("none")
    paths = ["/windows/103/next", "/tickets/1/start", "/tickets/1/hold"]
    assert [wish.path for wish in hall.wishes] == paths
