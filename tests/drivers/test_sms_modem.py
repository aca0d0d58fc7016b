"""Sending over the modem: what arrives, what is refused, what stays unknown; over a real pseudo-terminal and TCP."""

import re
import threading
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest

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
from tinghao.drivers.ports import TcpPort
from tinghao.drivers.sms import ModemTiming, SmsOutcome
from tinghao.drivers.sms.sender import FULL, LINE_LENGTH, OWN_THREAD, STILL_SENDING, TOO_LATE, Errand

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


def test_settings_stand_in_the_pdu(make: MakeBench) -> None:
    bench = make(coding=0x18, validity_minutes=5, reports=True).ready()
    assert bench.sender.send("10086", "余额").result == "sent"
    assert b"0031000581" + b"0180F6" + b"001800" + b"04" + b"4F59989D" + b"\x1a" in bench.sent_bytes


def test_tells_model_operator_and_signal(bench: Bench) -> None:
    assert str(bench.sender.info) == "短信模块 EMU-800，信号 21/31，CHINA MOBILE"


def test_a_wrong_number_or_text_is_refused_before_the_wire(bench: Bench) -> None:
    for number in ("", "12", "手机"):
        assert bench.sender.send(number, TEXT).reason == "手机号码有误，请核对"
    assert bench.sender.send(NUMBER, " ").reason == "短信内容为空"
    assert bench.modem.submits == 0


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


def test_a_network_that_took_too_long_is_unknown(bench: Bench) -> None:
    """The text has left; that nobody answered in time doesn't say that it was lost."""
    bench.modem.fail_next(332)
    outcome = bench.sender.send(NUMBER, TEXT)
    assert (outcome.result, outcome.reason) == ("unknown", "网络超时（CMS 332）")
    assert bench.sender.send(NUMBER, TEXT).result == "sent"


def test_refused_at_the_prompt(bench: Bench) -> None:
    for line in ("ERROR", "+CMS ERROR: unknown error", "+CME ERROR: 30"):
        bench.modem.at_prompt = lambda line=line: bench.modem._line(line)  # type: ignore[misc]
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
    assert re.search(rb"AT\+CMGS=[0-9]+\r\x1b(?!\r)", bench.sent_bytes), (
        "ESC leaves a prompt that may still come"
    )
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


def test_not_started_is_failed(make: MakeBench) -> None:
    assert make().sender.send(NUMBER, TEXT).reason == "尚未启动"


@pytest.fixture
def held(make: MakeBench, hear: Any) -> Iterator[Bench]:
    """A modem that has a message in its hands and doesn't answer."""
    patient = ModemTiming(wake=0.3, command=0.5, prompt=0.5, part=5, look_every=60)
    bench = make(timing=patient, caller_budget=0.3).ready()
    submitted = hear()
    bench.modem.at_submit = submitted
    with ThreadPoolExecutor(1) as caller:
        caller.submit(bench.sender.send, NUMBER, "一")
        submitted.next()
        yield bench


def test_a_message_still_on_its_way_is_unknown() -> None:
    errand = Errand("+8613800138000", TEXT, "r")
    assert errand.begin()
    assert errand.wait(0) == SmsOutcome("unknown", STILL_SENDING, "r")


def test_who_waited_too_long_is_not_sent_afterwards(held: Bench) -> None:
    with ThreadPoolExecutor(3) as callers:
        outcomes = list(callers.map(lambda _: held.sender.send(NUMBER, TEXT), range(3)))
    assert {(outcome.result, outcome.reason) for outcome in outcomes} == {("failed", TOO_LATE)}
    held.modem.at_submit = None
    held.sender._caller_budget = 5
    with held.modem._lock:
        held.modem._ok("+CMGS: 9")
    assert held.sender.send(NUMBER, "二").result == "sent"
    assert texts(held.modem) == ["二"]
    assert held.modem.submits == 2


def test_the_line_of_callers_is_short(held: Bench) -> None:
    for _ in range(LINE_LENGTH):
        held.sender._line.put_nowait(Errand("+8613800138000", TEXT, "r"))
    assert held.sender.send(NUMBER, TEXT).reason == FULL


def test_the_drivers_own_thread_may_not_wait_for_itself(make: MakeBench, hear: Any) -> None:
    bench = make(reports=True)
    told = hear()
    bench.sender._on_report = lambda *_: told(bench.sender.send(NUMBER, TEXT))
    bench.ready()
    assert bench.sender.send(NUMBER, TEXT).result == "sent"
    assert told.next().reason == OWN_THREAD
