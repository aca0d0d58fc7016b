"""The head of an HTTP request, as gevent's server wants it: read at a fraction of what Python's mail parser costs."""

import re
from typing import BinaryIO

LONGEST_LINE = 65_536
MOST_LINES = 100

_LINE = re.compile(rb"([!#$%&'*+.^_`|~0-9A-Za-z-]+):[ \t]*([^\x00\r\n]*?)[ \t]*\r?\n")


class MalformedHead(ValueError):
    """The request is to be refused: its head can be read in more than one way, or is too long."""


class Headers:
    """Header lines up to the empty one. Anything a proxy before us might read otherwise is refused with `MalformedHead`."""

    status = ""
    """gevent asks whether an error was met; we raise ours."""

    def __init__(self, stream: BinaryIO) -> None:
        self.headers: list[str] = []
        """All lines in their order, each `name:value`."""
        self._first: dict[str, str] = {}
        while (line := stream.readline(LONGEST_LINE)) not in (b"\r\n", b"\n", b""):
            self._take(line)

    def _take(self, line: bytes) -> None:
        found = _LINE.fullmatch(line)
        if found is None or len(self.headers) == MOST_LINES:
            raise MalformedHead
        name, value = found[1].decode("ascii").lower(), found[2].decode("latin-1")
        if name == "content-length" and name in self._first:
            raise MalformedHead
        self.headers.append(f"{name}:{value}")
        self._first.setdefault(name, value)

    def get(self, name: str, default: str | None = None) -> str | None:
        """The first value of a header, whatever the case of its name."""
        return self._first.get(name.lower(), default)

    getheader = get

    @property
    def typeheader(self) -> str | None:
        """The type of the content."""
        return self.get("content-type")

    def __delitem__(self, name: str) -> None:
        del self._first[name.lower()]
