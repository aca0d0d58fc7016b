"""Every screen in Chromium, in both orientations and both sizes of type: nothing cut off, nothing too small, axe content."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, Page, expect, sync_playwright

from tests import chromium
from tests.kiosk.conftest import Devices, free_port, run_process
from tests.kiosk.stand_in import SLUG, StandIn, describe, serve
from tinghao.drivers.card_reader.cards import DEMO_CARDS

ROOT = Path(__file__).parents[2]
AXE = (ROOT / "node_modules/axe-core/axe.min.js").read_text("utf-8")
LEAST_TARGET = 60
LEAST_TYPE = 24
SIZES = {"portrait": (1080, 1920), "landscape": (1920, 1080)}

FAULTS = """([target, type]) => {
  const faults = new Set();
  const tiny = (each) => each?.clientWidth <= 1;
  const hidden = (each) => each.closest("svg") || tiny(each.closest("[class=en]")) || tiny(each.closest(".greeting"));
  for (const each of document.querySelectorAll("body *")) {
    const box = each.getBoundingClientRect();
    if (!box.width || hidden(each)) continue;
    const name = `${each.tagName}.${each.className} ${each.textContent.slice(0, 12)}`;
    const outside = box.right > innerWidth + 1 || box.bottom > innerHeight + 1 || box.left < -1 || box.top < -1;
    if (outside) faults.add(`outside: ${name}`);
    const look = getComputedStyle(each);
    const cut = each.scrollHeight > each.clientHeight + 2 || each.scrollWidth > each.clientWidth + 2;
    if (look.overflow === "hidden" && cut) faults.add(`cut off: ${name}`);
    const words = !each.children.length && each.textContent.trim();
    if (words && parseFloat(look.fontSize) < type - 0.1) faults.add(`small: ${name}`);
    const narrow = Math.min(box.width, box.height) < target - 0.5;
    if (each.tagName === "BUTTON" && narrow) faults.add(`narrow: ${name}`);
  }
  return [...faults];
}"""

VIOLATIONS = """async () => (await axe.run()).violations.map(
  (each) => `${each.impact} ${each.id}: ${each.nodes[0].target}`)"""


@pytest.fixture(scope="module")
def stage(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[str, Devices, StandIn]]:
    """The kiosk as it really runs, with its devices and a stand-in of the server."""
    folder = tmp_path_factory.mktemp("kiosk")
    hall, devices, port = StandIn(*describe()), Devices(folder), free_port()
    server, address = serve(hall)
    process = run_process(devices.written(folder, address, port))
    yield f"http://127.0.0.1:{port}/", devices, hall
    process.terminate()
    process.wait(10)
    devices.close()
    server.shutdown()


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    with sync_playwright() as playwright:
        browser = chromium.launch(playwright)
        yield browser
        browser.close()


class Visitor:
    """Somebody before the screen, who looks closely at each."""

    def __init__(self, page: Page, axe: bool = True) -> None:
        self.page = page
        self.axe = axe
        self.errors: list[str] = []
        page.on("pageerror", lambda error: self.errors.append(str(error)))

    def sees(self, test: str) -> Any:
        """What has this name, once it is there."""
        found = self.page.locator(f"[data-test={test}]").first
        expect(found).to_be_visible()
        return found

    def touches(self, test: str, which: int = 0) -> None:
        """Presses what has this name."""
        self.page.locator(f"[data-test={test}]").nth(which).click()

    def looks(self) -> None:
        """Nothing may be wrong with the screen that is shown."""
        self.page.evaluate("document.fonts.ready")
        assert self.page.evaluate(FAULTS, [LEAST_TARGET, LEAST_TYPE]) == []
        assert self.errors == []
        if self.axe:
            if not self.page.evaluate("Boolean(window.axe)"):
                self.page.evaluate(AXE)
            assert self.page.evaluate(VIOLATIONS) == []


@pytest.mark.parametrize("elder", [False, True], ids=["ordinary", "elder"])
@pytest.mark.parametrize("size", SIZES)
def test_the_whole_way(stage: tuple[str, Devices, StandIn], browser: Browser, size: str, elder: bool) -> None:
    address, devices, _hall = stage
    width, height = SIZES[size]
    page = browser.new_page(viewport={"width": width, "height": height}, reduced_motion="reduce")
    # What axe looks at is the same in both orientations and sizes of type: once is enough, it is slow.
    visitor = Visitor(page, axe=size == "portrait" and not elder)
    page.goto(address)
    visitor.sees("hours")
    visitor.sees("phones")
    expect(page.locator("[data-test=door-card]")).to_be_enabled()
    expect(page.locator("[data-test=door-code]")).to_be_enabled()
    if elder:
        visitor.touches("elder")
        page.wait_for_selector("html.elder")
    visitor.looks()
    visitor.touches("help")
    visitor.sees("desk")
    visitor.looks()
    visitor.touches("close")

    devices.reader.lay(DEMO_CARDS[1])
    expect(visitor.sees("greeting")).to_contain_text("欧阳**")
    devices.reader.lift()
    visitor.looks()
    for tab in ("hot", "themes", "search"):
        visitor.touches(f"tab-{tab}")
        visitor.looks()

    # Department, matter, number: three touches from the screen of choices.
    visitor.touches("tab-departments")
    visitor.touches("department", 2)
    visitor.looks()
    visitor.touches("matter")
    visitor.sees("sheet")
    visitor.looks()
    visitor.touches("take")
    expect(visitor.sees("paper")).to_have_attribute("data-paper", "printed")
    visitor.looks()
    visitor.touches("home")
    visitor.sees("screen-attract")

    devices.scanner.scan(f"http://hall.test/t/{SLUG}")
    visitor.sees("place-number")
    visitor.looks()
    visitor.touches("home")
    visitor.sees("screen-attract")
    page.close()


CALM = {
    "line-full": "今日综合受理的号已发完。下一次取号时间：明天（11月24日 星期二）08:30。",
    "hall-closed": "现在不是取号时间，请于今天14:00再来。",
    "person-daily-limit": "您今天已取 3 个号，已达上限。如仍需办理，请咨询导办台。",
}


@pytest.mark.parametrize("elder", [False, True], ids=["ordinary", "elder"])
@pytest.mark.parametrize("size", SIZES)
def test_who_gets_no_number_is_told_calmly_what_to_do(
    stage: tuple[str, Devices, StandIn], browser: Browser, size: str, elder: bool
) -> None:
    address, _devices, hall = stage
    width, height = SIZES[size]
    page = browser.new_page(viewport={"width": width, "height": height}, reduced_motion="reduce")
    visitor = Visitor(page, axe=size == "portrait" and not elder)
    page.goto(address)
    visitor.sees("hours")
    if elder:
        visitor.touches("elder")
        page.wait_for_selector("html.elder")
    visitor.touches("door-hand")
    visitor.touches("department", 2)
    visitor.touches("matter")
    for code, sentence in CALM.items():
        hall.refusal = {"code": code, "detail": sentence, "detail_en": f"{sentence} {sentence}"}
        visitor.touches("take")
        expect(visitor.sees(f"notice-{code}")).to_contain_text(sentence)
        assert "bad" not in str(visitor.sees(f"notice-{code}").get_attribute("class"))
        visitor.sees("sheet")
        visitor.looks()

    hall.refusal = hall.already(priority_name="优先", priority_name_en="Priority")
    visitor.touches("take")
    expect(visitor.sees("ticket-number")).to_have_text("A050")
    expect(visitor.sees("ticket-priority")).to_contain_text("优先")
    expect(visitor.sees("already")).to_contain_text("不需要重复取号")
    visitor.looks()
    visitor.touches("print-again")
    expect(visitor.sees("paper")).to_have_attribute("data-paper", "printed")
    visitor.looks()
    hall.refusal = None
    visitor.touches("home")
    visitor.sees("screen-attract")
    page.close()


def test_trouble_is_said(stage: tuple[str, Devices, StandIn], browser: Browser) -> None:
    address, devices, hall = stage
    page = browser.new_page(viewport={"width": 1080, "height": 1920}, reduced_motion="reduce")
    visitor = Visitor(page)
    page.goto(address)
    visitor.sees("hours")
    devices.printer.paper_out()
    devices.reader.unplug()
    expect(visitor.sees("notice-printer")).to_contain_text("缺纸")
    expect(page.locator("[data-test=door-card]")).to_be_disabled()
    expect(page.locator("[data-test=door-card]")).to_contain_text("读卡器暂不可用")
    visitor.looks()
    visitor.touches("door-hand")
    visitor.touches("tab-themes")
    visitor.touches("theme")
    hall.no_tickets = True
    visitor.touches("take")
    visitor.sees("notice-unreachable")
    visitor.looks()
    hall.no_tickets = False
    expect(visitor.sees("paper")).to_have_attribute("data-paper", "failed")
    expect(visitor.sees("paper")).to_contain_text("请记住号码或拍照")
    visitor.looks()
    visitor.touches("home")
    devices.reader.plug()
    devices.printer.load_paper()
    page.close()


def test_other_pages_may_not_press_our_buttons(stage: tuple[str, Devices, StandIn], browser: Browser) -> None:
    address = stage[0]
    page = browser.new_page()
    send = page.request.post
    assert (
        send(f"{address}visit/without", data={"visit": 1}, headers={"Origin": "http://evil.test"}).status
        == 403
    )
    assert send(f"{address}visit/without", data={"visit": 1}, headers={"Host": "evil.test"}).status == 403
    assert send(f"{address}visit/without", data={"visit": 1}).status == 409
    assert send(f"{address}visit/without", data={}).status == 400
    page.close()
