"""HTTP face of the queue: checks shapes and callers, hands wishes to the service."""

from collections.abc import Callable
from datetime import datetime
from typing import Any

from apiflask import APIBlueprint
from flask import Response, current_app, jsonify, request

from tinghao.server.access import STAFF, STATIONS, Caller
from tinghao.server.access.http import allow, answer, caller, now, store, wish
from tinghao.server.hall.book import book
from tinghao.server.queueing import schemas, service, views
from tinghao.server.queueing.pictures import Pictures
from tinghao.server.queueing.visitors import visitor_of
from tinghao.server.store import Work, events
from tinghao.server.store.wishes import once

blueprint = APIBlueprint("queueing", __name__, tag="Queue")


Act = Callable[[Work, Caller, datetime], dict[str, Any]]


def _do(act: Act) -> dict[str, Any]:
    """Fulfils the request's wish once."""
    who, at = caller(), now()
    return once(store(), wish(), at, lambda work: act(work, who, at))


@blueprint.post("/tickets")
@blueprint.output(schemas.IssuedTicket, 201)
@blueprint.input(schemas.TicketWanted, arg_name="wanted")
@allow("kiosk")
def take_ticket(wanted: schemas.TicketWanted) -> Response:
    """Takes a number for a matter."""
    identity = wanted.identity
    secret = current_app.config["SECRET_KEY"]
    visitor = visitor_of(identity.number, identity.name, secret) if identity else None
    halls, root = book(), current_app.config["PUBLIC_URL"] or request.host_url.rstrip("/")

    def act(work: Work, who: Caller, at: datetime) -> dict[str, Any]:
        issued = service.issue(work, who, at, wanted.matter, visitor)
        place = halls.place(work.connection, who.hall_id, issued["line"])
        return {**issued, **place, "qr": f"{root}/t/{issued['slug']}"}

    return answer(_do(act), 201)


@blueprint.post("/tickets/<int:ticket_id>/prints")
@blueprint.output(schemas.KioskTicket)
@blueprint.input(schemas.PrintOutcome, arg_name="outcome")
@allow("kiosk")
def report_print(ticket_id: int, outcome: schemas.PrintOutcome) -> Response:
    """Tells what became of a ticket's paper."""
    return jsonify(
        _do(
            lambda work, who, at: service.report_print(
                work, who, at, ticket_id, outcome.outcome, outcome.reason
            )
        )
    )


@blueprint.get("/tickets/by-slug/<slug>")
@blueprint.output(schemas.PublicTicket)
def ticket_by_slug(slug: str) -> Response:
    """A ticket's place in the queue, for whoever holds its paper."""
    with store().read() as connection:
        return jsonify(views.public_ticket(connection, book(), slug))


@blueprint.post("/windows/<int:window_id>/shift")
@blueprint.output(schemas.ShiftShown, 201)
@allow("clerk")
def open_window(window_id: int) -> Response:
    """Opens a window: the clerk's shift there begins."""
    return answer(_do(lambda work, who, at: service.open_window(work, who, at, window_id)), 201)


@blueprint.delete("/windows/<int:window_id>/shift")
@blueprint.output({}, 204)
@allow("clerk")
def close_window(window_id: int) -> tuple[str, int]:
    """Closes a window: the clerk's shift there ends."""
    _do(lambda work, who, at: service.close_window(work, who, at, window_id))
    return "", 204


@blueprint.post("/windows/<int:window_id>/next")
@blueprint.output(schemas.StaffTicket)
@allow("clerk")
def call_next(window_id: int) -> Response:
    """Calls the next visitor to the window."""
    return jsonify(_do(lambda work, who, at: service.call_next(work, who, at, window_id)))


@blueprint.post("/tickets/<int:ticket_id>/recall")
@blueprint.output(schemas.StaffTicket)
@allow("clerk")
def recall(ticket_id: int) -> Response:
    """Calls a called visitor once more."""
    return jsonify(_do(lambda work, who, at: service.recall(work, who, at, ticket_id)))


@blueprint.post("/tickets/<int:ticket_id>/start")
@blueprint.output(schemas.StaffTicket)
@allow("clerk")
def start(ticket_id: int) -> Response:
    """Begins the service of a called visitor."""
    return jsonify(_do(lambda work, who, at: service.start(work, who, at, ticket_id)))


@blueprint.post("/tickets/<int:ticket_id>/finish")
@blueprint.output(schemas.StaffTicket)
@allow("clerk")
def finish(ticket_id: int) -> Response:
    """Ends a service."""
    return jsonify(_do(lambda work, who, at: service.finish(work, who, at, ticket_id)))


@blueprint.post("/tickets/<int:ticket_id>/no-show")
@blueprint.output(schemas.StaffTicket)
@allow("clerk")
def no_show(ticket_id: int) -> Response:
    """Marks a called visitor as not come."""
    return jsonify(_do(lambda work, who, at: service.no_show(work, who, at, ticket_id)))


@blueprint.get("/snapshot")
@allow(*STATIONS, *STAFF)
def snapshot() -> Response:
    """The hall as it stands, cut to what the caller may see."""
    pictures: Pictures = current_app.extensions["pictures"]
    with store().read() as connection:
        return jsonify(pictures.seen_by(connection, caller(), now()))


@blueprint.get("/events")
@allow(*STATIONS, *STAFF)
def events_after() -> Response:
    """The hall's events after a number, oldest first, cut to what the caller may see."""
    who = caller()
    number = request.args.get("after", 0, type=int)
    with store().read() as connection:
        found = events.after(connection, who.hall_id, number)
    return jsonify(events=[event.seen_by(who.is_staff) for event in found])
