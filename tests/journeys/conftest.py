"""The demo hall as a newcomer starts it, and a browser to walk through it."""

import queue
import signal
import socket
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
import requests
from playwright.sync_api import Browser, Page, sync_playwright

from bench.house import House
from tests import chromium

READY_SECONDS = 90
PORTS = 4


@dataclass
class Demo:
    """The running demo: its folder and its addresses."""

    folder: Path
    port: int

    @property
    def server(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    @property
    def kiosk(self) -> str:
        return f"http://127.0.0.1:{self.port + 1}"

    @property
    def workbench(self) -> str:
        return f"http://127.0.0.1:{self.port + 2}"

    def device(self, what: str, **body: Any) -> None:
        """Does something at the workbench, such as `card-reader/lay`."""
        requests.post(f"{self.workbench}/api/{what}", json=body, timeout=10).raise_for_status()

    def papers(self) -> list[dict[str, Any]]:
        """The papers that came out of the printer."""
        found: list[dict[str, Any]] = requests.get(f"{self.workbench}/api/printer/papers", timeout=10).json()[
            "papers"
        ]
        return found


def free_ports() -> int:
    """The first of some free ports in a row."""
    while True:
        with socket.socket() as probe:
            probe.bind(("127.0.0.1", 0))
            first: int = probe.getsockname()[1]
        if first + PORTS < 65535 and all(_is_free(first + n) for n in range(PORTS)):
            return first


def _is_free(port: int) -> bool:
    with socket.socket() as probe:
        try:
            probe.bind(("127.0.0.1", port))
        except OSError:
            return False
        return True


@dataclass
class Running:
    """A demo's process and what it says."""

    process: "subprocess.Popen[str]"
    said: "queue.SimpleQueue[str]"

    def until(self, word: str) -> list[str]:
        """Reads on until a line holds `word`."""
        lines: list[str] = []
        while not lines or word not in lines[-1]:
            lines.append(self.said.get(timeout=READY_SECONDS))
            assert lines[-1], "".join(lines)
        return lines

    def stop(self) -> int:
        """Ctrl-C."""
        self.process.send_signal(signal.SIGINT)
        return self.process.wait(20)


def start_demo(folder: Path, port: int) -> Running:
    """Starts a demo and does not wait for it."""
    process = subprocess.Popen(
        [sys.executable, "-m", "tinghao", "demo", "--port", str(port), "--data", str(folder)],
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    )
    said: queue.SimpleQueue[str] = queue.SimpleQueue()

    def listen() -> None:
        assert process.stdout is not None
        for line in process.stdout:
            said.put(line)
        said.put("")

    threading.Thread(target=listen, daemon=True).start()
    return Running(process, said)


@pytest.fixture(scope="module")
def demo(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Demo]:
    folder = tmp_path_factory.mktemp("demo")
    port = free_ports()
    running = start_demo(folder, port)
    running.until("ready")
    yield Demo(folder, port)
    assert running.stop() == 0


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    with sync_playwright() as playwright:
        browser = chromium.launch(playwright)
        yield browser
        browser.close()


Open = Callable[..., Page]


@pytest.fixture
def open_page(browser: Browser) -> Iterator[Open]:
    """Opens pages of a size; afterwards none of them may have had an error."""
    pages: list[Page] = []
    faults: list[str] = []

    def open_it(address: str, width: int = 1920, height: int = 1080) -> Page:
        page = browser.new_context(viewport={"width": width, "height": height}, bypass_csp=False).new_page()
        page.on("pageerror", lambda error: faults.append(f"{address}: {error}"))
        page.goto(address)
        pages.append(page)
        return page

    yield open_it
    for page in pages:
        page.context.close()
    assert faults == []


@pytest.fixture
def house(tmp_path: Path) -> Iterator[House]:
    """A server alone, with four clerks."""
    house = House(tmp_path, clerks=4)
    house.start()
    yield house
    house.stop()
