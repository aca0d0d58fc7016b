"""The driver and the emulated Modbus pads, over a real pseudo-terminal and TCP."""

import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from pymodbus import FramerType
from pymodbus.client import ModbusTcpClient

from tinghao.drivers import wires
from tinghao.drivers.address import Address
from tinghao.drivers.asking import Pacing
from tinghao.drivers.keys import Key
from tinghao.drivers.links import LinkError
from tinghao.drivers.modbus_pad import ModbusPads, Timing, family
from tinghao.drivers.modbus_pad import unit as unit_module
from tinghao.drivers.modbus_pad.emulated_unit import EmulatedUnit, ModbusError
from tinghao.drivers.modbus_pad.emulator import ModbusPadEmulator
from tinghao.drivers.modbus_pad.family import FAMILY, probe
from tinghao.drivers.modbus_pad.registers import KEYS
from tinghao.drivers.modbus_pad.rtu import with_crc
from tinghao.drivers.ports import TcpPort
from tinghao.drivers.wires import open_link

QUICK = Timing(answer=0.1, pause=0.001, poll_every=0.01, silent_every=0.1)


class Bench:
    def __init__(self, port: Any, hear: Callable[[], Any], **options: Any) -> None:
        self.keys, self.ratings, self.states, self.changes = hear(), hear(), hear(), hear()
        timing = options.pop("timing", QUICK)
        units = options.setdefault("units", (1, 2))
        self.emulator = ModbusPadEmulator(port, self.changes, **options)
        self.emulator.plug()
        self.pads = ModbusPads(
            self.emulator.address,
            lambda *key: self.keys(key),
            lambda *rating: self.ratings(rating),
            self.states,
            units=units,
            timing=timing,
        )
        self.pads.start()
        self.states.until_state("ready")

    def close(self) -> None:
        self.pads.close()
        self.emulator.close()


Build = Callable[..., Bench]


@pytest.fixture
def build(link: Path, hear: Any) -> Iterator[Build]:
    benches: list[Bench] = []

    def build(port: Any = link, **options: Any) -> Bench:
        benches.append(Bench(port, hear, **options))
        return benches[-1]

    yield build
    for bench in benches:
        bench.close()


def test_every_key_is_told_once(build: Build) -> None:
    bench = build()
    for code, key in KEYS.items():
        bench.emulator.press(2, code)
        assert bench.keys.next() == (2, key)
    assert bench.keys.silent
    assert bench.emulator.malformed == []


@pytest.mark.parametrize("times", [2, 4])
def test_keys_pressed_faster_than_asked(build: Build, times: int) -> None:
    bench = build()
    with bench.emulator._lock:
        for code in range(1, times + 1):
            bench.emulator.units[1].press(code)
    assert [bench.keys.next() for _ in range(times)] == [(1, KEYS[code]) for code in range(1, times + 1)]
    assert bench.keys.silent


def test_over_tcp(build: Build) -> None:
    bench = build(TcpPort())
    bench.emulator.press(1, 2)
    assert bench.keys.next() == (1, Key.RECALL)


def test_an_adapter_that_hears_itself(build: Build) -> None:
    bench = build(echoes=True)
    bench.emulator.press(1, 1)
    assert bench.keys.next() == (1, Key.NEXT)
    bench.pads.show_ticket(1, "A012")
    assert bench.pads.wait_shown(1, 2)
    assert bench.emulator.units[1].ticket == "A012"


def test_few_pads_are_asked_ten_times_a_second(build: Build, hear: Any) -> None:
    bench = build(units=(1, 2, 3, 4), timing=Timing())
    asked = hear()
    obey = bench.emulator._obey

    def telling(frame: bytes) -> None:
        asked(frame[0])
        obey(frame)

    bench.emulator._obey = telling  # type: ignore[method-assign]

    def three_rounds() -> float:
        while not asked.silent:
            asked.next()
        left = dict.fromkeys((1, 2, 3, 4), 3)
        began = time.monotonic()
        while any(times > 0 for times in left.values()):
            left[asked.next()] -= 1
        return time.monotonic() - began

    assert any(three_rounds() <= 0.3 for _ in range(20))


