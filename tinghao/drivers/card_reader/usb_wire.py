"""The reader's wire on USB (0400:C35A, the security module itself), as the descriptors of interface 0 say.

    four bulk endpoints   OUT head, OUT body, IN head, IN body.  The head is the first 7 bytes of a frame
                          (preamble and LEN), the body the rest.  Of each two the lower address is the head's:
                          02 and 06, 81 and 85 in the vendors' sheets.
    two bulk endpoints    whole frames both ways; the answer comes in pieces of 64 bytes.

Every read asks for more than a packet: one that asks for less than has come is an overflow and loses it.

Sources: three vendors' texts and two implementations for the four pipes, four for the pair.  A third layout,
HID reports (0483:5750, one source), is not driven.  Not yet tried on a physical device.
"""

from __future__ import annotations

from tinghao.drivers.address import Address
from tinghao.drivers.card_reader.protocol import HEAD_LEN
from tinghao.drivers.links import Link, faulty
from tinghao.drivers.usb import BulkLink, UsbDevice, open_usb

READ_SIZE = 4096


class FourPipeLink(Link):
    """An answer begins on the head's pipe and goes on, once its 7 bytes have come, on the body's.

    A read that doesn't wait looks at both: so `drain` leaves nothing of a late answer in either.
    """

    def __init__(self, device: UsbDevice) -> None:
        self._device = device
        self._head_in, self._body_in = sorted(device.bulk_in)
        self._head_out, self._body_out = sorted(device.bulk_out)
        self._head_left = HEAD_LEN

    def read(self, timeout: float) -> bytes:
        data = self._read_head(timeout) if self._head_left > 0 else self._read_body(timeout)
        if data or timeout > 0:
            return data
        return self._read_head(0) or self._read_body(0)

    def write(self, data: bytes) -> None:
        """One whole frame."""
        self._head_left = HEAD_LEN
        self._device.write(self._head_out, data[:HEAD_LEN])
        self._device.write(self._body_out, data[HEAD_LEN:])

    def close(self) -> None:
        self._device.close()

    def _read_head(self, timeout: float) -> bytes:
        data = self._device.read(self._head_in, READ_SIZE, timeout)
        self._head_left -= len(data)
        return data

    def _read_body(self, timeout: float) -> bytes:
        return self._device.read(self._body_in, READ_SIZE, timeout)


def _by_endpoints(device: UsbDevice) -> Link:
    pipes = len(device.bulk_in), len(device.bulk_out)
    if pipes == (2, 2):
        return FourPipeLink(device)
    if pipes == (1, 1):
        return BulkLink(device)
    raise faulty("端点数不对")


def open_reader(address: Address) -> Link:
    """The wire to the reader at a `usb:` address."""
    return open_usb(address, _by_endpoints)
