"""What the browser is shown of a visit: never a number of an ID card, a name only masked."""

from datetime import datetime
from functools import lru_cache
from typing import Any

import segno

from tinghao.basics.masking import mask_name
from tinghao.kiosk.devices import DeviceReport
from tinghao.kiosk.hall_server import QueuePlace, Ticket
from tinghao.kiosk.ticket_paper import wait_words
from tinghao.kiosk.visit import Identity, Notice, Visit
from tinghao.web.catalogue import english


def view_of(visit: Visit, now: datetime) -> dict[str, Any]:
    """The visit's part of the pushed state."""
    return {
        "visit": visit.serial,
        "screen": visit.stage.value,
        "elder": visit.elder,
        "visitor": _visitor(visit.identity),
        "asking": visit.busy,
        "ticket": _ticket(visit.ticket),
        "paper": visit.paper,
        "paper_reason": _reason(visit.paper_reason),
        "place": _place(visit.place),
        "notice": _notice(visit.notice),
        "ends_in": max((visit.deadline - now).total_seconds(), 0)
        if visit.deadline and not visit.busy
        else None,
    }


@lru_cache(maxsize=8)
def code_picture(text: str) -> str:
    """A QR code as an address of a picture."""
    picture: str = segno.make(text, error="m").svg_data_uri(scale=8, border=2)
    return picture


def for_screen(device: DeviceReport) -> dict[str, Any]:
    """A device as the screen needs it; one that is not fitted is `none`."""
    return {"state": device.state if device.address else "none", "reason": _reason(device.reason)}


def _reason(text: str | None) -> dict[str, str] | None:
    # A driver's sentence; the common ones have their English in the catalogue.
    return {"zh": text, "en": english(text)} if text else None


def _visitor(identity: Identity | None) -> dict[str, Any] | None:
    if identity is None:
        return None
    return {"name": mask_name(identity.name) if identity.name else None, "source": identity.source}


def _ticket(ticket: Ticket | None) -> dict[str, Any] | None:
    if ticket is None:
        return None
    return {
        "number": ticket.number,
        "matter": ticket.matter,
        "zone": ticket.zone,
        "zone_en": ticket.zone_en,
        "floor": ticket.floor,
        "windows": list(ticket.windows),
        "ahead": ticket.ahead,
        "wait": _wait(ticket.wait),
        "qr": code_picture(ticket.qr) if ticket.qr else None,
        "already": ticket.already,
        "priority": dict(zip(("zh", "en"), ticket.priority, strict=True)) if ticket.priority else None,
    }


def _place(place: QueuePlace | None) -> dict[str, Any] | None:
    if place is None:
        return None
    return {
        "number": place.number,
        "state": place.state,
        "zone": place.zone,
        "zone_en": place.zone_en,
        "floor": place.floor,
        "windows": list(place.windows),
        "ahead": place.ahead,
        "wait": _wait(place.wait),
        "window": place.window,
    }


def _wait(wait: tuple[str, str] | None) -> dict[str, str]:
    zh, en = wait_words(wait)
    return {"zh": zh, "en": en}


def _notice(notice: Notice | None) -> dict[str, str] | None:
    return {"code": notice.code, "zh": notice.zh, "en": notice.en, "tone": notice.tone} if notice else None
