"""Tickets printed again: staff order it, kiosks ask what to print and tell what became of it."""

from typing import Literal

from flask import Response, jsonify
from pydantic import BaseModel

from tinghao.basics.clock import iso
from tinghao.server.access import STAFF
from tinghao.server.access.http import allow, answer, caller, now, store
from tinghao.server.hall.book import book
from tinghao.server.queueing import papers, schemas, views
from tinghao.server.queueing.api.asking import blueprint, do, root_address
from tinghao.server.queueing.service import printing


class ReprintWanted(schemas.Wanted):
    """A ticket shall be printed again; without a station, where it was issued."""

    station: schemas.Id | None = None


class OrderedTicket(schemas.IssuedTicket):
    """A ticket with all that stands on its paper; who does not wait has nobody ahead."""

    ahead: int | None  # type: ignore[assignment]
    visitor: schemas.VisitorShown | None


class PrintOrderShown(BaseModel):
    """What a kiosk shall print; `again` when a paper of the ticket may exist already."""

    id: int
    again: bool
    ticket: OrderedTicket


class PrintOrders(BaseModel):
    """All that a kiosk shall print now, oldest first."""

    orders: list[PrintOrderShown]


class PrintOrderEnded(BaseModel):
    """What became of an order."""

    id: int
    outcome: Literal["printed", "failed", "unknown"]
    reason: str | None


class PrinterShown(BaseModel):
    """A station that prints tickets."""

    id: int
    name: str
    there: bool
    seen_at: str | None


class Printers(BaseModel):
    """The hall's stations that print tickets."""

    stations: list[PrinterShown]


@blueprint.post("/tickets/<int:ticket_id>/reprint")
@blueprint.output(schemas.StaffTicket, 201)
@blueprint.input(ReprintWanted, arg_name="wanted")
@allow("kiosk", *STAFF)
def reprint(ticket_id: int, wanted: ReprintWanted) -> Response:
    """Has a kiosk print a ticket again; a `ticket.printed` event tells what became of it. A kiosk orders for itself."""
    station = wanted.station if caller().is_staff else caller().station_id
    return answer(
        do(lambda work, hall, who, at: printing.order_reprint(work, who, at, ticket_id, station)), 201
    )


@blueprint.get("/stations/printers")
@blueprint.output(Printers)
@allow(*STAFF)
def printers() -> Response:
    """The stations that may be asked to print."""
    at = now()
    with store().read() as connection:
        found = printing.printing_stations(connection, caller().hall_id)
    shown = [
        {"id": each.id, "name": each.name, "there": each.is_there(at), "seen_at": iso(each.seen_at)}
        for each in found
    ]
    return jsonify(stations=shown)


@blueprint.get("/stations/prints")
@blueprint.output(PrintOrders)
@allow("kiosk")
def print_orders() -> Response:
    """What the calling kiosk shall print now, with each ticket's place as it stands."""
    who, at, halls, root = caller(), now(), book(), root_address()
    orders = []
    with store().read() as connection:
        for order in printing.open_orders(connection, who.station_id, at):
            hall = halls.at(connection, who.hall_id)
            held = views.kiosk_ticket(order["ticket"])
            ticket = papers.as_it_stands(connection, halls, hall, held, root, at)
            visitor = views.staff_ticket(order["ticket"])["visitor"]
            orders.append({**order, "ticket": {**ticket, "visitor": visitor}})
    return jsonify(orders=orders)


@blueprint.post("/stations/prints/<int:order_id>")
@blueprint.output(PrintOrderEnded)
@blueprint.input(schemas.PrintOutcome, arg_name="outcome")
@allow("kiosk")
def end_print_order(order_id: int, outcome: schemas.PrintOutcome) -> Response:
    """Tells what became of a paper that was ordered; the first report counts."""
    return jsonify(
        do(
            lambda work, hall, who, at: printing.end_order(
                work, who, at, order_id, outcome.outcome, outcome.reason
            )
        )
    )
