"""The SMS modem as a station sees it: a module with a SIM card behind a serial port or a network adapter.

    OPEN    wake it, turn the echo off, look at the SIM card and the network, choose PDU mode
    SERVE   one message at a time; between them hear reports, and look at card and network every 30 s

A SIM card that asks for its PIN makes the modem faulty: a PIN is never sent, as three wrong ones lock the
card.  A part that got its `+CMGS:` is sent.  When the modem goes away or stays silent between Ctrl-Z and
that answer, or the network takes too long (`+CMS ERROR: 332`), nobody knows: the outcome is "unknown" and nothing
is sent twice by itself.

Settings: `coding` (18 shows the text at once and stores it nowhere), `validity_minutes` (how long the
network tries), `reports` (a report of delivery; the network may charge for it), `timing`.
Not yet tried on a physical modem.
"""

from __future__ import annotations

import re
import secrets
import time
from contextlib import closing
from dataclasses import dataclass, replace

from tinghao.drivers.address import Address
from tinghao.drivers.base import OPENING, SLICE, OnState
from tinghao.drivers.links import DeviceState, LinkError, faulty
from tinghao.drivers.sms.at import MODEL, OPERATOR, REGISTRATION, SENT, SIGNAL, SIM_STATE, At, AtError, Reply
from tinghao.drivers.sms.pdu import UCS2, Part, parse_status_report, submit_parts, validity_octet
from tinghao.drivers.sms.reports import Reports
from tinghao.drivers.sms.sender import CALLER_BUDGET, Errand, OnReport, SmsOutcome, SmsSender

REGISTERED = {"1", "5", "6", "7"}
REGISTRATION_TEXT = {
    "0": "没有注册到网络，也没有在搜索",
    "2": "正在搜索网络，请检查天线",
    "3": "网络拒绝此 SIM 卡",
}
SIM_TEXT = {
    "SIM PIN": "SIM 卡要求 PIN 码，请用手机关闭 PIN 锁后再装入",
    "SIM PUK": "SIM 卡已锁定，需要 PUK 码，请联系运营商",
}
NETWORK_TIMED_OUT = AtError("CMS", 332)
TOO_SLOW = "短信模块应答过慢，请检查接线和波特率"
UNKNOWN_SIGNAL = 99
WEAK_SIGNAL = 10
BEST_SIGNAL = 31
FOUR_DAYS_IN_MINUTES = 4 * 24 * 60


@dataclass(frozen=True)
class ModemTiming:
    """Seconds an answer may take; the network may need a minute for a part."""

    wake: float = 0.8
    command: float = 2.5
    greeting: float = 4.0
    prompt: float = 5.0
    part: float = 60.0
    look_every: float = 30.0


@dataclass(frozen=True)
class ModemInfo:
    """`signal` is 0–31 as the modem counts, `None` when it doesn't know."""

    model: str = ""
    operator: str = ""
    signal: int | None = None

    def __str__(self) -> str:
        signal = "信号未知" if self.signal is None else f"信号 {self.signal}/{BEST_SIGNAL}"
        return "，".join(filter(None, (f"短信模块 {self.model}".strip(), signal, self.operator)))


@dataclass
class _Session:
    """What holds for one opening of the link."""

    at: At
    deadline: float
    committed: bool = False


