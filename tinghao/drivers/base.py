"""What every driver shares.

A driver owns one daemon thread.  The thread opens the link, runs the family's `_session` on it until
something breaks or `close()` is called, then waits a little (`BACK_OFF`, or until the system says that
something was plugged in) and begins again: a device that is unplugged and plugged again heals by
itself within 5 seconds.  Nothing raised on that thread, neither by the wire nor by a call back, gets
out of it.

Reads and writes are bounded and come in slices of at most `SLICE` seconds, so that `close()` never
waits for a device.
"""

from __future__ import annotations

import logging
import threading
import time
from abc import ABC, abstractmethod
from collections.abc import Callable
from typing import Any, ClassVar, Self

from tinghao.drivers.address import Address, AddressError, Kind
from tinghao.drivers.hotplug import hotplug
from tinghao.drivers.links import DeviceState, Link, LinkError, Tap, TappedLink
from tinghao.drivers.wires import open_link

SLICE = 0.05
BACK_OFF = (0.3, 0.6, 1.0, 2.0)

log = logging.getLogger(__name__)

OPENING = DeviceState("opening", "正在连接")
READY = DeviceState("ready")
NOT_STARTED = DeviceState("absent", "尚未启动")
CLOSED = DeviceState("absent", "已停用")

OnState = Callable[[DeviceState], None]


class Driver(ABC):
    """The thread, the state and the healing.  A family writes `_session`."""

    family: ClassVar[str]
    title: ClassVar[str]
    kinds: ClassVar[tuple[Kind, ...]]
    baud: ClassVar[int] = 9600

    def __init__(self, address: Address, on_state: OnState | None = None) -> None:
        self.check(address)
        self.address = address
        self.tap: Tap | None = None
        self.opener: Callable[[], Link] = self._connect
        self._on_state = on_state
        self._state = NOT_STARTED
        self._ready = threading.Event()
        self._closing = threading.Event()
        self._wake = threading.Event()
        self._thread = threading.Thread(target=self._run, name=f"{self.family} {address}", daemon=True)

    @classmethod
    def check(cls, address: Address) -> None:
        """`AddressError` if a device of this family can't be at such an address."""
        if address.kind not in cls.kinds:
            raise AddressError(str(address), f"{cls.title}的地址应以 {'、'.join(cls.kinds)} 开头")

    @property
    def state(self) -> DeviceState:
        return self._state

    def start(self) -> Self:
        self._thread.start()
        return self

    def hear_state(self, on_state: OnState) -> None:
        """Who hears the states from now on, for a driver that somebody else has made."""
        self._on_state = on_state

    def wait_until_ready(self, timeout: float) -> bool:
        """Whether it was ready before `timeout` seconds were over."""
        return self._ready.wait(timeout)

    def close(self) -> None:
        """Returns within about a second even when the device hangs; the thread ends by itself."""
        self._closing.set()
        self._wake.set()
        if self._thread.is_alive() and threading.current_thread() is not self._thread:
            self._thread.join(1.0)
        self._set_state(CLOSED)

    def __enter__(self) -> Self:
        return self.start()

    def __exit__(self, *_: object) -> None:
        self.close()

    @abstractmethod
    def _session(self) -> None:
        """Open, work, come back when `_closing` is set; after a `LinkError` a new session is begun."""

    def _connect(self) -> Link:
        """The wire at the address; a family with a wire of its own overrides it."""
        return open_link(self.address, self.baud)

    def _open(self) -> Link:
        """The wire, heard by the tap if somebody listens."""
        link = self.opener()
        return TappedLink(link, self.tap) if self.tap else link

    def _run(self) -> None:
        with hotplug().waking(self._wake):
            self._work()

    def _work(self) -> None:
        failures = 0
        while not self._closing.is_set():
            began = time.monotonic()
            try:
                self._session()
            except LinkError as error:
                self._set_state(error.state)
            except Exception as error:
                log.error("%s %s: %s in a session", self.family, self.address, type(error).__name__)
                self._set_state(DeviceState("faulty", f"驱动内部错误 {type(error).__name__}"))
            if time.monotonic() - began > BACK_OFF[-1]:
                failures = 0
            self._wake.wait(BACK_OFF[min(failures, len(BACK_OFF) - 1)])
            if not self._closing.is_set():
                self._wake.clear()
            failures += 1

    def _set_state(self, state: DeviceState) -> None:
        if state == self._state or (self._closing.is_set() and state != CLOSED):
            return
        if state == OPENING and self._state not in (NOT_STARTED, READY):
            return  # every new attempt would otherwise blink on the technician's screen
        self._state = state
        (self._ready.set if state.state == "ready" else self._ready.clear)()
        self._call(self._on_state, state)

    def _call(self, listener: Callable[..., object] | None, *args: Any) -> None:
        if listener is None:
            return
        try:
            listener(*args)
        except Exception as error:
            log.error("%s %s: a listener raised %s", self.family, self.address, type(error).__name__)
