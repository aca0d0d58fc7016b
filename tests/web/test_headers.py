"""The head of a request: what is read, what is refused, and that gevent's server lives with it."""

import io
import socket
from collections.abc import Iterator
from typing import Any

import gevent
import pytest
from gevent.pywsgi import WSGIServer
from hypothesis import given
from hypothesis import strategies as st

from tinghao.web.headers import LONGEST_LINE, MOST_LINES, Headers, MalformedHead
from tinghao.web.runner import _Handler

names = st.text("abcXYZ09-", min_size=1, max_size=20)
values = st.text(st.characters(max_codepoint=255, exclude_characters="\0\r\n"), max_size=40).map(
    lambda value: value.strip(" \t")
)


def read(*lines: bytes) -> Headers:
    return Headers(io.BytesIO(b"".join(lines) + b"\r\n" + b"the body"))


@given(st.lists(st.tuples(names, values), max_size=20, unique_by=lambda header: header[0].lower()))
def test_every_header_is_found_by_its_name_in_any_case(given_headers: list[tuple[str, str]]) -> None:
    found = read(*(f"{name}: {value}\r\n".encode("latin-1") for name, value in given_headers))
    for name, value in given_headers:
        assert found.get(name.swapcase()) == value
    assert len(found.headers) == len(given_headers)


def test_only_the_head_is_read() -> None:
    stream = io.BytesIO(b"Host: hall\r\n\r\nA: body")
    assert Headers(stream).headers == ["host:hall"]
    assert stream.read() == b"A: body"


def test_a_header_that_is_not_there() -> None:
    found = read(b"Host: hall\r\n")
    assert found.get("Accept") is None
    assert found.getheader("Accept", "any") == "any"
    assert found.typeheader is None


def test_the_first_of_several_is_told_and_all_are_kept() -> None:
    found = read(b"Accept: a\r\n", b"accept: b\r\n")
    assert found.get("Accept") == "a"
    assert found.headers == ["accept:a", "accept:b"]


@pytest.mark.parametrize(
    "line",
    [
        b"no colon\r\n",
        b" folded: line\r\n",
        b"space before : colon\r\n",
        b": no name\r\n",
        b"n\xc3\xa4me: value\r\n",
        b"name: a\rb\r\n",
        b"name: a\0b\r\n",
        b"cut off: in the middle",
        b"long: " + b"x" * LONGEST_LINE + b"\r\n",
        b"many: x\r\n" * (MOST_LINES + 1),
        b"Content-Length: 1\r\ncontent-length: 2\r\n",
    ],
)
def test_what_can_be_read_in_two_ways_or_is_too_long_is_refused(line: bytes) -> None:
    with pytest.raises(MalformedHead):
        Headers(io.BytesIO(b"Host: hall\r\n" + line))


@pytest.fixture
def port() -> Iterator[int]:
    """Of a server that answers what it has read."""

    def application(environ: dict[str, Any], start_response: Any) -> list[bytes]:
        body = environ["wsgi.input"].read()
        start_response("200 OK", [("Content-Type", "text/plain")])
        told = (environ["CONTENT_TYPE"], environ["HTTP_X_SEEN"], body.decode())
        return [repr(told).encode()]

    server = WSGIServer(("127.0.0.1", 0), application, handler_class=_Handler, log=None, error_log=None)
    server.start()
    yield server.server_port
    server.stop(timeout=1)


def ask(port: int, request: bytes) -> bytes:
    """Sends a request and returns the answer up to the end of the connection."""

    def exchange() -> bytes:
        with socket.create_connection(("127.0.0.1", port), timeout=10) as connection:
            connection.sendall(request)
            with connection.makefile("rb") as answer:
                return answer.read()

    found: bytes = gevent.get_hub().threadpool.apply(exchange)
    return found


HEAD = b"POST / HTTP/1.1\r\nHost: hall\r\nConnection: close\r\nContent-Type: text/x\r\nX-Seen: a\r\nx-seen: b\r\n"


def test_the_server_hands_headers_and_body_on(port: int) -> None:
    answer = ask(port, HEAD + b"Content-Length: 2\r\n\r\nhi")
    assert answer.startswith(b"HTTP/1.1 200 OK\r\n")
    assert answer.endswith(b"('text/x', 'a,b', 'hi')")


def test_a_body_in_chunks_counts_before_a_length(port: int) -> None:
    chunked = b"Transfer-Encoding: chunked\r\nContent-Length: 99\r\n\r\n2\r\nhi\r\n0\r\n\r\n"
    assert ask(port, HEAD + chunked).endswith(b"('text/x', 'a,b', 'hi')")


def test_the_server_refuses_a_malformed_head(port: int) -> None:
    assert ask(port, HEAD + b"Content-Length : 2\r\n\r\nhi").startswith(b"HTTP/1.1 400 ")
