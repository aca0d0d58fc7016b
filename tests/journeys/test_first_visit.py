"""A newcomer's first visit: a card is laid, a number taken, the paper comes out, the number is called, seen and heard."""

import io
import json
import sqlite3

import pytest
import requests
import zxingcpp
from PIL import Image
from playwright.sync_api import Page, expect

from tests.journeys.conftest import Demo, Open

MATTER = "企业投资项目备案"
PASSWORD = "tinghao-2026"


def rows(demo: Demo, query: str) -> list[tuple[object, ...]]:
    connection = sqlite3.connect(demo.folder / "tinghao.db")
    try:
        return connection.execute(query).fetchall()
    finally:
        connection.close()


def touch_through(kiosk: Page) -> int:
    """From the greeting to the ticket; returns the number of touches."""
    touches = ("[data-test=department] >> nth=0", f"[data-test=matter] >> text={MATTER}", "[data-test=take]")
    for touch in touches:
        kiosk.click(touch)
    return len(touches)


def press(counter: Page, action: str) -> None:
    counter.click(f"[data-do={action}]:enabled")


@pytest.mark.timeout(180)
def test_a_visitor_takes_a_number_and_is_called_seen_and_heard(demo: Demo, open_page: Open) -> None:
    start = open_page(demo.server, 1366, 768)
    doors = {
        each.get_attribute("data-door"): each.get_attribute("href") or ""
        for each in start.query_selector_all("[data-door]")
    }
    assert set(doors) == {"workbench", "kiosk", "counter", "desk", "board", "window"}
    board = open_page(demo.server + doors["board"])
    window = open_page(demo.server + doors["window"])
    workbench = open_page(doors["workbench"], 1366, 768)
    kiosk = open_page(doors["kiosk"], 1080, 1920)

    # The visitor: at most three touches from the greeting to the ticket.
    kiosk.wait_for_selector("[data-test=door-card]:enabled")
    workbench.click("[data-card='1']")
    expect(kiosk.locator("[data-test=greeting]")).to_contain_text("欧阳**")
    assert touch_through(kiosk) <= 3
    expect(kiosk.locator("[data-test=ticket-number]")).to_have_text("A001")
    expect(kiosk.locator("[data-test=paper]")).to_have_attribute("data-paper", "printed")
    ticket_screen = kiosk.locator("main").inner_text()
    for fact in ("1楼 无差别综合受理区", "1–12号窗口", "0 人"):
        assert fact in ticket_screen
    kiosk_knows = kiosk.content() + json.dumps(requests.get(f"{demo.workbench}/api/state", timeout=5).json())
    assert "欧阳听听" not in kiosk_knows

    # The paper: decoded, and as a picture.
    [paper] = demo.papers()
    for line in ("衡南县政务服务大厅", "A001", "无差别综合受理区", "欧阳**"):
        assert line in paper["text"]
    assert "欧阳听听" not in paper["text"]
    assert "430422" not in paper["text"]
    picture = Image.open(
        io.BytesIO(requests.get(f"{demo.workbench}/api/printer/papers/1.png", timeout=10).content)
    )
    assert picture.width >= 576
    [code] = zxingcpp.read_barcodes(picture)
    assert code.text == paper["qr"][0]
    assert code.text.startswith(f"{demo.server}/t/")
    expect(workbench.locator("img[src*='papers/1.png']")).to_be_visible()

    # The clerk.
    counter = open_page(demo.server + doors["counter"], 1366, 768)
    counter.fill("#username", "zhang")
    counter.fill("#password", PASSWORD)
    counter.click("[data-do=log-in]")
    counter.click("[data-open='3']")
    press(counter, "next")
    for screen in (board, counter, window):
        expect(screen.get_by_text("A001").first).to_be_visible()
    assert board.text_content("[data-call]") == "A001 → 3号窗口"
    expect(board.locator("[data-screen]")).to_have_attribute("data-spoken", "请 A 零零幺号到三号窗口")

    # His own phone tells him too.
    phone = open_page(code.text, 390, 844)
    phone.wait_for_selector("text=请到3号窗口办理")
    assert "欧阳" not in phone.content()

    press(counter, "recall")
    press(counter, "start")
    expect(board.locator("[data-windows] [data-window='3']")).to_have_attribute("data-state", "serving")
    press(counter, "finish")

    # The next one is called, called again, and does not come.
    demo.device("card-reader/lift")
    kiosk.click("[data-test=home]")
    kiosk.click("[data-test=door-hand]")
    touch_through(kiosk)
    expect(kiosk.locator("[data-test=ticket-number]")).to_have_text("A002")
    press(counter, "next")
    board.wait_for_selector("[data-hero] >> text=A002 → 3号窗口")
    press(counter, "recall")
    press(counter, "no-show")
    press(counter, "confirm-no-show")
    expect(counter.locator("[data-do=next]")).to_be_enabled()

    # What the database knows of it.
    assert rows(demo, "SELECT label, state, visitor_name, recalls, print_state FROM ticket ORDER BY id") == [
        ("A001", "finished", "欧阳**", 1, "printed"),
        ("A002", "no_show", None, 1, "printed"),
    ]
    kinds = [
        kind
        for (kind,) in rows(
            demo,
            "SELECT kind FROM event WHERE hall_id = (SELECT id FROM hall WHERE code = 'hengnan') ORDER BY seq",
        )
    ]
    assert [kind for kind in kinds if kind not in ("ticket.printed", "hall.imported")] == [
        "ticket.issued",
        "window.opened",
        "ticket.called",
        "ticket.recalled",
        "ticket.started",
        "ticket.finished",
        "ticket.issued",
        "ticket.called",
        "ticket.recalled",
        "ticket.no_show",
    ]
    assert kinds.count("ticket.printed") == 2
    states = rows(demo, "SELECT state FROM ticket_interval ORDER BY id")
    assert [state for (state,) in states] == ["waiting", "called", "serving", "waiting", "called", "no_show"]


def test_the_files_of_the_demo_hold_no_id_number_and_no_name(demo: Demo) -> None:
    """Run after the visit above, in the same demo."""
    kept = b"".join(path.read_bytes() for path in demo.folder.rglob("*") if path.is_file())
    assert "欧阳听听".encode() not in kept
    assert b"43042219851120" not in kept
