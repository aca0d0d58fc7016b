"""Scanners that are keyboards (USB HID): Linux' event device, and text out of key strokes.

The kernel gives a `struct input_event` for each happening, in the machine's own byte order:

    seconds (long) | microseconds (long) | type (2) | code (2) | value (4, signed)

    type 1 EV_KEY   code is the key, value 1 pressed, 0 let go, 2 repeated
    type 0 EV_SYN   code 0 ends a report, code 3 (SYN_DROPPED): the kernel had to throw events away
    type 4 EV_MSC   the key's number on its own keyboard; not needed

The device is grabbed (EVIOCGRAB): otherwise every code would be typed into the kiosk's page as well.

Keys are read as on a US keyboard, which is how scanners are delivered.  A keyboard has no Chinese: what
is no ASCII never arrives, and nothing tells so.  Prefer serial or USB-CDC.  A code with a key that stands
for no character (F1, Ctrl, Alt with the number pad) is dropped as a whole, not mutilated.  Caps Lock is
taken to be off when the device is opened.

Source: linux/input.h, linux/input-event-codes.h.  Not yet tried on a physical scanner.
"""

from __future__ import annotations

import os
import select
import stat
import string
import struct

from evdev import InputDevice, ecodes

from tinghao.drivers.links import Link, LinkError, absent, faulty
from tinghao.drivers.wires import file_refusal, left_over

EVENT = struct.Struct("llHHi")
READ_EVENTS = 64
INPUT_MAJOR = 13
RELEASED, PRESSED, REPEATED = 0, 1, 2
LOST = b"\xff"
"""Stands for a key without character: no encoding of text holds it, so the whole code is refused."""

_SHIFTS = (ecodes.KEY_LEFTSHIFT, ecodes.KEY_RIGHTSHIFT)
_ENTERS = (ecodes.KEY_ENTER, ecodes.KEY_KPENTER)
_SILENT = (ecodes.KEY_NUMLOCK, ecodes.KEY_SCROLLLOCK)
_LETTERS = {getattr(ecodes, f"KEY_{letter}"): letter.lower() for letter in string.ascii_uppercase}
_PAIRS = {
    **{
        getattr(ecodes, f"KEY_{digit}"): digit + above
        for digit, above in zip("1234567890", "!@#$%^&*()", strict=True)
    },
    ecodes.KEY_MINUS: "-_",
    ecodes.KEY_EQUAL: "=+",
    ecodes.KEY_LEFTBRACE: "[{",
    ecodes.KEY_RIGHTBRACE: "]}",
    ecodes.KEY_BACKSLASH: "\\|",
    ecodes.KEY_SEMICOLON: ";:",
    ecodes.KEY_APOSTROPHE: "'\"",
    ecodes.KEY_GRAVE: "`~",
    ecodes.KEY_COMMA: ",<",
    ecodes.KEY_DOT: ".>",
    ecodes.KEY_SLASH: "/?",
    ecodes.KEY_SPACE: "  ",
    ecodes.KEY_TAB: "\t\t",
}
_KEYPAD = {
    **{getattr(ecodes, f"KEY_KP{digit}"): digit for digit in string.digits},
    ecodes.KEY_KPDOT: ".",
    ecodes.KEY_KPPLUS: "+",
    ecodes.KEY_KPMINUS: "-",
    ecodes.KEY_KPASTERISK: "*",
    ecodes.KEY_KPSLASH: "/",
}


