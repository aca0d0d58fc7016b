"""The clerk's terminal, in a browser."""

from collections.abc import Callable
from datetime import timedelta

import pytest
from playwright.sync_api import Page, Route, expect

from tests.counter.stand_in import StandIn, overflow, serious

Login = Callable[..., None]

VIEWPORTS = [(1366, 768), (1920, 1080), (1280, 720)]
REFUSAL = "[data-view]:not([hidden]) [data-refusal]"


@pytest.fixture
def log_in(hall: StandIn, page: Page, address: str) -> Login:
    """Logs a clerk in and, if a window is named, opens it."""

    def enter(window: int | None = None) -> None:
        page.goto(f"{address}/counter/#token=st_counter")
        page.fill("#username", "c01")
        page.fill("#password", "secret")
        page.click("[data-do=log-in]")
        expect(page.locator('[data-open="1"]')).to_be_enabled()
        if window:
            page.click(f'[data-open="{window}"]')
            expect(page.locator("[data-view=work]")).to_be_visible()
            expect_actions(page, "next")

    return enter


def expect_actions(page: Page, *names: str) -> None:
    """Just these of the five actions can be pressed."""
    for name in ("next", "recall", "start", "finish", "no-show"):
        button = page.locator(f"[data-do={name}]")
        expect(button).to_be_enabled() if name in names else expect(button).to_be_disabled()


def expect_state(page: Page, state: str) -> None:
    expect(page.locator("[data-ticket-state]")).to_have_attribute("data-ticket-state", state)


def test_a_visitor_is_called_and_served(hall: StandIn, page: Page, log_in: Login) -> None:
    for _ in range(3):
        hall.issue(ago=timedelta(minutes=12))
    log_in(3)
    expect(page.locator("[data-window]")).to_contain_text("3号窗口")
    expect(page.locator("[data-waiting-ticket]")).to_have_count(3)
    expect(page.locator("[data-waiting]")).to_contain_text("12 分钟")

    page.click("[data-do=next]")
    expect(page.locator("[data-number]")).to_have_text("A001")
    expect(page.locator("[data-facts]")).to_contain_text("欧阳**  …001X")
    expect(page.locator("[data-guide]")).to_contain_text("出生医学证明")
    expect(page.locator("[data-waiting-ticket]")).to_have_count(2)
    expect_actions(page, "recall", "start", "no-show")

    page.click("[data-do=recall]")
    expect(page.locator("[data-timer]")).to_contain_text("重呼 1 次")
    page.click("[data-do=start]")
    expect_state(page, "serving")
    expect_actions(page, "finish")
    page.click("[data-do=finish]")
    expect_state(page, "none")
    expect_actions(page, "next")
    assert [ticket["state"] for ticket in hall.tickets.values()] == ["finished", "waiting", "waiting"]


def test_the_keyboard_does_it_all(hall: StandIn, page: Page, log_in: Login) -> None:
    hall.issue()
    log_in(3)
    for key, state in (("Space", "called"), ("F3", "serving"), ("F4", "none")):
        press_until(page, key, state)
    assert [path for _, path, _ in hall.wishes[2:]] == [
        "/api/v1/windows/103/next",
        "/api/v1/tickets/1/start",
        "/api/v1/tickets/1/finish",
    ]


def press_until(page: Page, key: str, state: str) -> None:
    page.evaluate(
        """async ([key, state]) => {
          const mark = document.querySelector("[data-ticket-state]");
          while (mark.dataset.ticketState !== state) {
            document.body.dispatchEvent(new KeyboardEvent("keydown", { key, bubbles: true, cancelable: true }));
            await new Promise(requestAnimationFrame);
          }
        }""",
        [" " if key == "Space" else key, state],
    )


def test_a_double_press_is_one_wish(hall: StandIn, page: Page, log_in: Login) -> None:
    hall.issue()
    hall.issue()
    log_in(3)
    hall.delay.clear()
    page.locator("[data-do=next]").dblclick(force=True)
    page.keyboard.press("Space")
    expect_actions(page)
    hall.delay.set()
    expect_state(page, "called")
    assert [path for _, path, _ in hall.wishes].count("/api/v1/windows/103/next") == 1
    expect(page.locator("[data-waiting-ticket]")).to_have_count(1)


def test_a_lost_answer_is_asked_for_with_the_same_key(hall: StandIn, page: Page, log_in: Login) -> None:
    hall.issue()
    hall.issue()
    log_in(3)
    lost: list[str] = []

    def lose(route: Route) -> None:
        if lost:
            route.continue_()
            return
        lost.append(route.request.headers["idempotency-key"])
        route.fetch()
        route.abort()

    page.route("**/next", lose)
    page.click("[data-do=next]")
    expect_state(page, "called")
    expect_actions(page, "recall", "start", "no-show")
    keys = [key for _, path, key in hall.wishes if path.endswith("/next")]
    assert keys == lost * 2
    assert [ticket["state"] for ticket in hall.tickets.values()] == ["called", "waiting"]


def test_pressing_again_after_the_network_failed_repeats_the_wish(
    hall: StandIn, page: Page, log_in: Login
) -> None:
    hall.issue()
    log_in(3)
    keys: list[str] = []

    def fail(route: Route) -> None:
        keys.append(route.request.headers["idempotency-key"])
        route.abort()

    page.route("**/next", fail)
    page.click("[data-do=next]")
    expect(page.locator(REFUSAL)).to_contain_text("网络连接中断")
    page.unroute("**/next")
    page.click("[data-do=next]")
    expect_state(page, "called")
    assert {*keys, *(key for _, path, key in hall.wishes if path.endswith("/next"))} == {keys[0]}


