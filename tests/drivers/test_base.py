"""What all drivers share: being woken, the tap, device files, refusals of addresses."""

import os
import pty
import socket
import subprocess
import sys
import threading
import tty
from collections.abc import Iterator
from contextlib import closing, suppress
from pathlib import Path
from typing import Any

import pytest

from tinghao.drivers import base, hotplug
from tinghao.drivers.address import Address, AddressError
from tinghao.drivers.base import READY, Driver
from tinghao.drivers.faults import FAULTS, mangle
from tinghao.drivers.links import LinkError
from tinghao.drivers.ports import PtyPort, TcpPort
from tinghao.drivers.wires import FileLink, TcpLink, open_link


class Echo(Driver):
    """Asks once a moment and tells what came back."""

    family = "echo"
    title = "回声"
    kinds = ("serial", "tcp")

    def __init__(self, address: Address, heard: Any, states: Any) -> None:
        super().__init__(address, states)
        self._heard = heard

    def _session(self) -> None:
        with closing(self._open()) as link:
            self._set_state(READY)
            while not self._closing.is_set():
                link.write(b"?")
                answer = link.read(0.05)
                if answer:
                    self._call(self._heard, answer)


def answering(port: PtyPort | TcpPort) -> None:
    port.open(lambda data: port.write(b"!" * len(data)), lambda: None)


