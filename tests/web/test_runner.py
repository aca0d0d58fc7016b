"""The production server: how an answer leaves it."""

import io
from collections.abc import Iterator
from typing import Any

import pytest
from gevent.pywsgi import WSGIServer

from tinghao.web.runner import _Handler

REQUEST = b"GET / HTTP/1.1\r\nHost: hall\r\nConnection: close\r\n\r\n"


class Wire:
    """A socket that brings one request and keeps the pieces of the answer."""

    def __init__(self) -> None:
        self.pieces: list[bytes] = []

    def makefile(self, *_: object) -> io.BufferedReader:
        return io.BufferedReader(io.BytesIO(REQUEST))  # type: ignore[arg-type]

    def sendall(self, piece: bytes) -> None:
        self.pieces.append(bytes(piece))

    def close(self) -> None:
        """Nothing to let go of."""


def pieces(status: str, body: Any, headers: dict[str, str]) -> list[bytes]:
    """The pieces in which an answer leaves."""

    def application(environ: dict[str, Any], start_response: Any) -> Any:
        start_response(status, list(headers.items()))
        return body

    server = WSGIServer(("127.0.0.1", 0), application, handler_class=_Handler, log=None, error_log=None)
    server.init_socket()
    wire = Wire()
    try:
        _Handler(wire, ("127.0.0.1", 1), server).handle()
    finally:
        server.close()
    return wire.pieces


def test_head_and_body_leave_in_one_piece() -> None:
    (piece,) = pieces("201 CREATED", [b"{}"], {"Date": "now", "Content-Type": "application/json"})
    head = [b"HTTP/1.1 201 CREATED", b"Date: now", b"Content-Type: application/json", b"Content-Length: 2"]
    assert piece == b"\r\n".join([*head, b"", b"{}"])


@pytest.mark.parametrize("body", [[], [b""]])
def test_an_answer_without_a_body_ends_with_its_head(body: list[bytes]) -> None:
    assert pieces("204 NO CONTENT", body, {"Date": "now"}) == [
        b"HTTP/1.1 204 NO CONTENT\r\nDate: now\r\n\r\n"
    ]


def test_a_body_of_unknown_length_leaves_in_chunks() -> None:
    def told() -> Iterator[bytes]:
        yield b"one"
        yield b"two"

    head, *chunks = pieces("200 OK", told(), {"Date": "now"})
    assert head.endswith(b"Transfer-Encoding: chunked\r\n\r\n")
    assert chunks == [b"3\r\none\r\n", b"3\r\ntwo\r\n", b"0\r\n\r\n"]
