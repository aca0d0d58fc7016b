"""The hall's voice in a real browser: every clip is there and decodes, and calls never overlap."""

from __future__ import annotations

import itertools
import json
import string
import threading
from collections.abc import Callable, Iterator
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, Page, sync_playwright

from tests import chromium

STATIC = Path(__file__).parents[2] / "tinghao" / "display" / "static"
NEEDED = {
    "chime",
    "qing",
    "hao",
    "dao_desk",
    *string.ascii_uppercase,
    *string.digits,
    *(f"dao_{n}" for n in range(1, 100)),
}

pytestmark = pytest.mark.timeout(60)


# A script of the page itself: one sent by the test driver would count as the gesture.
LOCKED = """
import { Announcer } from '/announcer.js';
const announcer = new Announcer({ base: '/voice/' });
await announcer.load();
window.ended = new Promise((done) => { announcer.onEnd = (call, spoken) => done(spoken); });
document.addEventListener('pointerup', () => announcer.unlock());
announcer.announce({ number: 'A1', window: 3, id: 7 });
const before = { locked: announcer.locked, spoken: announcer.spoken.length, waiting: announcer.waiting };
document.querySelector('title').dataset.before = JSON.stringify(before);
"""

PAGES = {
    "/page": ("text/html", "<!doctype html><title>voice</title>"),
    "/locked": (
        "text/html",
        '<!doctype html><title>voice</title><script type="module" src="/locked.js"></script>',
    ),
    "/locked.js": ("text/javascript", LOCKED),
}


class _Handler(SimpleHTTPRequestHandler):
    """Serves the static folder, and two small pages under the strict policy of the real ones."""

    def do_GET(self) -> None:
        if self.path == "/favicon.ico":
            self.send_response(204)
            self.end_headers()
            return
        if self.path not in PAGES:
            super().do_GET()
            return
        kind, text = PAGES[self.path]
        body = text.encode()
        self.send_response(200)
        self.send_header("Content-Type", kind)
        self.send_header("Content-Security-Policy", "default-src 'self'")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_: object) -> None:
        pass


@pytest.fixture(scope="module")
def origin() -> Iterator[str]:
    server = ThreadingHTTPServer(("127.0.0.1", 0), partial(_Handler, directory=str(STATIC)))
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    yield f"http://127.0.0.1:{server.server_port}"
    server.shutdown()
    server.server_close()
    thread.join()


@pytest.fixture(scope="module")
def launch() -> Iterator[Callable[[str], Browser]]:
    """Starts Chromium under an autoplay policy."""
    with sync_playwright() as playwright:
        yield lambda policy: chromium.launch(playwright, policy)


@pytest.fixture(scope="module")
def browser(launch: Callable[[str], Browser]) -> Iterator[Browser]:
    browser = launch("no-user-gesture-required")
    yield browser
    browser.close()


@pytest.fixture
def page(browser: Browser, origin: str) -> Iterator[Page]:
    page = browser.new_page()
    problems: list[str] = []
    page.on("pageerror", lambda error: problems.append(str(error)))
    page.on("console", lambda message: problems.append(message.text) if message.type == "error" else None)
    page.goto(f"{origin}/page")
    yield page
    page.close()
    assert problems == []


def index() -> dict[str, Any]:
    return json.loads((STATIC / "voice" / "voice.json").read_text("utf-8"))


def test_every_needed_clip_is_in_the_index_and_none_overlaps_its_neighbour() -> None:
    clips = index()["clips"]
    assert set(clips) == NEEDED
    spans = sorted(clips.values())
    for (start, duration), (following, _) in itertools.pairwise(spans):
        assert start + duration + 0.05 <= following
    for name, (_, duration) in clips.items():
        if name.startswith("dao_"):
            assert 0.9 <= duration <= 2.2, name
        elif name != "chime":
            assert 0.15 <= duration <= 0.9, name
    assert sum(f.stat().st_size for f in (STATIC / "voice").iterdir()) < 1_500_000


@pytest.mark.parametrize(
    ("number", "window", "text", "clips"),
    [
        ("A001", 3, "请 A 零零幺号到三号窗口", "chime qing A 0 0 1 hao dao_3"),
        ("B120", 12, "请 B 幺二零号到十二号窗口", "chime qing B 1 2 0 hao dao_12"),
        ("c999", 10, "请 C 九九九号到十号窗口", "chime qing C 9 9 9 hao dao_10"),
        ("Z047", 91, "请 Z 零四七号到九十一号窗口", "chime qing Z 0 4 7 hao dao_91"),
        ("A001", "desk", "请 A 零零幺号到咨询服务台", "chime qing A 0 0 1 hao dao_desk"),
    ],
)
def test_a_call_is_composed_as_it_is_said(
    page: Page, number: str, window: int | str, text: str, clips: str
) -> None:
    composed = page.evaluate(
        "async (call) => (await import('/announcer.js')).compose(call)", {"number": number, "window": window}
    )
    assert composed["text"] == text
    assert [part["clip"] for part in composed["parts"]] == clips.split()


