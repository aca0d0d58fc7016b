"""The driver and the emulated font card, over a real wire."""

import threading
import time
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from tests.drivers.fuzz import PlayedLink
from tinghao.drivers.address import Address
from tinghao.drivers.base import READY
from tinghao.drivers.face import LedArea, LedPanel
from tinghao.drivers.led_strip import Area, LedStrip, Run, Style, Timing
from tinghao.drivers.led_strip.emulated_wire import Refusal
from tinghao.drivers.led_strip.emulator import LedStripEmulator
from tinghao.drivers.led_strip.family import FAMILY, TRIAL_TEXT, probe
from tinghao.drivers.led_strip.frames import HOST, build_frame
from tinghao.drivers.led_strip.orders import Orders
from tinghao.drivers.led_strip.protocol import RIGHT
from tinghao.drivers.ports import EmulatedPort, PtyPort, TcpPort

QUICK = Timing(answer=0.3, ping_every=0.1, flash_for=0.3)
PATIENT = Timing(answer=0.3, ping_every=60, flash_for=60)
PING = bytes.fromhex("A2 00 01 00 00")
STATUS = bytes.fromhex("A1 02 01 00 00")
TWO = (Area(1, 0, 0, 64, 16), Area(2, 64, 0, 128, 16))


class StrainedEmulator(LedStripEmulator):
    """Loses as many answers as it is told; stands on a line that gives back what is sent if told so."""

    lose = 0
    lose_statuses = 0
    echoes = False

    def _received(self, data: bytes) -> None:
        if self.echoes:
            self.port.write(data)
        super()._received(data)

    def _send(self, frame: bytes) -> None:
        if self.lose_statuses and b"\xa1\x02\0\0\0" in frame:
            self.lose_statuses -= 1
        elif self.lose:
            self.lose -= 1
        else:
            super()._send(frame)


class Bench:
    """A card with its own settings, and a driver with others."""

    def __init__(
        self, port: EmulatedPort, hear: Callable[[], Any], card: dict[str, Any], **options: Any
    ) -> None:
        self.changes, self.states = hear(), hear()
        self.emulator = StrainedEmulator(port, self.changes, **card)
        self.emulator.plug()
        options.setdefault("timing", QUICK)
        self.strip = LedStrip(self.emulator.address, self.states, **options)
        self.sent: list[bytes] = []
        self.strip.tap = lambda direction, data: self.sent.append(data) if direction == "out" else None

    def start(self) -> None:
        self.strip.start()
        self.states.until_state("ready")

    def until(self, wanted: Callable[[], bool]) -> None:
        deadline = time.monotonic() + 10
        while not wanted():
            self.changes.next()
            assert time.monotonic() < deadline, "the card talks on, and it doesn't happen"

    def until_text(self, text: str, area: int = 0) -> LedArea:
        self.until(lambda: any(shown.text == text for shown in self.emulator.areas.values()))
        assert self.emulator.areas[area].text == text
        return self.panel.areas[sorted(self.emulator.areas).index(area)]

    @property
    def panel(self) -> LedPanel:
        panel = self.emulator.face()[0]
        assert isinstance(panel, LedPanel)
        return panel

    def close(self) -> None:
        self.strip.close()
        self.emulator.close()


@pytest.fixture
def bench(link: Path, hear: Any) -> Iterator[Callable[..., Bench]]:
    made: list[Bench] = []

    def make(port: EmulatedPort | None = None, card: dict[str, Any] | None = None, **options: Any) -> Bench:
        made.append(Bench(port or PtyPort(link), hear, card or {}, **options))
        return made[-1]

    yield make
    for one in made:
        one.close()


@pytest.mark.parametrize("network", [False, True], ids=["serial", "tcp"])
def test_a_call_flashes_and_then_stands(bench: Any, network: bool) -> None:
    one = bench(TcpPort() if network else None)
    one.start()
    assert one.strip.call("A012 请到 3 号窗口").replaced == ""
    shown = one.until_text("A012 请到 3 号窗口")
    assert (shown.flashing, shown.moving) == (True, False)
    one.until(lambda: not one.panel.areas[0].flashing)
    assert one.until_text("A012 请到 3 号窗口").marks == (("A012 请到 3 号窗口", "red"),)
    assert one.strip.settled(5)


def test_pause_and_idle(bench: Any) -> None:
    one = bench(timing=PATIENT)
    one.start()
    one.strip.pause()
    assert one.until_text("暂停服务").marks == (("暂停服务", "yellow"),)
    one.strip.idle("欢迎光临")
    shown = one.until_text("欢迎光临")
    assert (shown.marks[0][1], shown.moving) == ("green", False)
    one.strip.idle("欢迎光临本政务服务大厅，请先取号")
    assert one.until_text("欢迎光临本政务服务大厅，请先取号").moving


