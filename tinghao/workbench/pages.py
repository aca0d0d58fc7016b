"""The workbench's page and its small API, which tests use as well."""

from flask import Blueprint, Flask, Response, current_app, jsonify, render_template, request
from flask_socketio import SocketIO
from pydantic import BaseModel, ConfigDict

from tinghao.basics.problem import Problem
from tinghao.drivers.card_reader.cards import DEMO_CARDS
from tinghao.web import pages as web_pages
from tinghao.web.problems import answer_problem, wanted
from tinghao.workbench.bench import Bench, card_face
from tinghao.workbench.config import WorkbenchConfig

blueprint = Blueprint("workbench", __name__, template_folder="templates")
BENCH = "tinghao.workbench.bench"
LINKS = "tinghao.workbench.links"


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


@blueprint.post("/api/<device>/<action>")
def act(device: str, action: str) -> Response:
    """Everything that needs no more than its name."""
    bench().act(device, action)
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

    def greet(_auth: object = None) -> None:
        socketio.emit("state", made.state(), to=request.sid)  # type: ignore[attr-defined]

    socketio.on_event("connect", greet)
    made.changed = lambda: socketio.emit("state", made.state())
    return app, socketio
