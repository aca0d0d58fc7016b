"""Wakes waiting drivers when the system says that something was plugged in.

Source of the news: udev by pyudev.  Where there is none (containers, other systems) nobody is woken and
every driver finds its device by trying again (`base.BACK_OFF`), which is always done anyhow.
"""

from __future__ import annotations

import logging
import select
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache
from typing import Any

SUBSYSTEMS = ("tty", "usb", "usbmisc", "input")

log = logging.getLogger(__name__)


class Hotplug:
    """Everybody who waits, and who wakes them."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._waiting: set[threading.Event] = set()

    @contextmanager
    def waking(self, event: threading.Event) -> Iterator[None]:
        """The event is set whenever something is plugged in, as long as the block lasts."""
        with self._lock:
            self._waiting.add(event)
        try:
            yield
        finally:
            with self._lock:
                self._waiting.discard(event)

    def wake(self) -> None:
        """Something changed: let everybody look again."""
        with self._lock:
            for event in self._waiting:
                event.set()


_making = threading.Lock()


def hotplug() -> Hotplug:
    """The one of this process; begins to listen when first asked for."""
    with _making:  # drivers begin together, and `cache` lets each of them make one
        return _made()


@cache
def _made() -> Hotplug:
    made = Hotplug()
    monitor = _monitor()
    if monitor is not None:
        threading.Thread(target=_listen, args=(monitor, made), name="hotplug", daemon=True).start()
    return made


def _monitor() -> Any:
    try:
        import pyudev

        monitor = pyudev.Monitor.from_netlink(pyudev.Context())
        for subsystem in SUBSYSTEMS:
            monitor.filter_by(subsystem)
        monitor.start()
    except Exception as error:  # whatever is wrong with udev here, drivers live without it
        log.debug("no news of hot-plugging: %s", error)
        return None
    return monitor


def _listen(monitor: Any, told: Hotplug) -> None:
    while True:
        try:
            select.select([monitor.fileno()], [], [])
            device = monitor.poll(timeout=0)
        except OSError as error:
            log.warning("news of hot-plugging ended: %s", error)
            return
        if device is not None and device.action == "add":
            told.wake()
