"""HTTP face of the hall's definition."""

from apiflask import APIBlueprint
from flask import Response, jsonify, request

from tinghao.server.access import STAFF, STATIONS
from tinghao.server.access.http import allow, caller, store
from tinghao.server.hall.book import book

blueprint = APIBlueprint("hall", __name__, tag="Hall")


@blueprint.get("/hall")
@allow(*STATIONS, *STAFF)
def get_hall() -> Response:
    """The caller's hall with its zones, lines and windows."""
    with store().read() as connection:
        return jsonify(book().hall(connection, caller().hall_id))


@blueprint.get("/matters")
@allow("kiosk", "counter", "desk", *STAFF)
def get_matters() -> Response:
    """All matters, departments and themes of the caller's hall; answers 304 to a known ETag."""
    with store().read() as connection:
        answer = jsonify(book().matters(connection, caller().hall_id))
    answer.add_etag()
    answer.make_conditional(request)
    return answer
