"""USB devices made of software, below pyusb: a backend that pyusb takes for libusb.

    bus = SimulatedBus()
    port = UsbPort(bus, 0x0400, 0xC35A)          # one bulk pair; or endpoints=(0x81, 0x85, 0x02, 0x06)
    usb.backend = lambda: bus                    # `tinghao.drivers.usb`, in a test

Everything above stays real: finding by descriptors, detaching the kernel's driver, claiming, transfers in
packets of 64 bytes that end with a short one, time-outs, overflow when less is asked for than a packet
brings, and ENODEV once the cable is pulled.  It lives in one process, so only that process sees the device.
"""

from __future__ import annotations

import errno
import threading
import time
from array import array
from collections import deque
from collections.abc import Iterator
from types import SimpleNamespace
from typing import Any

import usb.core
from usb.backend import IBackend

from tinghao.drivers.address import Address
from tinghao.drivers.ports import Connected, EmulatedPort, Received

PACKET = 64
BULK = 2
CONFIGURATION = 1


class SimulatedBus(IBackend):  # type: ignore[misc]
    """What is plugged in; pyusb's backend of it."""

    def __init__(self) -> None:
        self.ports: list[UsbPort] = []

    # pyusb calls these by name; their contract is that of `usb.backend.IBackend`.

    def enumerate_devices(self) -> Iterator[UsbPort]:
        return iter(list(self.ports))

    def get_device_descriptor(self, dev: UsbPort) -> Any:
        return dev.device_descriptor()

    def get_configuration_descriptor(self, dev: UsbPort, config: int) -> Any:
        if config:
            raise IndexError("one configuration")
        return SimpleNamespace(
            bLength=9,
            bDescriptorType=2,
            wTotalLength=0,
            bNumInterfaces=1,
            bConfigurationValue=CONFIGURATION,
            iConfiguration=0,
            bmAttributes=0x80,
            bMaxPower=50,
            extra_descriptors=[],
        )

    def get_interface_descriptor(self, dev: UsbPort, intf: int, alt: int, config: int) -> Any:
        if intf or alt or config:
            raise IndexError("one interface")
        return SimpleNamespace(
            bLength=9,
            bDescriptorType=4,
            bInterfaceNumber=0,
            bAlternateSetting=0,
            bNumEndpoints=len(dev.endpoints),
            bInterfaceClass=0xFF,
            bInterfaceSubClass=0,
            bInterfaceProtocol=0,
            iInterface=0,
            extra_descriptors=[],
        )

    def get_endpoint_descriptor(self, dev: UsbPort, ep: int, intf: int, alt: int, config: int) -> Any:
        return SimpleNamespace(
            bLength=7,
            bDescriptorType=5,
            bEndpointAddress=dev.endpoints[ep],
            bmAttributes=BULK,
            wMaxPacketSize=PACKET,
            bInterval=0,
            bRefresh=0,
            bSynchAddress=0,
            extra_descriptors=[],
        )

    def open_device(self, dev: UsbPort) -> UsbPort:
        if dev.forbidden:
            raise usb.core.USBError("Access denied", errno=errno.EACCES)
        return dev

    def close_device(self, dev_handle: UsbPort) -> None:
        dev_handle.claimed = False

    def get_configuration(self, dev_handle: UsbPort) -> int:
        return CONFIGURATION

    def set_configuration(self, dev_handle: UsbPort, config_value: int) -> None:
        return None

    def claim_interface(self, dev_handle: UsbPort, intf: int) -> None:
        if dev_handle.claimed or dev_handle.kernel_driver:
            raise usb.core.USBError("Resource busy", errno=errno.EBUSY)
        dev_handle.claimed = True

    def release_interface(self, dev_handle: UsbPort, intf: int) -> None:
        dev_handle.claimed = False

    def is_kernel_driver_active(self, dev_handle: UsbPort, intf: int) -> bool:
        return dev_handle.kernel_driver

    def detach_kernel_driver(self, dev_handle: UsbPort, intf: int) -> None:
        dev_handle.kernel_driver = False

    def bulk_write(self, dev_handle: UsbPort, ep: int, intf: int, data: Any, timeout: int) -> int:
        return dev_handle.take(ep, bytes(data))

    def bulk_read(self, dev_handle: UsbPort, ep: int, intf: int, buff: array[int], timeout: int) -> int:
        data = dev_handle.give(ep, len(buff) * buff.itemsize, timeout / 1000)
        buff[: len(data)] = array("B", data)
        return len(data)


