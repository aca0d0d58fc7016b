"""A clerk at the terminal, who presses its buttons or their keys."""

import json
from typing import Any

from playwright.sync_api import Page, expect

from tests.counter.browser import WAIT_MS
from tests.counter.hall_data import CLERK
from tests.counter.stand_in import StandIn

Json = dict[str, Any]

KEYS = {
    "next": "Space",
    "recall": "F2",
    "start": "F3",
    "finish": "F4",
    "no-show": "F8",
    "finish-next": "w",
    "store-next": "q",
    "chosen": "d",
    "serve": "b",
    "outcomes": "r",
    "hold": "g",
    "transfer": "t",
    "matter": "s",
    "priority": "f",
    "details": "e",
    "why": "a",
    "undo": "z",
    "pause": "x",
    "unpause": "x",
    "change-window": "v",
    "close": "c",
}
REFUSAL = "[data-view]:not([hidden]) [data-refusal]"
SHEET = "dialog[data-sheet]"
DOUBLE_MS = 450
TOKEN = "cs_clerk"


class Clerk:
    """Logs in and works, by mouse or by keyboard."""

    def __init__(self, hall: StandIn, page: Page, address: str) -> None:
        self.hall = hall
        self.page = page
        self.address = address
        self.by_key = False

    def log_in(self) -> None:
        """At a registered counter; the windows are shown to choose from."""
        self.page.goto(f"{self.address}/counter/#token=st_counter")
        self.page.fill("#username", "c01")
        self.page.fill("#password", "secret")
        self.page.click("[data-do=log-in]")
        expect(self.page.locator('[data-open="1"]')).to_be_enabled()

    def sit_down(self, window: int = 3, by_key: bool = False) -> None:
        """Is logged in already, with a window open."""
        self.by_key = by_key
        if by_key:
            # The page's own clock, so that a test need not wait for what the page lets pass between two presses.
            self.page.clock.install()
        self.hall.take_seat(window, TOKEN)
        session = json.dumps({"token": TOKEN, "clerk": CLERK})
        self.page.add_init_script(f"sessionStorage.setItem('clerk-session', {json.dumps(session)})")
        self.page.goto(f"{self.address}/counter/#token=st_counter")
        expect(self.page.locator("[data-view=work]")).to_be_visible()

    def button(self, name: str) -> Any:
        return self.page.locator(f"[data-do={name}]")

    def do(self, name: str) -> None:
        """Presses a button, or its key, as soon as it can be pressed."""
        expect(self.button(name)).to_be_enabled()
        if self.by_key:
            self.press(KEYS[name])
        else:
            self.button(name).click()

    def press(self, key: str) -> None:
        """Presses a key, long enough after the last answer not to be taken for a double press."""
        self.page.clock.fast_forward(DOUBLE_MS)
        self.page.keyboard.press(key)

    def send(self) -> None:
        """Presses the usual button of the sheet."""
        expect(self.page.locator("[data-send='0']")).to_be_enabled()
        if self.by_key:
            self.page.keyboard.press("Enter")
        else:
            self.page.click("[data-send='0']")

    def choose(self, chip: str, key: str) -> None:
        """Chooses a chip of the sheet."""
        expect(self.page.locator(SHEET)).to_be_visible()
        if self.by_key:
            self.press(key)
        else:
            self.page.locator(f"{SHEET} .chip", has_text=chip).click()

    def type(self, text: str) -> None:
        """Types into the sheet's first line."""
        expect(self.page.locator(f"{SHEET} input.text").first).to_be_focused()
        self.page.keyboard.type(text)

    def confirm(self, name: str) -> None:
        """Says yes to a question."""
        yes = self.page.locator(f"dialog[open] [data-do=confirm-{name}]")
        if self.by_key:
            self.page.clock.fast_forward(DOUBLE_MS)
            expect(yes).to_be_focused()
            self.page.keyboard.press("Enter")
        else:
            yes.click()

    def sent(self) -> tuple[str, str, Json]:
        """The next wish that comes in: method, path and body."""
        wish = self.hall.arriving.get(timeout=WAIT_MS / 1000)
        return wish.method, wish.path, wish.body

    def can(self, *names: str) -> None:
        """Just these of the main actions can be pressed."""
        for name in ("next", "recall", "start", "finish", "finish-next", "no-show"):
            if name in names:
                expect(self.button(name)).to_be_enabled()
            else:
                expect(self.button(name)).to_be_disabled()

    def state(self, state: str) -> None:
        expect(self.page.locator("[data-ticket-state]")).to_have_attribute("data-ticket-state", state)
