"""The paper that belongs to an issued ticket."""

from datetime import datetime
from zoneinfo import ZoneInfo

from tinghao.basics.masking import mask_name
from tinghao.drivers.printer import TicketPaper
from tinghao.kiosk.hall_server import Json, Ticket
from tinghao.kiosk.visit import Identity
from tinghao.web.catalogue import _, english

AGAIN = "补打"
KEEP = "请留意叫号屏与语音，过号请联系窗口或咨询台。"


def paper_for(ticket: Ticket, identity: Identity | None, hall: Json, *, again: bool = False) -> TicketPaper:
    """All texts as they stand on the paper; of the visitor only the masked name. One printed `again` says so."""
    wait, wait_en = wait_words(ticket.wait) if ticket.ahead is not None else ("", "")
    priority, priority_en = ticket.priority or ("", "")
    line, line_en = _line(ticket, hall)
    return TicketPaper(
        hall=hall.get("name", ""),
        hall_en=hall.get("name_en") or "",
        number=ticket.number,
        line=line,
        line_en=line_en,
        matter=ticket.matter,
        zone=ticket.zone,
        zone_en=ticket.zone_en,
        floor=floor_word(ticket.floor),
        windows="、".join(ticket.windows),
        ahead=ticket.ahead,
        wait=wait,
        wait_en=wait_en,
        issued_at=_local(ticket.issued_at, hall.get("timezone") or "Asia/Shanghai"),
        visitor=mask_name(identity.name) if identity and identity.name else ticket.visitor,
        qr=ticket.qr,
        notes=(_(KEEP), english(KEEP)),
        mark=f"{_(AGAIN)} {english(AGAIN)}" if again else "",
        priority=priority,
        priority_en=priority_en,
    )


def wait_words(wait: tuple[str, str] | None) -> tuple[str, str]:
    """An expected wait in Chinese and in English; said to be open when nobody can know it yet."""
    return wait or (_("以现场叫号为准"), english("以现场叫号为准"))


def floor_word(floor: str) -> str:
    """`1` becomes 1楼; a floor that has a name of its own keeps it."""
    return _("{floor}楼", floor=floor) if floor.removeprefix("-").isdigit() else floor


def _line(ticket: Ticket, hall: Json) -> tuple[str, str]:
    for line in hall.get("lines", ()):
        if line["id"] == ticket.line:
            return line["name"], line.get("name_en") or ""
    return ticket.zone, ticket.zone_en


def _local(instant: str, timezone: str) -> str:
    return datetime.fromisoformat(instant).astimezone(ZoneInfo(timezone)).strftime("%Y-%m-%d %H:%M")
