"""What the serial emulators share: a pseudo-terminal behind a symlink, so that a driver opens it like any
serial port.

`plug()` makes the pseudo-terminal and the link, `unplug()` removes both: the driver's next read fails
as it does when a USB cable is pulled.  Bytes that nobody fetches are lost, as on a real UART; an
emulator never blocks.
"""

from __future__ import annotations

import errno
import logging
import os
import pty
import select
import threading
import tty
from abc import ABC, abstractmethod
from collections.abc import Callable
from pathlib import Path
from typing import Self

POLL = 0.05

log = logging.getLogger(__name__)


class Pluggable(ABC):
    """An emulator that may be plugged and unplugged; used with `with` it is plugged for that long."""

    @abstractmethod
    def plug(self) -> None: ...

    @abstractmethod
    def unplug(self) -> None: ...

    def close(self) -> None:
        self.unplug()

    def __enter__(self) -> Self:
        self.plug()
        return self

    def __exit__(self, *_: object) -> None:
        self.close()


class SerialEmulator(Pluggable):
    """Everything may be called from any thread; `on_change` is called after each change."""

    def __init__(self, link: Path, on_change: Callable[[], None] | None = None) -> None:
        self.link = link
        self._on_change = on_change
        self._lock = threading.RLock()
        self._master = -1
        self._slave = -1
        self._stop = threading.Event()
        self._thread: threading.Thread | None = None

    @property
    def plugged(self) -> bool:
        return self._thread is not None

    def plug(self) -> None:
        with self._lock:
            if self._thread:
                return
            self._master, self._slave = pty.openpty()
            tty.setraw(self._slave)
            os.set_blocking(self._master, False)
            self._power_on()
            self._stop = threading.Event()
            self._thread = threading.Thread(target=self._serve, args=(self._master, self._stop), daemon=True)
            self._thread.start()
            self._point_link(os.ttyname(self._slave))
        self._changed()

    def unplug(self) -> None:
        with self._lock:
            thread, self._thread = self._thread, None
            if not thread:
                return
            self._stop.set()
            self.link.unlink(missing_ok=True)
        thread.join(2.0)
        with self._lock:
            os.close(self._slave)
            os.close(self._master)
            self._master = self._slave = -1
        self._changed()

    @abstractmethod
    def _received(self, data: bytes) -> None: ...

    def _power_on(self) -> None:
        """What a device forgets when it loses power."""
        return

    def _send(self, data: bytes) -> None:
        with self._lock:
            if not self._thread:
                return
            try:
                os.write(self._master, data)
            except OSError as error:
                if error.errno != errno.EAGAIN:
                    log.debug("the pseudo-terminal refused %d bytes", len(data))

    def _changed(self) -> None:
        if self._on_change:
            self._on_change()

    def _serve(self, master: int, stop: threading.Event) -> None:
        while not stop.is_set():
            try:
                if select.select([master], [], [], POLL)[0]:
                    self._received(os.read(master, 4096))
            except OSError:
                stop.wait(POLL)

    def _point_link(self, target: str) -> None:
        self.link.parent.mkdir(parents=True, exist_ok=True)
        fresh = self.link.with_name(self.link.name + ".new")
        fresh.unlink(missing_ok=True)
        fresh.symlink_to(target)
        fresh.replace(self.link)
