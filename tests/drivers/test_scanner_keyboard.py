"""Keyboard scanners: the kernel's events over a pseudo-terminal, and the grab as far as it goes without /dev/input.

On a real event device `evdev.InputDevice` opens, asks who it is and grabs.  Here its four questions to the kernel are
answered by the test, on a character device that is there everywhere; all else is the real thing.
"""

import errno
import os
import string
import struct
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import evdev
import pytest

from tinghao.drivers.address import Address
from tinghao.drivers.links import LinkError
from tinghao.drivers.scanner import Scanner, Suffix, keyboard
from tinghao.drivers.scanner.emulated_keyboard import (
    ENTER,
    EV_KEY,
    EV_SYN,
    LEFT_SHIFT,
    KeyboardPort,
    KeyboardScannerEmulator,
    event,
    report,
    stroke,
)
from tinghao.drivers.scanner.explain import ScannerExplainer
from tinghao.drivers.scanner.keyboard import KeyboardLink, KeyReader

PRINTABLE = "".join(chr(code) for code in range(33, 127))
CAPS_LOCK, RIGHT_SHIFT, LEFT_CTRL, F1, A, KP_ENTER = 58, 54, 29, 59, 30, 96
SYN_DROPPED = 3
CHARACTER_DEVICE = "/dev/null"


@pytest.fixture
def keys(link: Path, hear: Any) -> KeyboardScannerEmulator:
    return KeyboardScannerEmulator(KeyboardPort(link))


# ---------------------------------------------------------------------------------------- over the wire


@pytest.mark.parametrize("suffix", ["cr", "crlf", "none"])
def test_reads_what_is_typed(keys: KeyboardScannerEmulator, hear: Any, suffix: Suffix) -> None:
    codes, states = hear(), hear()
    with keys, Scanner(Address.parse(str(keys.address)), codes, states, suffix=suffix) as scanner:
        states.until_state("ready")
        for text in ("A001", PRINTABLE, "https://hall.example/t/7Hq2LmX9", "a b", "Long" * 200):
            keys.scan(text)
            assert codes.next() == text
        assert not scanner.trigger()


def test_without_enter_silence_ends_a_code(link: Path, hear: Any) -> None:
    codes, states = hear(), hear()
    with (
        KeyboardScannerEmulator(KeyboardPort(link), suffix="none") as keys,
        Scanner(keys.address, codes, states, suffix="none"),
    ):
        states.until_state("ready")
        keys.scan("A002")
        assert codes.next() == "A002"


def test_chinese_is_lost(keys: KeyboardScannerEmulator, hear: Any) -> None:
    codes, states = hear(), hear()
    with keys, Scanner(keys.address, codes, states):
        states.until_state("ready")
        keys.scan("张样例A3")
        assert codes.next() == "A3"


def test_a_pulled_cable_heals(keys: KeyboardScannerEmulator, hear: Any) -> None:
    codes, states = hear(), hear()
    with keys, Scanner(keys.address, codes, states):
        for _ in range(2):
            states.until_state("ready", timeout=5)
            keys.scan("A004")
            assert codes.next() == "A004"
            keys.unplug()
            assert "hid:" not in states.until_state("absent").reason
            keys.plug()


def test_what_is_no_keyboard_is_faulty_and_heals(keys: KeyboardScannerEmulator, hear: Any) -> None:
    codes, states = hear(), hear()
    with keys, Scanner(keys.address, codes, states):
        states.until_state("ready")
        keys.port.write(b"this is text and no event ")
        assert "不是按键" in states.until_state("faulty").reason
        states.until_state("ready", timeout=5)
        keys.scan("A005")
        assert codes.next() == "A005"


def test_the_tap_hears_the_events_and_monitor_says_the_code(keys: KeyboardScannerEmulator, hear: Any) -> None:
    codes, states, raw = hear(), hear(), []
    with keys:
        scanner = Scanner(keys.address, codes, states)
        scanner.tap = lambda direction, data: raw.append((direction, data))
        with scanner:
            states.until_state("ready")
            keys.scan("A006")
            codes.next()
    explainer = ScannerExplainer()
    said = explainer.feed("in", b"".join(data for direction, data in raw if direction == "in"))
    assert said == ["读到：A006"]


# ---------------------------------------------------------------------------------------- events


def test_an_event_byte_by_byte() -> None:
    """`A` pressed on a 64-bit little-endian machine: 1 s 2 µs, EV_KEY 1, KEY_A 1E, value 1."""
    if struct.calcsize("l") != 8 or sys.byteorder != "little":
        assert struct.calcsize("llHHi") == keyboard.EVENT.size
        return
    pressed = bytes.fromhex("01 00 00 00 00 00 00 00  02 00 00 00 00 00 00 00  01 00 1E 00 01 00 00 00")
    assert KeyReader(b"\r").feed(pressed) == b"a"


