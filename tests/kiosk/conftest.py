"""A kiosk on emulated devices, before a hall's server that a test can hold in its hand."""

import socket
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from tests.kiosk.stand_in import TOKEN, StandIn, describe, serve
from tinghao.drivers.card_reader.emulator import CardReaderEmulator
from tinghao.drivers.printer.emulator import PrinterEmulator
from tinghao.drivers.scanner.emulator import ScannerEmulator
from tinghao.kiosk.agent import Agent
from tinghao.kiosk.config import load
from tinghao.kiosk.remote import RemoteServer

State = dict[str, Any]


class Devices:
    """The three emulators of one kiosk."""

    def __init__(self, folder: Path) -> None:
        self.reader = CardReaderEmulator(folder / "reader")
        self.scanner = ScannerEmulator(folder / "scanner")
        self.printer = PrinterEmulator()
        for device in (self.reader, self.scanner, self.printer):
            device.plug()

    def close(self) -> None:
        """Unplugs them."""
        for device in (self.reader, self.scanner, self.printer):
            device.close()

    def written(self, folder: Path, server: str, port: int) -> Path:
        """The kiosk's file for them."""
        path = folder / "kiosk.toml"
        path.write_text(
            f'[kiosk]\nport = {port}\nserver = "{server}"\ntoken = "{TOKEN}"\ndata = "memory"\n'
            f'[devices]\ncard_reader = "{self.reader.address}"\nscanner = "{self.scanner.address}"\n'
            f'printer = "{self.printer.address}"\n[times]\nheartbeat = 1\nretry = 1\n',
            encoding="utf-8",
        )
        return path


class Watch:
    """Keeps the shown states and waits for one."""

    def __init__(self) -> None:
        self.states: list[State] = []
        self._changed = threading.Condition()

    def show(self, state: State) -> None:
        """The agent's listener."""
        with self._changed:
            self.states.append(state)
            self._changed.notify_all()

    def until(self, holds: Callable[[State], bool], timeout: float = 10) -> State:
        """The last state once it holds."""
        with self._changed:
            assert self._changed.wait_for(lambda: bool(self.states) and holds(self.states[-1]), timeout), (
                self.states[-1:]
            )
            return self.states[-1]


@dataclass
class Kiosk:
    """An agent in this process, its devices and its server."""

    agent: Agent
    watch: Watch
    devices: Devices
    hall: StandIn
    file: Path

    def until(self, holds: Callable[[State], bool]) -> State:
        """See `Watch`."""
        return self.watch.until(holds)

    @property
    def serial(self) -> int:
        """The visit that is going on."""
        serial: int = self.agent.state()["visit"]
        return serial

    def ready(self) -> State:
        """All devices are there and the hall is known."""
        return self.until(
            lambda state: (
                bool(state["definition"])
                and all(each["state"] == "ready" for each in state["devices"].values())
            )
        )


@pytest.fixture
def hall() -> StandIn:
    return StandIn(*describe())


@pytest.fixture
def address(hall: StandIn) -> Iterator[str]:
    server, address = serve(hall)
    yield address
    server.shutdown()
    server.server_close()


@pytest.fixture
def devices(tmp_path: Path) -> Iterator[Devices]:
    devices = Devices(tmp_path)
    yield devices
    devices.close()


def started(file: Path, devices: Devices, hall: StandIn) -> Kiosk:
    """An agent that runs."""
    config, watch = load(file), Watch()
    agent = Agent(config, RemoteServer(config.kiosk.server, config.kiosk.token), watch.show)
    agent.start()
    return Kiosk(agent, watch, devices, hall, file)


@pytest.fixture
def kiosk(tmp_path: Path, address: str, devices: Devices, hall: StandIn) -> Iterator[Kiosk]:
    kiosk = started(devices.written(tmp_path, address, 1), devices, hall)
    kiosk.ready()
    yield kiosk
    kiosk.agent.close()


def free_port() -> int:
    """A port nobody listens on."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
    return port


RUN = """
from gevent import monkey; monkey.patch_all()
import sys
from tinghao.kiosk import run
run(sys.argv[1], lambda: print("ready", flush=True))
"""


def run_process(file: Path) -> "subprocess.Popen[str]":
    """The kiosk as it really runs; comes back when it serves."""
    process = subprocess.Popen([sys.executable, "-c", RUN, str(file)], stdout=subprocess.PIPE, text=True)
    assert process.stdout is not None
    assert process.stdout.readline() == "ready\n"
    return process
