"""What stands on each paper: the values, without their looks.

All texts as they shall be read; names are masked by the caller (张*).
"""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class TicketPaper:
    """A number taken: `ticket.paper`."""

    hall: str
    number: str
    line: str
    matter: str
    zone: str
    floor: str
    windows: str
    ahead: int | None
    wait: str | None
    issued_at: str
    visitor: str | None
    qr: str
    notes: tuple[str, ...] = ()
    hall_en: str = ""
    line_en: str = ""
    zone_en: str = ""
    wait_en: str | None = None
    mark: str = ""
    """What has to be said of this paper itself, such as 补打 when it is not the first"""
    priority: str = ""
    priority_en: str = ""


@dataclass(frozen=True)
class Material:
    """Papers handed in; `form` says whether they are originals or copies."""

    name: str
    form: str
    count: int


@dataclass(frozen=True)
class ReceiptPaper:
    """Papers accepted for a matter (受理回执): `receipt.paper`."""

    hall: str
    case_number: str
    matter: str
    department: str
    applicant: str
    accepted_at: str
    promised: str
    window: str
    clerk: str
    materials: tuple[Material, ...] = ()
    collect: str = ""
    phone: str = ""
    qr: str = ""
    notes: tuple[str, ...] = ()
    hall_en: str = ""


@dataclass(frozen=True)
class Figure:
    """One figure of a report."""

    name: str
    value: str


@dataclass(frozen=True)
class ReportLine:
    """Tickets of one line in a shift or a day."""

    name: str
    taken: int
    served: int
    missed: int


@dataclass(frozen=True)
class ReportPaper:
    """A shift handed over or a day closed (交接班、日结): `report.paper`."""

    hall: str
    title: str
    period: str
    printed_at: str
    lines: tuple[ReportLine, ...]
    taken: int
    served: int
    missed: int
    figures: tuple[Figure, ...] = ()
    window: str = ""
    clerk: str = ""
    signatures: tuple[str, ...] = ()
    notes: tuple[str, ...] = ()


@dataclass(frozen=True)
class ListRow:
    """One row of a list, whatever it lists."""

    name: str
    detail: str
    amount: str


@dataclass(frozen=True)
class ListPaper:
    """A list of any length (材料清单, who is waiting): `list.paper`."""

    hall: str
    title: str
    printed_at: str
    name_head: str
    detail_head: str
    amount_head: str
    rows: tuple[ListRow, ...]
    total: str
    subtitle: str = ""
    notes: tuple[str, ...] = ()


Values = TicketPaper | ReceiptPaper | ReportPaper | ListPaper

PAPERS: dict[str, type[Values]] = {
    "ticket": TicketPaper,
    "receipt": ReceiptPaper,
    "report": ReportPaper,
    "list": ListPaper,
}
