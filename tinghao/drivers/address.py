"""Where a device is, as a technician writes it.

    serial:/dev/ttyUSB0?baud=115200          a serial port; also parity=none|even|odd
    tcp://10.0.0.8:9100                      a TCP port; IPv6 in brackets: tcp://[fd00::8]:9100
    usb:0400:c35a                            a USB device by vendor and product; ?serial=… or ?at=1-1.4 among equals
    lp:/dev/usb/lp0                          a printer behind the kernel's usblp
    hid:/dev/input/event3                    a keyboard scanner; also a link of /dev/input/by-id
    pcsc:                                    the first PC/SC reader; pcsc:NAME the one whose name begins so
    sound:default                            an ALSA device to speak through
    wav:/var/lib/tinghao/said                a folder that takes what would be heard, a file each
    http://10.0.0.9:8080/sms                 a gateway; https likewise

A family says which of them it takes (`Driver.kinds`).
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from typing import Literal, get_args
from urllib.parse import parse_qsl, quote, urlsplit

Kind = Literal["serial", "tcp", "usb", "lp", "hid", "pcsc", "sound", "wav", "http", "https"]
Parity = Literal["none", "even", "odd"]

BAUDS = (1200, 2400, 4800, 9600, 19200, 38400, 57600, 115200, 230400)

_USB_ID = re.compile(r"([0-9a-fA-F]{4}):([0-9a-fA-F]{4})")
_USB_PLACE = re.compile(r"[0-9]{1,3}-[0-9]{1,3}(\.[0-9]{1,3}){0,6}")
_NEEDS_PATH = {
    "serial": "缺少串口设备名，例如 serial:/dev/ttyUSB0",
    "lp": "缺少打印机设备名，例如 lp:/dev/usb/lp0",
    "hid": "缺少输入设备名，例如 hid:/dev/input/event3",
    "sound": "缺少声卡名，例如 sound:default",
    "wav": "缺少文件夹，例如 wav:/var/lib/tinghao/said",
}


class AddressError(ValueError):
    """The text is no address; `reason` says why, in Chinese, to the technician who typed it."""

    def __init__(self, text: str, reason: str) -> None:
        super().__init__(f"{text!r}: {reason}")
        self.text = text
        self.reason = reason


@dataclass(frozen=True)
class Address:
    """`path` is the device file, the reader's name or the whole URL; what a kind has no use for stays empty."""

    kind: Kind
    path: str = ""
    baud: int | None = None
    parity: Parity | None = None
    host: str = ""
    port: int = 0
    vendor: int = 0
    product: int = 0
    serial: str = ""
    at: str = ""

    @classmethod
    def parse(cls, text: str) -> Address:
        kind = text.partition(":")[0]
        try:
            parse = _PARSERS[kind]
        except KeyError:
            raise AddressError(text, "地址应以 serial:、tcp://、usb: 等开头") from None
        return parse(text)

    def __str__(self) -> str:
        if self.kind in ("http", "https"):
            return self.path
        if self.kind == "tcp":
            host = f"[{self.host}]" if ":" in self.host else self.host
            return f"tcp://{host}:{self.port}"
        if self.kind == "usb":
            return f"usb:{self.vendor:04x}:{self.product:04x}" + _query(serial=self.serial, at=self.at)
        return f"{self.kind}:{self.path}" + _query(baud=self.baud, parity=self.parity)


def _query(**options: str | int | None) -> str:
    given = [f"{name}={quote(str(value))}" for name, value in options.items() if value]
    return "?" + "&".join(given) if given else ""


def _options(text: str, query: str, *known: str) -> dict[str, str]:
    options = dict(parse_qsl(query, keep_blank_values=True))
    unknown = [name for name in options if name not in known]
    if unknown:
        raise AddressError(text, f"不认识的选项 {'、'.join(unknown)}")
    return options


def _serial(text: str) -> Address:
    path, _, query = text.removeprefix("serial:").partition("?")
    if not path:
        raise AddressError(text, _NEEDS_PATH["serial"])
    options = _options(text, query, "baud", "parity")
    baud, parity = options.get("baud"), options.get("parity")
    if baud is not None and (not baud.isascii() or not baud.isdigit() or int(baud) not in BAUDS):
        raise AddressError(text, "波特率应为 " + "、".join(map(str, BAUDS)) + " 之一")
    if parity not in (None, *get_args(Parity)):
        raise AddressError(text, "校验应为 none、even、odd 之一")
    return Address("serial", path=path, baud=int(baud) if baud else None, parity=parity)  # type: ignore[arg-type]


def _tcp(text: str) -> Address:
    try:
        parts = urlsplit(text)
        host, port = parts.hostname, parts.port
    except ValueError:
        raise AddressError(text, "主机或端口写法不对，例如 tcp://10.0.0.8:9100") from None
    if not host:
        raise AddressError(text, "缺少主机，例如 tcp://10.0.0.8:9100")
    if not port:
        raise AddressError(text, "缺少端口（1–65535），例如 tcp://10.0.0.8:9100")
    if parts.username or parts.path not in ("", "/") or parts.query or parts.fragment:
        raise AddressError(text, "tcp 地址只含主机和端口")
    return Address("tcp", host=host, port=port)


def _usb(text: str) -> Address:
    ids, _, query = text.removeprefix("usb:").partition("?")
    match = _USB_ID.fullmatch(ids)
    if not match:
        raise AddressError(text, "USB 地址应写厂商号和产品号，例如 usb:0400:c35a")
    options = _options(text, query, "serial", "at")
    at = options.get("at", "")
    if at and not _USB_PLACE.fullmatch(at):
        raise AddressError(text, "USB 位置写法不对，例如 at=1-1.4")
    vendor, product = (int(part, 16) for part in match.groups())
    return Address("usb", vendor=vendor, product=product, serial=options.get("serial", ""), at=at)


def _url(text: str) -> Address:
    try:
        parts = urlsplit(text)
        host, port = parts.hostname, parts.port
    except ValueError:
        host, port = None, None
    if not host:
        raise AddressError(text, "网址写法不对，例如 http://10.0.0.9:8080/sms")
    return Address(parts.scheme, path=text, host=host, port=port or 0)  # type: ignore[arg-type]


def _by_path(kind: Kind) -> Callable[[str], Address]:
    def parse(text: str) -> Address:
        path = text.removeprefix(f"{kind}:")
        if not path and kind in _NEEDS_PATH:
            raise AddressError(text, _NEEDS_PATH[kind])
        return Address(kind, path=path)

    return parse


_PARSERS: dict[str, Callable[[str], Address]] = {
    "serial": _serial,
    "tcp": _tcp,
    "usb": _usb,
    "http": _url,
    "https": _url,
    "lp": _by_path("lp"),
    "hid": _by_path("hid"),
    "pcsc": _by_path("pcsc"),
    "sound": _by_path("sound"),
    "wav": _by_path("wav"),
}
