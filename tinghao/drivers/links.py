"""What a wire is to a driver: a byte stream with bounded reads and writes, whatever carries it.

Opening, reading or writing one that is not there, is somebody else's or breaks raises `LinkError`,
whose state says why to a technician.  `wires.py` and `usb.py` have the wires.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Callable
from dataclasses import dataclass
from typing import Literal

WRITE_TIMEOUT = 2.0
DRAIN_READS = 64


@dataclass(frozen=True)
class DeviceState:
    """`reason` is one Chinese sentence for the technician; empty when ready."""

    state: Literal["absent", "opening", "ready", "faulty"]
    reason: str = ""


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


Direction = Literal["out", "in"]
Tap = Callable[[Direction, bytes], None]
"""Hears what goes out to the device and what comes in from it."""


class TappedLink(Link):
    """Tells a tap everything that passes."""

    def __init__(self, link: Link, tap: Tap) -> None:
        self._link = link
        self._tap = tap

    def read(self, timeout: float) -> bytes:
        data = self._link.read(timeout)
        if data:
            self._tap("in", data)
        return data

    def write(self, data: bytes) -> None:
        self._tap("out", data)
        self._link.write(data)

    def close(self) -> None:
        self._link.close()