def test_every_clip_decodes_and_a_call_has_no_clipping_and_no_long_silence(page: Page) -> None:
    found = page.evaluate(
        """async () => {
            const { Announcer, compose, lay, play } = await import('/announcer.js');
            const announcer = new Announcer({ base: '/voice/' });
            await announcer.load();
            const offline = (seconds) => new OfflineAudioContext(1, Math.ceil(seconds * 24000), 24000);
            const bytes = await (await fetch('/voice/voice.ogg')).arrayBuffer();
            const sprite = await offline(1).decodeAudioData(bytes);
            const samples = sprite.getChannelData(0);
            const level = (from, to) => {
                let sum = 0, peak = 0;
                for (let i = Math.round(from); i < Math.round(to); i++) {
                    sum += samples[i] ** 2;
                    peak = Math.max(peak, Math.abs(samples[i]));
                }
                return { rms: Math.sqrt(sum / (to - from)), peak };
            };
            const clips = [...announcer.index].map(([name, { start, duration }]) =>
                ({ name, ...level(start * 24000, (start + duration) * 24000) }));
            const calls = [];
            for (const call of [{ number: 'A001', window: 3 }, { number: 'W958', window: 77 }]) {
                const { placed, duration } = lay(compose(call).parts, announcer.index);
                const context = offline(duration);
                play(context, sprite, placed, context.destination, 0);
                const heard = (await context.startRendering()).getChannelData(0);
                let silence = 0, longest = 0, peak = 0;
                for (const sample of heard) {
                    silence = Math.abs(sample) < 0.003 ? silence + 1 : 0;
                    longest = Math.max(longest, silence);
                    peak = Math.max(peak, Math.abs(sample));
                }
                calls.push({ duration, longest: longest / 24000, peak });
            }
            return { seconds: sprite.duration, clips, calls };
        }"""
    )
    assert found["seconds"] == pytest.approx(index()["duration"], abs=0.1)
    for clip in found["clips"]:
        assert 0.03 < clip["rms"] < 0.3, clip
        assert clip["peak"] < 1, clip
    for call in found["calls"]:
        assert 4 < call["duration"] < 7
        assert call["peak"] < 1
        assert call["longest"] < 0.35


def test_three_calls_at_once_are_spoken_in_order_and_never_overlap(page: Page) -> None:
    found = page.evaluate(
        """async () => {
            const { Announcer } = await import('/announcer.js');
            const announcer = new Announcer({ base: '/voice/' });
            await announcer.load();
            const started = [];
            announcer.onStart = (call) => started.push(call.id);
            const over = new Promise((done) => {
                announcer.onEnd = () => announcer.spoken.length === 3 && done();
            });
            announcer.announce({ number: 'A1', window: 3, id: 'one' });
            announcer.announce({ number: 'B2', window: 12, id: 'two' });
            announcer.announce({ number: 'C3', window: 4, id: 'three' });
            announcer.announce({ number: 'C3', window: 4, id: 'three' });   // merged: still waiting
            await over;
            return { started, spoken: announcer.spoken, waiting: announcer.waiting, locked: announcer.locked };
        }"""
    )
    assert found["started"] == ["one", "two", "three"]
    assert [one["text"] for one in found["spoken"]] == [
        "请 A 幺号到三号窗口",
        "请 B 二号到十二号窗口",
        "请 C 三号到四号窗口",
    ]
    assert (found["waiting"], found["locked"]) == (0, False)
    spoken = found["spoken"]
    for earlier, later in itertools.pairwise(spoken):
        assert earlier["endedAt"] <= later["startedAt"]
    for one in spoken:
        assert one["how"] == "clips"
        assert 3000 < one["endedAt"] - one["startedAt"] < 8000


def test_a_call_that_is_being_said_may_be_recalled_and_a_full_queue_tells_what_it_drops(page: Page) -> None:
    found = page.evaluate(
        """async () => {
            const { Announcer } = await import('/announcer.js');
            const announcer = new Announcer({ base: '/voice/', limit: 2 });
            await announcer.unlock();
            const dropped = [];
            announcer.onDrop = (call) => dropped.push(call.number);
            const call = { number: 'A1', window: 3 };
            announcer.announce(call);       // being said
            announcer.announce(call);       // its recall waits
            announcer.announce({ number: 'A2', window: 3 });
            announcer.announce({ number: 'A3', window: 3 });
            const waiting = announcer.waiting;
            const ended = [];
            await new Promise((done) => {
                announcer.onEnd = (one) => ended.push(one.number) === 3 && done();
            });
            return { dropped, waiting, ended, how: announcer.spoken.map((one) => one.how) };
        }"""
    )
    assert found["waiting"] == 2
    assert found["dropped"] == ["A1"]
    assert found["ended"] == ["A1", "A2", "A3"]
    assert set(found["how"]) <= {"speech", "nothing"}  # nothing was loaded, yet nobody is lost in the queue


def test_a_call_taken_back_before_its_turn_is_not_spoken(page: Page) -> None:
    ended = page.evaluate(
        """async () => {
            const { Announcer } = await import('/announcer.js');
            const announcer = new Announcer({ base: '/voice/' });
            await announcer.unlock();
            const ended = [];
            for (const number of ['A1', 'A2', 'A3']) announcer.announce({ number, window: 3 });
            announcer.withdraw('A2');
            await new Promise((done) => {
                announcer.onEnd = (one) => ended.push(one.number) && one.number === 'A3' && done();
            });
            return ended;
        }"""
    )
    assert ended == ["A1", "A3"]


def test_a_suspended_context_is_locked_and_says_all_after_a_gesture(
    launch: Callable[[str], Browser], origin: str
) -> None:
    browser = launch("document-user-activation-required")
    try:
        page = browser.new_page()
        page.goto(f"{origin}/locked")
        page.wait_for_selector("title[data-before]", state="attached")
        before = page.locator("title").get_attribute("data-before")
        page.mouse.click(10, 10)
        spoken = page.evaluate("() => window.ended")
    finally:
        browser.close()
    assert json.loads(before or "") == {"locked": True, "spoken": 0, "waiting": 1}
    assert (spoken["id"], spoken["how"]) == (7, "clips")
