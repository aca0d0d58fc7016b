"""Looking at the queue: pictures, events, tickets, lines, reasons. Nothing here writes."""

from flask import Response, current_app, jsonify, request

from tinghao.server.access import STAFF, STATIONS
from tinghao.server.access.http import allow, caller, now, store
from tinghao.server.hall.book import book
from tinghao.server.queueing import lines, reasons, schemas, stories, views
from tinghao.server.queueing.api.asking import blueprint
from tinghao.server.queueing.pictures import Pictures
from tinghao.server.store import events


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


@blueprint.get("/tickets/by-slug/<slug>")
@blueprint.output(schemas.PublicTicket)
def ticket_by_slug(slug: str) -> Response:
    """A ticket's place in the queue, for whoever holds its paper."""
    with store().read() as connection:
        return jsonify(views.public_ticket(connection, book(), slug, now()))


@blueprint.get("/tickets")
@blueprint.output(schemas.Found)
@allow(*STAFF)
def find_tickets() -> Response:
    """Today's tickets of a number (`?q=A012`), or of a visitor by the last four of his ID number."""
    with store().read() as connection:
        hall = book().at(connection, caller().hall_id)
        return jsonify(tickets=stories.find(connection, hall, request.args.get("q", ""), now()))


@blueprint.get("/tickets/<int:ticket_id>")
@blueprint.output(schemas.Story)
@allow(*STAFF)
def ticket_story(ticket_id: int) -> Response:
    """A ticket with all that happened to it."""
    with store().read() as connection:
        return jsonify(stories.story(connection, book().at(connection, caller().hall_id), ticket_id))


@blueprint.get("/tickets/<int:ticket_id>/why")
@blueprint.output(schemas.Why)
@allow(*STAFF)
def why(ticket_id: int) -> Response:
    """Why this ticket was called, or called before another one (`?before=A012`)."""
    with store().read() as connection:
        hall = book().at(connection, caller().hall_id)
        return jsonify(reasons.why(connection, book(), hall, ticket_id, request.args.get("before"), now()))


@blueprint.get("/windows/<int:window_id>/queue")
@blueprint.output(schemas.WindowQueue)
@allow(*STAFF)
def window_queue(window_id: int) -> Response:
    """Who waits for a window, in the order in which they would be called now, and why the first one is the first."""
    with store().read() as connection:
        hall = book().at(connection, caller().hall_id)
        return jsonify(lines.queue_of(connection, hall, window_id, now()))


@blueprint.get("/lines")
@blueprint.output(schemas.Lines)
@allow(*STATIONS, *STAFF)
def all_lines() -> Response:
    """Every line: who waits, and how long it would take if one took a number now."""
    with store().read() as connection:
        hall = book().at(connection, caller().hall_id)
        return jsonify(lines=lines.lines_now(connection, hall, now()))