def test_areas_styles_and_runs(bench: Any) -> None:
    one = bench(areas=TWO, timing=PATIENT)
    one.start()
    one.strip.show(1, [Run("A012", "red"), Run("号", "green")])
    one.strip.show(2, "三号窗口", Style(mode=RIGHT))
    one.until_text("A012号", area=1)
    one.until_text("三号窗口", area=2)
    left, right = one.panel.areas
    assert left == LedArea(0, 0, 64, 16, (("A012", "red"), ("号", "green")))
    assert (right.x, right.width, right.moving) == (64, 128, True)
    with pytest.raises(KeyError):
        one.strip.show(3, "?")


def test_strange_texts_are_shown_without_harm(bench: Any) -> None:
    one = bench(timing=PATIENT)
    one.start()
    assert one.strip.show(0, "王𠀀").replaced == "𠀀"
    one.until_text("王〓")
    one.strip.show(0, "\\C2绿\\FO002")
    assert one.until_text("＼C2绿＼FO002").marks[0][1] == "red"
    one.strip.show(0, "乗C1")  # its second byte is a backslash
    one.until_text("乗C1")
    assert one.strip.show(0, "号" * 999).cut
    one.until_text("号" * 256)


def test_the_newest_text_wins(bench: Any) -> None:
    one = bench(timing=PATIENT)
    one.strip.show(0, "before it began")
    one.start()
    for number in range(500):
        one.strip.call(f"A{number:03}")
    one.until_text("A499")
    assert one.strip.settled(5)
    assert len(one.sent) < 100


def test_a_pulled_cable_brings_everything_again(bench: Any) -> None:
    one = bench(areas=TWO, timing=PATIENT)
    one.start()
    one.strip.show(1, "A012")
    one.strip.show(2, "3 号窗口")
    one.until_text("3 号窗口", area=2)
    one.emulator.unplug()
    assert "线缆" in one.states.until_state("absent").reason
    assert not one.panel.lit
    one.strip.show(1, "A013")
    one.emulator.plug()
    one.until_text("A013", area=1)
    one.until_text("3 号窗口", area=2)
    one.states.until_state("ready")


def test_a_card_that_lost_its_power_meanwhile_is_told_again(bench: Any) -> None:
    one = bench()
    one.start()
    one.strip.show(0, "A012")
    one.until_text("A012")
    one.until(lambda: sum(STATUS in data for data in one.sent) >= 2)
    one.emulator.power_cycle()
    one.until_text("A012")


def test_a_card_that_fell_silent_is_told_again(bench: Any) -> None:
    one = bench(card={"answers_status": False})
    one.start()
    one.strip.show(0, "A012")
    one.until_text("A012")
    one.emulator.set_fault("silence")
    assert "没有应答" in one.states.until_state("faulty").reason
    one.emulator.power_cycle()
    one.emulator.set_fault("silence", False)
    one.states.until_state("ready")
    one.until_text("A012")


def test_a_card_that_knows_no_status_is_asked_for_it_once(bench: Any) -> None:
    one = bench(card={"answers_status": False})
    one.strip.show(0, "A012")
    one.start()
    one.until(lambda: sum(PING in data for data in one.sent) >= 4)
    assert sum(STATUS in data for data in one.sent) == 1


def test_a_card_that_cannot_say_what_it_holds_is_told_again(bench: Any) -> None:
    timing = Timing(answer=0.3, ping_every=0.1, flash_for=0.3, renew_every=0.2)
    one = bench(card={"answers_status": False}, timing=timing)
    one.strip.show(0, "A012")
    one.start()
    one.until_text("A012")
    one.emulator.power_cycle()
    one.until_text("A012")


def test_a_lost_status_is_asked_for_again(bench: Any) -> None:
    one = bench()
    one.emulator.lose_statuses = 2
    one.strip.show(0, "A012")
    one.start()
    one.until_text("A012")
    one.until(lambda: sum(STATUS in data for data in one.sent) >= 4)
    one.emulator.power_cycle()
    one.until_text("A012")


def test_a_lost_answer_is_asked_for_again(bench: Any) -> None:
    one = bench(timing=PATIENT)
    one.start()
    one.emulator.lose = 2
    one.strip.show(0, "A012")
    assert one.strip.settled(5)
    assert one.emulator.lose == 0
    assert one.strip.state == READY


def test_a_line_that_echoes(bench: Any) -> None:
    one = bench(timing=PATIENT)
    one.emulator.echoes = True
    one.start()
    one.strip.show(0, "A012")
    assert one.strip.settled(5)
    assert sum(b"A012" in data for data in one.sent) == 1


