"""Where an emulator is plugged in: a pseudo-terminal behind a link, or a TCP port.

A port carries bytes and knows nothing of what they mean.  What nobody fetches is lost, as on a real UART;
a port never blocks its emulator.
"""

from __future__ import annotations

import errno
import logging
import os
import pty
import select
import socket
import threading
import tty
from abc import ABC, abstractmethod
from collections.abc import Callable
from pathlib import Path

from tinghao.drivers.address import Address

POLL = 0.05
READ_SIZE = 4096
SEND_TIMEOUT = 1.0

Received = Callable[[bytes], None]
Connected = Callable[[], None]

log = logging.getLogger(__name__)


class EmulatedPort(ABC):
    """Opened and closed again and again; `received` is called from the port's own thread."""

    @property
    @abstractmethod
    def address(self) -> Address:
        """What a driver is given to find it."""

    @abstractmethod
    def open(self, received: Received, connected: Connected) -> None:
        """`OSError` when it can't be had; `connected` is called when somebody new is at the other end."""

    @abstractmethod
    def close(self) -> None: ...

    @abstractmethod
    def write(self, data: bytes) -> None: ...


class PtyPort(EmulatedPort):
    """A pseudo-terminal; `link` points to it as long as it is open."""

    def __init__(self, link: Path) -> None:
        self.link = link
        self._master = self._slave = -1
        self._writing = threading.Lock()
        self._stop = threading.Event()
        self._thread = threading.Thread()

    @property
    def address(self) -> Address:
        return Address("serial", path=str(self.link))

    def open(self, received: Received, connected: Connected) -> None:
        self._master, self._slave = pty.openpty()
        tty.setraw(self._slave)
        os.set_blocking(self._master, False)
        self._stop = threading.Event()
        self._thread = threading.Thread(
            target=self._serve,
            args=(self._master, received, self._stop),
            name=f"pty {self.link}",
            daemon=True,
        )
        self._thread.start()
        self._point_link(os.ttyname(self._slave))
        connected()

    def close(self) -> None:
        self._stop.set()
        self.link.unlink(missing_ok=True)
        self._thread.join(2.0)
        with self._writing:  # the number of a closed file may be somebody else's a moment later
            os.close(self._slave)
            os.close(self._master)
            self._master = self._slave = -1

    def write(self, data: bytes) -> None:
        try:
            with self._writing:
                os.write(self._master, data)
        except OSError as error:
            if error.errno != errno.EAGAIN:
                log.debug("the pseudo-terminal refused %d bytes", len(data))

    def _serve(self, master: int, received: Received, stop: threading.Event) -> None:
        while not stop.is_set():
            try:
                if select.select([master], [], [], POLL)[0]:
                    received(os.read(master, READ_SIZE))
            except OSError:
                stop.wait(POLL)

    def _point_link(self, target: str) -> None:
        self.link.parent.mkdir(parents=True, exist_ok=True)
        fresh = self.link.with_name(self.link.name + ".new")
        fresh.unlink(missing_ok=True)
        fresh.symlink_to(target)
        fresh.replace(self.link)


class TcpPort(EmulatedPort):
    """A listening port that serves one connection at a time, as network devices of this kind do."""

    def __init__(self, host: str = "127.0.0.1", port: int = 0) -> None:
        self.host = host
        self.port = port
        self._connection: socket.socket | None = None
        self._stop = threading.Event()
        self._thread = threading.Thread()

    @property
    def address(self) -> Address:
        return Address("tcp", host=self.host, port=self.port)

    def open(self, received: Received, connected: Connected) -> None:
        family = socket.AF_INET6 if ":" in self.host else socket.AF_INET
        listener = socket.socket(family, socket.SOCK_STREAM)
        listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            listener.bind((self.host, self.port))
        except OSError:
            listener.close()
            raise
        listener.listen(4)
        self.port = listener.getsockname()[1]
        self._stop = threading.Event()
        self._thread = threading.Thread(
            target=self._serve,
            args=(listener, received, connected, self._stop),
            name=f"tcp {self.port}",
            daemon=True,
        )
        self._thread.start()

    def close(self) -> None:
        self._stop.set()
        self._thread.join(2.0)

    def write(self, data: bytes) -> None:
        connection = self._connection
        if not connection:
            return
        try:
            connection.sendall(data)
        except OSError:
            self._connection = None

    def _serve(
        self, listener: socket.socket, received: Received, connected: Connected, stop: threading.Event
    ) -> None:
        with listener:
            while not stop.is_set():
                if select.select([listener], [], [], POLL)[0]:
                    self._converse(listener.accept()[0], received, connected, stop)

    def _converse(
        self, connection: socket.socket, received: Received, connected: Connected, stop: threading.Event
    ) -> None:
        with connection:
            connection.settimeout(SEND_TIMEOUT)
            connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
            self._connection = connection
            connected()
            while not stop.is_set():
                try:
                    if not select.select([connection], [], [], POLL)[0]:
                        continue
                    data = connection.recv(READ_SIZE)
                except OSError:
                    break
                if not data:
                    break
                received(data)
            self._connection = None