class KeyReader:
    """Turns events into the bytes that the same scanner would send on a serial line; Enter becomes `enter`."""

    def __init__(self, enter: bytes) -> None:
        self._enter = enter
        self._rest = b""
        self._shifts: set[int] = set()
        self._caps = False

    def feed(self, data: bytes) -> bytes:
        """`LinkError` for bytes that the kernel would never send."""
        data = self._rest + data
        whole = len(data) - len(data) % EVENT.size
        self._rest = data[whole:]
        return b"".join(self._event(*fields) for fields in EVENT.iter_unpack(data[:whole]))

    def _event(self, seconds: int, micros: int, kind: int, code: int, value: int) -> bytes:
        if not is_event(seconds, micros, kind, code, value):
            raise faulty("收到的不是按键数据，请检查输入设备名")
        if kind == ecodes.EV_SYN:
            return self._dropped() if code == ecodes.SYN_DROPPED else b""
        if kind != ecodes.EV_KEY:
            return b""
        if code in _SHIFTS:
            (self._shifts.discard if value == RELEASED else self._shifts.add)(code)
            return b""
        return self._pressed(code) if value == PRESSED else b""

    def _dropped(self) -> bytes:
        """A shift let go meanwhile would else stay down for the codes to come."""
        self._shifts.clear()
        return LOST

    def _pressed(self, code: int) -> bytes:
        if code == ecodes.KEY_CAPSLOCK:
            self._caps = not self._caps
        if code in (ecodes.KEY_CAPSLOCK, *_SILENT):
            return b""
        if code in _ENTERS:
            return self._enter
        return self._character(code).encode("ascii") or LOST

    def _character(self, code: int) -> str:
        if letter := _LETTERS.get(code):
            return letter.upper() if bool(self._shifts) != self._caps else letter
        if pair := _PAIRS.get(code):
            return pair[bool(self._shifts)]
        return _KEYPAD.get(code, "")


def is_event(seconds: int, micros: int, kind: int, code: int, value: int) -> bool:
    """Whether the kernel could send this from a keyboard."""
    if seconds < 0 or not 0 <= micros < 1_000_000:
        return False
    if kind == ecodes.EV_KEY:
        return 0 < code <= ecodes.KEY_MAX and value in (RELEASED, PRESSED, REPEATED)
    return kind in (ecodes.EV_SYN, ecodes.EV_MSC, ecodes.EV_LED, ecodes.EV_REP, ecodes.EV_REL, ecodes.EV_ABS)


class KeyboardLink(Link):
    """An event device, grabbed; or the pseudo-terminal of an emulator, which there is nobody to grab from."""

    def __init__(self, path: str) -> None:
        self._path = path
        self._device: InputDevice[str] | None = None
        try:
            self._file = self._opened()
        except OSError as error:
            raise file_refusal(path, "input", error) from None

    def read(self, timeout: float) -> bytes:
        """Whole events from the kernel; from an emulator, bytes as they come."""
        try:
            if not select.select([self._file], [], [], timeout)[0]:
                return b""
            data = os.read(self._file, EVENT.size * READ_EVENTS)
        except BlockingIOError:
            return b""
        except (OSError, ValueError):
            raise self._gone() from None
        if not data:
            raise self._gone()
        return data

    def write(self, data: bytes) -> None:
        """A keyboard takes no commands."""

    def close(self) -> None:
        """The kernel lets go of the grab with the file."""
        if self._device:
            self._device.close()
        elif self._file >= 0:
            os.close(self._file)
        self._file = -1

    def _opened(self) -> int:
        about = os.stat(self._path)
        if stat.S_ISCHR(about.st_mode) and os.major(about.st_rdev) == INPUT_MAJOR:
            return self._grabbed()
        if os.path.realpath(self._path).startswith("/dev/pts/"):
            if left_over(self._path):
                raise self._gone()
            return os.open(self._path, os.O_RDWR | os.O_NONBLOCK | os.O_NOCTTY)
        raise faulty(f"{self._path} 不是输入设备，应为 /dev/input 下的设备")

    def _grabbed(self) -> int:
        self._device = InputDevice(self._path)
        try:
            self._device.grab()
        except OSError:
            self._device.close()
            raise
        return int(self._device.fd)

    def _gone(self) -> LinkError:
        return absent(f"输入设备 {self._path} 已断开，请检查线缆")
