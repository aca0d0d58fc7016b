"""Runs a Flask application with its Socket.IO on gevent: the production server of all our processes."""

import resource
import signal
import socket
import sys
from collections.abc import Callable
from typing import Any, BinaryIO

import gevent
import gevent.event
from gevent.pywsgi import WSGIServer
from geventwebsocket.handler import WebSocketHandler

from tinghao.web.headers import Headers

STOP_SECONDS = 2


class _Handler(WebSocketHandler):  # type: ignore[misc]
    def MessageClass(self, stream: BinaryIO, *_: Any) -> Headers:  # noqa: N802 -- gevent's name
        """What reads the head of a request."""
        return Headers(stream)

    def _write_with_headers(self, data: bytes) -> None:
        """Sends head and body in one piece: gevent's own way costs a second call of the system and a second packet."""
        self.headers_sent = True
        self.finalize_headers()
        lines = [b"HTTP/1.1 " + self.status, *(b"%b: %b" % header for header in self.response_headers)]
        head = b"\r\n".join(lines) + b"\r\n\r\n"
        if self.response_use_chunked or not data:
            self._sendall(head)
            self._write(data)
        else:
            self._sendall(head + data)

    def log_request(self) -> None:
        """No access log: addresses may tell who was where, and the audit is kept elsewhere."""


class _Server(WSGIServer):  # type: ignore[misc]
    def handle(self, client_socket: socket.socket, address: Any) -> None:
        # With Nagle an answer in several pieces would wait 40 ms for the other side's delayed ACK.
        client_socket.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        super().handle(client_socket, address)


def run(app: Any, host: str, port: int, ready: Callable[[], None] | None = None) -> None:
    """Serves `app` until SIGTERM or SIGINT; calls `ready` once it accepts connections.

    The process must have been patched by `gevent.monkey.patch_all()` before its other imports.
    Exits with a clear sentence when the port is taken.
    """
    _allow_many_connections()
    server = _Server((host, port), app, handler_class=_Handler, log=None, error_log=sys.stderr, backlog=1024)
    try:
        server.start()
    except OSError as error:
        sys.exit(f"tinghao: cannot listen on {host}:{port}: {error.strerror}. Choose another port.")
    stopped = gevent.event.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        gevent.signal_handler(number, stopped.set)
    if ready:
        ready()
    stopped.wait()
    server.stop(timeout=STOP_SECONDS)


def _allow_many_connections() -> None:
    """Every screen holds a file descriptor; the usual soft limit of 1,024 is soon too low."""
    _, most = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (most, most))