def test_ratings_count_when_the_keys_are_lit(build: Build) -> None:
    bench = build()
    bench.emulator.rate(1, 5)
    assert bench.pads.let_rate(1)
    assert bench.pads.wait_shown(1, 2)
    for level in range(5, 0, -1):
        bench.emulator.rate(1, level)
        assert bench.ratings.next() == (1, level)
    assert bench.pads.let_rate(1, False)
    assert bench.pads.wait_shown(1, 2)
    bench.emulator.rate(1, 1)
    assert bench.ratings.silent


def test_shows_everything(build: Build) -> None:
    bench = build()
    assert bench.pads.show_ticket(1, "A012") == "A012"
    assert bench.pads.show_waiting(1, 7)
    assert bench.pads.set_lamp(1, "blinking")
    assert bench.pads.beep(1, 3)
    assert bench.pads.show_ticket(2, "VIP1234") == "1234"
    assert bench.pads.show_waiting(2, 4321)
    assert bench.pads.wait_shown(1, 2)
    assert bench.pads.wait_shown(2, 2)
    one, two = bench.emulator.units[1], bench.emulator.units[2]
    assert (one.ticket, one.waiting, one.lamp, one.beeps) == ("A012", "007", "闪", 3)
    assert (two.ticket, two.waiting, two.lamp, two.beeps) == ("1234", "999", "灭", 0)
    bench.pads.show_ticket(1, "")
    bench.pads.show_waiting(1, None)
    assert bench.pads.wait_shown(1, 2)
    assert (one.ticket, one.waiting) == ("    ", "   ")


def test_units_that_are_not_configured(build: Build) -> None:
    bench = build(units=(1,))
    pads = bench.pads
    assert not any(
        [
            pads.show_waiting(2, 1),
            pads.set_lamp(2, "on"),
            pads.let_rate(2),
            pads.beep(2),
            pads.wait_shown(2, 0),
        ]
    )
    assert pads.show_ticket(2, "A1") == ""


@pytest.mark.parametrize("units", [(), (0,), (248,)])
def test_units_that_cannot_be(units: tuple[int, ...]) -> None:
    with pytest.raises(ValueError, match=r"1\.\.247"):
        ModbusPads(Address("serial", path="/dev/null"), units=units)


