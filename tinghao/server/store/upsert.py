"""Insert or, where the row is there already, change it: one statement for both databases."""

from collections.abc import Mapping, Sequence
from typing import Any

from sqlalchemy.dialects.postgresql import Insert


def upsert(
    table: Any, values: Mapping[str, Any], *, keys: Sequence[str], change: Mapping[str, Any]
) -> Insert:
    """An INSERT of `values` that makes `change` to the row when one with the same `keys` is there.

    SQLite took the clause over from PostgreSQL, word for word, and SQLAlchemy's compiler for SQLite understands it.
    """
    return (
        Insert(table).values(dict(values)).on_conflict_do_update(index_elements=list(keys), set_=dict(change))
    )
