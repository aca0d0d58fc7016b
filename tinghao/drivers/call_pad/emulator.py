"""Call pads and raters made of software, written from the protocol's page: several on one line.

    pads = CallPadEmulator(Path("/run/tinghao/pads"), pads=(1, 2), raters=(1, 3))
    pads.press(1, "next")
    pads.rate(3, 0)

A key that is not answered is sent again, five times at most.  Two devices that speak at the same time
spoil each other: `collide`.
"""

from __future__ import annotations

import threading
import time
from collections.abc import Sequence
from functools import partial
from pathlib import Path

from tinghao.drivers.emulated import Emulator, OnChange
from tinghao.drivers.face import Control, Digits, Facts, Lamp, Widget
from tinghao.drivers.ports import EmulatedPort

RESEND_AFTER = 0.3
SENDINGS = 6
BEEP_LASTS = 0.6
KEPT = 50

KEYS = {
    "next": (b"\x0c", "呼叫", "Next"),
    "recall": (b"\x0d", "重呼", "Recall"),
    "rate": (b"\x0b", "评价", "Ask for a rating"),
    "cancel": (b"\x0e", "取消", "Cancel"),
    "one-metre": (b"\x11", "一米线", "One metre"),
    "pause": (b"\x12", "暂停", "Pause"),
    "transfer": (b"\x13", "转移", "Transfer"),
    "abandon": (b"\x06\x0f", "弃号（6 确认）", "Abandon (6 enter)"),
    "hang-up": (b"\x00\x0f", "挂起（0 确认）", "Hang up (0 enter)"),
    "call-back": (b"\x03\x0f", "回呼（3 确认）", "Call back (3 enter)"),
}


class _Pad:
    """What one pad shows."""

    def __init__(self) -> None:
        self.waiting = "   "
        self.ticket = "   "
        self.stars = 5
        self.beeps = 0
        self.beeped_at = -BEEP_LASTS
        self.asks_rating = False


