"""The ticket on paper."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class TicketPaper:
    """All texts as they shall stand on the paper; `visitor` is masked by the caller (张*)."""

    hall: str
    number: str
    line: str
    matter: str
    zone: str
    floor: str
    windows: str
    ahead: int
    wait: str | None
    issued_at: str
    visitor: str | None
    qr: str
    notes: tuple[str, ...] = ()
    hall_en: str = ""
    line_en: str = ""
    zone_en: str = ""
    wait_en: str | None = None


def compose(paper: TicketPaper, columns: int = 48) -> bytes:
    raise NotImplementedError
