"""Wishes about tickets."""

from datetime import datetime
from typing import Any

from flask import Response, jsonify

from tinghao.server.access import STAFF, Caller
from tinghao.server.access.http import allow, answer
from tinghao.server.hall.book import book
from tinghao.server.hall.facts import HallFacts
from tinghao.server.queueing import papers, problems, schemas
from tinghao.server.queueing.api.asking import age_of, blueprint, do, root_address, visitor_behind
from tinghao.server.queueing.service import calling, moving, serving, taking
from tinghao.server.store import Work

DESK = ("guide", "manager")


@blueprint.post("/tickets")
@blueprint.output(schemas.IssuedTicket, 201)
@blueprint.input(schemas.TicketWanted, arg_name="wanted")
@allow("kiosk", *STAFF)
def take_ticket(wanted: schemas.TicketWanted) -> Response:
    """Takes a number for a matter; the hall's rules choose line and class."""
    visitor = visitor_behind(wanted.identity)
    halls, root = book(), root_address()

    def act(work: Work, hall: HallFacts, who: Caller, at: datetime) -> dict[str, Any]:
        asked = taking.Wanted(
            wanted.matter,
            visitor,
            age_of(wanted.identity, hall, at),
            frozenset(wanted.statuses),
            wanted.language,
            wanted.booked_at,
            wanted.remark,
        )
        try:
            issued = taking.issue(work, hall, who, at, asked)
        except problems.AlreadyWaiting as refusal:
            if refusal.ticket:
                refusal.ticket = papers.as_it_stands(work.connection, halls, hall, refusal.ticket, root, at)
            raise
        place = halls.place(work.connection, who.hall_id, issued["line"])
        words = papers.class_words(hall, issued["priority"])
        return {**issued, **place, **words, "qr": papers.address(root, issued)}

    return answer(do(act), 201)


@blueprint.post("/tickets/<int:ticket_id>/prints")
@blueprint.output(schemas.KioskTicket)
@blueprint.input(schemas.PrintOutcome, arg_name="outcome")
@allow("kiosk", *STAFF)
def report_print(ticket_id: int, outcome: schemas.PrintOutcome) -> Response:
    """Tells what became of a ticket's paper."""
    return jsonify(
        do(
            lambda work, hall, who, at: taking.report_print(
                work, who, at, ticket_id, outcome.outcome, outcome.reason
            )
        )
    )


@blueprint.post("/tickets/<int:ticket_id>/call")
@blueprint.output(schemas.StaffTicket)
@allow(*STAFF)
def call_chosen(ticket_id: int) -> Response:
    """Calls a chosen number to the caller's window: one who waits, is on hold or was missed."""
    return jsonify(do(lambda work, hall, who, at: calling.call_chosen(work, hall, who, at, ticket_id)))


@blueprint.post("/tickets/<int:ticket_id>/recall")
@blueprint.output(schemas.StaffTicket)
@allow(*STAFF)
def recall(ticket_id: int) -> Response:
    """Calls a called visitor once more."""
    return jsonify(do(lambda work, hall, who, at: calling.recall(work, hall, who, at, ticket_id)))


@blueprint.post("/tickets/<int:ticket_id>/undo")
@blueprint.output(schemas.StaffTicket)
@allow(*STAFF)
def undo(ticket_id: int) -> Response:
    """Takes the last call back, within the hall's seconds."""
    return jsonify(do(lambda work, hall, who, at: calling.undo(work, hall, who, at, ticket_id)))


@blueprint.post("/tickets/<int:ticket_id>/start")
@blueprint.output(schemas.StaffTicket)
@allow(*STAFF)
def start(ticket_id: int) -> Response:
    """Begins the service of a called visitor."""
    return jsonify(do(lambda work, hall, who, at: serving.start(work, hall, who, at, ticket_id)))


@blueprint.post("/tickets/<int:ticket_id>/finish")
@blueprint.output(schemas.FinishedTicket)
@blueprint.input(schemas.Finish, arg_name="wanted")
@allow(*STAFF)
def finish(ticket_id: int, wanted: schemas.Finish) -> Response:
    """Ends a service, with an outcome for each matter."""
    outcomes = [serving.Outcome(each.matter, each.outcome, each.note) for each in wanted.outcomes]
    return jsonify(
        do(lambda work, hall, who, at: serving.finish(work, hall, who, at, ticket_id, outcomes, wanted.next))
    )