class CallPadEmulator(Emulator):
    """`blank_keeps` is the other way to take a digit 0A: what is shown stays.  `echoes` is an adapter that hears itself."""

    def __init__(
        self,
        port: EmulatedPort | Path,
        on_change: OnChange | None = None,
        *,
        pads: Sequence[int] = (1,),
        raters: Sequence[int] = (1,),
        key_function: int = 0x01,
        blank_keeps: bool = False,
        echoes: bool = False,
        resend_after: float = RESEND_AFTER,
    ) -> None:
        super().__init__(port, on_change)
        self._pads = {address: _Pad() for address in pads}
        self._raters = tuple(raters)
        self._key_function = key_function
        self._blank_keeps = blank_keeps
        self._echoes = echoes
        self._resend_after = resend_after
        self._awaited: dict[bytes, list[threading.Event]] = {}
        self._buffer = b""
        self.malformed: list[str] = []
        self.sendings = 0

    # ------------------------------------------------------------------------------------ by hand

    def press(self, pad: int, key: str) -> threading.Event:
        """The event is set when the host has answered."""
        frame = _framed(pad, self._key_function, KEYS[key][0])
        return self._say(frame, frame)

    def rate(self, rater: int, key: int) -> threading.Event:
        return self._say(_framed(rater, 0x11, bytes([key])), _framed(rater, 0x01, bytes([key])))

    def collide(self, *pads: int) -> None:
        """All press "next" at the same instant: what is on the wire is no frame at all, and all try again."""
        frames = [_framed(pad, self._key_function, KEYS["next"][0]) for pad in pads]
        with self._lock:
            self._send(bytes(sum(column) & 0xFF for column in zip(*frames, strict=True)))
        for nth, frame in enumerate(frames, start=1):
            self._say(frame, frame, wait_first=nth * self._resend_after)

    def shows(self, pad: int) -> tuple[str, str]:
        """Waiting and ticket digits."""
        return self._pads[pad].waiting, self._pads[pad].ticket

    def beeps(self, pad: int) -> int:
        return self._pads[pad].beeps

    def stars(self, pad: int) -> int:
        return self._pads[pad].stars

    def asks_rating(self, pad: int) -> bool:
        return self._pads[pad].asks_rating

    # ------------------------------------------------------------------------------------ on the wire

    def _say(self, frame: bytes, awaited: bytes, wait_first: float = 0.0) -> threading.Event:
        answered = threading.Event()
        with self._lock:
            self._awaited.setdefault(awaited, []).append(answered)
        threading.Thread(
            target=self._keep_saying, args=(frame, answered, wait_first), name="call pad key", daemon=True
        ).start()
        return answered

    def _keep_saying(self, frame: bytes, answered: threading.Event, wait_first: float) -> None:
        answered.wait(wait_first)
        for _ in range(SENDINGS):
            with self._lock:
                self.sendings += 1
                self._send(frame)
            self._changed()
            if answered.wait(self._resend_after):
                return

    def _power_on(self) -> None:
        self._buffer = b""
        self._pads = {address: _Pad() for address in self._pads}

    def _spoil(self, frame: bytes) -> bytes:
        """The checksum stands before the end."""
        return frame[:-2] + bytes([frame[-2] ^ 0x01]) + frame[-1:]

    def _received(self, data: bytes) -> None:
        if self._echoes:
            self._send(data)
        self._buffer += data
        while len(self._buffer) >= 5:
            begins = self._buffer[:2] == b"\xff\x68" and self._buffer[4] == 0x68
            length = self._buffer[2]
            if not begins or length != self._buffer[3] or not 2 <= length <= 16:
                self._drop_byte()
            elif len(self._buffer) < length + 7:
                return
            elif _is_right(self._buffer[: length + 7]):
                frame, self._buffer = self._buffer[: length + 7], self._buffer[length + 7 :]
                self._obey(frame)
            else:
                self._drop_byte()

    def _drop_byte(self) -> None:
        self._refuse(self._buffer[:1])
        self._buffer = self._buffer[1:]

    def _refuse(self, data: bytes) -> None:
        self.malformed = [*self.malformed, data.hex(" ")][-KEPT:]

    def _obey(self, frame: bytes) -> None:
        answered = self._awaited.pop(frame, [])
        for event in answered:
            event.set()
        pad = self._pads.get(frame[5])
        if pad and not self._shown(pad, frame[6], frame[7:-2]) and not answered:
            self._refuse(frame)
        self._changed()

    def _shown(self, pad: _Pad, function: int, data: bytes) -> bool:
        """Whether the pad knows what to do with it."""
        if function == 0x03 and not data:
            pad.beeps += 1
            pad.beeped_at = time.monotonic()
            self._tell_when_quiet()
        elif function == 0x02 and len(data) == 6 and max(data) <= 0x0A:
            pad.waiting, pad.ticket = self._lit(pad.waiting, data[:3]), self._lit(pad.ticket, data[3:])
        elif function == 0x02 and len(data) == 1 and data[0] <= 5:
            pad.stars = data[0]
        elif function == 0x01 and data == b"\x0b":
            pad.asks_rating = True
        else:
            return False
        return True

    def _tell_when_quiet(self) -> None:
        """The lamp goes out by itself; who looks wants to know."""
        if self._on_change:
            timer = threading.Timer(BEEP_LASTS, self._changed)
            timer.daemon = True
            timer.start()

    def _lit(self, before: str, digits: bytes) -> str:
        dark = before if self._blank_keeps else "   "
        return "".join(dark[at] if digit == 0x0A else str(digit) for at, digit in enumerate(digits))

    # ------------------------------------------------------------------------------------ the face

    def face(self) -> list[Widget]:
        now = time.monotonic()
        widgets: list[Widget] = []
        with self._lock:
            for address, pad in self._pads.items():
                widgets += [
                    Digits(f"呼叫器 {address} 等候", f"Pad {address} waiting", pad.waiting),
                    Digits(f"呼叫器 {address} 票号", f"Pad {address} ticket", pad.ticket),
                    Lamp(f"呼叫器 {address} 蜂鸣", f"Pad {address} beeper", now - pad.beeped_at < BEEP_LASTS),
                    Lamp(f"呼叫器 {address} 评价", f"Pad {address} asks for a rating", pad.asks_rating),
                    Facts(((f"呼叫器 {address} 星级", f"Pad {address} stars", str(pad.stars)),)),
                ]
        return widgets

    def controls(self) -> list[Control]:
        keys = [
            Control(
                f"key-{pad}-{name}",
                f"{pad} 号 {label}",
                f"{label_en}, pad {pad}",
                partial(self._press, pad, name),
                "key",
            )
            for pad in self._pads
            for name, (_, label, label_en) in KEYS.items()
        ]
        ratings = [
            Control(
                f"rate-{rater}-{key}",
                f"评价器 {rater} 键 {key}",
                f"Rater {rater}, key {key}",
                partial(self._rate, rater, key),
                "key",
            )
            for rater in self._raters
            for key in range(4)
        ]
        return [*keys, *ratings]

    def _press(self, pad: int, name: str, _: str) -> None:
        self.press(pad, name)

    def _rate(self, rater: int, key: int, _: str) -> None:
        if rater in self._pads:
            self._pads[rater].asks_rating = False
        self.rate(rater, key)
        self._changed()


def _framed(address: int, function: int, data: bytes) -> bytes:
    counted = bytes([address, function]) + data
    return (
        bytes([0xFF, 0x68, len(counted), len(counted), 0x68]) + counted + bytes([sum(counted) & 0xFF, 0x16])
    )


def _is_right(frame: bytes) -> bool:
    return frame[-1] == 0x16 and sum(frame[5:-2]) & 0xFF == frame[-2]
