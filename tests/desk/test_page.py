"""The desk's page in a browser: every verb sends the right wish, what happens in the hall is seen, nothing is cut off."""

import re
from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from playwright.sync_api import Page, expect

from tests.counter.browser import overflow, serious
from tests.counter.hall_data import MATTERS
from tests.desk.stand_in import DeskHall

Login = Callable[[], None]
Json = dict[str, Any]

VIEWPORTS = [(1366, 768), (1920, 1080)]


@pytest.fixture
def log_in(hall: DeskHall, page: Page, address: str) -> Login:
    """Logs the guide in at the desk."""

    def enter() -> None:
        page.goto(f"{address}/desk/#token=st_desk")
        page.fill("#username", "guide")
        page.fill("#password", "secret")
        page.click("[data-do=log-in]")
        expect(page.locator("[data-view=work]")).to_be_visible()
        expect(page.locator("[data-find-matter] .chip")).to_have_count(3)

    return enter


def last(hall: DeskHall) -> tuple[str, str, Json]:
    """The newest wish."""
    return hall.wanted()[-1]


def show(page: Page, number: str) -> None:
    """Finds a ticket by its number."""
    page.keyboard.press("F3")
    page.fill("#query", number)
    page.keyboard.press("Enter")
    expect(page.locator("[data-story] .ticket-number")).to_have_text(number)


def send(page: Page, verb: str) -> None:
    """Opens the sheet of a verb and presses its button."""
    page.click(f'[data-on="{verb}"]')
    page.click("[data-sheet] [data-send='0']")
    expect(page.locator("[data-sheet]")).not_to_be_visible()


def choose(page: Page, name: str, value: str) -> None:
    """One of several in a sheet."""
    page.check(f'[data-sheet] [name="{name}"][value="{value}"]')


def test_a_number_is_taken_for_somebody(hall: DeskHall, page: Page, log_in: Login) -> None:
    log_in()
    page.keyboard.type("xsel")
    expect(page.locator("[data-find-matter] .chip")).to_have_count(1)
    expect(page.locator("[data-where]")).to_contain_text("等候 0 人，约 5–10 分钟")
    page.fill("#identity", "11010519491231002x")
    page.check("[value=disabled]")
    page.fill("#booked", "14:30")
    page.select_option("#language", "en")
    page.fill("#remark", "听力不便")
    page.select_option("#printer", "5")
    page.click("[data-do=take]")
    expect(page.locator("[data-issued]")).to_contain_text("A001")
    expect(page.locator("[data-issued]")).to_contain_text("前面 2 人，2 小时以上")
    expect(page.locator("[data-issued]")).to_contain_text("号票等待打印")
    here = ZoneInfo("Asia/Shanghai")
    half_past_two = datetime.now(here).replace(hour=14, minute=30, second=0, microsecond=0)
    assert [wish[:2] for wish in hall.wanted()] == [("POST", "/tickets"), ("POST", "/tickets/1/reprint")]
    wanted = hall.wanted()[0][2]
    assert datetime.fromisoformat(wanted.pop("booked_at")) == half_past_two.astimezone(UTC)
    assert wanted == {
        "matter": "birth-registration",
        "identity": {"source": "hand", "number": "11010519491231002X"},
        "statuses": ["disabled"],
        "language": "en",
        "remark": "听力不便",
    }
    assert hall.wanted()[1][2] == {"station": 5}
    expect(page.locator("#identity")).to_have_value("")
    expect(page.locator("#remark")).to_have_value("")
    hall.tickets[1]["print"] = "failed"
    hall.tell("ticket.printed", hall.tickets[1], None, None)
    expect(page.locator("[data-issued]")).to_contain_text("号票没有打印出来")


def test_an_old_person_without_a_card_goes_first_with_the_reason(
    hall: DeskHall, page: Page, log_in: Login
) -> None:
    log_in()
    expect(page.locator("[data-do=take]")).to_be_disabled()
    page.keyboard.type("新生儿")
    page.select_option("#priority", "priority")
    page.click("[data-do=take]")  # without a reason nothing is sent
    assert hall.wanted() == []
    page.fill("#why", "60周岁以上")
    page.select_option("#printer", "")
    with page.expect_response("**/priority"):
        page.keyboard.press("Enter")
    expect(page.locator("[data-issued]")).to_contain_text("没有打印号票")
    assert [wish[1:] for wish in hall.wanted()] == [
        ("/tickets", {"matter": "birth-registration"}),
        ("/tickets/1/priority", {"priority": "priority", "reason": "60周岁以上"}),
    ]


