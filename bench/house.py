"""A server of its own on free ports, with stations and clerks: started, killed and started again as processes."""

import os
import queue
import secrets
import signal
import socket
import subprocess
import sys
import threading
from collections.abc import Mapping, Sequence
from contextlib import nullcontext
from pathlib import Path

from tinghao.basics.clock import system_clock
from tinghao.demo.make import DEMO_PASSWORD, HALLS
from tinghao.demo.run import READY
from tinghao.server.client import ServerClient
from tinghao.server.devices import service as devices
from tinghao.server.hall.definition import HallDefinition, read_definition
from tinghao.server.hall.service import import_hall
from tinghao.server.hall.views import hall_id_of
from tinghao.server.staff import service as staff
from tinghao.server.store import DatabaseAddress, Store, Work
from tinghao.server.store.migrate import upgrade

START_SECONDS = 60
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
    """One hall with its server processes. `tokens` holds the stations' tokens by kind; `serve` is what Python runs as server.

    The hall is the one of `definition`, or else the county's at all hours. Without an empty `database` it makes a SQLite file in
    its folder; several processes need PostgreSQL, and Redis at `redis`.
    """

    def __init__(
        self,
        folder: Path,
        *,
        kiosks: int = 1,
        boards: int = 1,
        clerks: int = 1,
        serve: Sequence[str] = SERVE,
        definition: HallDefinition | None = None,
        database: DatabaseAddress | None = None,
        redis: str | None = None,
        processes: int = 1,
        log: Path | None = None,
    ) -> None:
        self.database = database or DatabaseAddress.of(folder / "tinghao.db")
        self.tokens: dict[str, list[str]] = {}
        environment = {
            **os.environ,
            "TINGHAO_DATABASE": self.database.url.render_as_string(hide_password=False),
            "TINGHAO_SECRET": secrets.token_urlsafe(32),
            "PYTHONUNBUFFERED": "1",
            **({"TINGHAO_REDIS": redis} if redis else {}),
        }
        self.processes = [ServerProcess(serve, environment, log) for _ in range(processes)]
        stations = {"kiosk": kiosks, "board": boards, "counter": 1, "window_screen": 1}
        definition = definition or read_definition(HALLS / f"{HALL}.toml").at_all_hours()
        self._furnish(definition, stations, clerks)

    def _furnish(self, definition: HallDefinition, stations: dict[str, int], clerks: int) -> None:
        upgrade(self.database)
        store, now = Store(self.database), system_clock()

        def fill(work: Work) -> None:
            import_hall(work, definition, now)
            hall_id = hall_id_of(work.connection, definition.hall.code)
            for kind, count in stations.items():
                self.tokens[kind] = [
                    devices.add(work, hall_id, kind, f"{kind} {n}", now) for n in range(count)
                ]
            for n in range(clerks):
                staff.add(work, hall_id, f"clerk{n}", f"窗口人员{n}", str(n), DEMO_PASSWORD)

        store.write(fill)
        store.close()

    def start(self) -> None:
        """Starts all server processes and waits until they accept connections."""
        for process in self.processes:
            process.begin()
        for process in self.processes:
            process.wait_until_ready()

    def kill(self) -> None:
        """`kill -9` to all."""
        for process in self.processes:
            process.kill()

    def stop(self) -> None:
        """Asks all to end."""
        for process in self.processes:
            process.stop()

    @property
    def port(self) -> int:
        """The first process's port."""
        return self.processes[0].port

    @property
    def ports(self) -> list[int]:
        """The ports of all processes."""
        return [process.port for process in self.processes]

    @property
    def address(self) -> str:
        """The first process's address."""
        return f"http://127.0.0.1:{self.port}"

    @property
    def pid(self) -> int:
        """The first process's number."""
        return self.processes[0].pid

    @property
    def pids(self) -> list[int]:
        """The numbers of all processes."""
        return [process.pid for process in self.processes]

    def station(self, kind: str, n: int = 0) -> ServerClient:
        """A client with the token of a station."""
        return ServerClient(self.address, self.tokens[kind][n])

    def clerk(self, n: int) -> tuple[ServerClient, str]:
        """A logged-in clerk and his session's token."""
        token: str = self.station("counter").log_in(f"clerk{n}", DEMO_PASSWORD)["token"]
        return ServerClient(self.address, token), token


class ServerProcess:
    """One server process on a port of its own, which it keeps when it is started again; it complains into `log`, if given."""

    def __init__(self, serve: Sequence[str], environment: Mapping[str, str], log: Path | None) -> None:
        self.port = free_port()
        self._serve = serve
        self._environment = {**environment, "TINGHAO_PORT": str(self.port)}
        self._log = log
        self._process: subprocess.Popen[str] | None = None
        self._said: queue.SimpleQueue[str] = queue.SimpleQueue()

    @property
    def pid(self) -> int:
        """The process's number."""
        assert self._process is not None
        return self._process.pid

    def start(self) -> None:
        """Starts it and waits until it accepts connections."""
        self.begin()
        self.wait_until_ready()

    def begin(self) -> None:
        """Starts it."""
        with self._log.open("a") if self._log else nullcontext() as complaints:
            self._process = subprocess.Popen(
                [sys.executable, *self._serve],
                stdout=subprocess.PIPE,
                stderr=complaints,
                text=True,
                env=self._environment,
            )
        self._said = queue.SimpleQueue()
        threading.Thread(target=_listen, args=(self._process, self._said), daemon=True).start()

    def wait_until_ready(self) -> None:
        """Waits until it accepts connections; raises `RuntimeError` when it says something else."""
        line = self._said.get(timeout=START_SECONDS)
        if not line.startswith(READY):
            raise RuntimeError(f"the server did not start: {line!r}")

    def kill(self) -> None:
        """`kill -9`."""
        self._end(signal.SIGKILL)

    def stop(self) -> None:
        """Asks it to end."""
        self._end(signal.SIGTERM)

    def _end(self, number: signal.Signals) -> None:
        if self._process and self._process.poll() is None:
            self._process.send_signal(number)
            try:
                self._process.wait(STOP_SECONDS)
            except subprocess.TimeoutExpired:
                self._process.kill()
                self._process.wait()


def _listen(process: "subprocess.Popen[str]", said: "queue.SimpleQueue[str]") -> None:
    assert process.stdout is not None
    for line in process.stdout:
        said.put(line)
    said.put("")
