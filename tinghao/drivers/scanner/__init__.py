"""Bar and QR code scanner on a serial line: see `driver.py`."""

from tinghao.drivers.scanner.driver import Scanner, Suffix

__all__ = ["Scanner", "Suffix"]
