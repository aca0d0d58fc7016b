"""The hall board and the window screens, in a browser."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from playwright.sync_api import Page, expect

from tests.counter.stand_in import StandIn, overflow, serious

Open = Callable[..., None]

SIZES = [(1920, 1080), (1080, 1920), (3840, 2160), (1366, 768)]
NEWEST = "[data-newest] [data-call]"
FAKE_VOICE = """export class Announcer {
  constructor() { globalThis.said = []; globalThis.voice = this; this.locked = Boolean(globalThis.silent); }
  async load() {}
  async unlock() { this.locked = false; this.onLock(false); }
  announce(call) { globalThis.said.push(call); }
  withdraw(number) { globalThis.withdrawn = number; }
}"""


@pytest.fixture
def board(hall: StandIn, page: Page, address: str) -> Open:
    """Opens the hall board, with a voice that only notes what it is told."""

    def show(size: tuple[int, int] = SIZES[0], token: str = "st_board") -> None:
        page.set_viewport_size({"width": size[0], "height": size[1]})
        page.route(
            "**/announcer.js", lambda route: route.fulfill(body=FAKE_VOICE, content_type="text/javascript")
        )
        page.goto(f"{address}/display/board#token={token}")
        expect(page.locator("[data-zone]").first).to_be_visible()
        page.evaluate("globalThis.neverReloaded = true")

    return show


def said(page: Page) -> list[Any]:
    spoken: list[Any] = page.evaluate("globalThis.said.map(({ number, window }) => [number, window])")
    return spoken


def wait_until_said(page: Page, count: int) -> None:
    page.wait_for_function("count => globalThis.said.length >= count", arg=count)


def test_a_call_is_on_top_at_once_and_spoken(hall: StandIn, page: Page, board: Open) -> None:
    board()
    expect(page.locator("[data-calm]")).to_be_visible()
    hall.open(3)
    hall.call(3)
    expect(page.locator(NEWEST)).to_have_text("A001 → 3号窗口")
    assert page.locator(NEWEST).text_content() == "A001 → 3号窗口"
    expect(page.locator("[data-hero]")).to_have_attribute("data-fresh", "")
    expect(page.locator('[data-window="3"]')).to_contain_text("A001")
    assert said(page) == [["A001", 3]]
    hall.call(5)
    expect(page.locator(NEWEST)).to_have_text("A002 → 5号窗口")
    expect(page.locator("[data-earlier] [data-call]")).to_have_text(["A001 → 3号窗口"])
    assert said(page) == [["A001", 3], ["A002", 5]]


def test_a_recall_rings_again_and_moves_up(hall: StandIn, page: Page, board: Open) -> None:
    board()
    first = hall.call(3)
    hall.call(5)
    hall.recall(first)
    expect(page.locator(NEWEST)).to_have_text("A001 → 3号窗口")
    expect(page.locator("[data-earlier] [data-call]")).to_have_text(["A002 → 5号窗口"])
    assert said(page) == [["A001", 3], ["A002", 5], ["A001", 3]]


def test_a_call_served_at_once_stays_to_be_read(hall: StandIn, page: Page, board: Open) -> None:
    board()
    hall.finish(hall.start(hall.call(3)))
    hall.finish(hall.call(4, ago=timedelta(seconds=90)))
    expect(page.locator("[data-call]")).to_have_text(["A001 → 3号窗口"])
    expect(page.locator("[data-window]")).to_have_count(0)


@pytest.mark.parametrize(
    ("kind", "state"),
    [
        ("ticket.undone", "waiting"),
        ("ticket.transferred", "waiting"),
        ("ticket.held", "held"),
        ("ticket.no_show", "no_show"),
        ("ticket.cancelled", "cancelled"),
    ],
)
def test_a_call_that_is_over_asks_nobody_to_come(
    hall: StandIn, page: Page, board: Open, kind: str, state: str
) -> None:
    board()
    hall.call(5)
    ticket = hall.call(3)
    expect(page.locator(NEWEST)).to_have_text("A002 → 3号窗口")
    hall.change(kind, ticket, state=state)
    expect(page.locator("[data-call]")).to_have_text(["A001 → 5号窗口"])
    assert page.evaluate("globalThis.withdrawn") == "A002"
    hall.call(3, ticket)
    expect(page.locator(NEWEST)).to_have_text("A002 → 3号窗口")
    assert said(page) == [["A001", 5], ["A002", 3], ["A002", 3]]


def test_the_flashing_ends(hall: StandIn, page: Page, board: Open) -> None:
    page.clock.install()
    board()
    hall.call(3)
    expect(page.locator("[data-hero]")).to_have_attribute("data-fresh", "")
    page.clock.fast_forward(6000)
    expect(page.locator("[data-hero]")).not_to_have_attribute("data-fresh", "")
    expect(page.locator(NEWEST)).to_have_text("A001 → 3号窗口")


def test_what_did_not_come_from_another_server_process_is_asked_for(
    hall: StandIn, page: Page, board: Open
) -> None:
    board()
    linked, hall.sockets = hall.sockets, {}
    hall.call(3)
    hall.sockets = linked
    hall.socketio.emit("tail", {"seq": hall.seq})
    expect(page.locator(NEWEST)).to_have_text("A001 → 3号窗口")


@pytest.mark.parametrize("forgotten", [False, True], ids=["replayed", "snapshot"])
def test_after_a_gap_the_board_is_right_without_a_reload(
    hall: StandIn, page: Page, board: Open, forgotten: bool
) -> None:
    board()
    known = hall.call(1)
    wait_until_said(page, 1)
    page.context.set_offline(True)
    expect(page.locator("[data-stale]")).to_be_visible()
    expect(page.locator("[data-stale]")).to_contain_text("显示可能不是最新")
    expect(page.locator("[data-stale]")).to_contain_text("Not up to date")
    for window in range(2, 21):
        hall.call(window, ago=timedelta(seconds=75))
    hall.finish(known)
    hall.start(hall.call(21))
    hall.call(22)
    if forgotten:
        hall.kept_from = hall.seq
    page.context.set_offline(False)
    expect(page.locator(NEWEST)).to_have_text("C002 → 22号窗口")
    expect(page.locator("[data-stale]")).to_be_hidden()
    wait_until_said(page, 2)
    assert said(page) == [["A001", 1], ["C002", 22]]
    assert page.evaluate("globalThis.neverReloaded")


def test_a_board_that_starts_makes_up_for_fresh_calls(hall: StandIn, page: Page, board: Open) -> None:
    hall.call(1, ago=timedelta(seconds=80))
    hall.recall(hall.call(2, ago=timedelta(seconds=80)))
    hall.call(3, ago=timedelta(seconds=20))
    board()
    wait_until_said(page, 2)
    assert said(page) == [["A003", 3], ["A002", 2]]


def test_a_silent_board_asks_for_a_touch(hall: StandIn, page: Page, board: Open) -> None:
    page.add_init_script("globalThis.silent = true")
    board()
    hall.call(1, ago=timedelta(seconds=80))
    hall.call(2)
    expect(page.locator(NEWEST)).to_have_text("A002 → 2号窗口")
    assert said(page) == []
    page.click("[data-sound]")
    expect(page.locator("[data-sound]")).to_be_hidden()
    assert said(page) == [["A002", 2]]


def test_waiting_counts_follow(hall: StandIn, page: Page, board: Open) -> None:
    board()
    for _ in range(12):
        hall.issue(2)
    expect(page.locator('[data-zone="tax"]')).to_have_attribute("data-waiting", "12")
    hall.call(13)
    expect(page.locator('[data-zone="tax"]')).to_have_attribute("data-waiting", "11")


def test_a_new_day_begins_by_itself(hall: StandIn, page: Page, board: Open) -> None:
    page.clock.install()
    hall.issue(2)
    board()
    expect(page.locator('[data-zone="tax"]')).to_have_attribute("data-waiting", "1")
    page.clock.run_for(2000)
    hall.lines[1]["waiting"] = 0
    page.clock.fast_forward("24:00:00")
    expect(page.locator('[data-zone="tax"]')).to_have_attribute("data-waiting", "0")


def test_no_name_reaches_the_board(hall: StandIn, page: Page, board: Open) -> None:
    frames: list[str] = []
    page.on("websocket", lambda socket: socket.on("framereceived", lambda data: frames.append(str(data))))
    board()
    hall.call(3, hall.issue(visitor=True))
    expect(page.locator(NEWEST)).to_have_text("A001 → 3号窗口")
    assert frames
    assert "欧阳" not in page.content() + "".join(frames)


def test_sixty_windows_take_turns(hall: StandIn, page: Page, board: Open) -> None:
    for window in range(1, 61):
        hall.call(window, ago=timedelta(minutes=2))
    page.clock.install()
    board()
    expect(page.locator("[data-windows-page]")).to_have_text("1 / 8")
    expect(page.locator("[data-window]").first).to_have_attribute("data-window", "1")
    page.clock.run_for(6000)
    expect(page.locator("[data-windows-page]")).to_have_text("2 / 8")
    expect(page.locator("[data-window]").first).to_have_attribute("data-window", "9")


@pytest.mark.parametrize("size", SIZES)
def test_the_board_fits_and_is_accessible(
    hall: StandIn, page: Page, board: Open, size: tuple[int, int]
) -> None:
    hall.lines[0]["waiting"] = 487
    board(size)
    check(page, size)
    for window in range(1, 61):
        ticket = hall.call(window)
        ticket["number"] = ticket["number"].replace("A0", "A10")
        if window % 2:
            hall.start(ticket)
    hall.recall(hall.tickets[12])
    expect(page.locator(NEWEST)).to_have_text("A1012 → 12号窗口")
    check(page, size)
    page.context.set_offline(True)
    expect(page.locator("[data-stale]")).to_be_visible()
    check(page, size)


def check(page: Page, size: tuple[int, int]) -> None:
    assert overflow(page) == []
    if size in SIZES[:2]:
        assert serious(page) == []


def test_the_window_screen_follows_its_window(hall: StandIn, page: Page, address: str) -> None:
    page.goto(f"{address}/display/window?window=3#token=st_window")
    state, number = page.locator("main[data-state]"), page.locator("[data-number]")
    expect(page.locator("[data-name]")).to_contain_text("3号窗口")
    expect(page.locator("[data-state-text]")).to_contain_text("暂停服务")
    hall.open(3)
    expect(state).to_have_attribute("data-state", "open")
    ticket = hall.call(3)
    expect(number).to_have_text("A001")
    expect(page.locator("[data-state-text]")).to_contain_text("请到窗口办理")
    hall.start(ticket)
    expect(page.locator("[data-state-text]")).to_contain_text("正在办理")
    hall.finish(ticket)
    expect(page.locator("[data-state-text]")).to_contain_text("空闲")
    hall.set_window("window.paused", 3, state="paused", pause_reason="短暂离开")
    expect(page.locator("[data-state-text]")).to_contain_text("暂停服务，请稍候")


@pytest.mark.parametrize("size", SIZES)
def test_the_window_screen_fits_and_is_accessible(
    hall: StandIn, page: Page, address: str, size: tuple[int, int]
) -> None:
    page.set_viewport_size({"width": size[0], "height": size[1]})
    hall.lines[0]["name"] = hall.zones[4]["name"]
    hall.window(12)["lines"] = [1, 2, 3, 4, 5, 6]
    page.goto(f"{address}/display/window?window=12#token=st_window")
    expect(page.locator("[data-state-text]")).to_contain_text("暂停服务")
    check(page, size)
    hall.open(12)
    expect(page.locator("[data-state-text]")).to_contain_text("空闲")
    check(page, size)
    hall.set_window("window.paused", 12, state="paused")
    expect(page.locator("[data-state-text]")).to_contain_text("请稍候")
    expect(page.locator("[data-number]")).to_be_hidden()
    check(page, size)
    ticket = hall.issue()
    ticket["number"] = "A1001"
    hall.call(12, ticket)
    expect(page.locator("[data-number]")).to_have_text("A1001")
    check(page, size)
    hall.start(ticket)
    expect(page.locator("[data-state-text]")).to_contain_text("正在办理")
    page.context.set_offline(True)
    expect(page.locator("[data-stale]")).to_be_visible()
    check(page, size)


@pytest.mark.parametrize(
    ("path", "sentence"),
    [
        ("/display/board", "本屏幕尚未登记"),
        ("/display/board#token=st_gone", "本屏幕的登记已失效"),
        ("/display/window?window=99#token=st_window", "大厅里没有这个窗口"),
    ],
)
def test_a_screen_that_cannot_work_says_why(
    hall: StandIn, page: Page, address: str, path: str, sentence: str
) -> None:
    page.goto(address + path)
    expect(page.locator("[data-fault]")).to_be_visible()
    expect(page.locator("[data-fault]")).to_contain_text(sentence)
    assert serious(page) == []
