"""Logging in and out, and what keeps a wish from being done twice or lost."""

from typing import Any

from playwright.sync_api import Page, Route, expect

from tests.counter.browser import serious
from tests.counter.clerk import REFUSAL, SHEET, TOKEN, Clerk
from tests.counter.stand_in import StandIn


def test_a_clerk_logs_in_works_and_leaves(hall: StandIn, page: Page, clerk: Clerk) -> None:
    hall.open(7)
    clerk.log_in()
    expect(page.locator('[data-open="7"]')).to_contain_text("使用中")
    hall.close(7)
    expect(page.locator('[data-open="7"]')).to_contain_text("未开窗")
    page.click('[data-open="5"]')
    clerk.can("next")
    expect(page.locator("[data-window]")).to_contain_text("5号窗口")
    page.click("[data-do=close]")
    expect(page.locator("[data-view=choose]")).to_be_visible()
    page.click('[data-open="5"]')
    clerk.can("next")
    page.click("[data-do=log-out]")
    expect(page.locator("[data-view=login]")).to_be_visible()
    assert hall.window(5)["state"] == "closed"
    page.reload()
    expect(page.locator("[data-view=login]")).to_be_visible()
    page.fill("#username", "c01")
    page.fill("#password", "wrong")
    page.keyboard.press("Enter")
    expect(page.locator(REFUSAL)).to_contain_text("用户名或密码不正确")
    expect(page.locator("#password")).to_have_value("")


def test_a_double_press_is_one_wish(hall: StandIn, page: Page, clerk: Clerk) -> None:
    hall.issue()
    hall.issue()
    clerk.sit_down()
    hall.delay.clear()
    clerk.button("next").dblclick(force=True)
    page.keyboard.press("Space")
    clerk.can()
    hall.delay.set()
    clerk.state("called")
    # The answer was quick: the second press finds the button ready again, and still means the first.
    expect(clerk.button("recall")).to_be_enabled()
    clerk.button("recall").dblclick(delay=0)
    expect(page.locator("[data-recalls]")).to_contain_text("重呼 1 次")
    clerk.do("hold")
    clerk.page.locator("[data-send='0']").dblclick()
    clerk.state("none")
    clerk.can("next")
    assert [wish.path for wish in hall.wishes] == [
        "/windows/103/next",
        "/tickets/1/recall",
        "/tickets/1/hold",
    ]


def test_a_lost_answer_is_asked_for_with_the_same_key(hall: StandIn, page: Page, clerk: Clerk) -> None:
    hall.issue()
    hall.issue()
    clerk.sit_down()
    lost: list[str] = []

    def lose(route: Route) -> None:
        if lost:
            route.continue_()
            return
        lost.append(route.request.headers["idempotency-key"])
        route.fetch()
        route.abort()

    page.route("**/next", lose)
    clerk.do("next")
    clerk.state("called")
    clerk.can("recall", "start", "no-show")
    assert [wish.key for wish in hall.wishes] == lost * 2
    assert [ticket["state"] for ticket in hall.tickets.values()] == ["called", "waiting"]


def test_pressing_again_after_the_network_failed_repeats_the_wish(
    hall: StandIn, page: Page, clerk: Clerk
) -> None:
    hall.call(3)
    clerk.sit_down()
    keys: list[str] = []

    def fail(route: Route) -> None:
        keys.append(route.request.headers["idempotency-key"])
        route.abort()

    page.route("**/hold", fail)
    clerk.do("hold")
    clerk.send()
    refusal = page.locator("[data-sheet-refusal]")
    expect(refusal).to_contain_text("网络连接中断")
    page.unroute("**/hold")
    clerk.send()
    clerk.state("none")
    assert {*keys, *(wish.key for wish in hall.wishes)} == {keys[0]}


def test_an_answer_that_comes_late_does_not_undo_what_the_stream_told(
    hall: StandIn, page: Page, clerk: Clerk
) -> None:
    ticket = hall.call(3)
    clerk.sit_down()
    answers: list[Any] = []
    page.route("**/recall", lambda route: answers.append((route, route.fetch())))
    clerk.do("recall")
    expect(page.locator("[data-recalls]")).to_contain_text("重呼 1 次")
    hall.finish(ticket, "no_show")
    clerk.state("none")
    [(route, answer)] = answers
    route.fulfill(response=answer)
    clerk.can("next")
    clerk.state("none")


def test_a_refusal_is_told_in_the_servers_words(page: Page, clerk: Clerk) -> None:
    clerk.sit_down()
    clerk.do("next")
    expect(page.locator(REFUSAL)).to_contain_text("暂时没有等候的群众。")
    clerk.can("next")


def test_a_no_show_asks_once(hall: StandIn, page: Page, clerk: Clerk) -> None:
    ticket = hall.call(3)
    clerk.sit_down()
    clerk.do("no-show")
    yes = page.locator("[data-do=confirm-no-show]")
    expect(page.locator("[data-confirm]")).to_contain_text("A001 没有到窗")
    expect(yes).to_be_focused()
    page.keyboard.press("Escape")
    expect(page.locator("[data-confirm]")).to_be_hidden()
    assert hall.wishes == []

    clerk.do("no-show")
    expect(yes).to_be_disabled()
    expect(yes).to_be_focused()
    page.keyboard.press("Enter")
    clerk.state("none")
    assert ticket["state"] == "no_show"


def test_after_a_reload_everything_is_as_before(hall: StandIn, page: Page, clerk: Clerk) -> None:
    hall.start(hall.call(3))
    clerk.sit_down()
    clerk.state("serving")
    page.reload()
    clerk.state("serving")
    expect(page.locator("[data-number]")).to_have_text("A001")
    expect(page.locator("[data-clerk]")).to_contain_text("欧阳建国")
    assert "token" not in page.url
    clerk.can("finish", "finish-next")


def test_a_revoked_session_returns_to_the_login(hall: StandIn, page: Page, clerk: Clerk) -> None:
    hall.call(3)
    clerk.sit_down()
    clerk.do("hold")
    expect(page.locator(SHEET)).to_be_visible()
    hall.revoke(TOKEN)
    expect(page.locator("[data-view=login]")).to_be_visible()
    expect(page.locator(SHEET)).to_be_hidden()
    expect(page.locator(REFUSAL)).to_contain_text("请重新登录")


def test_a_clerk_who_sits_down_elsewhere_is_followed(hall: StandIn, page: Page, clerk: Clerk) -> None:
    clerk.sit_down()
    hall.close(3)
    hall.take_seat(8)
    expect(page.locator("[data-window]")).to_contain_text("8号窗口")
    clerk.can("next")


def test_a_browser_that_is_no_station_says_so(hall: StandIn, page: Page, address: str) -> None:
    page.goto(f"{address}/counter/")
    expect(page.locator("[data-view=unregistered]")).to_be_visible()
    assert serious(page) == []
