"""The wires that are plain streams of bytes: serial ports, TCP, device files.

Only `threading`, `socket`, `select` and pyserial are used, so they run on native threads and on gevent's
alike; what waits inside C goes through `native.py`.
"""

from __future__ import annotations

import errno
import fcntl
import logging
import os
import select
import socket
import stat
import termios
import time

import serial

from tinghao.drivers.address import Address, Parity
from tinghao.drivers.links import WRITE_TIMEOUT, Link, LinkError, absent, faulty
from tinghao.drivers.usb import open_usb

CONNECT_TIMEOUT = 2.0
KEEP_ALIVE = {"TCP_KEEPIDLE": 2, "TCP_KEEPINTVL": 1, "TCP_KEEPCNT": 3}
"""Seconds of silence, seconds between questions, questions: a device that lost its power never says so."""
READ_SIZE = 4096

log = logging.getLogger(__name__)

# ---------------------------------------------------------------------------------------- serial

_PARITY = {"none": serial.PARITY_NONE, "even": serial.PARITY_EVEN, "odd": serial.PARITY_ODD}


class SerialLink(Link):
    def __init__(self, path: str, baud: int, parity: Parity = "none") -> None:
        if left_over(path):
            raise _missing(path)
        if _is_pseudo_terminal(path):
            parity = "none"  # it has no bits to check, and the kernel refuses to pretend
        try:
            self._port = serial.Serial(
                path, baud, timeout=0, write_timeout=WRITE_TIMEOUT, exclusive=True, parity=_PARITY[parity]
            )
        except (OSError, ValueError, termios.error) as error:
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
            if self._port.is_open:
                fcntl.flock(self._port.fileno(), fcntl.LOCK_UN)  # gevent's os.close keeps it open for a while
            self._port.close()
        except OSError:
            log.debug("closing %s failed", self._path)


def left_over(path: str) -> bool:
    """A link that outlived its emulator: the number of its pseudo-terminal may be somebody's shell by now."""
    try:
        link, target = os.lstat(path), os.stat(path)
    except OSError:
        return False
    is_emulated = stat.S_ISLNK(link.st_mode) and _is_pseudo_terminal(path)
    return is_emulated and target.st_ctime_ns > link.st_mtime_ns


def _is_pseudo_terminal(path: str) -> bool:
    return os.path.realpath(path).startswith("/dev/pts/")


def _missing(path: str) -> LinkError:
    return absent(f"找不到串口 {path}，请检查线缆和电源")


def _serial_refusal(path: str, error: Exception) -> LinkError:
    number = getattr(error, "errno", None)
    if number in (errno.ENOENT, errno.ENXIO, errno.ENODEV):
        return _missing(path)
    if number in (errno.EACCES, errno.EPERM):
        return faulty(f"无权打开串口 {path}，请把运行账号加入 dialout 组")
    if number in (errno.EBUSY, errno.EAGAIN):
        return faulty(f"串口 {path} 被其他程序占用")
    return faulty(f"串口 {path} 无法打开")


# ---------------------------------------------------------------------------------------- network


class TcpLink(Link):
    def __init__(self, host: str, port: int) -> None:
        self._where = f"{host}:{port}"
        try:
            self._socket = socket.create_connection((host, port), timeout=CONNECT_TIMEOUT)
            self._socket.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
            self._socket.setsockopt(socket.SOL_SOCKET, socket.SO_KEEPALIVE, 1)
            for name, value in KEEP_ALIVE.items():
                if hasattr(socket, name):
                    self._socket.setsockopt(socket.IPPROTO_TCP, getattr(socket, name), value)
        except OSError:
            raise absent(f"连接不上 {self._where}，请检查网线、电源和地址") from None

    def read(self, timeout: float) -> bytes:
        try:
            self._socket.settimeout(max(timeout, 0.001))
            data = self._socket.recv(READ_SIZE)
        except TimeoutError:
            return b""
        except OSError:
            raise self._broken() from None
        if not data:
            raise self._broken()
        return data

    def write(self, data: bytes) -> None:
        try:
            self._socket.settimeout(WRITE_TIMEOUT)
            self._socket.sendall(data)
        except OSError:
            raise self._broken() from None

    def close(self) -> None:
        self._socket.close()

    def _broken(self) -> LinkError:
        return absent(f"{self._where} 连接断开，请检查网线和电源")


# ---------------------------------------------------------------------------------------- device file


class FileLink(Link):
    """A device file that is no serial port, such as /dev/usb/lp0: read when something is there, written in time."""

    def __init__(self, path: str, group: str) -> None:
        self._path = path
        try:
            self._file = os.open(path, os.O_RDWR | os.O_NONBLOCK | os.O_NOCTTY)
        except OSError as error:
            raise file_refusal(path, group, error) from None

    def read(self, timeout: float) -> bytes:
        try:
            if not select.select([self._file], [], [], timeout)[0]:
                return b""
            return os.read(self._file, READ_SIZE)
        except BlockingIOError:
            return b""
        except (OSError, ValueError):
            raise self._broken() from None

    def write(self, data: bytes) -> None:
        until = time.monotonic() + WRITE_TIMEOUT
        left = memoryview(data)
        while left:
            try:
                if not select.select([], [self._file], [], max(0.0, until - time.monotonic()))[1]:
                    raise faulty(f"{self._path} 写入超时")
                left = left[os.write(self._file, left[:READ_SIZE]) :]
            except BlockingIOError:
                continue
            except (OSError, ValueError):
                raise self._broken() from None

    def close(self) -> None:
        try:
            os.close(self._file)
        except OSError:
            log.debug("closing %s failed", self._path)

    def _broken(self) -> LinkError:
        return absent(f"{self._path} 已断开，请检查线缆和电源")


def file_refusal(path: str, group: str, error: OSError) -> LinkError:
    if error.errno in (errno.EACCES, errno.EPERM):
        return faulty(f"无权打开 {path}，请把运行账号加入 {group} 组")
    if error.errno == errno.EBUSY:
        return faulty(f"{path} 被其他程序占用")
    if error.errno in (errno.ENOENT, errno.ENXIO, errno.ENODEV):
        return absent(f"找不到 {path}，请检查线缆和电源")
    return faulty(f"{path} 无法打开")


def open_link(address: Address, default_baud: int) -> Link:
    """The link at an address that is a plain stream of bytes."""
    if address.kind == "tcp":
        return TcpLink(address.host, address.port)
    if address.kind == "lp":
        return FileLink(address.path, "lp")
    if address.kind == "usb":
        return open_usb(address)
    return SerialLink(address.path, address.baud or default_baud, address.parity or "none")
