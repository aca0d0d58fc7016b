"""The USB link against a simulated bus: everything from pyusb upwards is the real thing."""

import pytest

from tinghao.drivers import usb
from tinghao.drivers.address import Address
from tinghao.drivers.emulated_usb import SimulatedBus, UsbPort
from tinghao.drivers.links import LinkError

HERE = "usb:0416:5011"


@pytest.fixture
def bus(monkeypatch: pytest.MonkeyPatch) -> SimulatedBus:
    bus = SimulatedBus()
    monkeypatch.setattr(usb, "backend", lambda: bus)
    return bus


def plugged(port: UsbPort) -> list[bytes]:
    heard: list[bytes] = []
    port.open(heard.append, lambda: None)
    return heard


def test_bytes_go_both_ways(bus: SimulatedBus) -> None:
    port = UsbPort(bus, 0x0416, 0x5011, kernel_driver=True)
    heard = plugged(port)
    link = usb.open_usb(Address.parse(HERE))
    link.write(b"\x1b\x40")
    assert heard == [b"\x1b\x40"]
    port.write(bytes(range(200)))
    assert link.read(1.0) == bytes(range(200))
    assert link.read(0.01) == b""
    link.close()
    assert not port.claimed


def test_of_equals_the_place_decides(bus: SimulatedBus) -> None:
    first = UsbPort(bus, 0x0416, 0x5011, port_numbers=(1, 2))
    second = UsbPort(bus, 0x0416, 0x5011, port_numbers=(1, 4))
    nothing, heard = plugged(first), plugged(second)
    usb.open_usb(Address.parse(f"{HERE}?at=1-1.4")).write(b"x")
    assert (nothing, heard) == ([], [b"x"])


@pytest.mark.parametrize(
    ("port", "state", "reason"),
    [
        (None, "absent", "找不到"),
        ({"forbidden": True}, "faulty", "udev"),
        ({"endpoints": (0x81,)}, "faulty", "端点"),
    ],
)
def test_says_why_not(bus: SimulatedBus, port: dict[str, object] | None, state: str, reason: str) -> None:
    if port is not None:
        plugged(UsbPort(bus, 0x0416, 0x5011, **port))  # type: ignore[arg-type]
    with pytest.raises(LinkError) as refusal:
        usb.open_usb(Address.parse(HERE))
    assert refusal.value.state.state == state
    assert reason in refusal.value.state.reason


def test_one_program_at_a_time(bus: SimulatedBus) -> None:
    plugged(UsbPort(bus, 0x0416, 0x5011))
    link = usb.open_usb(Address.parse(HERE))
    with pytest.raises(LinkError, match="占用"):
        usb.open_usb(Address.parse(HERE))
    link.close()
    usb.open_usb(Address.parse(HERE)).close()


def test_a_pulled_cable_is_told(bus: SimulatedBus) -> None:
    port = UsbPort(bus, 0x0416, 0x5011)
    plugged(port)
    link = usb.open_usb(Address.parse(HERE))
    port.close()
    for use in (lambda: link.read(0.01), lambda: link.write(b"x")):
        with pytest.raises(LinkError, match="断开"):
            use()


def test_nothing_is_found_without_libusb(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(usb, "backend", lambda: None)
    monkeypatch.setattr("usb.backend.libusb1.get_backend", lambda *_, **__: None)
    monkeypatch.setattr("usb.backend.libusb0.get_backend", lambda *_, **__: None)
    monkeypatch.setattr("usb.backend.openusb.get_backend", lambda *_, **__: None)
    assert list(usb.devices()) == []