@pytest.mark.parametrize(
    ("events", "text"),
    [
        (stroke(A), b"a"),
        (report(LEFT_SHIFT, 1) + stroke(A) + report(LEFT_SHIFT, 0) + stroke(A), b"Aa"),
        (report(RIGHT_SHIFT, 1) + stroke(2) + report(RIGHT_SHIFT, 0) + stroke(2), b"!1"),
        (
            report(LEFT_SHIFT, 1) + report(RIGHT_SHIFT, 1) + report(LEFT_SHIFT, 0) + stroke(A),
            b"A",
        ),
        (stroke(CAPS_LOCK) + stroke(A) + stroke(2) + stroke(CAPS_LOCK) + stroke(A), b"A1a"),
        (stroke(CAPS_LOCK) + report(LEFT_SHIFT, 1) + stroke(A), b"a"),
        (report(A, 1) + report(A, 2) + report(A, 2) + report(A, 0), b"a"),
        (report(A, 0) + stroke(A), b"a"),
        (stroke(ENTER), b"\r\n"),
        (stroke(KP_ENTER), b"\r\n"),
        (b"".join(stroke(key) for key in (82, 79, 73, 83, 78, 74, 55, 98)), b"019.+-*/"),
        (stroke(F1), b"\xff"),
        (report(LEFT_CTRL, 1), b"\xff"),
        (event(EV_SYN, SYN_DROPPED, 0), b"\xff"),
        (event(17, 1, 1) + event(20, 0, 250), b""),
    ],
)
def test_keys_become_characters(events: bytes, text: bytes) -> None:
    assert KeyReader(b"\r\n").feed(events) == text
    reader = KeyReader(b"\r\n")
    assert b"".join(reader.feed(events[at : at + 7]) for at in range(0, len(events), 7)) == text


def test_every_key_of_a_us_keyboard() -> None:
    typed = []

    class Typed(KeyboardScannerEmulator):
        def _send(self, frame: bytes) -> None:
            typed.append(frame)

    Typed(KeyboardPort(Path("/none"))).scan(string.printable[:95])
    assert KeyReader(b"\r").feed(b"".join(typed)) == string.printable[:95].encode() + b"\r"


@pytest.mark.parametrize(
    "lost",
    [stroke(F1), event(EV_SYN, SYN_DROPPED, 0), stroke(LEFT_CTRL)],
    ids=["function key", "dropped events", "control"],
)
def test_a_code_with_a_lost_character_is_dropped_whole(
    keys: KeyboardScannerEmulator, hear: Any, lost: bytes
) -> None:
    codes, states = hear(), hear()
    with keys, Scanner(keys.address, codes, states):
        states.until_state("ready")
        keys.port.write(stroke(A) + lost + stroke(A) + stroke(ENTER))
        keys.scan("A007")
        assert codes.next() == "A007"


@pytest.mark.parametrize(
    "event_",
    [
        struct.pack("llHHi", 1, 1_000_000, EV_KEY, A, 1),
        struct.pack("llHHi", -1, 0, EV_KEY, A, 1),
        struct.pack("llHHi", 1, 0, 9, A, 1),
        struct.pack("llHHi", 1, 0, EV_KEY, A, 3),
        struct.pack("llHHi", 1, 0, EV_KEY, 0x300, 1),
    ],
)
def test_what_no_kernel_sends_is_refused(event_: bytes) -> None:
    with pytest.raises(LinkError, match="不是按键"):
        KeyReader(b"\r").feed(event_)


def test_a_shift_whose_end_was_dropped_does_not_stay_down() -> None:
    reader = KeyReader(b"\r")
    assert reader.feed(report(LEFT_SHIFT, 1) + event(EV_SYN, SYN_DROPPED, 0) + stroke(ENTER)) == b"\xff\r"
    assert reader.feed(stroke(A) + stroke(ENTER)) == b"a\r"


# ---------------------------------------------------------------------------------------- the device


@pytest.fixture
def grabs(monkeypatch: pytest.MonkeyPatch) -> list[tuple[int, int]]:
    """The kernel's answers to `InputDevice`, and every EVIOCGRAB that was asked for."""
    asked: list[tuple[int, int]] = []
    kernel = evdev.device._input
    monkeypatch.setattr(keyboard, "INPUT_MAJOR", os.major(os.stat(CHARACTER_DEVICE).st_rdev))
    monkeypatch.setattr(kernel, "ioctl_devinfo", lambda _: (3, 0x0C2E, 1, 1, "Scanner", "usb-1", ""))
    monkeypatch.setattr(kernel, "ioctl_EVIOCGVERSION", lambda _: 65537)
    monkeypatch.setattr(kernel, "ioctl_capabilities", lambda _: {})
    monkeypatch.setattr(kernel, "ioctl_EVIOCGEFFECTS", lambda _: 0)
    monkeypatch.setattr(kernel, "ioctl_EVIOCGRAB", lambda fd, on: asked.append((fd, on)))
    return asked


