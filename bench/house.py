"""A server of its own on a free port, with stations and clerks: started, killed and started again as a process."""

import os
import queue
import secrets
import signal
import socket
import subprocess
import sys
import threading
from collections.abc import Sequence
from pathlib import Path

from tinghao.basics.clock import system_clock
from tinghao.demo.make import DEMO_PASSWORD, HALLS
from tinghao.demo.run import READY
from tinghao.server.client import ServerClient
from tinghao.server.devices import service as devices
from tinghao.server.hall.definition import read_definition
from tinghao.server.hall.service import import_hall
from tinghao.server.hall.views import hall_id_of
from tinghao.server.staff import service as staff
from tinghao.server.store import Store, Work
from tinghao.server.store.migrate import upgrade

START_SECONDS = 30
STOP_SECONDS = 15
HALL = "hengnan"
SERVE = ("-m", "tinghao", "serve")


def free_port() -> int:
    """A TCP port that nobody uses now."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


class House:
    """One hall with its server process. `tokens` holds the stations' tokens by kind; `serve` is what Python runs as server."""

    def __init__(
        self, folder: Path, *, kiosks: int = 1, boards: int = 1, clerks: int = 1, serve: Sequence[str] = SERVE
    ) -> None:
        self.database = folder / "tinghao.db"
        self.port = free_port()
        self.address = f"http://127.0.0.1:{self.port}"
        self.tokens: dict[str, list[str]] = {}
        self._serve = serve
        self._process: subprocess.Popen[str] | None = None
        self._environment = {
            **os.environ,
            "TINGHAO_DATABASE": str(self.database),
            "TINGHAO_SECRET": secrets.token_urlsafe(32),
            "TINGHAO_PORT": str(self.port),
            "PYTHONUNBUFFERED": "1",
        }
        self._furnish({"kiosk": kiosks, "board": boards, "counter": 1, "window_screen": 1}, clerks)

    def _furnish(self, stations: dict[str, int], clerks: int) -> None:
        upgrade(self.database)
        store = Store(self.database)
        definition, now = read_definition(HALLS / f"{HALL}.toml").at_all_hours(), system_clock()

        def fill(work: Work) -> None:
            import_hall(work, definition, now)
            hall_id = hall_id_of(work.connection, HALL)
            for kind, count in stations.items():
                self.tokens[kind] = [
                    devices.add(work, hall_id, kind, f"{kind} {n}", now) for n in range(count)
                ]
            for n in range(clerks):
                staff.add(work, hall_id, f"clerk{n}", f"窗口人员{n}", str(n), DEMO_PASSWORD)

        store.write(fill)
        store.close()

    def start(self) -> None:
        """Starts the server and waits until it accepts connections."""
        self._process = subprocess.Popen(
            [sys.executable, *self._serve], stdout=subprocess.PIPE, text=True, env=self._environment
        )
        said: queue.SimpleQueue[str] = queue.SimpleQueue()
        threading.Thread(target=_listen, args=(self._process, said), daemon=True).start()
        line = said.get(timeout=START_SECONDS)
        if not line.startswith(READY):
            raise RuntimeError(f"the server did not start: {line!r}")

    def kill(self) -> None:
        """`kill -9`."""
        self._end(signal.SIGKILL)

    def stop(self) -> None:
        """Asks the server to end."""
        self._end(signal.SIGTERM)

    @property
    def pid(self) -> int:
        """The server's process number."""
        assert self._process is not None
        return self._process.pid

    def _end(self, number: signal.Signals) -> None:
        if self._process and self._process.poll() is None:
            self._process.send_signal(number)
            try:
                self._process.wait(STOP_SECONDS)
            except subprocess.TimeoutExpired:
                self._process.kill()
                self._process.wait()

    def station(self, kind: str, n: int = 0) -> ServerClient:
        """A client with the token of a station."""
        return ServerClient(self.address, self.tokens[kind][n])

    def clerk(self, n: int) -> tuple[ServerClient, str]:
        """A logged-in clerk and his session's token."""
        token: str = self.station("counter").log_in(f"clerk{n}", DEMO_PASSWORD)["token"]
        return ServerClient(self.address, token), token


def _listen(process: "subprocess.Popen[str]", said: "queue.SimpleQueue[str]") -> None:
    assert process.stdout is not None
    for line in process.stdout:
        said.put(line)
    said.put("")
