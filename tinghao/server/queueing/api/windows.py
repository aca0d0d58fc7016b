"""Wishes about windows."""

from flask import Response, jsonify

from tinghao.server.access import STAFF
from tinghao.server.access.http import allow, answer
from tinghao.server.queueing import schemas
from tinghao.server.queueing.api.asking import blueprint, do, visitor_behind
from tinghao.server.queueing.service import calling, serving, windows


@blueprint.post("/windows/<int:window_id>/shift")
@blueprint.output(schemas.ShiftShown, 201)
@blueprint.input(schemas.ShiftWanted, arg_name="wanted")
@allow(*STAFF)
def open_window(window_id: int, wanted: schemas.ShiftWanted) -> Response:
    """Opens a window: the clerk's shift there begins."""
    return answer(
        do(lambda work, hall, who, at: windows.open_window(work, hall, who, at, window_id, wanted.move)), 201
    )


@blueprint.delete("/windows/<int:window_id>/shift")
@blueprint.output({}, 204)
@allow(*STAFF)
def close_window(window_id: int) -> tuple[str, int]:
    """Closes a window: the clerk's shift there ends."""
    do(lambda work, hall, who, at: windows.close_window(work, hall, who, at, window_id))
    return "", 204


@blueprint.post("/windows/<int:window_id>/pause")
@blueprint.output(schemas.WindowShown)
@blueprint.input(schemas.BecauseNeeded, arg_name="wanted")
@allow(*STAFF)
def pause(window_id: int, wanted: schemas.BecauseNeeded) -> Response:
    """Calls nobody to the window for a while."""
    return jsonify(
        do(lambda work, hall, who, at: windows.pause(work, hall, who, at, window_id, wanted.reason))
    )


@blueprint.post("/windows/<int:window_id>/unpause")
@blueprint.output(schemas.WindowShown)
@allow(*STAFF)
def unpause(window_id: int) -> Response:
    """Ends the pause."""
    return jsonify(do(lambda work, hall, who, at: windows.unpause(work, hall, who, at, window_id)))


@blueprint.put("/windows/<int:window_id>/profile")
@blueprint.output(schemas.WindowShown)
@blueprint.input(schemas.ProfileWanted, arg_name="wanted")
@allow("guide", "manager")
def set_profile(window_id: int, wanted: schemas.ProfileWanted) -> Response:
    """Lets the window serve other lines, for a time or until it is taken back."""
    return jsonify(
        do(
            lambda work, hall, who, at: windows.set_profile(
                work, hall, who, at, window_id, wanted.profile, wanted.minutes, wanted.reason
            )
        )
    )


@blueprint.post("/windows/<int:window_id>/next")
@blueprint.output(schemas.StaffTicket)
@allow(*STAFF)
def call_next(window_id: int) -> Response:
    """Calls the next visitor to the window."""
    return jsonify(do(lambda work, hall, who, at: calling.call_next(work, hall, who, at, window_id)))


@blueprint.post("/windows/<int:window_id>/store-next")
@blueprint.output(schemas.WindowShown)
@allow(*STAFF)
def store_next(window_id: int) -> Response:
    """Calls the next visitor as soon as the window is free and somebody waits."""
    return jsonify(do(lambda work, hall, who, at: calling.store_next(work, hall, who, at, window_id)))


@blueprint.delete("/windows/<int:window_id>/store-next")
@blueprint.output(schemas.WindowShown)
@allow(*STAFF)
def drop_store_next(window_id: int) -> Response:
    """Takes that back."""
    return jsonify(do(lambda work, hall, who, at: calling.drop_store_next(work, hall, who, at, window_id)))


@blueprint.post("/windows/<int:window_id>/serve")
@blueprint.output(schemas.StaffTicket, 201)
@blueprint.input(schemas.ServiceWanted, arg_name="wanted")
@allow(*STAFF)
def serve_without_ticket(window_id: int, wanted: schemas.ServiceWanted) -> Response:
    """Serves somebody who stands at the window without a number."""
    visitor = visitor_behind(wanted.identity)
    return answer(
        do(
            lambda work, hall, who, at: serving.serve_without_ticket(
                work, hall, who, at, window_id, wanted.matter, visitor
            )
        ),
        201,
    )
