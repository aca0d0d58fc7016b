"""An SMS modem made of software: AT commands on a pseudo-terminal or a TCP port, and the phone that receives.

    modem = SmsModemEmulator(TcpPort())
    modem.plug()
    modem.outbox                       # what the phone shows, newest first
    modem.set_sim("pin")               # "ready", "missing", "pin"
    modem.fail_next(28)                # the next message is refused with +CMS ERROR: 28

Switched on it echoes and answers errors without numbers, as modems do.  It knows one command a line.
Reports are sent when the message asked for one and `AT+CNMI` routes them here: at once, unless
`auto_report` is off.
"""

from __future__ import annotations

import re
from pathlib import Path
from typing import Literal

from tinghao.drivers.emulated import Emulator, OnChange
from tinghao.drivers.face import Control, Facts, Messages, Widget
from tinghao.drivers.ports import EmulatedPort
from tinghao.drivers.sms.emulated_phone import (
    BadPdu,
    Phone,
    Received,
    Submitted,
    read_submit,
    report_pdu,
    shown,
)

Sim = Literal["ready", "missing", "pin"]

MAKER, MODEL = "Tinghao", "EMU-800"
KEPT_MALFORMED = 50
INPUT_LIMIT = 4096
SIM_WORDS = {
    "ready": ("正常", "Ready"),
    "missing": ("未插入", "Missing"),
    "pin": ("要求 PIN", "Asks for PIN"),
}
CMS_OF_SIM = {"missing": 310, "pin": 311}
NO_NETWORK = 331
BAD_PDU = 304

_SUBMIT = re.compile(r"AT\+CMGS=([0-9]{1,3})")
_MODE = re.compile(r"AT\+CMGF=([01])")
_ERRORS = re.compile(r"AT\+CMEE=([012])")
_ROUTING = re.compile(r"AT\+CNMI=[0-3],[0-3],[0-3],([0-2])(?:,[01])?")


