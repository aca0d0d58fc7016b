"""The gateway's adapter against a local gateway that speaks the contract, on its good and bad days."""

import hashlib
import hmac
import logging
import socket
import threading
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
import requests

from tinghao.drivers.address import Address
from tinghao.drivers.sms import GatewayKey, SmsGateway, SmsModem, SmsOutcome, sms_sender
from tinghao.drivers.sms.emulated_gateway import EmulatedGateway
from tinghao.drivers.sms.gateway import NO_ANSWER, TOO_MANY, WRONG_KEY, GatewayTiming

QUICK = GatewayTiming(connect=0.5, answer=0.25, message=3.0, pause=0.02, look_every=0.05)
IMPATIENT = GatewayTiming(connect=0.3, answer=0.15, message=0.3, pause=0.02, look_every=60)
NUMBER, NORMAL = "13800138000", "+8613800138000"
TEXT = "A012 号请到 3 号窗口"
KEY = GatewayKey(token="t0ken")

Start = Callable[..., SmsGateway]


@pytest.fixture
def gateway() -> Iterator[EmulatedGateway]:
    with EmulatedGateway(token="t0ken") as gateway:
        yield gateway


@pytest.fixture
def states(hear: Any) -> Any:
    return hear()


@pytest.fixture
def start(gateway: EmulatedGateway, states: Any) -> Iterator[Start]:
    started: list[SmsGateway] = []

    def start(timing: GatewayTiming = QUICK, key: GatewayKey = KEY) -> SmsGateway:
        sender = SmsGateway(gateway.address, None, states, key=key, sign="衡南政务", timing=timing)
        started.append(sender.start())
        return sender

    yield start
    for sender in started:
        sender.close()


@pytest.fixture
def sender(start: Start, states: Any) -> SmsGateway:
    sender = start()
    states.until_state("ready")
    return sender


def test_a_message_is_accepted(gateway: EmulatedGateway, sender: SmsGateway) -> None:
    assert sender.send(NUMBER, TEXT, "r1") == SmsOutcome("sent", "", "r1")
    assert gateway.messages == [{"reference": "r1", "to": NORMAL, "text": TEXT, "sign": "衡南政务"}]


def test_the_same_reference_is_sent_once(gateway: EmulatedGateway, sender: SmsGateway) -> None:
    assert [sender.send(NUMBER, TEXT, "r1").result for _ in range(3)] == ["sent"] * 3
    assert len(gateway.messages) == 1


def test_a_refused_number(gateway: EmulatedGateway, sender: SmsGateway) -> None:
    gateway.refused.add(NORMAL)
    outcome = sender.send(NUMBER, TEXT)
    assert (outcome.result, outcome.reason) == ("failed", "号码在黑名单中")
    assert gateway.messages == []


def test_a_number_in_a_gateway_s_reason_is_not_told(gateway: EmulatedGateway, sender: SmsGateway) -> None:
    told = {"result": "refused", "reason": f"号码 {NUMBER}（{NORMAL}）是空号"}
    gateway.take = lambda body: (422, told)  # type: ignore[method-assign, assignment]
    assert sender.send(NUMBER, TEXT).reason == "号码 ****（+****）是空号"


@pytest.mark.parametrize("day", ["limit", "error", "error-but-taken", "slow", "cut", "garbage", "huge"])
def test_what_is_in_doubt_is_asked_again_and_sent_once(
    gateway: EmulatedGateway, sender: SmsGateway, day: Any
) -> None:
    gateway.retry_after = "0"
    gateway.bad_days.append(day)
    assert sender.send(NUMBER, TEXT).result == "sent"
    assert len(gateway.messages) == 1
    assert gateway.requests == 2


@pytest.mark.parametrize("day", ["error", "slow", "cut", "garbage"])
def test_what_stays_in_doubt_is_unknown(
    gateway: EmulatedGateway, start: Start, states: Any, day: Any
) -> None:
    sender = start(IMPATIENT)
    states.until_state("ready")
    gateway.bad_days.extend([day] * 100)
    outcome = sender.send(NUMBER, TEXT)
    assert (outcome.result, outcome.reason) == ("unknown", NO_ANSWER)


def test_a_limit_that_lasts_is_failed(gateway: EmulatedGateway, start: Start, states: Any) -> None:
    sender = start(IMPATIENT)
    states.until_state("ready")
    gateway.bad_days.append("limit")
    outcome = sender.send(NUMBER, TEXT)
    assert (outcome.result, outcome.reason) == ("failed", TOO_MANY)
    assert gateway.requests == 1, "Retry-After is one second, which is more than there is"


def test_a_request_the_gateway_does_not_understand(gateway: EmulatedGateway, sender: SmsGateway) -> None:
    gateway.take = lambda body: (400, {})  # type: ignore[method-assign, assignment]
    assert sender.send(NUMBER, TEXT).reason == "短信网关的应答无法识别（400）"
    assert gateway.requests == 1


def test_a_wrong_key_is_told(start: Start, states: Any) -> None:
    sender = start(key=GatewayKey(token="wrong"))
    assert states.until_state("faulty").reason == WRONG_KEY
    assert sender.send(NUMBER, TEXT).reason == WRONG_KEY


