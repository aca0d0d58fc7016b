"""The Chromium of the machine, as all browser tests start it."""

import shutil

from playwright.sync_api import Browser, Playwright

NAMES = ("chromium", "chromium-browser", "google-chrome")
FLAGS = ["--no-sandbox", "--disable-gpu", "--disable-background-networking"]


def launch(playwright: Playwright, autoplay: str = "no-user-gesture-required") -> Browser:
    """Starts it under an autoplay policy; without a Chromium the test fails and says what to do."""
    path = next((found for name in NAMES if (found := shutil.which(name))), None)
    assert path, "the browser tests need Chromium; run tools/ensure-chromium"
    return playwright.chromium.launch(executable_path=path, args=[*FLAGS, f"--autoplay-policy={autoplay}"])