def test_a_refused_number_is_said_and_nothing_typed_is_lost(
    hall: DeskHall, page: Page, log_in: Login
) -> None:
    log_in()
    page.keyboard.type("xsel")
    page.fill("#remark", "轮椅")
    hall.refuse = {"status": 409, "code": "line-full", "detail": "今日综合受理的号已发完。"}
    page.click("[data-do=take]")
    expect(page.locator("[data-view=work] [data-refusal]")).to_contain_text("今日综合受理的号已发完。")
    expect(page.locator("#remark")).to_have_value("轮椅")
    expect(page.locator("[data-issued]")).to_be_hidden()


def test_a_ticket_is_found_by_the_last_four(hall: DeskHall, page: Page, log_in: Login) -> None:
    for _ in range(3):
        hall.issue()
    log_in()
    page.keyboard.press("F3")
    page.fill("#query", "001x")
    page.keyboard.press("Enter")
    expect(page.locator("[data-results] [data-open]")).to_have_count(3)
    page.click('[data-results] [data-open="2"]')
    expect(page.locator("[data-story] .ticket-number")).to_have_text("A002")
    page.fill("#query", "Z999")
    page.keyboard.press("Enter")
    expect(page.locator("[data-results]")).to_contain_text("今天没有这个号码")


SHEETS: list[tuple[str, str, str, Json]] = [
    ("A001", "matter", f"matter={MATTERS[1]['code']}", {"matter": MATTERS[1]["code"]}),
    ("A001", "priority", "", {"priority": "priority", "reason": "老年人"}),
    ("A001", "transfer", "line=2 position=first", {"line": 2, "position": "first", "reason": "取错号"}),
    ("A001", "reprint", "station=5", {"station": 5}),
    ("A001", "cancel", "", {"reason": "群众不再办理"}),
    ("A002", "call-back", "", {"after": 3}),
    ("A003", "call-back", "after=0", {"after": 0}),
]


def test_each_sheet_sends_its_wish(hall: DeskHall, page: Page, log_in: Login) -> None:
    hall.issue()
    for _ in range(2):
        hall.aside("no_show")
    log_in()
    for number, verb, chosen, body in SHEETS:
        show(page, number)
        page.click(f'[data-on="{verb}"]')
        for name, value in (each.split("=") for each in chosen.split()):
            choose(page, name, value)
        page.click("[data-sheet] [data-send='0']")
        expect(page.locator("[data-sheet]")).not_to_be_visible()
        assert last(hall) == ("POST", f"/tickets/{int(number[1:])}/{verb}", body)


def test_a_held_ticket_waits_again(hall: DeskHall, page: Page, log_in: Login) -> None:
    ticket = hall.aside("held")
    log_in()
    page.click("[data-tab=aside]")
    expect(page.locator("[data-panel=aside]")).to_contain_text("材料未带齐")
    page.click(f'[data-panel=aside] [data-open="{ticket["id"]}"]')
    page.click("[data-on=resume]")
    expect(page.locator("[data-story] .state")).to_contain_text("等候中")
    assert last(hall) == ("POST", f"/tickets/{ticket['id']}/resume", {})
    expect(page.locator("[data-panel=aside]")).to_contain_text("没有过号或暂挂的号票")


def test_a_story_tells_who_did_what_and_why(hall: DeskHall, page: Page, log_in: Login) -> None:
    ticket = hall.issue()
    log_in()
    show(page, ticket["number"])
    story = page.locator("[data-story]")
    expect(story.locator(".acts li")).to_have_count(1)
    expect(story).to_contain_text("缺一份复印件")
    send(page, "priority")
    expect(story.locator(".acts li")).to_have_count(2)
    expect(story.locator(".acts li").last).to_contain_text("调整优先级")
    expect(story.locator(".acts li").last).to_contain_text("欧阳小丽")
    expect(story.locator(".acts li").last).to_contain_text("老年人")
    expect(story.locator(".mark.priority")).to_contain_text("优先")


def test_why_one_was_called_before_another_is_told(hall: DeskHall, page: Page, log_in: Login) -> None:
    called = hall.call(1, hall.issue())
    waiting = hall.issue()
    log_in()
    show(page, waiting["number"])
    page.click("[data-on=why]")
    page.keyboard.type(called["number"])
    page.keyboard.press("Enter")
    expect(page.locator("[data-sheet] .sentence")).to_contain_text("先叫 A001 而不是 A002：A001 等候更久。")
    expect(page.locator("[data-sheet] .points")).to_contain_text("得分 39")
    page.keyboard.press("Escape")
    show(page, called["number"])
    page.click("[data-on=why]")
    expect(page.locator("[data-sheet] .sentence")).to_be_visible()


def test_a_window_is_given_another_profile(hall: DeskHall, page: Page, log_in: Login) -> None:
    hall.open(3)
    log_in()
    page.click("[data-tab=windows]")
    page.click('[data-profile="103"]')
    choose(page, "profile", "tax-only")
    choose(page, "minutes", "60")
    page.click("[data-sheet] [data-send='0']")
    expect(page.locator('[data-profile="103"]')).to_contain_text("税务专办")
    assert last(hall) == ("PUT", "/windows/103/profile", {"profile": "tax-only", "minutes": 60})
    page.click('[data-profile="103"]')
    choose(page, "profile", "")
    page.click("[data-sheet] [data-send='0']")
    expect(page.locator('[data-profile="103"]')).not_to_contain_text("税务专办")
    assert last(hall) == ("PUT", "/windows/103/profile", {"profile": None})