def test_a_key_withdrawn_later(gateway: EmulatedGateway, start: Start, states: Any) -> None:
    sender = start(IMPATIENT)
    states.until_state("ready")
    gateway._token = "another"
    assert sender.send(NUMBER, TEXT).reason == WRONG_KEY
    assert gateway.requests == 1


def test_every_request_is_signed(hear: Any) -> None:
    states = hear()
    with EmulatedGateway(secret="s3cret") as gateway:
        key = GatewayKey(secret="s3cret")
        with SmsGateway(gateway.address, None, states, key=key, timing=QUICK) as sender:
            states.until_state("ready")
            assert sender.send(NUMBER, TEXT).result == "sent"
        with SmsGateway(gateway.address, None, states, key=GatewayKey(secret="other"), timing=QUICK):
            assert states.until_state("faulty").reason == WRONG_KEY


def test_the_signature_by_hand() -> None:
    signed = hmac.new(b"s3cret", b'1700000000\n{"a":1}', hashlib.sha256).hexdigest()
    headers = GatewayKey(secret="s3cret").headers(b'{"a":1}', 1700000000)
    assert headers == {"X-Time": "1700000000", "X-Signature": signed}


def test_a_gateway_in_trouble_says_why(gateway: EmulatedGateway, sender: SmsGateway, states: Any) -> None:
    gateway.trouble = "余额不足"
    assert states.until_state("faulty").reason == "余额不足"
    assert sender.send(NUMBER, TEXT).reason == "余额不足"
    gateway.trouble = ""
    states.until_state("ready")


def test_a_gateway_that_can_not_be_asked_is_taken_for_ready(
    gateway: EmulatedGateway, start: Start, states: Any
) -> None:
    gateway.can_be_asked = False
    sender = start()
    states.until_state("ready")
    assert sender.send(NUMBER, TEXT).result == "sent"


def test_nobody_there(hear: Any) -> None:
    with socket.socket() as bound:
        bound.bind(("127.0.0.1", 0))
        address = Address.parse(f"http://127.0.0.1:{bound.getsockname()[1]}/")
        states = hear()
        with SmsGateway(address, None, states, timing=QUICK) as sender:
            assert "连接不上短信网关 127.0.0.1" in states.until_state("absent").reason
            assert sender.send(NUMBER, TEXT).result == "failed"


def test_gone_while_it_served_is_surely_not_sent(hear: Any) -> None:
    states = hear()
    with EmulatedGateway() as gateway:
        sender = SmsGateway(gateway.address, None, states, timing=IMPATIENT).start()
        states.until_state("ready")
    outcome = sender.send(NUMBER, TEXT)
    assert (outcome.result, outcome.reason) == ("failed", "连接不上短信网关 127.0.0.1")
    sender.close()


def test_closing_does_not_wait_for_a_slow_gateway(
    gateway: EmulatedGateway, start: Start, states: Any
) -> None:
    sender = start(GatewayTiming(answer=20, pause=0.02))
    states.until_state("ready")
    arrived = threading.Event()
    gateway.take = lambda body: arrived.set() or (202, {})  # type: ignore[method-assign, func-returns-value]
    gateway.bad_days.append("slow")
    with ThreadPoolExecutor(1) as caller:
        waiting = caller.submit(sender.send, NUMBER, TEXT)
        assert arrived.wait(5)
        sender.close()
        gateway._released.set()
        assert waiting.result(5).result == "unknown"


def test_no_proxy_of_the_account_is_used(monkeypatch: pytest.MonkeyPatch, gateway: EmulatedGateway) -> None:
    monkeypatch.setenv("http_proxy", "http://127.0.0.1:9")
    sender = SmsGateway(gateway.address, key=KEY, timing=QUICK)
    assert sender._request("GET", b"").status == 200


def test_nothing_of_a_message_or_key_is_logged(
    gateway: EmulatedGateway, sender: SmsGateway, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    gateway.bad_days.append("error")
    outcome = sender.send(NUMBER, TEXT)
    assert outcome.result == "sent"
    shown = caplog.text + repr(outcome) + repr(KEY)
    assert not any(secret in shown for secret in (NUMBER, TEXT, "t0ken"))


def test_a_stranger_is_refused(gateway: EmulatedGateway) -> None:
    assert requests.post(gateway.address.path, data=b"{}", timeout=2).status_code == 401
    allowed = {"Authorization": "Bearer t0ken"}
    assert requests.post(gateway.address.path, data=b"{}", headers=allowed, timeout=2).status_code == 400
    assert requests.post(gateway.address.path, data=b"x", headers=allowed, timeout=2).status_code == 400


def test_the_address_decides_which_way() -> None:
    assert isinstance(sms_sender(Address.parse("https://sms.example/send")), SmsGateway)
    assert isinstance(sms_sender(Address.parse("serial:/dev/ttyUSB2")), SmsModem)
    assert isinstance(sms_sender(Address.parse("tcp://10.0.0.5:5000")), SmsModem)