def test_a_refused_text_is_told_and_holds_up_nobody(bench: Any) -> None:
    one = bench(areas=TWO)
    one.start()
    one.strip.show(1, "A012")
    one.until_text("A012", area=1)
    one.emulator.refuse_areas_with = 0x0C
    one.strip.show(2, "3 号窗口")
    assert one.states.until_state("faulty").reason == "控制卡拒绝显示文字：字库不存在（A1 0C 00）"
    assert not one.strip.settled(0)
    one.emulator.refuse_areas_with = 0
    one.strip.show(1, "A013")
    one.until_text("A013", area=1)
    one.until_text("3 号窗口", area=2)
    one.states.until_state("ready")


def test_a_spoiled_question_is_asked_again(bench: Any) -> None:
    one = bench(timing=PATIENT)
    one.start()
    one.emulator.refuse_areas_with = 0x05
    one.strip.show(0, "A012")
    assert "CRC 校验错误" in one.states.until_state("faulty").reason
    assert sum(b"A012" in data for data in one.sent) == 3


def test_a_panel_smaller_than_was_said(bench: Any) -> None:
    one = bench(card={"width": 128})
    one.start()
    one.strip.show(0, "A012")
    assert "区域超出屏幕" in one.states.until_state("faulty").reason
    assert one.emulator.areas == {}


@pytest.mark.parametrize(("x_unit", "dot_flag", "card"), [(1, False, 1), (1, True, 8), (1, True, 1)])
def test_cards_that_count_dots(bench: Any, x_unit: int, dot_flag: bool, card: int) -> None:
    area = Area(0, 3, 0, 45, 16)
    one = bench(card={"x_unit": card}, areas=[area], x_unit=x_unit, dot_flag=dot_flag, timing=PATIENT)
    one.start()
    one.strip.show(0, "A012")
    assert (one.until_text("A012").x, one.panel.areas[0].width) == (3, 45)


# ---------------------------------------------------------------------------------------- orders


def test_orders(bench: Any) -> None:
    one = bench(timing=PATIENT)
    one.start()
    assert one.strip.set_brightness(99) == ""
    assert one.emulator.brightness == 15
    assert one.strip.set_brightness(4) == ""
    assert one.emulator.brightness == 4
    assert one.strip.set_time(datetime(2026, 11, 22, 9, 30, 1, tzinfo=UTC)) == ""
    assert one.emulator.time.hex() == "2620112209300107"
    assert one.strip.set_power(False) == ""
    assert not one.panel.lit
    assert one.strip.set_power(True) == ""
    assert one.panel.lit


def test_a_reset_card_shows_again_and_a_cleared_one_does_not(bench: Any) -> None:
    one = bench(timing=PATIENT)
    one.start()
    one.strip.show(0, "A012")
    one.until_text("A012")
    assert one.strip.reset() == ""
    assert one.strip.settled(5)
    one.until_text("A012")
    assert one.strip.clear() == ""
    assert one.strip.settled(5)
    assert one.emulator.areas == {}


def test_orders_are_carried_out_while_a_text_is_refused(bench: Any) -> None:
    one = bench(areas=TWO, timing=PATIENT)
    one.start()
    one.strip.show(1, "A012")
    one.until_text("A012", area=1)
    one.emulator.refuse_areas_with = 0x0C
    one.strip.show(2, "3 号窗口")
    one.states.until_state("faulty")
    assert one.strip.set_brightness(4) == ""
    assert one.strip.clear() == ""
    assert one.emulator.areas == {}
    one.states.until_state("ready")


def test_an_order_without_a_strip_says_why(bench: Any) -> None:
    one = bench()
    assert one.strip.set_power(True) == "尚未启动"
    one.start()
    one.emulator.unplug()
    reason = one.states.until_state("absent").reason
    assert one.strip.set_brightness(3) == reason


def refuse(_: bytes) -> None:
    raise Refusal(3, "busy")


