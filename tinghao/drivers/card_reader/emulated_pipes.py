"""The USB variant with four pipes: heads and bodies of frames go their own ways."""

from __future__ import annotations

from tinghao.drivers.emulated_usb import SimulatedBus, UsbPort

VENDOR, PRODUCT = 0x0400, 0xC35A
HEAD = 7
HEAD_OUT, BODY_OUT = 0x02, 0x06
HEAD_IN, BODY_IN = 0x81, 0x85


class FourPipePort(UsbPort):
    """Hears a request only if its head and its body came where they belong."""

    def __init__(
        self,
        bus: SimulatedBus,
        *,
        endpoints: tuple[int, ...] = (HEAD_OUT, BODY_OUT, HEAD_IN, BODY_IN),
        kernel_driver: bool = False,
        forbidden: bool = False,
    ) -> None:
        super().__init__(
            bus, VENDOR, PRODUCT, endpoints=endpoints, kernel_driver=kernel_driver, forbidden=forbidden
        )
        self._head_in, self._body_in = sorted(endpoint for endpoint in endpoints if endpoint & 0x80)
        self._head_out, self._body_out = sorted(endpoint for endpoint in endpoints if not endpoint & 0x80)
        self._head = b""
        self._head_left = HEAD

    def write(self, data: bytes) -> None:
        head, body = data[: self._head_left], data[self._head_left :]
        self._head_left -= len(head)
        for pipe, part in ((self._head_in, head), (self._body_in, body)):
            if part:
                self.put(pipe, part)

    def _out(self, endpoint: int, data: bytes) -> None:
        if endpoint == self._head_out:
            self._head = data if len(data) == HEAD else b""
        elif self._head and len(data) == int.from_bytes(self._head[5:], "big"):
            request, self._head, self._head_left = self._head + data, b"", HEAD
            super()._out(endpoint, request)
