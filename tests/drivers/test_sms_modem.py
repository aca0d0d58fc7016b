"""The modem's driver and the emulated modem, over a real pseudo-terminal and TCP."""

import logging
import threading
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import pytest

from tinghao.drivers.address import Address, AddressError
from tinghao.drivers.links import Link
from tinghao.drivers.ports import TcpPort
from tinghao.drivers.sms import ModemTiming, SmsModem, SmsOutcome, SmsReport, family
from tinghao.drivers.sms.emulator import SmsModemEmulator
from tinghao.drivers.sms.explain import SmsExplainer
from tinghao.drivers.sms.family import FAMILY, probe
from tinghao.drivers.sms.sender import FULL, LINE_LENGTH, OWN_THREAD, STILL_SENDING, TOO_LATE

QUICK = ModemTiming(wake=0.3, command=0.5, greeting=3.0, prompt=0.4, part=0.4, look_every=0.05)
NUMBER = "13800138000"
TEXT = "A012 号请到 3 号窗口"
LONG = "您好，" + "请携带身份证原件到三楼不动产登记区办理，" * 8 + "😀王𬭊"


class MoodyModem(SmsModemEmulator):
    """Does what it is told to do at one point of the dialogue."""

    def __init__(self, port: Any) -> None:
        super().__init__(port)
        self.submits = 0
        self.commands: list[str] = []
        self.before_answers = b""
        self.keeps_echo = False
        self.at_submit: Callable[[], None] | None = None
        self.at_prompt: Callable[[], None] | None = None
        self.gave_up = threading.Event()

    def _obey(self, command: str) -> None:
        self.commands.append(command)
        if self.keeps_echo and command == "ATE0":
            self._line("ERROR")
        else:
            super()._obey(command)

    def _prompt(self, length: int) -> None:
        if self.at_prompt:
            self.at_prompt()
        else:
            super()._prompt(length)

    def _submit(self, digits: str, length: int) -> None:
        self.submits += 1
        if self.at_submit:
            self.at_submit()
        else:
            super()._submit(digits, length)

    def _received(self, data: bytes) -> None:
        if b"\x1b" in data:
            self.gave_up.set()
        super()._received(data)

    def _answer(self, frame: bytes) -> None:
        super()._answer(self.before_answers + frame)


class Bench:
    def __init__(self, port: Any, hear: Callable[[], Any], **options: Any) -> None:
        self.states, self.reports = hear(), hear()
        self.modem = MoodyModem(port)
        self.modem.plug()
        self.sent_bytes = b""
        self.sender = self.driver(**options)

    def driver(self, **options: Any) -> SmsModem:
        options.setdefault("timing", QUICK)
        sender = SmsModem(self.modem.address, lambda *told: self.reports(told), self.states, **options)
        sender.tap = self._tap
        return sender

    def _tap(self, direction: str, data: bytes) -> None:
        if direction == "out":
            self.sent_bytes += data

    def ready(self) -> "Bench":
        self.sender.start()
        self.states.until_state("ready")
        return self

    def close(self) -> None:
        self.sender.close()
        self.modem.close()


@pytest.fixture
def make(link: Path, hear: Any) -> Iterator[Callable[..., Bench]]:
    made: list[Bench] = []

    def make(**options: Any) -> Bench:
        made.append(Bench(link, hear, **options))
        return made[-1]

    yield make
    for bench in made:
        bench.close()


@pytest.fixture
def bench(make: Callable[..., Bench]) -> Bench:
    return make().ready()


def texts(modem: SmsModemEmulator) -> list[str]:
    return [message.text for message in modem.outbox]


# ---------------------------------------------------------------------------------------- sending


def test_a_message_arrives(bench: Bench) -> None:
    outcome = bench.sender.send(NUMBER, TEXT, "ticket-7")
    assert outcome == SmsOutcome("sent", "", "ticket-7")
    assert [(m.number, m.text) for m in bench.modem.outbox] == [("+8613800138000", TEXT)]
    assert b"AT+CMGS=" in bench.sent_bytes
    assert bench.modem.malformed == []


def test_over_tcp_too(hear: Any) -> None:
    bench = Bench(TcpPort(), hear).ready()
    assert bench.sender.send(NUMBER, TEXT).result == "sent"
    assert texts(bench.modem) == [TEXT]
    bench.close()


def test_a_long_message_is_joined_by_the_phone(bench: Bench) -> None:
    assert bench.sender.send(NUMBER, LONG).result == "sent"
    assert bench.sender.send(NUMBER, LONG + "二").result == "sent"
    assert texts(bench.modem) == [LONG + "二", LONG]
    assert all(message.whole for message in bench.modem.outbox)


