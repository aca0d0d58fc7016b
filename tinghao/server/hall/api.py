"""HTTP face of the hall's definition."""

from apiflask import APIBlueprint
from flask import Response, current_app, jsonify, request

from tinghao.server.access.http import allow, caller
from tinghao.server.hall.book import HallBook
from tinghao.server.store import Store

blueprint = APIBlueprint("hall", __name__, tag="Hall")


def _book() -> HallBook:
    book: HallBook = current_app.extensions["book"]
    return book


@blueprint.get("/hall")
@allow("kiosk", "board", "window_screen", "counter", "clerk")
def get_hall() -> Response:
    """The caller's hall with its zones, lines and windows."""
    store: Store = current_app.extensions["store"]
    with store.read() as connection:
        return jsonify(_book().hall(connection, caller().hall_id))


@blueprint.get("/matters")
@allow("kiosk", "counter", "clerk")
def get_matters() -> Response:
    """All matters, departments and themes of the caller's hall; answers 304 to a known ETag."""
    store: Store = current_app.extensions["store"]
    with store.read() as connection:
        answer = jsonify(_book().matters(connection, caller().hall_id))
    answer.add_etag()
    answer.make_conditional(request)
    return answer
