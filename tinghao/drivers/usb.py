"""USB devices that are no serial port, by pyusb and the libusb that comes with `libusb-package`.

A device is found by vendor and product, and by its serial number or its place (`1-1.4`: bus and ports)
where there are several alike.  Interface 0 is claimed and the kernel's driver detached from it (usblp
would hold a printer: "Resource busy").  Endpoints are never guessed: they are read from the descriptors.

`BulkLink` is one bulk pair, as printers and most readers have.  A family with another layout opens its
own link on a `UsbDevice`.
"""

from __future__ import annotations

import errno
import logging
from collections.abc import Callable, Iterator
from typing import Any

import libusb_package
import usb.core
import usb.util

from tinghao.drivers.address import Address
from tinghao.drivers.links import WRITE_TIMEOUT, Link, LinkError, absent, faulty
from tinghao.drivers.native import waiting

INTERFACE = 0
LEAST_TIMEOUT_MS = 1

log = logging.getLogger(__name__)


def backend() -> Any:
    """The libusb to use; `None` when it can't be loaded."""
    return libusb_package.get_libusb1_backend()


def devices() -> Iterator[Any]:
    """Everything plugged in, as pyusb's devices; nothing where libusb has no access to the bus."""
    try:
        yield from usb.core.find(find_all=True, backend=backend())
    except (usb.core.NoBackendError, usb.core.USBError) as error:
        log.debug("no USB here: %s", error)


def place_of(device: Any) -> str:
    """Bus and ports, `1-1.4`: the same socket has the same place after a restart."""
    return f"{device.bus}-" + ".".join(map(str, device.port_numbers or (device.address,)))


class UsbDevice:
    """Interface 0 of a device, claimed; every transfer is bounded and its failure a `LinkError`."""

    def __init__(self, address: Address) -> None:
        self._name = str(address)
        self._device = waiting(self._find, address)
        try:
            waiting(self._claim)
        except usb.core.USBError as error:
            raise self._refusal(error) from None
        self.bulk_in, self.bulk_out = self._bulk_endpoints()

    def read(self, endpoint: int, size: int, timeout: float) -> bytes:
        """What came on an endpoint; `b""` when nothing did in time."""
        milliseconds = max(LEAST_TIMEOUT_MS, round(timeout * 1000))
        try:
            return bytes(waiting(self._device.read, endpoint, size, milliseconds))
        except usb.core.USBTimeoutError:
            return b""
        except usb.core.USBError:
            raise self._gone() from None

    def write(self, endpoint: int, data: bytes) -> None:
        try:
            written = waiting(self._device.write, endpoint, data, round(WRITE_TIMEOUT * 1000))
        except usb.core.USBTimeoutError:
            raise faulty(f"USB 设备 {self._name} 写入超时") from None
        except usb.core.USBError:
            raise self._gone() from None
        if written != len(data):
            raise faulty(f"USB 设备 {self._name} 没有收下全部数据")

    def close(self) -> None:
        try:
            waiting(usb.util.dispose_resources, self._device)
        except usb.core.USBError:
            log.debug("closing %s failed", self._name)

    def _find(self, address: Address) -> Any:
        for device in devices():
            if (device.idVendor, device.idProduct) != (address.vendor, address.product):
                continue
            if address.at and place_of(device) != address.at:
                continue
            if address.serial and _serial_number(device) != address.serial:
                continue
            return device
        raise absent(f"找不到 USB 设备 {self._name}，请检查线缆和电源")

    def _claim(self) -> None:
        try:
            if self._device.is_kernel_driver_active(INTERFACE):
                self._device.detach_kernel_driver(INTERFACE)
        except NotImplementedError:
            log.debug("%s: no kernel drivers on this system", self._name)
        try:
            self._device.get_active_configuration()
        except usb.core.USBError:
            self._device.set_configuration()
        usb.util.claim_interface(self._device, INTERFACE)

    def _bulk_endpoints(self) -> tuple[tuple[int, ...], tuple[int, ...]]:
        interface = self._device.get_active_configuration()[(INTERFACE, 0)]
        bulk = [
            endpoint.bEndpointAddress
            for endpoint in interface
            if usb.util.endpoint_type(endpoint.bmAttributes) == usb.util.ENDPOINT_TYPE_BULK
        ]
        into = tuple(address for address in bulk if address & usb.util.ENDPOINT_IN)
        return into, tuple(address for address in bulk if not address & usb.util.ENDPOINT_IN)

    def _refusal(self, error: usb.core.USBError) -> LinkError:
        if error.errno in (errno.EACCES, errno.EPERM):
            return faulty(f"无权打开 USB 设备 {self._name}，请安装 deploy/ 中的 udev 规则")
        if error.errno == errno.EBUSY:
            return faulty(f"USB 设备 {self._name} 被其他程序占用")
        return self._gone()

    def _gone(self) -> LinkError:
        return absent(f"USB 设备 {self._name} 已断开，请检查线缆")


def _serial_number(device: Any) -> str:
    try:
        return device.serial_number or ""
    except (usb.core.USBError, ValueError):  # no permission to ask it
        return ""


class BulkLink(Link):
    """One bulk pair."""

    PACKET = 4096

    def __init__(self, device: UsbDevice) -> None:
        self._device = device
        self._in, self._out = device.bulk_in[0], device.bulk_out[0]

    def read(self, timeout: float) -> bytes:
        return self._device.read(self._in, self.PACKET, timeout)

    def write(self, data: bytes) -> None:
        self._device.write(self._out, data)

    def close(self) -> None:
        self._device.close()


def open_usb(address: Address, make: Callable[[UsbDevice], Link] = BulkLink) -> Link:
    """A link on the device at `address`; `make` chooses by its endpoints."""
    device = UsbDevice(address)
    try:
        return make(device)
    except (LinkError, IndexError):
        device.close()
        raise faulty(f"USB 设备 {address} 没有所需的端点") from None
