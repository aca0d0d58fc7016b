"""Where a device is, as a technician writes it.

A serial line, with its speed if it is not the family's usual one, or a TCP port:

    serial:/dev/ttyUSB0?baud=115200
    tcp://10.0.0.8:9100
    tcp://[fd00::8]:9100
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal
from urllib.parse import parse_qsl, urlsplit

BAUDS = (1200, 2400, 4800, 9600, 19200, 38400, 57600, 115200, 230400)


class AddressError(ValueError):
    """The text is no address; `reason` says why, in Chinese, to the technician who typed it."""

    def __init__(self, text: str, reason: str) -> None:
        super().__init__(f"{text!r}: {reason}")
        self.text = text
        self.reason = reason


@dataclass(frozen=True)
class Address:
    kind: Literal["serial", "tcp"]
    path: str = ""
    baud: int | None = None
    host: str = ""
    port: int = 0

    @classmethod
    def parse(cls, text: str) -> Address:
        if text.startswith("serial:"):
            return _serial(text)
        if text.startswith("tcp:"):
            return _tcp(text)
        raise AddressError(text, "地址应以 serial: 或 tcp:// 开头")

    def __str__(self) -> str:
        if self.kind == "serial":
            return f"serial:{self.path}" + (f"?baud={self.baud}" if self.baud else "")
        host = f"[{self.host}]" if ":" in self.host else self.host
        return f"tcp://{host}:{self.port}"


def _serial(text: str) -> Address:
    path, _, query = text.removeprefix("serial:").partition("?")
    if not path:
        raise AddressError(text, "缺少串口设备名，例如 serial:/dev/ttyUSB0")
    options = dict(parse_qsl(query, keep_blank_values=True))
    baud = options.pop("baud", None)
    if options:
        raise AddressError(text, f"不认识的选项 {'、'.join(options)}")
    if baud is None:
        return Address("serial", path=path)
    if not baud.isascii() or not baud.isdigit() or int(baud) not in BAUDS:
        raise AddressError(text, "波特率应为 " + "、".join(map(str, BAUDS)) + " 之一")
    return Address("serial", path=path, baud=int(baud))


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