class UsbPort(EmulatedPort):
    """One device with bulk endpoints; a family with several pairs overrides `write` and `_out`."""

    def __init__(
        self,
        bus: SimulatedBus,
        vendor: int,
        product: int,
        *,
        endpoints: tuple[int, ...] = (0x81, 0x02),
        port_numbers: tuple[int, ...] = (1,),
        serial_number: str = "",
        kernel_driver: bool = False,
        forbidden: bool = False,
    ) -> None:
        self.endpoints = endpoints
        self.port_numbers = port_numbers
        self.serial_number = serial_number
        self.kernel_driver = kernel_driver
        self.forbidden = forbidden
        self.claimed = False
        self._bus = bus
        self._ids = vendor, product
        self._received: Received | None = None
        self._packets: dict[int, deque[bytes]] = {}
        self._news = threading.Condition()

    @property
    def address(self) -> Address:
        return Address("usb", vendor=self._ids[0], product=self._ids[1])

    def open(self, received: Received, connected: Connected) -> None:
        self._received = received
        self._packets = {endpoint: deque() for endpoint in self.endpoints if endpoint & 0x80}
        self._bus.ports.append(self)
        connected()

    def close(self) -> None:
        self._bus.ports.remove(self)
        with self._news:
            self._received = None
            self.claimed = False
            self._news.notify_all()

    def write(self, data: bytes) -> None:
        self.put(min(self._packets), data)

    def put(self, endpoint: int, data: bytes) -> None:
        """A transfer to the host, in packets, ended by a short one."""
        packets = [data[at : at + PACKET] for at in range(0, len(data), PACKET)]
        if packets and len(packets[-1]) == PACKET:
            packets.append(b"")
        with self._news:
            self._packets[endpoint].extend(packets)
            self._news.notify_all()

    def _out(self, endpoint: int, data: bytes) -> None:
        """A transfer from the host."""
        if self._received:
            self._received(data)

    # ------------------------------------------------------------------------------------ for the bus

    def take(self, endpoint: int, data: bytes) -> int:
        self._check_there()
        self._out(endpoint, data)
        return len(data)

    def give(self, endpoint: int, size: int, timeout: float) -> bytes:
        until = time.monotonic() + timeout
        with self._news:
            while not self._packets[endpoint]:
                self._check_there()
                if not self._news.wait(max(0.0, until - time.monotonic())):
                    self._check_there()
                    raise usb.core.USBTimeoutError("Operation timed out", errno=errno.ETIMEDOUT)
            return self._transfer(self._packets[endpoint], size)

    def _transfer(self, packets: deque[bytes], size: int) -> bytes:
        if len(packets[0]) > size:
            raise usb.core.USBError("Overflow", errno=errno.EOVERFLOW)
        data = b""
        while packets and len(data) + len(packets[0]) <= size:
            packet = packets.popleft()
            data += packet
            if len(packet) < PACKET:
                break
        return data

    def _check_there(self) -> None:
        if self._received is None:
            raise usb.core.USBError("No such device (it may have been disconnected)", errno=errno.ENODEV)

    def device_descriptor(self) -> Any:
        return SimpleNamespace(
            bLength=18,
            bDescriptorType=1,
            bcdUSB=0x0200,
            bDeviceClass=0,
            bDeviceSubClass=0,
            bDeviceProtocol=0,
            bMaxPacketSize0=PACKET,
            idVendor=self._ids[0],
            idProduct=self._ids[1],
            bcdDevice=0x0100,
            iManufacturer=0,
            iProduct=0,
            iSerialNumber=0,
            bNumConfigurations=1,
            address=1,
            bus=1,
            port_number=self.port_numbers[-1],
            port_numbers=self.port_numbers,
            speed=2,
        )