def test_two_threads_at_once(build: Build) -> None:
    bench = build()

    def show(unit: int) -> None:
        for number in range(50):
            bench.pads.show_ticket(unit, f"A{number:03}")
            bench.pads.show_waiting(unit, number)

    threads = [threading.Thread(target=show, args=(unit,)) for unit in (1, 1, 2, 2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(5)
    assert bench.pads.wait_shown(1, 2)
    assert bench.pads.wait_shown(2, 2)
    assert {unit.ticket for unit in bench.emulator.units.values()} == {"A049"}


def test_a_pad_that_lost_power_shows_its_number_again_and_no_stale_beep(build: Build) -> None:
    bench = build()
    bench.pads.show_ticket(2, "A012")
    assert bench.pads.wait_shown(2, 2)
    bench.emulator.cut_power(2)
    state = bench.states.until(lambda state: bool(state.reason))
    assert state.state == "ready"
    assert "面板 2 没有应答" in state.reason
    bench.pads.beep(2)
    assert not bench.pads.wait_shown(2, 0)
    bench.emulator.press(1, 1)
    assert bench.keys.next() == (1, Key.NEXT)
    bench.emulator.cut_power(2, False)
    assert bench.emulator.units[2].ticket == "    "
    bench.states.until(lambda state: not state.reason)
    assert bench.pads.wait_shown(2, 2)
    assert bench.emulator.units[2].ticket == "A012"
    assert bench.emulator.units[2].beeps == 0


def test_a_short_power_cut_that_nobody_noticed(build: Build) -> None:
    bench = build()
    bench.pads.show_ticket(1, "A012")
    assert bench.pads.wait_shown(1, 2)
    with bench.emulator._lock:
        bench.emulator.units[1].switch_on()
        bench.emulator.units[1].press(1)
    while bench.emulator.units[1].ticket != "A012":
        bench.changes.next()
    assert bench.keys.silent


def test_a_key_pressed_while_answers_were_lost_is_told_once(build: Build) -> None:
    bench = build(units=(1,))
    bench.emulator.set_fault("checksum")
    bench.states.until_state("faulty")
    bench.emulator.press(1, 1)
    bench.emulator.set_fault("checksum", False)
    bench.states.until_state("ready")
    assert bench.keys.next() == (1, Key.NEXT)
    bench.emulator.press(1, 2)
    assert bench.keys.next() == (1, Key.RECALL)
    assert bench.keys.silent


def test_keys_of_a_long_outage_are_not_told(build: Build) -> None:
    timing = Timing(answer=0.1, pause=0.001, poll_every=0.01, stale_after=0.4)
    bench = build(units=(1,), timing=timing)
    bench.emulator.set_fault("silence")
    assert "没有应答" in bench.states.until_state("faulty").reason
    bench.emulator.press(1, 1)
    bench.emulator.set_fault("silence", False)
    bench.states.until_state("ready")
    bench.emulator.press(1, 2)
    assert bench.keys.next() == (1, Key.RECALL)
    assert bench.keys.silent


def test_another_modbus_device_is_named(link: Path, hear: Any) -> None:
    states = hear()
    with ModbusPadEmulator(link) as emulator:
        emulator.units[1].input_registers = lambda address, count: [0] * count  # type: ignore[method-assign]
        with ModbusPads(emulator.address, on_state=states, timing=QUICK):
            assert "不是本系统的面板" in states.until_state("faulty").reason


def test_a_device_without_these_registers_is_named(link: Path, hear: Any) -> None:
    states = hear()
    with ModbusPadEmulator(link) as emulator:
        emulator.units[1].input_registers = emulator.units[1].holding_registers  # type: ignore[method-assign]
        emulator.units[1].holding = []
        with ModbusPads(emulator.address, on_state=states, timing=QUICK):
            assert "异常码 02" in states.until_state("faulty").reason


def test_a_display_that_is_refused_is_named_and_keys_go_on(build: Build) -> None:
    bench = build(units=(1,))
    bench.emulator.units[1].holding = [0x2020, 0x2020, 0xFFFF]
    bench.pads.show_ticket(1, "A012")
    state = bench.states.until(lambda state: bool(state.reason))
    assert state.state == "ready"
    assert "不接受显示：没有这个寄存器" in state.reason
    assert not bench.pads.wait_shown(1, 0)
    bench.emulator.press(1, 1)
    assert bench.keys.next() == (1, Key.NEXT)


def test_the_probe_says_who_is_there(link: Path) -> None:
    with ModbusPadEmulator(link, units=(1, 3)) as emulator:
        wire = open_link(emulator.address, 9600)
        said = probe(wire)
        wire.close()
    features = "按键、评价键、票号、等候人数、灯、蜂鸣器"
    assert said == f"面板 1：固件 1.2，{features}；面板 3：固件 1.2，{features}"


def test_the_probe_is_not_fooled_by_an_echo_or_another_device(
    link: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(family, "PROBING", Pacing(answer=0.08, gap=0.0, pause=0.001))
    with ModbusPadEmulator(link, units=(9,), echoes=True) as emulator:
        wire = open_link(emulator.address, 9600)
        assert probe(wire) is None
        emulator.units = {1: emulator.units[9]}
        emulator.units[1].input_registers = lambda address, count: [1] * count  # type: ignore[method-assign]
        assert probe(wire) is None
        wire.close()


def test_the_trial_can_be_seen_and_heard(build: Build) -> None:
    bench = build()
    said: list[str] = []
    assert FAMILY.trial
    FAMILY.trial(bench.pads, said.append)
    one = bench.emulator.units[1]
    assert (one.ticket, one.lamp, one.beeps) == ("A888", "闪", 1)
    assert "已确认" in said[0]


def test_the_keys_are_controls(build: Build) -> None:
    bench = build()
    controls = {control.name: control.do for control in bench.emulator.all_controls()}
    controls["key-2-4"]("")
    assert bench.keys.next() == (2, Key.ABANDON)
    controls["power-1"]("")
    assert "断" in str(bench.emulator.face()[4])


# ---------------------------------------------------------------------------------------- the wire


class FakeSerial:
    """Remembers how it was opened."""

    opened: tuple[Any, ...] = ()

    def __init__(self, path: str, baud: int, *, parity: str, **_: Any) -> None:
        FakeSerial.opened = (path, baud, parity)


@pytest.mark.parametrize(
    ("address", "opened"),
    [
        ("serial:/dev/ttyX", ("/dev/ttyX", 9600, "E")),
        ("serial:/dev/ttyX?baud=19200&parity=none", ("/dev/ttyX", 19200, "N")),
        ("serial:/dev/ttyX?parity=odd", ("/dev/ttyX", 9600, "O")),
    ],
)
def test_even_parity_unless_the_address_says_otherwise(
    monkeypatch: pytest.MonkeyPatch, address: str, opened: tuple[Any, ...]
) -> None:
    monkeypatch.setattr(wires.serial, "Serial", FakeSerial)
    ModbusPads(Address.parse(address)).opener()
    assert FakeSerial.opened == opened


def test_a_port_that_refuses_the_parity_is_a_reason(monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(*_: Any, **__: Any) -> None:
        raise wires.termios.error(22, "Invalid argument")

    monkeypatch.setattr(wires.serial, "Serial", refuse)
    with pytest.raises(LinkError, match="无法打开"):
        ModbusPads(Address.parse("serial:/dev/ttyX")).opener()


# ---------------------------------------------------------------------------------------- the emulator, judged by pymodbus


@pytest.fixture
def client() -> Iterator[tuple[ModbusPadEmulator, ModbusTcpClient]]:
    port = TcpPort()
    with ModbusPadEmulator(port, units=(1, 2)) as emulator:
        client = ModbusTcpClient("127.0.0.1", port=port.port, framer=FramerType.RTU, timeout=0.2, retries=0)
        assert client.connect()
        yield emulator, client
        client.close()


def test_pymodbus_reads_and_writes(client: tuple[ModbusPadEmulator, ModbusTcpClient]) -> None:
    emulator, modbus = client
    assert modbus.read_input_registers(0, count=4, device_id=1).registers == [0x5448, 0x0100, 0x0102, 0x3F]
    emulator.press(2, 3)
    assert modbus.read_input_registers(0x10, count=8, device_id=2).registers == [2, 1, 0, 3, 0, 0, 0, 0]
    written = modbus.write_registers(0, [0x4130, 0x3132, 5, 1, 1], device_id=2)
    assert not written.isError()
    assert modbus.read_holding_registers(0, count=6, device_id=2).registers == [0x4130, 0x3132, 5, 1, 1, 0]
    assert not modbus.write_register(5, 2, device_id=2).isError()
    assert emulator.units[2].beeps == 2
    assert modbus.read_holding_registers(5, count=1, device_id=2).registers == [0]


@pytest.mark.parametrize(
    ("ask", "code"),
    [
        (lambda modbus: modbus.read_coils(0, count=1, device_id=1), 1),
        (lambda modbus: modbus.read_input_registers(4, count=1, device_id=1), 2),
        (lambda modbus: modbus.read_holding_registers(5, count=2, device_id=1), 2),
        (lambda modbus: modbus.write_register(6, 1, device_id=1), 2),
        (lambda modbus: modbus.write_register(3, 3, device_id=1), 3),
        (lambda modbus: modbus.write_register(2, 1000, device_id=1), 3),
        (lambda modbus: modbus.write_register(0, 0x0041, device_id=1), 3),
    ],
)
def test_pymodbus_hears_the_exceptions(
    client: tuple[ModbusPadEmulator, ModbusTcpClient], ask: Callable[[ModbusTcpClient], Any], code: int
) -> None:
    emulator, modbus = client
    answer = ask(modbus)
    assert answer.isError()
    assert answer.exception_code == code
    assert len(emulator.malformed) == 1


def answered(emulator: ModbusPadEmulator, request: bytes) -> list[bytes]:
    answers: list[bytes] = []
    emulator._send = answers.append  # type: ignore[method-assign]
    emulator._take(request)
    return answers


def test_everybody_obeys_a_broadcast_and_nobody_answers() -> None:
    emulator = ModbusPadEmulator(TcpPort(), units=(1, 2))
    assert answered(emulator, with_crc(bytes.fromhex("00 06 00 03 00 01"))) == []
    assert [unit.lamp for unit in emulator.units.values()] == ["亮", "亮"]


@pytest.mark.parametrize(
    "request_",
    [
        "01 04 00 00 00 04 F1 C8",  # CRC
        "03 04 00 00 00 04 F0 2B",  # another unit
    ],
)
def test_silence_for_what_is_not_right(request_: str) -> None:
    assert answered(ModbusPadEmulator(TcpPort()), bytes.fromhex(request_)) == []


def test_a_frame_ends_with_silence(monkeypatch: pytest.MonkeyPatch) -> None:
    emulator = ModbusPadEmulator(TcpPort())
    request = with_crc(bytes.fromhex("01 04 00 00 00 04"))
    now = [0.0]
    monkeypatch.setattr(
        "tinghao.drivers.modbus_pad.emulator.time", type("Clock", (), {"monotonic": lambda: now[0]})
    )
    assert answered(emulator, request[:5]) == []
    now[0] = 1.0
    assert len(answered(emulator, request)) == 1
    assert emulator.malformed == [request[:5].hex(" ")]


class BusyEmulator(ModbusPadEmulator):
    """Refuses to show anything as long as it is busy."""

    busy = False

    def _write(self, unit: EmulatedUnit, address: int, values: list[int]) -> None:
        if self.busy:
            raise ModbusError(6)
        super()._write(unit, address, values)


@pytest.fixture
def busy(
    link: Path, hear: Any, monkeypatch: pytest.MonkeyPatch
) -> Iterator[tuple[BusyEmulator, ModbusPads, Any]]:
    monkeypatch.setattr(unit_module, "REFUSED_AGAIN", 0.05)
    states = hear()
    with (
        BusyEmulator(link) as emulator,
        ModbusPads(emulator.address, on_state=states, timing=QUICK) as pads,
    ):
        states.until_state("ready")
        yield emulator, pads, states


def test_a_pad_that_was_busy_shows_it_later(busy: tuple[BusyEmulator, ModbusPads, Any]) -> None:
    emulator, pads, states = busy
    emulator.busy = True
    pads.show_ticket(1, "A012")
    assert "设备忙" in states.until(lambda state: bool(state.reason)).reason
    emulator.busy = False
    assert pads.wait_shown(1, 5)
    assert emulator.units[1].ticket == "A012"
    assert states.until(lambda state: not state.reason).state == "ready"


def test_a_refused_wish_taken_back_is_no_complaint_any_more(
    busy: tuple[BusyEmulator, ModbusPads, Any],
) -> None:
    emulator, pads, states = busy
    pads.show_ticket(1, "A001")
    assert pads.wait_shown(1, 5)
    emulator.busy = True
    pads.show_ticket(1, "A012")
    states.until(lambda state: bool(state.reason))
    pads.show_ticket(1, "A001")
    assert states.until(lambda state: not state.reason).state == "ready"


@pytest.mark.parametrize("typed", ["9 A012", "A012", ""])
def test_an_order_for_a_pad_that_is_not_there_is_no_order(link: Path, hear: Any, typed: str) -> None:
    said = hear()
    pads = FAMILY.listening(Address.parse(f"serial:{link}"), said)
    assert FAMILY.order
    with pytest.raises(ValueError, match=r".*"):
        FAMILY.order.give(pads, typed, said)
    assert said.silent
