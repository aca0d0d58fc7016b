"""What the emulators share: the cable, whoever pulls and plugs it at the same time."""

import threading
from pathlib import Path

import pytest

from tinghao.drivers.emulated import Emulator
from tinghao.drivers.ports import EmulatedPort, PtyPort, TcpPort
from tinghao.drivers.wires import open_link

TURNS = 40


class Parrot(Emulator):
    """Says again what it hears."""

    def _received(self, data: bytes) -> None:
        self._send(data)


class SlowToClose(PtyPort):
    """Lets somebody plug it in again while it is being closed."""

    def __init__(self, link: Path) -> None:
        super().__init__(link)
        self.closing = threading.Event()
        self.proceed = threading.Event()

    def close(self) -> None:
        self.closing.set()
        self.proceed.wait(0.3)
        super().close()


def test_plugged_again_while_it_is_being_unplugged(link: Path) -> None:
    port = SlowToClose(link)
    emulator = Parrot(port)
    emulator.plug()
    pulling = threading.Thread(target=emulator.unplug)
    pulling.start()
    assert port.closing.wait(5)
    plugging = threading.Thread(target=emulator.plug)
    plugging.start()
    pulling.join(5)
    plugging.join(5)
    assert emulator.plugged
    _answers(emulator)
    emulator.close()


@pytest.mark.parametrize("kind", [PtyPort, TcpPort])
def test_two_hands_at_one_cable(link: Path, kind: type[EmulatedPort]) -> None:
    emulator = Parrot(PtyPort(link) if kind is PtyPort else TcpPort())
    emulator.plug()

    def pull_and_plug() -> None:
        for _ in range(TURNS):
            emulator.unplug()
            emulator.plug()

    hands = [threading.Thread(target=pull_and_plug) for _ in range(2)]
    for hand in hands:
        hand.start()
    for hand in hands:
        hand.join(60)
    assert emulator.plugged
    _answers(emulator)
    emulator.close()


def _answers(emulator: Emulator) -> None:
    wire = open_link(emulator.address, 9600)
    wire.write(b"?")
    assert wire.read(5) == b"?"
    wire.close()
