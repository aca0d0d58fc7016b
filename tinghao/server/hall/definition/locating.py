"""Where things stand in a TOML file; tomllib doesn't tell."""

import re
from collections.abc import Iterator

_TOKEN = re.compile(
    r'"""(?:\\.|[^\\])*?"{3,5}'  # a string may end with up to two quotes of its own
    r"|'''.*?'{3,5}"
    r'|"(?:\\.|[^"\\\n])*"'
    r"|'[^'\n]*'"
    r"|#[^\n]*"
    r"""|[^"'#\[\]{}\n]+|.""",
    re.DOTALL,
)
_HEADER = re.compile(r"\[+([^\]]*)\]")
_KEY = re.compile(r"""([A-Za-z0-9_-]+|"[^"]*"|'[^']*')\s*[.=]""")


def _statements(text: str) -> Iterator[tuple[int, str]]:
    """Headers and key/value pairs of valid TOML, each with the line where it begins."""
    line = start = 1
    depth = 0
    parts: list[str] = []
    for token in _TOKEN.findall(text + "\n"):
        line += token.count("\n")
        if token == "\n" and depth == 0:
            yield start, "".join(parts).strip()
            parts, start = [], line
            continue
        depth += (token in ("[", "{")) - (token in ("]", "}"))
        parts.append(token)


class Locator:
    """Knows at which line each table and each key of a valid TOML text begins; tomllib doesn't tell."""

    def __init__(self, text: str) -> None:
        self._tables: dict[tuple[str, int], int] = {}
        self._keys: dict[tuple[str, int, str], int] = {}
        self._counts: dict[str, int] = {}
        table = ""
        for line, statement in _statements(text):
            if header := _HEADER.match(statement):
                table = self._enter(header[1], line)
            elif key := _KEY.match(statement):
                self._note(table, key[1].strip("\"'"), line)

    def line(self, table: str, index: int = 0, key: str | None = None) -> int:
        """Line of a key (`when`, `when.lines`) in a table's row; if it isn't written there, of the nearest thing around."""
        while key:
            if found := self._keys.get((table, index, key)):
                return found
            key = key.rpartition(".")[0]
        return self._tables.get((table, index), self._tables.get((table, 0), 1))

    def _enter(self, name: str, line: int) -> str:
        table, *inner = (part.strip().strip("\"'") for part in name.split("."))
        if inner:
            self._keys.setdefault((table, self._counts.get(table, 1) - 1, inner[0]), line)
            self._tables.setdefault((table, 0), line)
            return ".".join((table, *inner))
        index = self._counts.get(table, 0)
        self._counts[table] = index + 1
        self._tables[(table, index)] = line
        return table

    def _note(self, table: str, key: str, line: int) -> None:
        if table == "":
            self._tables.setdefault((key, 0), line)
        else:
            table, _, inner = table.partition(".")
            name = f"{inner}.{key}" if inner else key
            self._keys.setdefault((table, self._counts.get(table, 1) - 1, name), line)
