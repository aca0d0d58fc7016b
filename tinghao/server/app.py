"""The application factory of the server: API, live events, problem details."""

import json
from typing import Any

from apiflask import APIFlask, HTTPError
from flask import Flask, Request, Response
from flask.json.provider import DefaultJSONProvider, JSONProvider
from flask.sessions import NullSession, SessionInterface, SessionMixin
from werkzeug.exceptions import HTTPException
from werkzeug.routing import IntegerConverter, ValidationError

from tinghao import __version__
from tinghao.basics.clock import Clock, system_clock
from tinghao.basics.problem import Problem
from tinghao.server.access.http import RESOLVERS, Resolver, Resolvers
from tinghao.server.config import ServerConfig
from tinghao.server.devices import api as devices_api
from tinghao.server.devices import service as devices
from tinghao.server.hall import api as hall_api
from tinghao.server.hall.book import HallBook
from tinghao.server.push.live import Live
from tinghao.server.queueing import api as queueing_api
from tinghao.server.queueing.pictures import Pictures
from tinghao.server.queueing.rules.presence import Pace
from tinghao.server.staff import api as staff_api
from tinghao.server.staff import service as staff
from tinghao.server.store import Store, wishes
from tinghao.server.store.migrate import require_current
from tinghao.web.problems import answer_problem, problem_answer

MOST_BYTES = 64 * 1024
API = "/api/v1"


class NoSession(SessionInterface):
    """We know callers by their tokens; Flask need not look for a cookie in every request."""

    def open_session(self, app: Flask, request: Request) -> NullSession:
        """A session that keeps nothing."""
        return NullSession()

    def save_session(self, app: Flask, session: SessionMixin, response: Response) -> None:
        """Nothing to keep."""


class QuickJson(JSONProvider):
    """JSON from one encoder that is made once; Flask's own makes one for every answer and sorts the names."""

    def __init__(self, app: Flask) -> None:
        super().__init__(app)
        self._shape: dict[str, Any] = {"ensure_ascii": False, "default": DefaultJSONProvider.default}
        self._encoder = json.JSONEncoder(**self._shape, separators=(",", ":"))

    def dumps(self, obj: Any, **kwargs: Any) -> str:
        """The JSON of `obj`; what `json.dumps` may be told changes its form."""
        return json.dumps(obj, **{**self._shape, **kwargs}) if kwargs else self._encoder.encode(obj)

    def loads(self, s: str | bytes, **kwargs: Any) -> Any:
        """What the JSON says."""
        return json.loads(s, **kwargs)


class Id(IntegerConverter):
    """A number in an address that a database can look up; a greater one leads nowhere."""

    def to_python(self, value: str) -> int:
        """The number; `ValidationError` (hence 404) beyond 63 bits."""
        found: int = super().to_python(value)
        if found >= 2**63:
            raise ValidationError
        return found


class OurRequest(Request):
    """A request whose JSON may be left out when nothing needs to be said."""

    def on_json_loading_failed(self, e: ValueError | None) -> Any:
        """No body is an empty one; anything else is refused as Flask does."""
        return {} if e is not None and not self.get_data() else super().on_json_loading_failed(e)


class BadShape(Problem):
    code = "bad-request"
    status = 422
    detail = "请求内容不完整或格式不正确。"
    detail_en = "The request is incomplete or malformed."


def create_app(config: ServerConfig, clock: Clock = system_clock, async_mode: str = "gevent") -> APIFlask:
    """Builds the server on its database, which must be of the current version."""
    require_current(config.database)
    store = Store(config.database)
    wishes.forget_old(store, clock())
    app = APIFlask(
        __name__, title="Tinghao 听号", version=__version__, spec_path="/openapi.json", docs_path=None
    )
    app.config.update(
        SECRET_KEY=config.secret,
        PUBLIC_URL=config.public_url.rstrip("/"),
        ALLOWED_ORIGINS=config.allowed_origins or None,
        MAX_CONTENT_LENGTH=MOST_BYTES,
        VALIDATION_ERROR_STATUS_CODE=BadShape.status,
        SPEC_FORMAT="json",
        INFO={
            "description": "Queue and kiosk system of a government service hall. Errors are RFC 9457 problem details."
        },
        SECURITY_SCHEMES={"token": {"type": "http", "scheme": "bearer"}},
    )
    app.json = QuickJson(app)
    app.extensions["store"] = store
    app.extensions["clock"] = clock
    app.extensions["book"] = book = HallBook()
    app.extensions["pace"] = Pace()
    app.extensions["pictures"] = Pictures(book)
    by_prefix: dict[str, Resolver] = {
        devices.PREFIX: lambda token: devices.caller_by_token(store, token),
        staff.PREFIX: lambda token: staff.caller_by_token(store, token, clock()),
    }
    app.extensions[RESOLVERS] = Resolvers(by_prefix, clock)
    app.session_interface = NoSession()
    app.request_class = OurRequest
    app.url_map.converters["int"] = Id
    for room in (hall_api, queueing_api, staff_api, devices_api):
        app.register_blueprint(room.blueprint, url_prefix=API)
    _answer_problems(app)
    app.extensions["live"] = live = Live(app, store, async_mode, config.redis)
    live.start()
    return app


def _answer_problems(app: APIFlask) -> None:
    app.register_error_handler(Problem, answer_problem)

    @app.errorhandler(HTTPException)
    def of_http(error: HTTPException) -> Response:
        return problem_answer(_http_problem(error.code or 500, error.name, error.description or ""))

    @app.error_processor
    def of_shape(error: HTTPError) -> Response:
        if error.status_code != BadShape.status:
            return problem_answer(_http_problem(error.status_code, error.message or "", ""))
        return problem_answer({**BadShape().as_json(), "errors": error.detail})

    @app.errorhandler(Exception)
    def of_nobody(error: Exception) -> Response:
        app.logger.exception("unexpected error")
        return answer_problem(Problem())


def _http_problem(status: int, title: str, detail: str) -> dict[str, Any]:
    code = title.lower().replace(" ", "-") or "http-error"
    return {
        "type": "about:blank",
        "title": title,
        "status": status,
        "code": code,
        "detail": "请求无法处理。",
        "detail_en": detail,
    }