class SmsModemEmulator(Emulator):
    def __init__(self, port: EmulatedPort | Path, on_change: OnChange | None = None) -> None:
        super().__init__(port, on_change)
        self._phone = Phone()
        self._sim: Sim = "ready"
        self._network = True
        self._signal = 21
        self._next_error: int | None = None
        self._reference = 0
        self._last: Submitted | None = None
        self.auto_report = True
        self.malformed: list[str] = []
        self._power_on()

    # ------------------------------------------------------------------------------------ by hand

    @property
    def outbox(self) -> list[Received]:
        """What the phone shows, newest first."""
        return list(self._phone.messages)

    def set_sim(self, sim: Sim) -> None:
        self._sim = sim
        self._changed()

    def set_network(self, there: bool) -> None:
        self._network = there
        self._changed()

    def set_signal(self, signal: int) -> None:
        """0–31, 99 for unknown."""
        self._signal = signal if 0 <= signal <= 31 else 99
        self._changed()

    def fail_next(self, number: int) -> None:
        self._next_error = number

    def say(self, line: str) -> None:
        """Something unasked, such as RING."""
        with self._lock:
            self._line(line)

    def report(self, delivered: bool) -> None:
        """A report about the part sent last."""
        with self._lock:
            if self._last:
                self._report(self._last, 0x00 if delivered else 0x46)
        self._changed()

    # ------------------------------------------------------------------------------------ the line

    def _power_on(self) -> None:
        self._echo, self._heard = True, b""
        self._numbered_errors = False
        self._pdu_mode = False
        self._reports_here = False
        self._input = b""
        self._awaited_length: int | None = None

    def _received(self, data: bytes) -> None:
        self._input += data
        while self._input:
            taken = self._take_pdu() if self._awaited_length is not None else self._take_command()
            if not taken:
                break
        self._input = self._input[-INPUT_LIMIT:]

    def _take_command(self) -> bool:
        line, end, rest = self._input.partition(b"\r")
        if not end:
            return False
        self._input = rest
        self._heard = line + b"\r" if self._echo else b""
        command = line.decode("latin-1").strip().lstrip("\x1b\x1a").strip()
        if command.upper().startswith("AT"):
            self._obey(command.upper())
        elif command:
            self._answer(b"")
            self._note(f"no command: {line[:20].hex(' ')}")
        return True

    def _take_pdu(self) -> bool:
        match = re.search(rb"[\x1a\x1b]", self._input)
        if not match:
            return False
        digits, self._input = self._input[: match.start()], self._input[match.end() :]
        length, self._awaited_length = self._awaited_length, None
        if match[0] == b"\x1b":
            self._ok()
        else:
            self._submit(digits.decode("latin-1").strip(), length or 0)
        return True

    def _obey(self, command: str) -> None:
        simple = {
            "AT": (),
            "ATI": (MAKER, MODEL, "Revision: 1.0"),
            "AT+CGMI": (MAKER,),
            "AT+CGMM": (MODEL,),
            "AT+CREG?": (f"+CREG: 0,{1 if self._registered else 2}",),
            "AT+CEREG?": (f"+CEREG: 0,{1 if self._registered else 2}",),
            "AT+CSQ": (f"+CSQ: {self._signal},99",),
            "AT+COPS?": ('+COPS: 0,0,"CHINA MOBILE",7' if self._registered else "+COPS: 0",),
            "AT+CMGF?": (f"+CMGF: {0 if self._pdu_mode else 1}",),
        }
        if command in simple:
            self._ok(*simple[command])
        elif command in ("ATE0", "ATE1"):
            self._echo = command == "ATE1"
            self._ok()
        elif command == "AT+CPIN?":
            self._tell_sim()
        elif match := _SUBMIT.fullmatch(command):
            self._prompt(int(match[1]))
        else:
            self._set(command)

    def _set(self, command: str) -> None:
        if match := _MODE.fullmatch(command):
            self._pdu_mode = match[1] == "0"
        elif match := _ERRORS.fullmatch(command):
            self._numbered_errors = match[1] != "0"
        elif match := _ROUTING.fullmatch(command):
            self._reports_here = match[1] == "1"
        else:
            self._note(f"unknown command: {command[:20]}")
            self._line("ERROR")
            return
        self._ok()

    def _tell_sim(self) -> None:
        if self._sim == "missing":
            self._line("+CME ERROR: 10" if self._numbered_errors else "ERROR")
        else:
            self._ok("+CPIN: " + ("READY" if self._sim == "ready" else "SIM PIN"))

    def _prompt(self, length: int) -> None:
        if not self._pdu_mode:
            self._line("ERROR")
            return
        self._awaited_length = length
        self._answer(b"\r\n> ")

    def _submit(self, digits: str, length: int) -> None:
        try:
            part = read_submit(digits, length)
        except BadPdu as problem:
            self._note(str(problem))
            self._refuse(BAD_PDU)
            return
        error, self._next_error = self._next_error, None
        if error is None and not self._registered:
            error = CMS_OF_SIM.get(self._sim, NO_NETWORK)
        if error is not None:
            self._refuse(error)
            return
        self._reference = (self._reference + 1) % 256
        self._last = part
        self._phone.receive(part)
        self._ok(f"+CMGS: {self._reference}")
        if part.wants_report and self.auto_report:
            self._report(part, 0x00)
        self._changed()

    def _report(self, part: Submitted, status: int) -> None:
        for message in self._phone.messages:
            if message.number == part.number and message.reference == part.reference:
                message.report = "已送达" if status < 0x20 else "未送达"
                break
        if not self._reports_here:
            return
        tpdu = report_pdu(self._reference, part.number, status)
        self._send(f"\r\n+CDS: {len(tpdu) // 2 - 1}\r\n{tpdu}\r\n".encode())

    @property
    def _registered(self) -> bool:
        return self._network and self._sim == "ready"

    def _refuse(self, number: int) -> None:
        self._line(f"+CMS ERROR: {number}")

    def _ok(self, *lines: str) -> None:
        self._answer("".join(f"\r\n{line}\r\n" for line in (*lines, "OK")).encode())

    def _line(self, line: str) -> None:
        self._answer(f"\r\n{line}\r\n".encode())

    def _answer(self, frame: bytes) -> None:
        """Echo and answer at once, so that a fault hits the whole of it."""
        heard, self._heard = self._heard, b""
        self._send(heard + frame)

    def _spoil(self, frame: bytes) -> bytes:
        """AT has no checksum: a bit turns in the middle."""
        middle = len(frame) // 2
        return frame[:middle] + bytes([frame[middle] ^ 0x01]) + frame[middle + 1 :]

    def _note(self, problem: str) -> None:
        if len(self.malformed) < KEPT_MALFORMED:
            self.malformed.append(problem)

    # ------------------------------------------------------------------------------------ the face

    def face(self) -> list[Widget]:
        with self._lock:
            facts = Facts(
                (
                    ("SIM 卡", "SIM card", " / ".join(SIM_WORDS[self._sim])),
                    ("网络", "Network", "CHINA MOBILE" if self._registered else "—"),
                    ("信号", "Signal", f"{self._signal}/31"),
                )
            )
            return [facts, Messages(tuple(map(shown, self._phone.messages)))]

    def controls(self) -> list[Control]:
        return [
            Control("sim-ready", "插入 SIM 卡", "Insert SIM", lambda _: self.set_sim("ready")),
            Control("sim-missing", "取出 SIM 卡", "Remove SIM", lambda _: self.set_sim("missing")),
            Control("sim-pin", "SIM 要求 PIN", "SIM asks for PIN", lambda _: self.set_sim("pin")),
            Control(
                "network", "网络有无", "Network on or off", lambda _: self.set_network(not self._network)
            ),
            Control("signal", "信号强度", "Signal", self._typed_signal, "device", "0–31", "0–31"),
            Control(
                "fail-next",
                "下一条失败",
                "Fail the next",
                self._typed_error,
                "device",
                "CMS 错误号，如 28",
                "CMS error, as 28",
            ),
            Control("delivered", "报告已送达", "Report delivered", lambda _: self.report(True)),
            Control("undelivered", "报告未送达", "Report failed", lambda _: self.report(False)),
            Control("ring", "来电", "Ring", lambda _: self.say("RING")),
        ]

    def _typed_signal(self, text: str) -> None:
        if text.isascii() and text.isdigit():
            self.set_signal(int(text))

    def _typed_error(self, text: str) -> None:
        if text.isascii() and text.isdigit():
            self.fail_next(int(text))