class SmsModem(SmsSender):
    family = "sms_modem"
    title = "短信模块"
    kinds = ("serial", "tcp")
    baud = 115200

    def __init__(
        self,
        address: Address,
        on_report: OnReport | None = None,
        on_state: OnState | None = None,
        *,
        coding: int = UCS2,
        validity_minutes: int = FOUR_DAYS_IN_MINUTES,
        reports: bool = False,
        caller_budget: float = CALLER_BUDGET,
        timing: ModemTiming | None = None,
    ) -> None:
        super().__init__(address, on_report, on_state, caller_budget=caller_budget)
        self._coding = coding
        self._validity = validity_octet(validity_minutes)
        self._wants_reports = reports
        self._timing = timing or ModemTiming()
        self._concatenation = secrets.randbelow(256)
        self._reports = Reports()
        self._now: _Session
        self.info = ModemInfo()

    def _session(self) -> None:
        self._set_state(OPENING)
        with closing(self._open()) as link:
            at = At(link, self._closing, self._heard_report)
            self._now = _Session(at, time.monotonic() + self._timing.greeting)
            self._greet(at)
            with self._taking_errands():
                self._set_state(_ready(self.info))
                self._serve(at)

    def _serve(self, at: At) -> None:
        looked = time.monotonic()
        while not self._closing.is_set():
            errand = self._next(0)
            if errand:
                self._carry(errand)
            else:
                at.idle(SLICE)
            if time.monotonic() - looked >= self._timing.look_every:
                self._now.deadline = time.monotonic() + self._timing.greeting
                self._look_at_card()
                self._look_at_network()
                self._set_state(_ready(self.info))
                looked = time.monotonic()

    # ------------------------------------------------------------------------------------ opening

    def _greet(self, at: At) -> None:
        at.wake(self._timing.wake)
        self._ask("ATE0")
        self._ask("AT+CMEE=1")
        self._look_at_card()
        if self._ask("AT+CMGF=0").error:
            raise faulty("短信模块不支持 PDU 模式")
        if self._wants_reports:
            self._ask("AT+CNMI=2,0,0,1,0")
        model = self._ask("AT+CGMM", MODEL).match
        self.info = ModemInfo(model[1].strip() if model else "")
        self._look_at_network()
        self.info = replace(self.info, operator=self._operator())

    def _look_at_card(self) -> None:
        card = self._ask("AT+CPIN?", SIM_STATE)
        if card.error or not card.match:
            raise faulty(card.error.reason if card.error and card.error.number else "没有读到 SIM 卡")
        if card.match[1] != "READY":
            raise faulty(SIM_TEXT.get(card.match[1], "SIM 卡已锁定，请用手机解锁后再装入"))

    def _look_at_network(self) -> None:
        registered = {_first(self._ask("AT+CREG?", REGISTRATION))}
        if not registered & REGISTERED:
            registered.add(_first(self._ask("AT+CEREG?", REGISTRATION)))
        if not registered & REGISTERED:
            known = sorted(registered & REGISTRATION_TEXT.keys(), reverse=True)
            raise faulty(REGISTRATION_TEXT[known[0]] if known else "网络状态不明，请检查 SIM 卡和天线")
        signal = _first(self._ask("AT+CSQ", SIGNAL))
        known_signal = int(signal) if signal and int(signal) <= BEST_SIGNAL else None
        self.info = replace(self.info, signal=known_signal)

    def _operator(self) -> str:
        """For people only; some modules ask the network first and take their time."""
        try:
            return _first(self._ask("AT+COPS?", OPERATOR))
        except LinkError as error:
            if error.state.state != "faulty":
                raise
            return ""

    def _ask(self, command: str, answer: re.Pattern[str] | None = None) -> Reply:
        left = self._now.deadline - time.monotonic()
        if left <= 0:
            raise faulty(TOO_SLOW)
        return self._now.at.ask(command, answer, min(left, self._timing.command))

    # ------------------------------------------------------------------------------------ sending

    def _in_doubt(self) -> bool:
        return self._now.committed

    def _deliver(self, errand: Errand) -> SmsOutcome:
        self._concatenation = (self._concatenation + 1) % 256
        parts = submit_parts(
            errand.number,
            errand.text,
            concatenation=self._concatenation,
            coding=self._coding,
            validity=self._validity,
            wants_report=self._wants_reports,
        )
        self._reports.begin(errand.reference, len(parts))
        for n, part in enumerate(parts, start=1):
            otherwise = self._send_part(part)
            if otherwise:
                which = f"第{n}段（共{len(parts)}段）：" if len(parts) > 1 else ""
                return replace(otherwise, reason=which + otherwise.reason)
        return SmsOutcome("sent")

    def _send_part(self, part: Part) -> SmsOutcome | None:
        """What became of it if it isn't surely sent."""
        now = self._now
        now.committed = False
        refusal = now.at.prompt(f"AT+CMGS={part.length}", self._timing.prompt)
        if refusal:
            return SmsOutcome("failed", refusal.reason)
        now.committed = True
        now.at.pdu(part.hex)
        try:
            answer = now.at.answer(SENT, self._timing.part)
        except LinkError as error:
            if error.state.state == "faulty":
                now.at.give_up()
            raise
        now.committed = False
        if answer.match:
            self._reports.part_sent(int(answer.match[1]))
            return None
        refused = answer.error or AtError()
        return SmsOutcome("unknown" if refused == NETWORK_TIMED_OUT else "failed", refused.reason)

    def _heard_report(self, digits: str) -> None:
        report = parse_status_report(digits)
        known = self._reports.heard(report) if report else None
        if known:
            self._call(self._on_report, *known)


def _first(reply: Reply) -> str:
    return (reply.match[1] or "") if reply.match else ""


def _ready(info: ModemInfo) -> DeviceState:
    if info.signal is not None and info.signal < WEAK_SIGNAL:
        return DeviceState("ready", f"信号弱（{info.signal}/{BEST_SIGNAL}），请调整天线")
    return DeviceState("ready")
