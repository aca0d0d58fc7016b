"""ESC/POS receipt printer: `paper.py` composes, `driver.py` prints and knows whether it was printed."""

from tinghao.drivers.printer.driver import Printer, PrintOutcome
from tinghao.drivers.printer.paper import Templates, compose, preview_png, read_templates
from tinghao.drivers.printer.profiles import PROFILES, Profile, profile
from tinghao.drivers.printer.status import PrinterStatus
from tinghao.drivers.printer.template import TemplateError
from tinghao.drivers.printer.values import (
    Figure,
    ListPaper,
    ListRow,
    Material,
    ReceiptPaper,
    ReportLine,
    ReportPaper,
    TicketPaper,
)

__all__ = [
    "PROFILES",
    "Figure",
    "ListPaper",
    "ListRow",
    "Material",
    "PrintOutcome",
    "Printer",
    "PrinterStatus",
    "Profile",
    "ReceiptPaper",
    "ReportLine",
    "ReportPaper",
    "TemplateError",
    "Templates",
    "TicketPaper",
    "compose",
    "preview_png",
    "profile",
    "read_templates",
]
