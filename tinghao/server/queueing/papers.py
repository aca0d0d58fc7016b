"""What stands on a ticket's paper, for the stations that print it."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from sqlalchemy import Connection

from tinghao.server.hall.book import HallBook
from tinghao.server.hall.facts import HallFacts
from tinghao.server.queueing import views

Json = dict[str, Any]

STANDING = ("zone", "zone_en", "floor", "windows", "ahead", "wait")


def address(root: str, ticket: Mapping[str, Any]) -> str:
    """Where the holder of a paper follows his ticket; `ticket` as a kiosk sees it."""
    return f"{root}/t/{ticket['slug']}"


def class_words(hall: HallFacts, code: str) -> Json:
    """The names of a class of visitors, as they are told to somebody of it; the ordinary one is not told."""
    priority = hall.rules.priority(code)
    if priority == hall.rules.ordinary:
        return {"priority_name": None, "priority_name_en": None}
    return {"priority_name": priority.name, "priority_name_en": priority.name_en}


def as_it_stands(
    connection: Connection,
    halls: HallBook,
    hall: HallFacts,
    ticket: Mapping[str, Any],
    root: str,
    now: datetime,
) -> Json:
    """A ticket that was issued some time ago, with its place in the queue now; `ticket` as a kiosk sees it."""
    standing = views.public_ticket(connection, halls, ticket["slug"], now)
    now_so = {name: standing[name] for name in STANDING}
    return {**ticket, **now_so, **class_words(hall, ticket["priority"]), "qr": address(root, ticket)}
