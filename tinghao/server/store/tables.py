"""The base of all tables, and the tables that belong to no room: events and answered wishes."""

from datetime import UTC, datetime
from json import JSONEncoder
from typing import Annotated, Any, ClassVar

from sqlalchemy import JSON, BigInteger, DateTime, Dialect, Integer, MetaData
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column
from sqlalchemy.types import TypeDecorator

NAMING = {
    "ix": "ix_%(column_0_label)s",
    "uq": "uq_%(table_name)s_%(column_0_name)s",
    "ck": "ck_%(table_name)s_%(constraint_name)s",
    "fk": "fk_%(table_name)s_%(column_0_name)s_%(referred_table_name)s",
    "pk": "pk_%(table_name)s",
}


compact = JSONEncoder(ensure_ascii=False, separators=(",", ":")).encode
"""How JSON is written into the database."""


class Instant(TypeDecorator[datetime]):
    """A point in time: always UTC in the database, always timezone-aware in Python."""

    impl = DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        return None if value is None else value.astimezone(UTC)

    def process_result_value(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        if value is None:
            return None
        # SQLite keeps no zone; PostgreSQL answers in its session's.
        return value.replace(tzinfo=UTC) if value.tzinfo is None else value.astimezone(UTC)


LongId = Annotated[
    int, mapped_column(BigInteger().with_variant(Integer(), "sqlite"), primary_key=True, autoincrement=True)
]
"""The id of rows that come by thousands a day: 32 bits would not last ten years of many halls."""


class Base(DeclarativeBase):
    """All tables of the server."""

    metadata = MetaData(naming_convention=NAMING)
    type_annotation_map: ClassVar = {
        datetime: Instant,
        dict[str, Any]: JSON(none_as_null=True),
        list[dict[str, Any]]: JSON,
        list[str]: JSON,
    }


class EventCounter(Base):
    """The last event number of a hall; its row is the hall's ordering point."""

    __tablename__ = "event_counter"
    hall_id: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    last: Mapped[int] = mapped_column(BigInteger)


class EventRow(Base):
    """Something that happened in a hall, numbered without gaps."""

    __tablename__ = "event"
    hall_id: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    seq: Mapped[int] = mapped_column(BigInteger, primary_key=True, autoincrement=False)
    kind: Mapped[str]
    at: Mapped[datetime]
    actor: Mapped[str]
    data: Mapped[dict[str, Any]]


class WishRow(Base):
    """A wish that was answered: asked again with the same key it gets this answer and has no effect."""

    __tablename__ = "wish"
    actor: Mapped[str] = mapped_column(primary_key=True)
    key: Mapped[str] = mapped_column(primary_key=True)
    fingerprint: Mapped[str]
    answer: Mapped[dict[str, Any]]
    at: Mapped[datetime] = mapped_column(index=True)
