"""ESC/POS receipt printer: `paper.py` composes, `driver.py` prints and knows whether it was printed."""

from tinghao.drivers.printer.driver import Printer, PrintOutcome
from tinghao.drivers.printer.paper import TicketPaper
from tinghao.drivers.printer.profiles import PROFILES, Profile, profile
from tinghao.drivers.printer.status import PrinterStatus

__all__ = ["PROFILES", "PrintOutcome", "Printer", "PrinterStatus", "Profile", "TicketPaper", "profile"]
