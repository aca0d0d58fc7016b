"""Thousands of modems that answer wrongly, and thousands of hosts that ask wrongly; the clock is played too.

What may be called sent is decided here, from the bytes alone: each Ctrl-Z was followed by a line `+CMGS: <number>`.
"""

import re
from collections.abc import Callable
from random import Random
from types import SimpleNamespace

import pytest

from tests.drivers.fuzz import PlayedPort, in_pieces, mangled
from tinghao.drivers.address import Address
from tinghao.drivers.links import Link, LinkError, absent
from tinghao.drivers.sms import ModemTiming, SmsModem, driver
from tinghao.drivers.sms import at as at_module
from tinghao.drivers.sms.emulator import SmsModemEmulator
from tinghao.drivers.sms.explain import SmsExplainer
from tinghao.drivers.sms.sender import Errand

FUZZ_CASES = 10_000
EMULATOR_CASES = 1_000

OK = b"\r\nOK\r\n"
RIGHT = {
    b"AT": OK,
    b"ATE0": OK,
    b"AT+CMEE=1": OK,
    b"AT+CPIN?": b"\r\n+CPIN: READY\r\n" + OK,
    b"AT+CMGF=0": OK,
    b"AT+CGMM": b"\r\nEC20F\r\n" + OK,
    b"AT+CREG?": b"\r\n+CREG: 0,1\r\n" + OK,
    b"AT+CEREG?": b"\r\n+CEREG: 0,1\r\n" + OK,
    b"AT+CSQ": b"\r\n+CSQ: 17,99\r\n" + OK,
    b"AT+COPS?": b'\r\n+COPS: 0,0,"CHINA UNICOM",7\r\n' + OK,
}
PROMPT = b"\r\n> "
SENT = b"\r\n+CMGS: 17\r\n" + OK
WRONG = [
    *RIGHT.values(),
    PROMPT,
    SENT,
    b"\r\nERROR\r\n",
    b"\r\n+CMS ERROR: 28\r\n",
    b"\r\n+CME ERROR: 10\r\n",
    b"\r\n+CPIN: SIM PIN\r\n" + OK,
    b"\r\n+CDS: 26\r\n0006110D91683118000831F0621180611400236211806114002300\r\n",
    b"\r\nRING\r\n",
]


class PlayedModem(Link):
    """Answers rightly, now and then wrongly; a read without an answer lets the clock run instead."""

    def __init__(self, chance: Random) -> None:
        self._chance = chance
        self._wrong_at = chance.choice(("anywhere", "sending", "sending"))
        self._input: list[bytes] = []
        self.clock = 0.0
        self.ended: Callable[[], bool] = lambda: False
        self.commands: list[bytes] = []
        self.after_text: list[bytes] = []

    def read(self, timeout: float) -> bytes:
        if self.ended() or self.clock > 300:
            raise absent("played to the end")
        if not self._input:
            self.clock += timeout
            return b""
        data = self._input.pop(0)
        if self.after_text:
            self.after_text[-1] += data
        return data

    def write(self, data: bytes) -> None:
        self.commands.append(data)
        sending = data.startswith(b"AT+CMGS=") or data.endswith(b"\x1a")
        if data.endswith(b"\x1a"):
            self.after_text.append(b"")
        right = SENT if data.endswith(b"\x1a") else PROMPT if sending else RIGHT.get(data.strip(), b"")
        wrong = self._chance.random() < (0.5 if sending else 0.1 if self._wrong_at == "anywhere" else 0)
        if wrong and self._chance.random() < 0.1:
            raise absent("pulled")
        self._input += in_pieces(
            self._chance, mangled(self._chance, [right or OK, *WRONG]) if wrong else right
        )

    def drain(self) -> None:
        self._input.clear()

    def close(self) -> None:
        """Nothing to let go of."""


def surely_sent(link: PlayedModem, parts: int) -> bool:
    answers = [re.split(rb"[\r\n]+", answer) for answer in link.after_text]
    return len(answers) == parts and all(
        any(re.fullmatch(rb"\+CMGS: ?[0-9]{1,3}(,.*)?", line.strip()) for line in answer)
        for answer in answers
    )


def test_whatever_a_modem_answers(monkeypatch: pytest.MonkeyPatch) -> None:
    link = PlayedModem(Random(0))
    clock = SimpleNamespace(monotonic=lambda: link.clock)
    monkeypatch.setattr(at_module, "time", clock)
    monkeypatch.setattr(driver, "time", clock)
    results = {"sent": 0, "failed": 0, "unknown": 0}
    for seed in range(FUZZ_CASES):
        chance = Random(seed)
        link = PlayedModem(chance)
        modem = SmsModem(Address.parse("serial:/nowhere"), timing=ModemTiming(part=3.0))
        modem.opener = lambda link=link: link  # type: ignore[misc]
        errand = Errand("+8613800138000", *chance.choice((("听", "1"), ("听" * 100, "2"))))
        link.ended = errand._ended.is_set
        modem._line.put(errand)
        with pytest.raises(LinkError):
            modem._session()
        if not errand._ended.is_set():
            assert modem.state.state == "opening"
            continue
        outcome = errand.wait(0)
        results[outcome.result] += 1
        written = b"".join(link.commands)
        assert b"CPIN=" not in written
        assert written.count(b"\x1a") <= int(errand.reference)
        if outcome.result == "sent":
            assert surely_sent(link, int(errand.reference)), seed
        elif outcome.result == "unknown":
            assert link.after_text, seed
        else:
            assert not surely_sent(link, int(errand.reference)) or b"ERROR" in link.after_text[-1], seed
        if outcome.result != "sent":
            assert outcome.reason
    assert min(results.values()) > FUZZ_CASES / 100, results


def has_right_length(asked: bytes) -> bool:
    pairs = re.findall(rb"(?i)AT\+CMGS=([0-9]{1,3})\r\s*([0-9A-F]+)\s*\x1a", asked)
    return any(len(digits) == 2 * int(stated) + 2 for stated, digits in pairs)


def test_whatever_a_host_asks() -> None:
    chance = Random(27005)
    pdu = b"0011000D91683186613767F20018010400410042\x1a"
    frames = [*(command + b"\r" for command in RIGHT), *[b"AT+CMGS=19\r", pdu, b"AT+CMGS=19\r" + pdu] * 4]
    port = PlayedPort()
    explainer = SmsExplainer()
    arrived = 0
    with SmsModemEmulator(port) as modem:
        for _ in range(EMULATOR_CASES):
            modem._take(b"\x1b\rATE0\rAT+CMGF=0\r")
            asked = mangled(chance, frames)
            for piece in in_pieces(chance, asked):
                modem._take(piece)
                explainer.feed("out", piece)
            if modem.outbox:
                arrived += 1
                assert has_right_length(asked), asked
            modem._phone.messages.clear()
            port.said.clear()
            modem._take(b"\x1b\rATE0\rAT\r")
            assert port.written.endswith(b"OK\r\n")
        assert arrived > 50
        assert len(modem.malformed) == 50