def test_a_refusal_is_told_in_the_servers_words(page: Page, log_in: Login) -> None:
    log_in(3)
    page.click("[data-do=next]")
    expect(page.locator(REFUSAL)).to_contain_text("暂时没有等候的群众。")
    expect_actions(page, "next")


def test_a_no_show_asks_once(hall: StandIn, page: Page, log_in: Login) -> None:
    ticket = hall.issue()
    log_in(3)
    page.click("[data-do=next]")
    page.click("[data-do=no-show]")
    expect(page.locator("[data-confirm]")).to_contain_text("A001 没有到窗")
    expect(page.locator("[data-do=confirm-no-show]")).to_be_focused()
    page.keyboard.press("Escape")
    expect(page.locator("[data-confirm]")).to_be_hidden()
    assert ticket["state"] == "called"

    page.click("[data-do=no-show]")
    expect(page.locator("[data-do=confirm-no-show]")).to_be_disabled()
    expect(page.locator("[data-do=confirm-no-show]")).to_be_focused()
    page.keyboard.press("Enter")
    expect_state(page, "none")
    assert ticket["state"] == "no_show"


def test_a_broken_link_is_seen_and_heals(hall: StandIn, page: Page, log_in: Login) -> None:
    hall.issue()
    log_in(3)
    page.context.set_offline(True)
    expect(page.locator("[data-stale]")).to_be_visible()
    expect_actions(page)
    expect(page.locator("[data-do=close]")).to_be_disabled()
    for _ in range(4):
        hall.issue()
    page.context.set_offline(False)
    expect(page.locator("[data-stale]")).to_be_hidden()
    expect(page.locator("[data-waiting-ticket]")).to_have_count(5)
    expect_actions(page, "next")


def test_after_a_reload_everything_is_as_before(hall: StandIn, page: Page, log_in: Login) -> None:
    hall.issue()
    log_in(3)
    page.click("[data-do=next]")
    page.click("[data-do=start]")
    expect_state(page, "serving")
    page.reload()
    expect_state(page, "serving")
    expect(page.locator("[data-number]")).to_have_text("A001")
    expect(page.locator("[data-clerk]")).to_contain_text("欧阳建国")
    assert "token" not in page.url
    expect_actions(page, "finish")


def test_a_revoked_session_returns_to_the_login(hall: StandIn, page: Page, log_in: Login) -> None:
    log_in(3)
    hall.revoke(next(token for token in hall.tokens if token.startswith("cs_")))
    expect(page.locator("[data-view=login]")).to_be_visible()
    expect(page.locator(REFUSAL)).to_contain_text("请重新登录")


def test_a_wrong_password_is_told(hall: StandIn, page: Page, address: str) -> None:
    page.goto(f"{address}/counter/#token=st_counter")
    page.fill("#username", "c01")
    page.fill("#password", "wrong")
    page.keyboard.press("Enter")
    expect(page.locator(REFUSAL)).to_contain_text("用户名或密码不正确")
    expect(page.locator("#password")).to_have_value("")


def test_closing_and_logging_out(hall: StandIn, page: Page, log_in: Login) -> None:
    log_in(3)
    page.click("[data-do=close]")
    expect(page.locator("[data-view=choose]")).to_be_visible()
    page.click('[data-open="5"]')
    expect_actions(page, "next")
    page.click("[data-do=log-out]")
    expect(page.locator("[data-view=login]")).to_be_visible()
    assert hall.window(5)["state"] == "closed"
    page.reload()
    expect(page.locator("[data-view=login]")).to_be_visible()


def test_windows_in_use_are_marked(hall: StandIn, page: Page, log_in: Login) -> None:
    hall.open(7)
    log_in()
    expect(page.locator('[data-open="7"]')).to_contain_text("使用中")
    hall.close(7)
    expect(page.locator('[data-open="7"]')).to_contain_text("未开窗")


def test_a_browser_that_is_no_station_says_so(hall: StandIn, page: Page, address: str) -> None:
    page.goto(f"{address}/counter/")
    expect(page.locator("[data-view=unregistered]")).to_be_visible()
    assert serious(page) == []


@pytest.mark.parametrize("size", VIEWPORTS)
def test_every_state_fits_and_is_accessible(
    hall: StandIn, page: Page, address: str, log_in: Login, size: tuple[int, int]
) -> None:
    page.set_viewport_size({"width": size[0], "height": size[1]})
    for n in range(70):
        hall.issue(matter=1 - n % 2, ago=timedelta(minutes=150 - n))
    hall.open(1)

    def check() -> None:
        assert overflow(page) == []
        if size == VIEWPORTS[0]:
            assert serious(page) == []

    page.goto(f"{address}/counter/#token=st_counter")
    check()
    log_in()
    check()
    page.click('[data-open="3"]')
    expect_actions(page, "next")
    check()
    page.click("[data-do=next]")
    expect(page.locator("[data-guide]")).to_contain_text("第12项")
    check()
    page.click("[data-do=no-show]")
    expect(page.locator("[data-confirm]")).to_be_visible()
    check()
    page.click("[data-do=cancel]")
    page.click("[data-do=start]")
    expect_actions(page, "finish")
    hall.refuse = {
        "status": 409,
        "code": "wrong-state",
        "detail": "号码 A001 当前已由其他终端办结，请刷新后再试或联系管理员。",
    }
    page.click("[data-do=finish]")
    expect(page.locator(REFUSAL)).to_contain_text("号码 A001")
    check()
    page.context.set_offline(True)
    expect(page.locator("[data-stale]")).to_be_visible()
    check()
