"""What is to be seen of a modem besides sending: card, network, noise on its line, reports, face, probe, monitor."""

import logging
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from tests.drivers.fuzz import AnsweringLink
from tests.drivers.sms_bench import (  # noqa: F401
    LONG,
    NUMBER,
    TEXT,
    Bench,
    MakeBench,
    bench_that_is_ready,
    maker_of_benches,
    texts,
)
from tinghao.drivers.address import Address, AddressError
from tinghao.drivers.sms import SmsModem, SmsReport, family
from tinghao.drivers.sms.emulator import SmsModemEmulator
from tinghao.drivers.sms.explain import SmsExplainer
from tinghao.drivers.sms.family import FAMILY, probe

# ---------------------------------------------------------------------------------------- card and network


def test_a_card_that_asks_for_a_pin_is_told_and_not_given_one(make: MakeBench) -> None:
    bench = make()
    bench.modem.set_sim("pin")
    bench.sender.start()
    assert "PIN" in bench.states.until_state("faulty").reason
    assert "PIN" in bench.sender.send(NUMBER, TEXT).reason
    assert b"CPIN=" not in bench.sent_bytes
    bench.modem.set_sim("ready")
    bench.states.until_state("ready")


def test_no_card(make: MakeBench) -> None:
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
def test_unasked_lines_are_passed_over(make: MakeBench, unasked: str) -> None:
    bench = make()
    bench.modem.before_answers = unasked.encode()
    bench.ready()
    assert bench.sender.send(NUMBER, LONG).result == "sent"
    assert texts(bench.modem) == [LONG]


def test_a_modem_that_keeps_its_echo(make: MakeBench) -> None:
    bench = make()
    bench.modem.keeps_echo = True
    bench.ready()
    assert bench.sender.send(NUMBER, TEXT).result == "sent"
    assert bench.sender.info.model == "EMU-800"


def test_a_network_that_does_not_tell_its_name_in_time(make: MakeBench) -> None:
    bench = make()
    bench.modem.swallows = "AT+COPS?"
    bench.ready()
    assert bench.sender.info.operator == ""
    assert bench.sender.send(NUMBER, TEXT).result == "sent"


def test_a_prompt_left_open_by_somebody_is_left(make: MakeBench) -> None:
    bench = make()
    bench.modem._awaited_length = 19
    bench.ready()
    assert bench.modem.submits == 0


def test_a_tcp_address_or_a_serial_port_only() -> None:
    with pytest.raises(AddressError, match="serial、tcp"):
        SmsModem(Address.parse("usb:1234:5678"))


# ---------------------------------------------------------------------------------------- reports


def test_a_report_names_the_message(make: MakeBench) -> None:
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


def test_a_report_after_a_new_start_of_the_link(make: MakeBench) -> None:
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


def test_the_monitor_explains_without_telling(make: MakeBench, hear: Any) -> None:
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


@pytest.mark.parametrize(
    "line",
    [
        '+CLIP: "13800138000",129',
        '+CMT: "+8613800138000",,"26/11/23"',
        '+CCWA: "13800138000",129',
        "13800138000",
    ],
)
def test_a_number_in_an_unknown_line_is_not_told(line: str) -> None:
    said = SmsExplainer().feed("in", line.encode() + b"\r\n")
    assert said
    assert not any("38 30 30 31" in one or "8001" in one for one in said)
