"""What the terminal shows: the visitor and why he was called, the line in its order, and nothing fresher than it is."""

from datetime import UTC, datetime, timedelta

from playwright.sync_api import Page, expect

from tests.counter.clerk import SHEET, Clerk
from tests.counter.hall_data import CLERK, TAX_SUPPORT, iso
from tests.counter.stand_in import StandIn


def minutes(n: float) -> timedelta:
    return timedelta(minutes=n)


def numbers(page: Page) -> list[str]:
    found: list[str] = page.eval_on_selector_all(
        "[data-waiting-ticket]", "rows => rows.map(row => row.dataset.waitingTicket)"
    )
    return found


def test_the_line_stands_in_the_order_of_its_calls(hall: StandIn, page: Page, clerk: Clerk) -> None:
    hall.issue(ago=minutes(12))
    hall.issue(ago=minutes(9), priority="priority")
    clerk.sit_down()
    first = page.locator("[data-list] li").first
    expect(first).to_have_attribute("data-waiting-ticket", "A002")
    expect(first).to_contain_text("优先")
    expect(first).to_contain_text("9 分钟")
    expect(page.locator("[data-next-number]")).to_contain_text("下一位将是 A002")
    expect(page.locator("[data-next-why]")).to_contain_text("A002 等候时间最长")
    third = hall.issue(place=-1)
    expect(first).to_have_attribute("data-waiting-ticket", "A003")
    assert numbers(page) == ["A003", "A002", "A001"]
    expect(page.locator("[data-counts]")).to_contain_text("约 5–10 分钟")

    # When the server does not say, time decides.
    hall.order_known = False
    hall.change("ticket.prioritised", third, place=0)
    expect(first).to_have_attribute("data-waiting-ticket", "A001")
    assert numbers(page) == ["A001", "A002", "A003"]


def test_the_visitor_and_why_he_was_called(hall: StandIn, page: Page, clerk: Clerk) -> None:
    hall.issue(
        priority="priority",
        remark="行动不便，请协助",
        journey={"id": 1, "step": 2, "steps": 3},
        ago=minutes(12),
    )
    hall.issue()
    hall.call(3)
    hall.set_window("window.profile", 3, profile=TAX_SUPPORT)
    clerk.sit_down()
    expect(page.locator("[data-profile]")).to_contain_text("当前安排：税务")
    expect(page.locator("[data-marks]")).to_contain_text("一件事 2/3")
    for fact in ("欧阳**  …001X", "等候 12 分钟", "行动不便，请协助"):
        expect(page.locator("[data-facts]")).to_contain_text(fact)
    expect(page.locator("[data-guide]")).to_contain_text("出生医学证明")
    expect(page.locator("[data-why]")).to_contain_text("A001 属于优先群体")
    clerk.do("why")
    clerk.type("a002")
    page.keyboard.press("Enter")
    expect(page.locator(SHEET)).to_contain_text("先叫 A001 而不是 A002")
    page.locator(f"{SHEET} input.text").fill("Z999")
    page.keyboard.press("Enter")
    expect(page.locator("[data-sheet-refusal]")).to_contain_text("没有找到该号码")


def test_who_is_aside_and_for_how_long(hall: StandIn, page: Page, clerk: Clerk) -> None:
    at = datetime.now(UTC)
    long_ago = hall.issue()
    hall.change("ticket.held", long_ago, state="held", reason="去缴费", held_until=iso(at - minutes(1)))
    held = hall.issue()
    hall.change("ticket.held", held, state="held", reason="补充材料", held_until=iso(at + minutes(11.5)))
    missed = hall.issue()
    hall.change("ticket.no_show", missed, state="no_show", called_at=iso(at - minutes(8)))
    hall.issue(line=5)
    clerk.sit_down()
    page.click("[data-tab=held]")
    expect(page.locator("[data-held-ticket]").first).to_contain_text("暂挂已到时")
    expect(page.locator("[data-held-ticket=A002]")).to_contain_text("剩 12 分钟")
    expect(page.locator("[data-held-ticket=A002]")).to_contain_text("补充材料")
    page.keyboard.press("3")
    expect(page.locator("[data-missed-ticket=A003]")).to_contain_text("52 分钟内可重排")
    page.click("[data-missed-ticket=A003] [data-on=call]")
    expect(page.locator("[data-number]")).to_have_text("A003")
    expect(page.locator("[data-list-rest]")).to_contain_text("没有过号的号票")


def test_a_wish_for_the_next_one_is_seen_until_somebody_comes(
    hall: StandIn, page: Page, clerk: Clerk
) -> None:
    clerk.sit_down()
    clerk.do("store-next")
    expect(page.locator("[data-now]")).to_contain_text("已预叫")
    expect(page.locator("[data-idle-text]")).to_contain_text("有人来就自动叫号")
    hall.call(3)
    clerk.state("called")
    expect(clerk.button("store-next")).to_have_attribute("aria-pressed", "false")


def test_a_ticket_says_whom_it_waits_for(hall: StandIn, page: Page, clerk: Clerk) -> None:
    hall.open(4, clerk="李国强", clerk_id=8)
    for told in (
        {"to_window": hall.window(3)["id"]},
        {"to_staff": CLERK["id"]},
        {"to_window": hall.window(5)["id"]},
        {"to_staff": 8},
        {"to_staff": 9},
    ):
        hall.issue(**told)
    clerk.sit_down()
    marks = ["指定本窗口", "指定本人", "指定5号窗口", "指定李国强", "指定他人"]
    expect(page.locator("[data-list] .mark.to .zh")).to_have_text(marks)


def test_a_broken_link_is_seen_and_heals(hall: StandIn, page: Page, clerk: Clerk) -> None:
    hall.issue(ago=minutes(12))
    waiting = hall.issue()
    hall.call(3, waiting)
    clerk.sit_down()
    clerk.do("hold")
    page.context.set_offline(True)
    expect(page.locator("[data-stale]")).to_contain_text("连接已中断。以下是")
    expect(page.locator("[data-sheet-stale]")).to_be_visible()
    expect(page.locator("[data-send='0']")).to_be_disabled()
    page.keyboard.press("Escape")
    clerk.can()
    for name in ("hold", "transfer", "close", "pause", "store-next", "log-out"):
        expect(clerk.button(name)).to_be_disabled()
    expect(clerk.button("undo")).to_be_hidden()
    expect(page.locator("[data-timer-clock]")).to_have_text("--:--")
    expect(page.locator("[data-waiting-ticket=A001] .where")).not_to_contain_text("分钟")
    expect(page.locator("[data-counts]")).not_to_contain_text("约")
    hall.finish(waiting, "no_show")
    for _ in range(4):
        hall.issue()
    page.context.set_offline(False)
    expect(page.locator("[data-stale]")).to_be_hidden()
    expect(page.locator("[data-waiting-ticket]")).to_have_count(5)
    expect(page.locator("[data-waiting-ticket=A001] .where")).to_contain_text("12 分钟")
    clerk.can("next")
