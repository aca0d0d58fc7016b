"""The house's server in another async mode, for comparison: `python -m bench.mode_server MODE`. The product is `tinghao serve`.

It has one path more than the product: it sends a call's message to all boards and answers with the moment at which it did.
"""

import sys
import time
from typing import Any

MODES = {
    "gevent": "gevent, gevent-websocket (as the product)",
    "simple": "gevent, simple-websocket",
    "gunicorn": "threading, gunicorn gthread",
    "werkzeug": "threading, Werkzeug's development server",
}
EMIT = "/bench/emit"
THREADS = 300
"""A thread for each board, and some for the kiosks."""


def main(mode: str) -> None:
    """Serves until it is stopped."""
    if mode in ("gevent", "simple"):
        from gevent import monkey

        monkey.patch_all()
    if mode == "simple":
        # What is not there is not used: Engine.IO then takes simple-websocket.
        sys.modules["geventwebsocket"] = None  # type: ignore[assignment]
    {"gevent": _gevent, "simple": _simple, "gunicorn": _gunicorn, "werkzeug": _werkzeug}[mode]()


def _app(async_mode: str) -> tuple[Any, int]:
    from tinghao.assembly import assemble
    from tinghao.server.config import read_config

    config = read_config(None)
    app = assemble(config, async_mode=async_mode)
    socketio = app.extensions["live"].socketio

    @app.post(EMIT)
    def emit() -> dict[str, str]:
        window = {"id": 3, "state": "called", "called_at": "2026-01-05T01:02:03Z", "recalls": 0}
        number = str(time.monotonic_ns())
        event = {"seq": 1, "kind": "ticket.called", "at": "2026-01-05T01:02:03Z", "number": number}
        news = [{**event, "line": {"id": 1, "waiting": 12}, "window": {**window, "ticket": number}}]
        socketio.emit("events", {"events": news}, to="hall:1:public")
        return {"number": number}

    return app, config.port


def _say_ready() -> None:
    from tinghao.demo.run import READY

    print(READY, flush=True)


def _gevent() -> None:
    from tinghao.web import runner

    app, port = _app("gevent")
    runner.run(app, "127.0.0.1", port, _say_ready)


def _simple() -> None:
    import socket

    from gevent.pywsgi import WSGIServer

    class Server(WSGIServer):  # type: ignore[misc]
        def handle(self, client_socket: socket.socket, address: Any) -> None:
            client_socket.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
            super().handle(client_socket, address)

    app, port = _app("gevent")
    server = Server(("127.0.0.1", port), app, log=None, backlog=1024)
    server.start()
    _say_ready()
    server.serve_forever()


def _gunicorn() -> None:
    import importlib

    from tinghao.server.config import read_config

    port = read_config(None).port

    # Not among our dependencies: who wants this comparison installs it.
    base: Any = importlib.import_module("gunicorn.app.base")

    class Application(base.BaseApplication):  # type: ignore[misc]
        def load_config(self) -> None:
            settings = {
                "bind": f"127.0.0.1:{port}",
                "worker_class": "gthread",
                "threads": THREADS,
                "workers": 1,
                "keepalive": 60,
                "graceful_timeout": 1,
                "loglevel": "error",
                "post_worker_init": lambda worker: _say_ready(),
            }
            for name, value in settings.items():
                self.cfg.set(name, value)

        def load(self) -> Any:
            return _app("threading")[0]

    Application().run()


def _werkzeug() -> None:
    import socket

    from werkzeug.serving import WSGIRequestHandler, make_server

    class Handler(WSGIRequestHandler):
        protocol_version = "HTTP/1.1"

        def setup(self) -> None:
            self.request.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
            super().setup()

        def log_request(self, code: int | str = "-", size: int | str = "-") -> None:
            """Says nothing."""

    app, port = _app("threading")
    server = make_server("127.0.0.1", port, app, threaded=True, request_handler=Handler)
    _say_ready()
    server.serve_forever()


if __name__ == "__main__":
    main(sys.argv[1])