def test_lines_and_alerts_follow_what_happens(hall: DeskHall, page: Page, log_in: Login) -> None:
    log_in()
    line = page.locator('[data-line="A"]')
    expect(line).to_contain_text("0 人")
    expect(line).to_contain_text("没有开窗")
    first = hall.issue()
    expect(line).to_contain_text("1 人")
    expect(line).to_have_class(re.compile("unserved"))
    hall.open(1)
    expect(line).to_contain_text("开窗 1，办理 0")
    hall.call(1, first)
    expect(line).to_contain_text("开窗 1，办理 1")
    alert = hall.raise_alert()
    expect(page.locator("[data-alerts]")).to_contain_text("没有能办理的窗口开着")
    hall.raise_alert("C")
    hall.raise_alert("D")
    expect(page.locator("[data-alerts] .alert")).to_have_count(2)
    expect(page.locator("[data-alerts]")).to_contain_text("另有 1 条")
    for each in [alert, *hall.alerts[1:]]:
        hall.end_alert(each)
    expect(page.locator("[data-alerts]")).to_be_hidden()


def test_with_the_link_down_nothing_can_be_sent(hall: DeskHall, page: Page, log_in: Login) -> None:
    hall.issue()
    log_in()
    show(page, "A001")
    page.context.set_offline(True)
    hall.break_links()
    expect(page.locator("[data-stale]")).to_be_visible()
    for button in ("[data-on=cancel]", "[data-do=find]", "[data-do=log-out]"):
        expect(page.locator(button)).to_be_disabled()
    assert overflow(page) == []
    page.context.set_offline(False)
    expect(page.locator("[data-stale]")).to_be_hidden(timeout=15000)
    expect(page.locator("[data-on=cancel]")).to_be_enabled()


def test_a_clerk_is_sent_to_his_own_page(hall: DeskHall, page: Page, address: str) -> None:
    hall.role = "clerk"
    page.goto(f"{address}/desk/#token=st_desk")
    page.fill("#username", "c01")
    page.fill("#password", "secret")
    page.click("[data-do=log-in]")
    expect(page.locator("[data-view=login] [data-refusal]")).to_contain_text("窗口人员请在窗口叫号台登录")
    expect(page.locator("[data-view=work]")).to_be_hidden()
    assert last(hall)[:2] == ("DELETE", "/sessions/current")


def test_who_logs_out_leaves_nothing_of_a_visitor(hall: DeskHall, page: Page, log_in: Login) -> None:
    hall.issue()
    log_in()
    page.fill("#identity", "11010519491231002X")
    show(page, "A001")
    page.click("[data-do=log-out]")
    expect(page.locator("[data-view=login]")).to_be_visible()
    assert "欧阳**" not in page.content()
    expect(page.locator("#identity")).to_have_value("")


@pytest.mark.parametrize("size", VIEWPORTS)
def test_nothing_is_cut_off_and_axe_is_content(
    hall: DeskHall, page: Page, log_in: Login, size: tuple[int, int]
) -> None:
    page.set_viewport_size({"width": size[0], "height": size[1]})
    furnish(hall)
    log_in()
    page.keyboard.type("gcjs")
    page.click("[data-do=take]")
    expect(page.locator("[data-issued]")).to_be_visible()
    looks_good(page)
    for tab in ("windows", "aside"):
        page.click(f"[data-tab={tab}]")
        looks_good(page)
    show(page, "A002")
    looks_good(page)
    for verb in ("matter", "priority", "transfer", "cancel", "reprint", "why"):
        page.click(f'[data-on="{verb}"]')
        looks_good(page)
        page.keyboard.press("Escape")
    page.click("[data-tab=windows]")
    page.click('[data-profile="103"]')
    looks_good(page)


def furnish(hall: DeskHall) -> None:
    """A busy hall."""
    for number in range(1, 13):
        hall.open(number, "欧阳建国")
    hall.set_window("window.paused", 2, state="paused", pause_reason="系统故障，请稍候")
    for n in range(20):
        hall.issue(line=1 + n % 3, matter=n % 2)
    hall.aside("held")
    hall.aside("no_show")
    hall.call(1)
    hall.raise_alert()
    hall.raise_alert("C")


def looks_good(page: Page) -> None:
    """Nothing cut off; axe content, which looks at the same in both sizes: once is enough, it is slow."""
    assert overflow(page) == []
    if page.viewport_size == {"width": 1366, "height": 768}:
        assert serious(page) == []
