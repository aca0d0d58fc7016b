"""The workbench's page and its small API, which tests use as well."""

import threading
import time
from collections.abc import Callable
from typing import Any

from flask import Blueprint, Flask, Response, current_app, jsonify, render_template, request
from flask_socketio import SocketIO
from pydantic import BaseModel, ConfigDict, Field

from tinghao.basics.problem import Problem
from tinghao.drivers.card_reader.cards import DEMO_CARDS
from tinghao.web import pages as web_pages
from tinghao.web.problems import answer_problem, wanted
from tinghao.workbench.bench import Bench, card_face
from tinghao.workbench.config import WorkbenchConfig

blueprint = Blueprint("workbench", __name__, template_folder="templates")
BENCH = "tinghao.workbench.bench"
LINKS = "tinghao.workbench.links"
MOMENT = 0.1


class FromElsewhere(Problem):
    """Another site's page in the same browser tries to use the devices."""

    code = "from-elsewhere"
    status = 403
    detail = "不接受其他网页的请求。"
    detail_en = "Requests of other pages are not accepted."


class Lay(BaseModel):
    """Which card: its place in the row, or its number."""

    model_config = ConfigDict(extra="forbid")
    card: int | str


class Typed(BaseModel):
    """What was typed for a control."""

    model_config = ConfigDict(extra="forbid")
    text: str = Field("", max_length=500)


class Scan(BaseModel):
    """What the code says."""

    model_config = ConfigDict(extra="forbid")
    text: str


def bench() -> Bench:
    """This application's bench."""
    found: Bench = current_app.extensions[BENCH]
    return found


@blueprint.get("/")
def page() -> str:
    """The page."""
    faces = [card_face(card) for card in DEMO_CARDS]
    return render_template("workbench/bench.html", cards=faces, links=current_app.extensions[LINKS])


@blueprint.get("/devices")
def devices_page() -> str:
    """The page of all devices."""
    return render_template("workbench/devices.html", links=current_app.extensions[LINKS])


@blueprint.get("/api/devices")
def devices() -> Response:
    """All devices: faces, controls, connected drivers."""
    return jsonify(devices=bench().devices())


@blueprint.get("/api/state")
def state() -> Response:
    """How the devices stand."""
    return jsonify(bench().state())


@blueprint.get("/api/printer/papers")
def papers() -> Response:
    """What came out of the printer, oldest first."""
    return jsonify(papers=bench().papers())


@blueprint.get("/api/printer/papers/<int:number>.png")
def paper_picture(number: int) -> Response:
    """The picture of one paper."""
    answer = Response(bench().paper(number).png(), mimetype="image/png")
    answer.cache_control.no_cache = True
    return answer


@blueprint.post("/api/card-reader/lay")
def lay() -> Response:
    """Lays a card on the reader."""
    bench().lay(wanted(Lay).card)
    return state()


@blueprint.post("/api/scanner/scan")
def scan() -> Response:
    """Holds a code before the scanner."""
    bench().scan(wanted(Scan).text)
    return state()


@blueprint.post("/api/driver/<device>/connect")
def connect(device: str) -> Response:
    """Connects the real driver to a device."""
    bench().connection(device).connect()
    return devices()


@blueprint.post("/api/driver/<device>/disconnect")
def disconnect(device: str) -> Response:
    """Stops the driver; what passed stays to be read."""
    bench().connection(device).disconnect()
    return devices()


@blueprint.post("/api/driver/<device>/try")
def try_out(device: str) -> Response:
    """Lets the driver do something that can be seen or heard."""
    bench().connection(device).try_out()
    return devices()


@blueprint.post("/api/driver/<device>/order")
def order(device: str) -> Response:
    """Lets the driver do what was typed."""
    bench().connection(device).order(wanted(Typed).text)
    return devices()


@blueprint.post("/api/<device>/<action>")
def act(device: str, action: str) -> Response:
    """Everything that needs no more than its name, or a name and a text."""
    bench().act(device, action, wanted(Typed).text if request.is_json else "")
    return state()


@blueprint.before_request
def refuse_other_pages() -> None:
    """A page of another site must not lay cards on our reader."""
    origin = request.headers.get("Origin")
    if request.method == "POST" and origin not in (None, request.host_url.rstrip("/")):
        raise FromElsewhere


def make_app(config: WorkbenchConfig, made: Bench) -> tuple[Flask, SocketIO]:
    """The application and its socket, on which `made` shows its changes from now on."""
    app = Flask(__name__, static_folder=None)
    app.extensions[BENCH] = made
    app.extensions[LINKS] = config.workbench
    web_pages.install(app)
    app.register_blueprint(blueprint)
    app.register_error_handler(Problem, answer_problem)
    socketio = SocketIO(app, async_mode="gevent", transports=["websocket"], serve_client=False)

    known: dict[str, Any] = {}

    def tell() -> None:
        fresh = {device["name"]: device for device in made.devices()}
        changed = [device for name, device in fresh.items() if device != known.get(name)]
        known.update(fresh)
        socketio.emit("state", made.state())
        socketio.emit("devices", changed)

    def greet(_auth: object = None) -> None:
        sid = request.sid  # type: ignore[attr-defined]
        socketio.emit("state", made.state(), to=sid)
        socketio.emit("devices", made.devices(), to=sid)

    socketio.on_event("connect", greet)
    made.changed = _gathering(tell)
    return app, socketio


def _gathering(tell: Callable[[], None]) -> Callable[[], None]:
    """Many changes within a moment are told once."""
    news = threading.Event()

    def watch() -> None:
        while True:
            news.wait()
            time.sleep(MOMENT)
            news.clear()
            tell()

    threading.Thread(target=watch, daemon=True, name="workbench news").start()
    return news.set
