"""What is wrong in a hall definition, told with the line where it stands."""

from collections.abc import Iterable
from dataclasses import dataclass

from tinghao.server.hall.definition.locating import Locator
from tinghao.server.hall.definition.written import WrittenRow


@dataclass(frozen=True)
class Problem:
    """One thing wrong in a file. Line 0 means the file as a whole."""

    file: str
    line: int
    reason: str

    def __str__(self) -> str:
        place = f"{self.file}:{self.line}" if self.line else self.file
        return f"{place}: {self.reason}"


class DefinitionError(Exception):
    """A hall definition is refused; `problems` says why, ordered by line."""

    def __init__(self, problems: Iterable[Problem]) -> None:
        self.problems = sorted(problems, key=lambda problem: problem.line)
        super().__init__("\n".join(str(problem) for problem in self.problems))


class Report:
    """Gathers problems, so that all of them can be told at once."""

    def __init__(self, file: str, locator: Locator) -> None:
        self.problems: list[Problem] = []
        self._locator = locator
        self._file = file

    def add(self, row: WrittenRow, key: str | None, reason: str) -> None:
        """Notes a problem of a row, at a key of it."""
        line = self._locator.line(row.table, row.index, key)
        self.problems.append(Problem(self._file, line, f"{row.title()}: {reason}"))

    def add_table(self, table: str, reason: str) -> None:
        """Notes a problem of a table as a whole."""
        self.problems.append(Problem(self._file, self._locator.line(table), reason))

    def line(self, row: WrittenRow) -> int:
        """Where a row begins."""
        return self._locator.line(row.table, row.index)