def test_settings_stand_in_the_pdu(make: Callable[..., Bench]) -> None:
    bench = make(coding=0x18, validity_minutes=5, reports=True).ready()
    assert bench.sender.send("10086", "余额").result == "sent"
    assert b"0031000581" + b"0180F6" + b"001800" + b"04" + b"4F59989D" + b"\x1a" in bench.sent_bytes


def test_tells_model_operator_and_signal(bench: Bench) -> None:
    assert str(bench.sender.info) == "短信模块 EMU-800，信号 21/31，CHINA MOBILE"


@pytest.mark.parametrize("number", ["", "12", "手机"])
def test_a_wrong_number_is_refused_before_the_wire(bench: Bench, number: str) -> None:
    assert bench.sender.send(number, TEXT).reason == "手机号码有误，请核对"
    assert bench.modem.submits == 0


def test_an_empty_text_is_refused(bench: Bench) -> None:
    assert bench.sender.send(NUMBER, " ").result == "failed"


def test_two_threads_at_once(bench: Bench) -> None:
    wanted = [f"{n} 号请到窗口" for n in range(12)]
    with ThreadPoolExecutor(12) as callers:
        outcomes = list(callers.map(lambda text: bench.sender.send(NUMBER, text, text), wanted))
    assert [(outcome.result, outcome.reference) for outcome in outcomes] == [
        ("sent", text) for text in wanted
    ]
    assert sorted(texts(bench.modem)) == sorted(wanted)


# ---------------------------------------------------------------------------------------- refusals


def test_refused_with_a_number(bench: Bench) -> None:
    for number, reason in (
        (1, "空号"),
        (21, "欠费"),
        (27, "停机"),
        (28, "无法识别"),
        (42, "拥塞"),
        (304, "编码"),
        (330, "短信中心"),
        (500, "模块未说明原因"),
        (512, "短信模块报错（CMS 512）"),
    ):
        bench.modem.fail_next(number)
        outcome = bench.sender.send(NUMBER, TEXT)
        assert outcome.result == "failed"
        assert reason in outcome.reason
        assert str(number) in outcome.reason
        assert bench.sender.send(NUMBER, TEXT).result == "sent"


@pytest.mark.parametrize("line", ["ERROR", "+CMS ERROR: unknown error", "+CME ERROR: 30"])
def test_refused_at_the_prompt(bench: Bench, line: str) -> None:
    bench.modem.at_prompt = lambda: bench.modem._line(line)
    assert bench.sender.send(NUMBER, TEXT).result == "failed"
    bench.modem.at_prompt = None
    assert bench.sender.send(NUMBER, TEXT).result == "sent"


def test_the_second_part_is_refused(bench: Bench) -> None:
    def refuse_the_second() -> None:
        bench.modem.at_submit = None
        bench.modem._ok("+CMGS: 1")
        bench.modem.fail_next(42)

    bench.modem.at_submit = refuse_the_second
    outcome = bench.sender.send(NUMBER, "听" * 100)
    assert outcome.result == "failed"
    assert outcome.reason == "第2段（共2段）：网络拥塞（CMS 42）"


def test_gone_before_the_text_left_is_failed(bench: Bench) -> None:
    bench.modem.at_prompt = lambda: None
    outcome = bench.sender.send(NUMBER, TEXT)
    assert (outcome.result, outcome.reason) == ("failed", "短信模块没有应答，请检查电源、接线和波特率")
    assert bench.modem.gave_up.wait(2)
    assert bench.modem.submits == 0


@pytest.mark.parametrize("leaves", [True, False], ids=["unplugged", "silent"])
def test_gone_after_the_text_left_is_unknown_and_never_sent_again(bench: Bench, leaves: bool) -> None:
    unplugged = threading.Thread(target=bench.modem.unplug)
    bench.modem.at_submit = unplugged.start if leaves else lambda: None
    bench.modem.gave_up.clear()
    outcome = bench.sender.send(NUMBER, TEXT)
    assert outcome.result == "unknown"
    assert outcome.reason
    bench.states.until(lambda state: state.state in ("absent", "faulty"))
    if leaves:
        unplugged.join()
        bench.modem.plug()
    else:
        assert bench.modem.gave_up.wait(2)
    bench.modem.at_submit = None
    bench.states.until_state("ready")
    assert bench.modem.submits == 1
    assert bench.sender.send(NUMBER, "又一条").result == "sent"
    assert texts(bench.modem) == ["又一条"]


def test_closed_while_a_message_is_on_its_way(bench: Bench) -> None:
    bench.modem.at_submit = threading.Thread(target=bench.sender.close).start
    assert bench.sender.send(NUMBER, TEXT).result == "unknown"


# ---------------------------------------------------------------------------------------- the line of callers


def test_not_started_is_failed(make: Callable[..., Bench]) -> None:
    assert make().sender.send(NUMBER, TEXT).reason == "尚未启动"


