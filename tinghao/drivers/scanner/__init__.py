"""Bar and QR code scanner: see `protocol.py` for the bytes, `driver.py` for the behaviour, `keyboard.py` for HID."""

from tinghao.drivers.scanner.driver import Scanner
from tinghao.drivers.scanner.protocol import Model, Suffix

__all__ = ["Model", "Scanner", "Suffix"]
