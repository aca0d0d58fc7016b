"""An emulator without a wire: in one process, and what is written is answered before the call comes back."""

from collections.abc import Callable

from tinghao.drivers.address import Address
from tinghao.drivers.links import Link
from tinghao.drivers.ports import Connected, EmulatedPort, Received


class DirectPort(EmulatedPort):
    """Keeps what its emulator says until it is fetched."""

    def __init__(self) -> None:
        self.said = b""
        self.hear: Callable[[bytes], None] = lambda _: None

    @property
    def address(self) -> Address:
        return Address("tcp", host="direct", port=1)

    def open(self, received: Received, connected: Connected) -> None:
        self.hear = received
        connected()

    def close(self) -> None:
        self.hear = lambda _: None

    def write(self, data: bytes) -> None:
        self.said += data

    def fetch(self) -> bytes:
        """What was said since the last time."""
        said, self.said = self.said, b""
        return said


class DirectLink(Link):
    """The other end of it."""

    def __init__(self, port: DirectPort) -> None:
        self._port = port

    def read(self, timeout: float) -> bytes:
        return self._port.fetch()

    def write(self, data: bytes) -> None:
        self._port.hear(data)

    def close(self) -> None:
        """Nothing to let go of."""
