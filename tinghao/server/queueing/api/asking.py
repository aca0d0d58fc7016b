"""What all views of the queue share: the blueprint, and how a wish becomes one use case."""

from collections.abc import Callable
from datetime import datetime
from typing import Any

from apiflask import APIBlueprint
from flask import current_app, request

from tinghao.basics.clock import hall_day
from tinghao.server.access import Caller
from tinghao.server.access.http import caller, clock, now, store, wish
from tinghao.server.hall.book import book
from tinghao.server.hall.facts import HallFacts
from tinghao.server.queueing import schemas
from tinghao.server.queueing.rules.arrival import age_on
from tinghao.server.queueing.visitors import Visitor, visitor_of
from tinghao.server.store import Work
from tinghao.server.store.wishes import once

blueprint = APIBlueprint("queueing", __name__, tag="Queue")

Act = Callable[[Work, HallFacts, Caller, datetime], dict[str, Any]]


def do(act: Act) -> dict[str, Any]:
    """Fulfils the request's wish once, in the caller's hall as it is at that moment.

    The clock is read when the use case has its turn: who comes later must not be older than who came before.
    """
    who, halls, moment = caller(), book(), clock()

    def fulfil(work: Work) -> dict[str, Any]:
        return act(work, halls.at(work.connection, who.hall_id), who, moment())

    return once(store(), wish(), now(), fulfil)


def root_address() -> str:
    """The address under which visitors reach this server."""
    found: str = current_app.config["PUBLIC_URL"] or f"{request.scheme}://{request.host}"
    return found


def visitor_behind(identity: schemas.Identity | None) -> Visitor | None:
    """The visitor as the database may know him."""
    if identity is None:
        return None
    return visitor_of(identity.number, identity.name, current_app.config["SECRET_KEY"])


def age_of(identity: schemas.Identity | None, hall: HallFacts, at: datetime) -> int | None:
    """His age today, if his number tells it."""
    return age_on(identity.number, hall_day(at, hall.timezone)) if identity else None