def test_callers_are_bounded(make: Callable[..., Bench], hear: Any) -> None:
    slow = ModemTiming(wake=0.3, command=0.5, prompt=0.5, part=5, look_every=60)
    bench = make(timing=slow, caller_budget=0.4).ready()
    held = hear()
    bench.modem.at_submit = held
    with ThreadPoolExecutor(LINE_LENGTH + 1) as callers:
        first = callers.submit(bench.sender.send, NUMBER, TEXT)
        held.next()
        waiting = [callers.submit(bench.sender.send, NUMBER, TEXT) for _ in range(LINE_LENGTH)]
        assert first.result(5) == SmsOutcome("unknown", STILL_SENDING, first.result().reference)
        outcomes = [caller.result(5) for caller in waiting]
    assert {(outcome.result, outcome.reason) for outcome in outcomes} == {("failed", TOO_LATE)}
    assert bench.sender.send(NUMBER, TEXT).reason == FULL
    bench.modem.at_submit = None
    with bench.modem._lock:
        bench.modem._ok("+CMGS: 9")
    assert bench.modem.submits == 1


def test_the_drivers_own_thread_may_not_wait_for_itself(make: Callable[..., Bench], hear: Any) -> None:
    bench = make(reports=True)
    told = hear()
    bench.sender._on_report = lambda *_: told(bench.sender.send(NUMBER, TEXT))
    bench.ready()
    assert bench.sender.send(NUMBER, TEXT).result == "sent"
    assert told.next().reason == OWN_THREAD


# ---------------------------------------------------------------------------------------- card and network


def test_a_card_that_asks_for_a_pin_is_told_and_not_given_one(make: Callable[..., Bench]) -> None:
    bench = make()
    bench.modem.set_sim("pin")
    bench.sender.start()
    assert "PIN" in bench.states.until_state("faulty").reason
    assert "PIN" in bench.sender.send(NUMBER, TEXT).reason
    assert b"CPIN=" not in bench.sent_bytes
    bench.modem.set_sim("ready")
    bench.states.until_state("ready")


def test_no_card(make: Callable[..., Bench]) -> None:
    bench = make()
    bench.modem.set_sim("missing")
    bench.sender.start()
    assert "没有插入 SIM 卡" in bench.states.until_state("faulty").reason


def test_a_card_pulled_while_it_served(bench: Bench) -> None:
    bench.modem.set_sim("missing")
    assert "SIM" in bench.states.until_state("faulty").reason
    bench.modem.set_sim("ready")
    bench.states.until_state("ready")


def test_no_network(bench: Bench) -> None:
    bench.modem.set_network(False)
    assert "搜索网络" in bench.states.until_state("faulty").reason
    bench.modem.set_network(True)
    bench.states.until_state("ready")


def test_a_weak_signal_is_told_and_sends(bench: Bench) -> None:
    bench.modem.set_signal(4)
    assert bench.states.until(lambda state: state.reason).reason == "信号弱（4/31），请调整天线"
    assert bench.sender.send(NUMBER, TEXT).result == "sent"
    bench.modem.set_signal(99)
    bench.states.until(lambda state: not state.reason)
    assert bench.sender.info.signal is None


# ---------------------------------------------------------------------------------------- the line


@pytest.mark.parametrize(
    "unasked",
    ['\r\nRING\r\n\r\n+CMTI: "SM",3\r\n^RSSI:21\r\n', "\r\n+CREG: 2\r\n", "\r\n+CDS: 26\r\n\r\nOK?\r\n"],
)
def test_unasked_lines_are_passed_over(make: Callable[..., Bench], unasked: str) -> None:
    bench = make()
    bench.modem.before_answers = unasked.encode()
    bench.ready()
    assert bench.sender.send(NUMBER, LONG).result == "sent"
    assert texts(bench.modem) == [LONG]


def test_a_modem_that_keeps_its_echo(make: Callable[..., Bench]) -> None:
    bench = make()
    bench.modem.keeps_echo = True
    bench.ready()
    assert bench.sender.send(NUMBER, TEXT).result == "sent"
    assert bench.sender.info.model == "EMU-800"


def test_a_prompt_left_open_by_somebody_is_left(make: Callable[..., Bench]) -> None:
    bench = make()
    bench.modem._awaited_length = 19
    bench.ready()
    assert bench.modem.submits == 0


def test_a_tcp_address_or_a_serial_port_only() -> None:
    with pytest.raises(AddressError, match="serial、tcp"):
        SmsModem(Address.parse("usb:1234:5678"))


# ---------------------------------------------------------------------------------------- reports