@blueprint.post("/tickets/<int:ticket_id>/no-show")
@blueprint.output(schemas.StaffTicket)
@allow(*STAFF)
def no_show(ticket_id: int) -> Response:
    """Marks a called visitor as not come."""
    return jsonify(do(lambda work, hall, who, at: serving.no_show(work, hall, who, at, ticket_id)))


@blueprint.post("/tickets/<int:ticket_id>/call-back")
@blueprint.output(schemas.StaffTicket)
@blueprint.input(schemas.CallBack, arg_name="wanted")
@allow(*STAFF)
def call_back(ticket_id: int, wanted: schemas.CallBack) -> Response:
    """Puts a missed visitor who has come back into his line again."""
    return jsonify(
        do(lambda work, hall, who, at: serving.call_back(work, hall, who, at, ticket_id, wanted.after))
    )


@blueprint.post("/tickets/<int:ticket_id>/hold")
@blueprint.output(schemas.StaffTicket)
@blueprint.input(schemas.Hold, arg_name="wanted")
@allow(*STAFF)
def hold(ticket_id: int, wanted: schemas.Hold) -> Response:
    """Sets a ticket aside for a time."""
    return jsonify(
        do(
            lambda work, hall, who, at: serving.hold(
                work, hall, who, at, ticket_id, wanted.reason, wanted.minutes
            )
        )
    )


@blueprint.post("/tickets/<int:ticket_id>/resume")
@blueprint.output(schemas.StaffTicket)
@allow(*STAFF)
def resume(ticket_id: int) -> Response:
    """Lets a ticket on hold wait again."""
    return jsonify(do(lambda work, hall, who, at: serving.resume(work, hall, who, at, ticket_id)))


@blueprint.post("/tickets/<int:ticket_id>/transfer")
@blueprint.output(schemas.StaffTicket)
@blueprint.input(schemas.Transfer, arg_name="wanted")
@allow(*STAFF)
def transfer(ticket_id: int, wanted: schemas.Transfer) -> Response:
    """Sends a ticket to another line, window or person."""
    target = moving.Target(
        wanted.line, wanted.window, wanted.staff, wanted.position, wanted.delay_minutes, wanted.comes_back
    )
    return jsonify(
        do(lambda work, hall, who, at: moving.transfer(work, hall, who, at, ticket_id, target, wanted.reason))
    )


@blueprint.post("/tickets/<int:ticket_id>/matter")
@blueprint.output(schemas.StaffTicket)
@blueprint.input(schemas.MatterChange, arg_name="wanted")
@allow(*STAFF)
def change_matter(ticket_id: int, wanted: schemas.MatterChange) -> Response:
    """Gives a ticket another matter."""
    return jsonify(
        do(lambda work, hall, who, at: moving.change_matter(work, hall, who, at, ticket_id, wanted.matter))
    )


@blueprint.post("/tickets/<int:ticket_id>/priority")
@blueprint.output(schemas.StaffTicket)
@blueprint.input(schemas.PriorityChange, arg_name="wanted")
@allow(*STAFF)
def prioritise(ticket_id: int, wanted: schemas.PriorityChange) -> Response:
    """Gives a ticket another class; the reason is on record."""
    return jsonify(
        do(
            lambda work, hall, who, at: moving.prioritise(
                work, hall, who, at, ticket_id, wanted.priority, wanted.reason
            )
        )
    )


@blueprint.post("/tickets/<int:ticket_id>/cancel")
@blueprint.output(schemas.StaffTicket)
@blueprint.input(schemas.Because, arg_name="wanted")
@allow(*STAFF)
def cancel(ticket_id: int, wanted: schemas.Because) -> Response:
    """Ends a ticket that will not be served."""
    return jsonify(
        do(lambda work, hall, who, at: moving.cancel(work, hall, who, at, ticket_id, wanted.reason))
    )
