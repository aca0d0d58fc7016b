"""A board that was cut off is right again within a second of its return, without a reload."""

import threading
from collections.abc import Iterator

import pytest
from playwright.sync_api import Page

from bench.house import House
from tests.journeys.conftest import Open
from tests.journeys.proxy import Cable

CUT_SECONDS = 30
CALLS = 20
CLERKS = 4
MATTER = "fagai-touzi-beian"
RIGHT_WITHIN_MS = 1000


@pytest.fixture
def cable(house: House) -> Iterator[Cable]:
    cable = Cable(house.port)
    yield cable
    cable.cut()


def calls_on(board: Page) -> list[str]:
    return [element.text_content() or "" for element in board.query_selector_all("[data-call]")]


@pytest.mark.timeout(120)
def test_a_board_cut_off_for_thirty_seconds_shows_the_right_state_at_once(
    house: House, cable: Cable, open_page: Open
) -> None:
    kiosk = house.station("kiosk")
    windows = {window["number"]: window["id"] for window in kiosk.hall()["windows"]}
    clerks = [house.clerk(n)[0] for n in range(CLERKS)]
    for n, clerk in enumerate(clerks):
        clerk.open_window(windows[n + 1])
    for _ in range(CALLS + 1):
        kiosk.issue(MATTER)

    board = open_page(f"http://127.0.0.1:{cable.port}/display/board#token={house.tokens['board'][0]}")
    first = clerks[0].call_next(windows[1])
    board.wait_for_selector("text=A001 → 1号窗口")
    board.evaluate("window.neverReloaded = true")
    clerks[0].start(first["id"])
    clerks[0].finish(first["id"])

    cable.cut()
    board.wait_for_selector("[data-stale]:visible")
    still_cut = threading.Event()
    for n in range(CALLS):
        clerk, window = clerks[n % CLERKS], windows[n % CLERKS + 1]
        called = clerk.call_next(window)
        if n < CALLS - CLERKS:
            clerk.start(called["id"])
            clerk.finish(called["id"])
        still_cut.wait(CUT_SECONDS / CALLS)
    assert calls_on(board)[0] == "A001 → 1号窗口"

    cable.mend()
    assert cable.reached.wait(10)
    last = CALLS + 1
    board.wait_for_selector(f"[data-hero] >> text=A{last:03d} → {CLERKS}号窗口", timeout=RIGHT_WITHIN_MS)
    board.wait_for_selector("[data-stale]", state="hidden")
    shown = {
        row.get_attribute("data-window"): (row.query_selector(".cell-number") or row).text_content()
        for row in board.query_selector_all("[data-windows] [data-window]")
    }
    assert shown == {str(n + 1): f"A{last - CLERKS + 1 + n:03d}" for n in range(CLERKS)}
    assert board.evaluate("window.neverReloaded")