def test_a_report_names_the_message(make: Callable[..., Bench]) -> None:
    bench = make(reports=True).ready()
    bench.sender.send(NUMBER, TEXT, "one")
    assert bench.reports.next() == ("one", SmsReport("delivered"))
    bench.sender.send(NUMBER, LONG, "long")
    assert bench.reports.next() == ("long", SmsReport("delivered"))
    bench.modem.auto_report = False
    bench.sender.send(NUMBER, TEXT, "lost")
    bench.modem.report(False)
    assert bench.reports.next() == ("lost", SmsReport("failed", "网络未能送达（46）"))
    assert bench.reports.silent
    assert "未送达" in bench.modem.face()[1].as_json()["messages"][0]["note"]


def test_a_report_after_a_new_start_of_the_link(make: Callable[..., Bench]) -> None:
    bench = make(reports=True).ready()
    bench.modem.auto_report = False
    bench.sender.send(NUMBER, TEXT, "early")
    bench.modem.unplug()
    bench.states.until(lambda state: state.state == "absent")
    bench.modem.plug()
    bench.states.until_state("ready")
    bench.modem.report(True)
    assert bench.reports.next() == ("early", SmsReport("delivered"))


def test_no_report_without_the_setting(bench: Bench) -> None:
    bench.sender.send(NUMBER, TEXT)
    bench.modem.report(True)
    assert bench.sender.send(NUMBER, TEXT).result == "sent"
    assert bench.reports.silent


# ---------------------------------------------------------------------------------------- privacy, face, probe


def test_nothing_of_a_message_is_logged(bench: Bench, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.DEBUG)
    bench.modem.fail_next(28)
    outcomes = [bench.sender.send(NUMBER, TEXT), bench.sender.send(NUMBER, TEXT)]
    shown = caplog.text + repr(outcomes) + repr(bench.sender.info) + repr(bench.sender.state)
    assert NUMBER not in shown
    assert TEXT not in shown


def test_the_face_masks_the_number_and_shows_the_text(bench: Bench) -> None:
    bench.sender.send(NUMBER, TEXT)
    message = bench.modem.face()[1].as_json()["messages"][0]
    assert (message["to"], message["text"], message["note"]) == ("138****8000", TEXT, "收到 1/1 段")


def test_every_control_does_something(bench: Bench) -> None:
    for control in bench.modem.controls():
        control.do("28")
    assert bench.modem._signal == 28
    assert bench.modem._next_error == 28


class AnsweringLink(Link):
    def __init__(self, answer: Callable[[bytes], bytes]) -> None:
        self._answer = answer
        self._input = b""

    def read(self, timeout: float) -> bytes:
        data, self._input = self._input, b""
        return data

    def write(self, data: bytes) -> None:
        self._input += self._answer(data)

    def close(self) -> None:
        """Nothing to let go of."""


@pytest.mark.parametrize(
    "answer",
    [
        lambda asked: b"",
        lambda asked: asked,
        lambda asked: b"\xaa\xaa\xaa\x96\x69\x00\x04\x00\x00\x80\x84",
        lambda asked: b"\r\nOK\r\n",
        lambda asked: b"\r\nERROR\r\n",
    ],
)
def test_a_probe_is_not_fooled(answer: Callable[[bytes], bytes], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(family, "PROBE_BUDGET", 0.05)
    assert probe(AnsweringLink(answer)) is None


def test_a_probe_names_the_modem(link: Path) -> None:
    with SmsModemEmulator(link) as modem:
        wire = SmsModem(modem.address).opener()
        assert probe(wire) == "短信模块 EMU-800，信号 21/31"
        wire.close()


def test_the_trial_sends_nothing(bench: Bench, hear: Any) -> None:
    said = hear()
    assert FAMILY.trial
    FAMILY.trial(bench.sender, said)
    assert said.next() == "短信模块 EMU-800，信号 21/31，CHINA MOBILE；试机不发送短信"
    assert bench.modem.submits == 0


def test_the_monitor_explains_without_telling(make: Callable[..., Bench], hear: Any) -> None:
    bench = make(reports=True)
    explainer, said = SmsExplainer(), []
    bench.sender.tap = lambda direction, data: said.extend(explainer.feed(direction, data))  # type: ignore[func-returns-value]
    bench.ready()
    bench.modem.say("RING")
    bench.sender.send(NUMBER, TEXT)
    bench.reports.next()
    bench.modem.fail_next(28)
    bench.sender.send(NUMBER, TEXT)
    for line in (
        "问：信号强度",
        "信号 21/31",
        "SIM 卡正常",
        "已注册到网络",
        "运营商 CHINA MOBILE",
        "型号 EMU-800",
        "等待短信内容",
        "提交短信给 138****8000",
        "已发送，第 1 号",
        "送达报告：第 1 号已送达",
        "失败：对方号码无法识别（CMS 28）",
        "来电",
        "成功",
    ):
        assert line in said
    assert not any(NUMBER in line or TEXT in line for line in said)
    assert explainer.feed("in", b"\xff\xfe\r\n") == ["无法识别 ff fe"]