@pytest.fixture
def slow_back_off(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(base, "BACK_OFF", (30.0,))


@pytest.mark.usefixtures("slow_back_off")
def test_a_plugged_device_wakes_its_driver(link: Path, hear: Any) -> None:
    states, heard = hear(), hear()
    port = PtyPort(link)
    with Echo(port.address, heard, states):
        states.until_state("absent")
        answering(port)
        hotplug.hotplug().wake()
        states.until_state("ready", timeout=3)
        port.close()


@pytest.mark.usefixtures("slow_back_off")
def test_a_waiting_driver_closes_at_once(link: Path, hear: Any) -> None:
    states = hear()
    driver = Echo(PtyPort(link).address, hear(), states).start()
    states.until_state("absent")
    driver.close()
    assert not driver._thread.is_alive()


class Monitor:
    """As much of pyudev's monitor as is listened to: each byte is a device, `a` one that was added."""

    class Device:
        def __init__(self, action: str) -> None:
            self.action = action

    def __init__(self) -> None:
        self.reading, self.writing = os.pipe()

    def fileno(self) -> int:
        return self.reading

    def poll(self, timeout: float) -> "Monitor.Device":
        sign = os.read(self.reading, 1)
        if sign == b"x":
            raise OSError("the socket is gone")
        return self.Device("add" if sign == b"a" else "remove")


def test_only_what_was_added_wakes() -> None:
    monitor, told, woken = Monitor(), hotplug.Hotplug(), threading.Event()
    with told.waking(woken):
        os.write(monitor.writing, b"rrx")
        hotplug._listen(monitor, told)
        assert not woken.is_set()
        os.write(monitor.writing, b"ax")
        hotplug._listen(monitor, told)
        assert woken.is_set()


@pytest.fixture
def fresh_hotplug() -> Iterator[None]:
    hotplug._made.cache_clear()
    yield
    hotplug._made.cache_clear()


@pytest.mark.usefixtures("fresh_hotplug")
def test_drivers_that_begin_together_share_one_source_of_news(monkeypatch: pytest.MonkeyPatch) -> None:
    together = threading.Barrier(2)
    found: list[hotplug.Hotplug] = []

    def look() -> None:
        with suppress(threading.BrokenBarrierError):
            together.wait(0.2)  # where both can be in here at once, they meet

    def begin() -> None:
        found.append(hotplug.hotplug())

    monkeypatch.setattr(hotplug, "_monitor", look)
    drivers = [threading.Thread(target=begin) for _ in range(2)]
    for each in drivers:
        each.start()
    for each in drivers:
        each.join(5)
    assert found[0] is found[1]


@pytest.mark.usefixtures("fresh_hotplug")
def test_a_driver_lives_without_news(monkeypatch: pytest.MonkeyPatch, link: Path, hear: Any) -> None:
    def refuse() -> None:
        raise AttributeError("an older libudev")

    monkeypatch.setattr("pyudev.Context", refuse)
    states = hear()
    with Echo(PtyPort(link).address, hear(), states):
        states.until_state("absent")


def test_the_tap_hears_both_ways(hear: Any) -> None:
    port, heard, passed = TcpPort(), hear(), []
    answering(port)
    driver = Echo(port.address, heard, None)
    driver.tap = lambda direction, data: passed.append((direction, data))
    with driver:
        assert driver.wait_until_ready(3)
        assert heard.next().startswith(b"!")
    port.close()
    assert passed[0] == ("out", b"?")
    assert any(direction == "in" and data.startswith(b"!") for direction, data in passed)


def test_a_wrong_kind_of_address_is_refused() -> None:
    with pytest.raises(AddressError) as refusal:
        Echo(Address.parse("usb:0400:c35a"), None, None)
    assert refusal.value.reason == "回声的地址应以 serial、tcp 开头"


def test_a_network_device_that_goes_without_a_word_is_noticed_within_five_seconds() -> None:
    with socket.create_server(("127.0.0.1", 0)) as device:
        link = TcpLink("127.0.0.1", device.getsockname()[1])
        own = link._socket
        assert own.getsockopt(socket.SOL_SOCKET, socket.SO_KEEPALIVE)
        idle, every, times = (
            own.getsockopt(socket.IPPROTO_TCP, option)
            for option in (socket.TCP_KEEPIDLE, socket.TCP_KEEPINTVL, socket.TCP_KEEPCNT)
        )
        assert idle + every * times <= 5
        link.close()


@pytest.fixture
def device_file() -> Iterator[tuple[str, int]]:
    master, slave = pty.openpty()
    tty.setraw(slave)
    yield os.ttyname(slave), master
    os.close(slave)
    os.close(master)


def test_a_device_file_is_read_and_written(device_file: tuple[str, int]) -> None:
    path, other_end = device_file
    link = open_link(Address.parse(f"lp:{path}"), 9600)
    assert isinstance(link, FileLink)
    assert link.read(0.01) == b""
    link.write(b"\x1b\x40")
    assert os.read(other_end, 10) == b"\x1b\x40"
    os.write(other_end, b"\x12")
    assert link.read(1.0) == b"\x12"
    link.close()


def test_a_device_file_that_takes_nothing_is_given_up(
    device_file: tuple[str, int], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("tinghao.drivers.wires.WRITE_TIMEOUT", 0.1)
    with closing(FileLink(device_file[0], "lp")) as link, pytest.raises(LinkError, match="超时"):
        link.write(bytes(1 << 20))


def test_a_missing_device_file_is_absent(tmp_path: Path) -> None:
    with pytest.raises(LinkError) as refusal:
        FileLink(str(tmp_path / "lp0"), "lp")
    assert refusal.value.state.state == "absent"


@pytest.mark.parametrize("fault", FAULTS)
def test_every_fault_changes_what_goes_out(fault: str) -> None:
    frame = bytes.fromhex("AA AA AA 96 69 00 04 00 00 90 94")
    good = mangle(frame, set())
    assert good == [(0.0, frame)]
    bad = mangle(frame, {fault})  # type: ignore[arg-type]
    assert bad != good
    if fault in ("slow", "late"):
        assert b"".join(piece for _, piece in bad) == frame


WAITING = """
from gevent import monkey
monkey.patch_all()
import ctypes, threading, time
from tinghao.drivers.native import waiting
ticks = []
def tick():
    while True:
        ticks.append(1)
        time.sleep(0.01)
threading.Thread(target=tick, daemon=True).start()
waiting(ctypes.CDLL(None).usleep, 300_000)
print(len(ticks))
"""


def test_what_waits_in_c_does_not_stop_the_station() -> None:
    run = subprocess.run(
        [sys.executable, "-c", WAITING], capture_output=True, text=True, timeout=30, check=True
    )
    assert int(run.stdout) > 5
