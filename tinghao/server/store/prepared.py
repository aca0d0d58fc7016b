"""Statements of the hot paths: written and compiled with SQLAlchemy, run on the driver's own cursor.

SQLAlchemy's caches, contexts and results cost each execution several times what SQLite needs to answer it. They are left
out here; the types, the transaction and the errors stay SQLAlchemy's.
"""

from collections import namedtuple
from collections.abc import Callable, Mapping, Sequence
from typing import Any, NamedTuple

from sqlalchemy import Connection, Dialect, Float
from sqlalchemy.exc import DBAPIError
from sqlalchemy.sql.compiler import SQLCompiler
from sqlalchemy.sql.dml import UpdateBase
from sqlalchemy.sql.selectable import SelectBase
from sqlalchemy.types import TypeEngine

Values = Mapping[str, Any]
_Convert = Callable[[Any], Any] | None


class _Plan(NamedTuple):
    """A statement as one dialect runs it."""

    text: str
    fixed: dict[str, Any]
    """Parameters that the statement itself holds."""
    parameters: list[tuple[str, _Convert]]
    positional: bool
    row: type[Any]
    readings: list[tuple[int, Callable[[Any], Any]]]
    """By their place, the columns whose values the driver does not give as they are meant."""


class Prepared:
    """A statement that each dialect compiles once, at its first execution; every execution must give the same names.

    Not for defaults made in Python nor for `in_` with a list, whose text differs from one execution to the next.
    """

    def __init__(self, statement: SelectBase | UpdateBase) -> None:
        self._statement = statement
        self._plans: dict[str, _Plan] = {}

    def run(self, connection: Connection, values: Values) -> None:
        """Executes the statement."""
        _execute(connection, self._plan(connection, values), values).close()

    def first(self, connection: Connection, values: Values) -> Any | None:
        """The first row as a named tuple; None when there is none."""
        plan = self._plan(connection, values)
        cursor = _execute(connection, plan, values)
        found = cursor.fetchone()
        cursor.close()
        return None if found is None else _row(plan, found)

    def one(self, connection: Connection, values: Values) -> Any:
        """The first row of a statement that always has one; raises `LookupError` when it hasn't."""
        found = self.first(connection, values)
        if found is None:
            raise LookupError(f"nothing found by: {self._statement}")
        return found

    def all(self, connection: Connection, values: Values) -> list[Any]:
        """All rows as named tuples."""
        plan = self._plan(connection, values)
        cursor = _execute(connection, plan, values)
        found = cursor.fetchall()
        cursor.close()
        return [_row(plan, row) for row in found]

    def _plan(self, connection: Connection, values: Values) -> _Plan:
        plan = self._plans.get(connection.dialect.name)
        if plan is None:
            plan = _compile(self._statement, connection.dialect, values)
            self._plans[connection.dialect.name] = plan
        return plan


def say(connection: Connection, command: str) -> None:
    """Executes a command that has neither parameters nor rows, such as `SAVEPOINT`."""
    _execute(connection, _Plan(command, {}, [], True, tuple, []), {}).close()


def _compile(statement: SelectBase | UpdateBase, dialect: Dialect, values: Values) -> _Plan:
    compiled: Any = statement.compile(dialect=dialect, column_keys=list(values))
    assert isinstance(compiled, SQLCompiler)
    if compiled.insert_prefetch or compiled.update_prefetch or "__[POSTCOMPILE" in compiled.string:
        raise TypeError(f"not for a prepared statement: {compiled.string}")
    names = compiled.positiontup if compiled.positional else list(compiled.binds)
    columns = statement.exported_columns
    readings = [(place, _reading(column.type, dialect)) for place, column in enumerate(columns)]
    return _Plan(
        text=compiled.string,
        fixed={name: bind.value for name, bind in compiled.binds.items() if not bind.required},
        parameters=[(name, _binding(compiled.binds[name].type, dialect)) for name in names or ()],
        positional=compiled.positional,
        row=namedtuple("Row", [str(name) for name in columns.keys()]),  # noqa: SIM118 -- it iterates over columns
        readings=[(place, convert) for place, convert in readings if convert],
    )


def _binding(kind: TypeEngine[Any], dialect: Dialect) -> _Convert:
    return kind.dialect_impl(dialect).bind_processor(dialect)


def _reading(kind: TypeEngine[Any], dialect: Dialect) -> _Convert:
    if isinstance(kind, Float):
        # Both drivers give floats as they are; SQLAlchemy would have to know PostgreSQL's own code of the column.
        return None
    return kind.dialect_impl(dialect).result_processor(dialect, None)


def _execute(connection: Connection, plan: _Plan, values: Values) -> Any:
    parameters = _parameters(plan, values)
    if not connection.in_transaction():
        connection.begin()
    cursor = connection.connection.cursor()
    try:
        cursor.execute(plan.text, parameters)
    except connection.dialect.loaded_dbapi.Error as error:
        lost = connection.dialect.is_disconnect(error, connection.connection, cursor)
        cursor.close()
        if lost:
            connection.invalidate(error)
        raise _translated(error, connection.dialect, lost) from error
    return cursor


def _translated(error: Exception, dialect: Dialect, lost: bool) -> BaseException:
    """The driver's error as SQLAlchemy's, without the values: they may tell who came."""
    return DBAPIError.instance(
        None, None, error, dialect.loaded_dbapi.Error, hide_parameters=True, connection_invalidated=lost
    )


def _parameters(plan: _Plan, values: Values) -> Any:
    given = {**plan.fixed, **values} if plan.fixed else values
    if plan.positional:
        return [convert(given[name]) if convert else given[name] for name, convert in plan.parameters]
    return {name: convert(given[name]) if convert else given[name] for name, convert in plan.parameters}


def _row(plan: _Plan, found: Sequence[Any]) -> Any:
    values = list(found)
    for place, convert in plan.readings:
        values[place] = convert(values[place])
    return plan.row._make(values)
