"""The card reader on USB, on a simulated bus: everything from pyusb upwards is the real thing, both layouts."""

from collections.abc import Callable
from typing import Any

import pytest

from tests.drivers.test_card_reader import QUICK
from tinghao.drivers import usb
from tinghao.drivers.address import Address
from tinghao.drivers.card_reader import CardReader
from tinghao.drivers.card_reader.cards import DEMO_CARDS
from tinghao.drivers.card_reader.emulated_pipes import FourPipePort
from tinghao.drivers.card_reader.emulator import CardReaderEmulator
from tinghao.drivers.card_reader.family import probe
from tinghao.drivers.card_reader.usb_wire import open_reader
from tinghao.drivers.emulated_usb import SimulatedBus, UsbPort
from tinghao.drivers.links import LinkError, TappedLink

HERE = Address.parse("usb:0400:c35a")
STATUS = bytes.fromhex("AA AA AA 96 69 00 03 11 FF ED")
FINE = bytes.fromhex("AA AA AA 96 69 00 04 00 00 90 94")
ZHANG, OUYANG, *_ = DEMO_CARDS


@pytest.fixture
def bus(monkeypatch: pytest.MonkeyPatch) -> SimulatedBus:
    bus = SimulatedBus()
    monkeypatch.setattr(usb, "backend", lambda: bus)
    return bus


class PiecemealPort(UsbPort):
    """One pair, every 64 bytes a transfer of their own."""

    def write(self, data: bytes) -> None:
        for at in range(0, len(data), 64):
            super().write(data[at : at + 64])


def four_pipes(bus: SimulatedBus, **options: Any) -> UsbPort:
    return FourPipePort(bus, **options)


def four_other_pipes(bus: SimulatedBus, **options: Any) -> UsbPort:
    """The body's endpoints are named first, and none is where the sheets have it."""
    return FourPipePort(bus, endpoints=(0x88, 0x83, 0x07, 0x04), **options)


def one_pair(bus: SimulatedBus, **options: Any) -> UsbPort:
    return PiecemealPort(bus, 0x0400, 0xC35A, **options)


def another_pair(bus: SimulatedBus, **options: Any) -> UsbPort:
    return PiecemealPort(bus, 0x0400, 0xC35A, endpoints=(0x03, 0x84), **options)


Make = Callable[..., UsbPort]
each_layout = pytest.mark.parametrize("make", [four_pipes, four_other_pipes, one_pair, another_pair])
both_layouts = pytest.mark.parametrize("make", [four_pipes, one_pair])


@each_layout
def test_reads_cards_and_heals(bus: SimulatedBus, hear: Any, make: Make) -> None:
    cards, lifts, states = hear(), hear(), hear()
    port = make(bus, kernel_driver=True)
    with (
        CardReaderEmulator(port) as emulator,
        CardReader(HERE, cards, lifts, on_state=states, timing=QUICK) as reader,
    ):
        states.until_state("ready")
        assert reader.sam_id == "05.01-20101129-0001228293-0296863149"
        assert not port.kernel_driver
        for card in (ZHANG, OUYANG):
            emulator.lay(card)
            assert cards.next() == card
            emulator.lift()
            lifts.next()
        emulator.unplug()
        assert "USB" in states.until_state("absent").reason
        emulator.plug()
        states.until_state("ready", timeout=5)
        emulator.lay(ZHANG)
        assert cards.next() == ZHANG
        assert not emulator.malformed


@both_layouts
def test_says_that_it_is_taken_or_forbidden(bus: SimulatedBus, hear: Any, make: Make) -> None:
    port = make(bus)
    states = hear()
    with CardReaderEmulator(port):
        other = open_reader(HERE)
        with CardReader(HERE, hear(), on_state=states):
            assert "占用" in states.until_state("faulty").reason
            other.close()
            states.until_state("ready")
        port.forbidden = True
        with CardReader(HERE, hear(), on_state=states):
            assert "udev" in states.until_state("faulty").reason


@pytest.mark.parametrize("endpoints", [(0x81,), (0x81, 0x82, 0x02), (0x81, 0x02, 0x03)])
def test_a_layout_nobody_knows(bus: SimulatedBus, endpoints: tuple[int, ...]) -> None:
    port = UsbPort(bus, 0x0400, 0xC35A, endpoints=endpoints)
    port.open(lambda _: None, lambda: None)
    with pytest.raises(LinkError, match="端点"):
        open_reader(HERE)
    assert not port.claimed


def test_head_and_body_go_their_own_ways(bus: SimulatedBus) -> None:
    heard: list[tuple[int, bytes]] = []

    class Spied(FourPipePort):
        def _out(self, endpoint: int, data: bytes) -> None:
            heard.append((endpoint, data))

    Spied(bus).open(lambda _: None, lambda: None)
    open_reader(HERE).write(STATUS)
    assert heard == [(0x02, STATUS[:7]), (0x06, STATUS[7:])]


@pytest.mark.parametrize("tapped", [False, True])
@both_layouts
def test_a_late_answer_is_not_the_next_ones(bus: SimulatedBus, make: Make, tapped: bool) -> None:
    port = make(bus)
    port.open(lambda _: port.write(FINE), lambda: None)
    link = TappedLink(open_reader(HERE), lambda *_: None) if tapped else open_reader(HERE)
    link.write(STATUS)  # nobody reads the answer
    port.write(FINE)  # nor a second one, in whatever pipe it lies
    link.drain()
    assert link.read(0) == b""
    link.write(STATUS)
    answer = b""
    while len(answer) < len(FINE):
        answer += link.read(0.5)
    assert answer == FINE
    assert link.read(0) == b""


@both_layouts
def test_a_body_that_never_comes_is_forgotten(bus: SimulatedBus, make: Make) -> None:
    port = make(bus)
    answers = [FINE[:7], FINE]
    port.open(lambda _: port.write(answers.pop(0)), lambda: None)
    link = open_reader(HERE)
    link.write(STATUS)
    assert link.read(0.5) == FINE[:7]
    assert link.read(0.01) == b""
    link.drain()
    link.write(STATUS)
    assert link.read(0.5) + link.read(0.01) == FINE


@both_layouts
@pytest.mark.parametrize("fault", ["noise", "slow"])
def test_reads_on_a_bad_wire(bus: SimulatedBus, hear: Any, make: Make, fault: Any) -> None:
    with CardReaderEmulator(make(bus)) as emulator:
        emulator.set_fault(fault)
        link = open_reader(HERE)
        assert probe(link) == "身份证阅读器，安全模块 05.01-20101129-0001228293-0296863149"
        link.close()