def test_a_device_is_grabbed_and_let_go_with_its_file(grabs: list[tuple[int, int]]) -> None:
    link = KeyboardLink(CHARACTER_DEVICE)
    ((fd, on),) = grabs
    assert on == 1
    assert os.path.sameopenfile(fd, os.open(CHARACTER_DEVICE, os.O_RDONLY))
    with pytest.raises(LinkError, match="断开") as gone:
        link.read(0.1)
    assert gone.value.state.state == "absent"
    link.close()
    with pytest.raises(OSError, match="Bad file"):
        os.fstat(fd)


def refusing(number: int) -> Callable[..., None]:
    def refuse(*_: object) -> None:
        raise OSError(number, os.strerror(number))

    return refuse


@pytest.mark.parametrize(
    ("question", "number", "state", "reason"),
    [
        ("ioctl_EVIOCGRAB", errno.EBUSY, "faulty", "被其他程序占用"),
        ("ioctl_devinfo", errno.EACCES, "faulty", "input 组"),
        ("ioctl_devinfo", errno.ENODEV, "absent", "找不到"),
    ],
)
def test_says_why_it_is_not_grabbed(
    grabs: list[tuple[int, int]],
    monkeypatch: pytest.MonkeyPatch,
    question: str,
    number: int,
    state: str,
    reason: str,
) -> None:
    monkeypatch.setattr(evdev.device._input, question, refusing(number))
    with pytest.raises(LinkError, match=reason) as refusal:
        KeyboardLink(CHARACTER_DEVICE)
    assert refusal.value.state.state == state


def test_the_kernel_itself_is_asked(monkeypatch: pytest.MonkeyPatch) -> None:
    """Nothing in its stead: a device that is no keyboard refuses the question."""
    monkeypatch.setattr(keyboard, "INPUT_MAJOR", os.major(os.stat(CHARACTER_DEVICE).st_rdev))
    with pytest.raises(LinkError, match="无法打开"):
        KeyboardLink(CHARACTER_DEVICE)


@pytest.mark.parametrize("path", ["/dev/null", "plain file"])
def test_another_kind_of_file_is_no_keyboard(tmp_path: Path, path: str) -> None:
    file = tmp_path / path
    if not file.exists():
        file.touch()
    with pytest.raises(LinkError, match="不是输入设备") as refusal:
        KeyboardLink(str(file))
    assert refusal.value.state.state == "faulty"


def test_nothing_there_is_absent(tmp_path: Path) -> None:
    with pytest.raises(LinkError, match="找不到") as refusal:
        KeyboardLink(str(tmp_path / "event9"))
    assert refusal.value.state.state == "absent"


def test_elsewhere_than_on_linux_it_says_so(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "tinghao.drivers.scanner.keyboard", None)
    with pytest.raises(LinkError, match="只能在 Linux"):
        Scanner(Address.parse("hid:/dev/input/event3"), lambda _: None)._session()


PROGRAM = """
from gevent import monkey
monkey.patch_all()
import queue, sys
from pathlib import Path
from tinghao.drivers.scanner import Scanner
from tinghao.drivers.scanner.emulator import ScannerEmulator
from tinghao.drivers.scanner.emulated_keyboard import KeyboardPort, KeyboardScannerEmulator

codes, states = queue.Queue(), queue.Queue()
folder = Path(sys.argv[1])
with KeyboardScannerEmulator(KeyboardPort(folder / "keys")) as keys, Scanner(keys.address, codes.put, states.put):
    while states.get(timeout=5).state != "ready":
        pass
    keys.scan("A001")
    assert codes.get(timeout=5) == "A001"
with ScannerEmulator(folder / "module", model="gm65", trigger_mode=True) as module:
    with Scanner(module.address, codes.put, states.put, model="gm65") as scanner:
        while states.get(timeout=5).state != "ready":
            pass
        assert scanner.trigger()
        while not module.lit:
            scanner.trigger()
        module.scan("A002")
        assert codes.get(timeout=5) == "A002"
"""


def test_runs_under_gevent(tmp_path: Path) -> None:
    run = subprocess.run(
        [sys.executable, "-c", PROGRAM, str(tmp_path)],
        capture_output=True,
        text=True,
        timeout=30,
        cwd=Path(__file__).parents[2],
        check=False,
    )
    assert (run.returncode, run.stderr) == (0, "")
