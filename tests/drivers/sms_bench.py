"""What the tests of the SMS modem share: a modem with moods, and a driver on it whose words are heard."""

import threading
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from tinghao.drivers import base
from tinghao.drivers.sms import ModemTiming, SmsModem
from tinghao.drivers.sms.emulator import SmsModemEmulator

QUICK = ModemTiming(wake=0.3, command=0.5, greeting=3.0, prompt=0.4, part=0.4, look_every=0.05)
NUMBER = "13800138000"
TEXT = "A012 号请到 3 号窗口"
LONG = "您好，" + "请携带身份证原件到三楼不动产登记区办理，" * 8 + "😀王𬭊"


class MoodyModem(SmsModemEmulator):
    """Does what it is told to do at one point of the dialogue."""

    def __init__(self, port: Any) -> None:
        super().__init__(port)
        self.submits = 0
        self.before_answers = b""
        self.keeps_echo = False
        self.swallows = ""
        self.at_submit: Callable[[], None] | None = None
        self.at_prompt: Callable[[], None] | None = None
        self.gave_up = threading.Event()

    def _obey(self, command: str) -> None:
        if command == self.swallows:
            return
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


MakeBench = Callable[..., Bench]


def texts(modem: SmsModemEmulator) -> list[str]:
    return [message.text for message in modem.outbox]


@pytest.fixture(name="make")
def maker_of_benches(link: Path, hear: Any, monkeypatch: pytest.MonkeyPatch) -> Iterator[MakeBench]:
    monkeypatch.setattr(base, "BACK_OFF", (0.02,))
    made: list[Bench] = []

    def make(**options: Any) -> Bench:
        made.append(Bench(link, hear, **options))
        return made[-1]

    yield make
    for bench in made:
        bench.close()


@pytest.fixture(name="bench")
def bench_that_is_ready(make: MakeBench) -> Bench:
    return make().ready()
