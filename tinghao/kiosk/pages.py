"""The touch screens: one page, for this machine's own browser only, and the touches it sends back."""

from ipaddress import ip_address
from urllib.parse import urlsplit

from flask import Blueprint, Flask, Response, abort, current_app, jsonify, render_template, request
from flask_socketio import SocketIO
from pydantic import BaseModel, ConfigDict

from tinghao.basics.problem import Problem
from tinghao.kiosk.agent import Agent
from tinghao.kiosk.config import KioskConfig
from tinghao.web import pages as web_pages
from tinghao.web.problems import answer_problem, wanted

blueprint = Blueprint("kiosk", __name__, template_folder="templates")
AGENT = "tinghao.kiosk.agent"


class NotLocal(Problem):
    """Another machine, or another page in the browser, tries to press our buttons."""

    code = "not-local"
    status = 403
    detail = "此页面只供本机使用。"
    detail_en = "This page is for this machine's own screen only."


class Touch(BaseModel):
    """Every touch names the visit it belongs to."""

    model_config = ConfigDict(extra="forbid")
    visit: int


class Take(Touch):
    """The matter a number is wanted for."""

    matter: str


class Size(Touch):
    """Large type on or off."""

    on: bool


def agent() -> Agent:
    """This application's agent."""
    found: Agent = current_app.extensions[AGENT]
    return found


@blueprint.get("/")
def screen() -> str:
    """The one page."""
    return render_template("kiosk/screen.html")


@blueprint.get("/state")
def state() -> Response:
    """What is pushed, for who asks."""
    return jsonify(agent().state())


@blueprint.get("/hall.json")
def definition() -> Response:
    """The hall and its matters."""
    kept = agent().definition()
    if kept is None:
        abort(404)
    answer = jsonify(kept)
    answer.cache_control.no_cache = True
    return answer


@blueprint.post("/visit/without")
def without() -> Response:
    """Begin without a card."""
    agent().without(wanted(Touch).visit)
    return state()


@blueprint.post("/visit/size")
def size() -> Response:
    """Large type."""
    touch = wanted(Size)
    agent().sized(touch.visit, touch.on)
    return state()


@blueprint.post("/visit/take")
def take() -> Response:
    """Take a number."""
    touch = wanted(Take)
    agent().take(touch.visit, touch.matter)
    return state()


@blueprint.post("/visit/retry")
def retry() -> Response:
    """Ask for the same number once more."""
    agent().retry(wanted(Touch).visit)
    return state()


@blueprint.post("/visit/print")
def print_again() -> Response:
    """Print the number that the visitor had already."""
    agent().print_again(wanted(Touch).visit)
    return state()


@blueprint.post("/visit/touch")
def touched() -> Response:
    """Still there."""
    agent().touched(wanted(Touch).visit)
    return state()


@blueprint.post("/visit/leave")
def leave() -> Response:
    """Back to the start."""
    agent().leave(wanted(Touch).visit)
    return state()


def make_app(config: KioskConfig, made: Agent) -> tuple[Flask, SocketIO]:
    """The application and its socket; `made` shows its states there from now on."""
    app = Flask(__name__, static_folder=None)
    app.extensions[AGENT] = made
    web_pages.install(app)
    app.register_blueprint(blueprint)
    own = _own_hosts(config)

    def refuse_strangers() -> None:
        if request.host not in own or not _same_origin():
            raise NotLocal

    app.before_request(refuse_strangers)
    app.register_error_handler(Problem, answer_problem)
    socketio = SocketIO(app, async_mode="gevent", transports=["websocket"], serve_client=False)

    def connect(_auth: object = None) -> bool | None:
        # Socket.IO answers before Flask's own hooks, so it asks again who is calling.
        if request.host not in own or not _same_origin():
            return False
        socketio.emit("state", made.state(), to=request.sid)  # type: ignore[attr-defined]
        return None

    socketio.on_event("connect", connect)
    made.show = lambda shown: socketio.emit("state", shown)
    return app, socketio


def _own_hosts(config: KioskConfig) -> frozenset[str]:
    # The Host header is compared by name, so that a foreign page cannot reach us through a name of its own (DNS rebinding).
    port = config.kiosk.port
    return frozenset(
        f"{host}:{port}" for host in {"127.0.0.1", "localhost", "[::1]", _literal(config.kiosk.host)}
    )


def _literal(host: str) -> str:
    try:
        return f"[{host}]" if ip_address(host).version == 6 else host
    except ValueError:
        return host


def _same_origin() -> bool:
    origin = request.headers.get("Origin")
    return origin is None or urlsplit(origin).netloc == request.host