def test_a_refused_order_says_why_and_leaves_the_strip_ready(
    bench: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    one = bench(timing=PATIENT)
    one.start()
    monkeypatch.setattr(one.emulator, "_set_power", refuse)
    assert one.strip.set_power(False) == "控制卡拒绝开关屏：控制卡正忙（A1 03 00）"
    assert one.strip.state == READY


def test_an_order_to_a_silent_card_says_so(bench: Any) -> None:
    one = bench(timing=PATIENT)
    one.start()
    one.emulator.set_fault("silence")
    assert "没有应答" in one.strip.set_brightness(3)
    assert one.states.until_state("faulty")


def test_an_order_nobody_takes_is_withdrawn(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("tinghao.drivers.led_strip.orders.TIMEOUT", 0.01)
    orders = Orders()
    assert orders.give(b"", "校时") == "LED 条屏没有及时处理"
    assert orders.take() is None


def test_of_two_orders_alike_the_newer_one_wins() -> None:
    orders, outcomes = Orders(), []
    older = threading.Thread(target=lambda: outcomes.append(orders.give(b"1", "校时")))
    older.start()
    while not orders._waiting:
        assert older.is_alive()
    newer = threading.Thread(target=lambda: outcomes.append(orders.give(b"2", "校时")))
    newer.start()
    older.join(5)
    assert outcomes == ["已被新的指令取代"]
    orders.refuse_all()
    newer.join(5)
    assert outcomes[1] == "LED 条屏连接中断"


def test_many_threads_at_once(bench: Any) -> None:
    one = bench(areas=TWO, timing=PATIENT)
    one.start()
    outcomes: list[str] = []

    def work(name: int) -> None:
        for turn in range(10):
            one.strip.show(1 + name % 2, f"{name} {turn}")
            outcomes.append(one.strip.set_brightness(turn))

    threads = [threading.Thread(target=work, args=(name,)) for name in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(20)
    assert set(outcomes) <= {"", "已被新的指令取代"}
    assert len(outcomes) == 40
    assert one.strip.settled(5)
    assert {area.text[-1] for area in one.emulator.areas.values()} == {"9"}


# ---------------------------------------------------------------------------------------- the emulator, the family


@pytest.mark.parametrize(
    ("data", "answer"),
    [
        ("A7 00 01 00 00", "A1 01"),
        ("A3 99 01 00 00", "A1 02"),
        ("A3 02 01 02 00 01 FF", "A1 04"),
        ("A3 02 01 09 00 01 05", "A1 04"),
        ("A3 06 01 03 00 00 01 23", "A1 04"),
        ("A2 03 01 08 00 13 20 01 25 11 1F 26 05", "A1 0E"),
    ],
)
def test_the_card_says_what_is_wrong(data: str, answer: str) -> None:
    emulator = LedStripEmulator(TcpPort())
    answers: list[bytes] = []
    emulator._send = answers.append  # type: ignore[method-assign]
    emulator._take(build_frame(bytes.fromhex(data)))
    assert answers[0][22:24].hex(" ").upper() == answer
    assert len(emulator.malformed) == 1


def test_the_card_passes_over_what_is_not_for_it() -> None:
    emulator = LedStripEmulator(TcpPort())
    emulator._send = lambda _: pytest.fail("answered")  # type: ignore[method-assign]
    ping = build_frame(bytes.fromhex("A2 00 01 00 00"), destination=7)
    for data in (ping, ping[:20] + b"\x5a", b"\x5a", bytes(9000)):
        emulator._take(data)
    assert list(emulator.malformed) == [
        "for another card",
        "wrong length or escape",
        "no beginning",
        "no end",
    ]


def test_a_probe_tells_more_of_a_card_that_tells_more(bench: Any) -> None:
    one = bench()
    link = one.strip.opener()
    assert probe(link) == (
        "LED 条屏控制卡（Onbon BX-5K/6K 协议）应答正常，条码 BX5K1-EMULATED，已开屏，亮度 15"
    )
    one.emulator.answers_status = False
    assert probe(link) == "LED 条屏控制卡（Onbon BX-5K/6K 协议）应答正常"
    link.close()


@pytest.mark.parametrize(
    "answer",
    [
        build_frame(bytes.fromhex("A2 00 01 00 00")),
        build_frame(bytes.fromhex("A1 02 00 00 00"), HOST, 1),
        bytes.fromhex("AA AA AA 96 69 00 04 00 00 90 94"),
    ],
    ids=["echo", "refusal", "another"],
)
def test_a_probe_is_not_fooled(answer: bytes, monkeypatch: pytest.MonkeyPatch) -> None:
    class Patient(PlayedLink):
        def read(self, timeout: float) -> bytes:
            return self._pieces.pop(0) if self._pieces else b""

    monkeypatch.setattr("tinghao.drivers.led_strip.family.PROBE_TIME", 0.02)
    assert probe(Patient([answer])) is None


def test_the_trial_is_to_be_seen(bench: Any, hear: Any) -> None:
    one, said = bench(), hear()
    one.start()
    assert FAMILY.trial

    def say(line: str) -> None:
        said((line, one.panel.areas[0].flashing))

    FAMILY.trial(one.strip, say)
    assert said.next() == ("条屏应显示“A012 请到 3 号窗口”，正在闪烁，0.3 秒后静止", True)
    assert said.next() == ("条屏应已静止", False)
    assert one.emulator.areas[0].text == TRIAL_TEXT


def test_a_trial_without_a_card_says_why(bench: Any, hear: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("tinghao.drivers.led_strip.family.TRIAL_WAIT", 0.01)
    one, said = bench(), hear()
    assert FAMILY.trial
    FAMILY.trial(one.strip, said)
    assert said.next() == "条屏没有确认：尚未启动"


def test_only_serial_and_tcp_are_taken() -> None:
    with pytest.raises(ValueError, match="serial、tcp"):
        LedStrip(Address.parse("lp:/dev/usb/lp0"))
