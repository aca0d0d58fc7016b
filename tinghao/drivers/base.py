"""What every driver shares.

A driver owns one daemon thread.  The thread opens the link, runs the family's `_session` on it until
something breaks or `close()` is called, then waits a little (`BACK_OFF`) and begins again: a device
that is unplugged and plugged again heals by itself within 5 seconds.  Nothing raised on that thread,
neither by the wire nor by a call back, gets out of it.

Reads and writes are bounded and come in slices of at most `SLICE` seconds, so that `close()` never
waits for a device. Only `threading`, `socket`, `select` and pyserial are used: it runs on native
threads and on gevent's alike.
"""

from __future__ import annotations

import errno
import logging
import os
import socket
import stat
import threading
import time
from abc import ABC, abstractmethod
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Literal, Self

import serial

from tinghao.drivers.address import Address

SLICE = 0.05
BACK_OFF = (0.3, 0.6, 1.0, 2.0)
WRITE_TIMEOUT = 2.0
DRAIN_READS = 64
CONNECT_TIMEOUT = 2.0

log = logging.getLogger(__name__)


@dataclass(frozen=True)
class DeviceState:
    """`reason` is one Chinese sentence for the technician; empty when ready."""

    state: Literal["absent", "opening", "ready", "faulty"]
    reason: str = ""


OPENING = DeviceState("opening", "正在连接")
READY = DeviceState("ready")
NOT_STARTED = DeviceState("absent", "尚未启动")
CLOSED = DeviceState("absent", "已停用")

OnState = Callable[[DeviceState], None]


class LinkError(Exception):
    """The link can't be opened, broke, or stays silent."""

    def __init__(self, state: DeviceState) -> None:
        super().__init__(state.reason)
        self.state = state


def absent(reason: str) -> LinkError:
    return LinkError(DeviceState("absent", reason))


def faulty(reason: str) -> LinkError:
    return LinkError(DeviceState("faulty", reason))


class Link(ABC):
    """A byte stream with bounded reads and writes."""

    @abstractmethod
    def read(self, timeout: float) -> bytes:
        """What has come, after waiting at most `timeout` for the first byte; `b""` if nothing came."""

    @abstractmethod
    def write(self, data: bytes) -> None: ...

    @abstractmethod
    def close(self) -> None: ...

    def drain(self) -> None:
        """Throw away what lies in the input, so that a late answer is not taken for the next one."""
        for _ in range(DRAIN_READS):
            if not self.read(0):
                return


class SerialLink(Link):
    def __init__(self, path: str, baud: int) -> None:
        if _left_over(path):
            raise _missing(path)
        try:
            self._port = serial.Serial(path, baud, timeout=0, write_timeout=WRITE_TIMEOUT, exclusive=True)
        except (OSError, ValueError) as error:
            raise _serial_refusal(path, error) from None
        self._path = path

    def read(self, timeout: float) -> bytes:
        try:
            self._port.timeout = timeout
            first = self._port.read(1)
            return first + self._port.read(self._port.in_waiting) if first else b""
        except (OSError, TypeError):  # pyserial: TypeError when the port vanishes between two reads
            raise absent(f"串口 {self._path} 已断开，请检查线缆") from None

    def write(self, data: bytes) -> None:
        try:
            self._port.write(data)
        except serial.SerialTimeoutException:
            raise faulty(f"串口 {self._path} 写入超时") from None
        except (OSError, TypeError):
            raise absent(f"串口 {self._path} 已断开，请检查线缆") from None

    def close(self) -> None:
        try:
            self._port.close()
        except OSError:
            log.debug("closing %s failed", self._path)


def _left_over(path: str) -> bool:
    """A link that outlived its emulator: the number of its pseudo-terminal may be somebody's shell by now."""
    try:
        link, target = os.lstat(path), os.stat(path)
    except OSError:
        return False
    is_emulated = stat.S_ISLNK(link.st_mode) and os.path.realpath(path).startswith("/dev/pts/")
    return is_emulated and target.st_ctime_ns > link.st_mtime_ns


def _missing(path: str) -> LinkError:
    return absent(f"找不到串口 {path}，请检查线缆和电源")


def _serial_refusal(path: str, error: OSError | ValueError) -> LinkError:
    number = getattr(error, "errno", None)
    if number in (errno.ENOENT, errno.ENXIO, errno.ENODEV):
        return _missing(path)
    if number in (errno.EACCES, errno.EPERM):
        return faulty(f"无权打开串口 {path}，请把运行账号加入 dialout 组")
    if number in (errno.EBUSY, errno.EAGAIN):
        return faulty(f"串口 {path} 被其他程序占用")
    return faulty(f"串口 {path} 无法打开")


class TcpLink(Link):
    def __init__(self, host: str, port: int) -> None:
        self._where = f"{host}:{port}"
        try:
            self._socket = socket.create_connection((host, port), timeout=CONNECT_TIMEOUT)
        except OSError:
            raise absent(f"连接不上 {self._where}，请检查网线、电源和地址") from None

    def read(self, timeout: float) -> bytes:
        try:
            self._socket.settimeout(max(timeout, 0.001))
            data = self._socket.recv(4096)
        except TimeoutError:
            return b""
        except OSError:
            raise absent(f"{self._where} 连接断开") from None
        if not data:
            raise absent(f"{self._where} 连接断开")
        return data

    def write(self, data: bytes) -> None:
        try:
            self._socket.settimeout(WRITE_TIMEOUT)
            self._socket.sendall(data)
        except OSError:
            raise absent(f"{self._where} 连接断开") from None

    def close(self) -> None:
        self._socket.close()


def open_link(address: Address, default_baud: int) -> Link:
    if address.kind == "tcp":
        return TcpLink(address.host, address.port)
    return SerialLink(address.path, address.baud or default_baud)


class Driver(ABC):
    """The thread, the state and the healing.  A family writes `_session`."""

    family: str

    def __init__(self, address: Address, on_state: OnState | None = None) -> None:
        self.address = address
        self._on_state = on_state
        self._state = NOT_STARTED
        self._closing = threading.Event()
        self._thread = threading.Thread(target=self._run, name=f"{self.family} {address}", daemon=True)

    @property
    def state(self) -> DeviceState:
        return self._state

    def start(self) -> Self:
        self._thread.start()
        return self

    def close(self) -> None:
        """Returns within about a second even when the device hangs; the thread ends by itself."""
        self._closing.set()
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

    def _run(self) -> None:
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
            self._closing.wait(BACK_OFF[min(failures, len(BACK_OFF) - 1)])
            failures += 1

    def _set_state(self, state: DeviceState) -> None:
        if state == self._state or (self._closing.is_set() and state != CLOSED):
            return
        if state == OPENING and self._state not in (NOT_STARTED, READY):
            return  # every new attempt would otherwise blink on the technician's screen
        self._state = state
        self._call(self._on_state, state)

    def _call(self, listener: Callable[..., object] | None, *args: Any) -> None:
        if listener is None:
            return
        try:
            listener(*args)
        except Exception as error:
            log.error("%s %s: a listener raised %s", self.family, self.address, type(error).__name__)
