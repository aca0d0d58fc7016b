"""The tables of a hall's own definition.

A row that the definition no longer names is retired, not deleted: old tickets point to it.
"""

from datetime import datetime
from typing import Any

from sqlalchemy import ForeignKey, Index, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from tinghao.server.store import Base


class Hall(Base):
    """One site."""

    __tablename__ = "hall"
    id: Mapped[int] = mapped_column(primary_key=True)
    code: Mapped[str] = mapped_column(unique=True)
    name: Mapped[str]
    name_en: Mapped[str]
    timezone: Mapped[str]
    hours: Mapped[list[dict[str, Any]]]
    version: Mapped[int]
    imported_at: Mapped[datetime]


class QueueRulesRow(Base):
    """A hall's rules of queueing as they stood from a version on."""

    __tablename__ = "queue_rules"
    hall_id: Mapped[int] = mapped_column(ForeignKey("hall.id"), primary_key=True)
    version: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    rules: Mapped[dict[str, Any]]
    since: Mapped[datetime]


class Zone(Base):
    """A part of a hall."""

    __tablename__ = "zone"
    __table_args__ = (UniqueConstraint("hall_id", "code"),)
    id: Mapped[int] = mapped_column(primary_key=True)
    hall_id: Mapped[int] = mapped_column(ForeignKey("hall.id"))
    code: Mapped[str]
    name: Mapped[str]
    name_en: Mapped[str]
    kind: Mapped[str]
    floor: Mapped[int]
    retired: Mapped[bool] = mapped_column(default=False)


class Department(Base):
    """Who is responsible for a matter."""

    __tablename__ = "department"
    __table_args__ = (UniqueConstraint("hall_id", "code"),)
    id: Mapped[int] = mapped_column(primary_key=True)
    hall_id: Mapped[int] = mapped_column(ForeignKey("hall.id"))
    zone_id: Mapped[int] = mapped_column(ForeignKey("zone.id"))
    code: Mapped[str]
    name: Mapped[str]
    name_en: Mapped[str]
    full_name: Mapped[str | None]
    phone: Mapped[str | None]
    initials: Mapped[str]
    position: Mapped[int]
    retired: Mapped[bool] = mapped_column(default=False)


class Line(Base):
    """Where tickets wait: one prefix letter, one number series a day."""

    __tablename__ = "line"
    __table_args__ = (UniqueConstraint("hall_id", "prefix"),)
    id: Mapped[int] = mapped_column(primary_key=True)
    hall_id: Mapped[int] = mapped_column(ForeignKey("hall.id"))
    zone_id: Mapped[int] = mapped_column(ForeignKey("zone.id"))
    prefix: Mapped[str]
    name: Mapped[str]
    name_en: Mapped[str]
    mean_minutes: Mapped[float]
    retired: Mapped[bool] = mapped_column(default=False)


class Window(Base):
    """A numbered counter in a zone."""

    __tablename__ = "window"
    __table_args__ = (UniqueConstraint("hall_id", "number"),)
    id: Mapped[int] = mapped_column(primary_key=True)
    hall_id: Mapped[int] = mapped_column(ForeignKey("hall.id"))
    zone_id: Mapped[int] = mapped_column(ForeignKey("zone.id"))
    number: Mapped[int]
    wheelchair: Mapped[bool]
    retired: Mapped[bool] = mapped_column(default=False)


class WindowLine(Base):
    """A window serves a line."""

    __tablename__ = "window_line"
    window_id: Mapped[int] = mapped_column(ForeignKey("window.id"), primary_key=True)
    line_id: Mapped[int] = mapped_column(ForeignKey("line.id"), primary_key=True)


class Matter(Base):
    """What a visitor comes for, with its guide."""

    __tablename__ = "matter"
    __table_args__ = (UniqueConstraint("hall_id", "code"),)
    id: Mapped[int] = mapped_column(primary_key=True)
    hall_id: Mapped[int] = mapped_column(ForeignKey("hall.id"))
    department_id: Mapped[int] = mapped_column(ForeignKey("department.id"))
    line_id: Mapped[int] = mapped_column(ForeignKey("line.id"))
    code: Mapped[str]
    name: Mapped[str]
    name_en: Mapped[str]
    keywords: Mapped[list[str]]
    initials: Mapped[str]
    pinyin: Mapped[str]
    materials: Mapped[list[str]]
    time: Mapped[str]
    time_en: Mapped[str | None]
    fee: Mapped[str]
    place: Mapped[str | None]
    hot: Mapped[bool]
    weekend: Mapped[bool]
    skill: Mapped[str | None]
    position: Mapped[int]
    retired: Mapped[bool] = mapped_column(default=False)


class Theme(Base):
    """高效办成一件事: several matters done as one, taken at one line."""

    __tablename__ = "theme"
    __table_args__ = (UniqueConstraint("hall_id", "code"),)
    id: Mapped[int] = mapped_column(primary_key=True)
    hall_id: Mapped[int] = mapped_column(ForeignKey("hall.id"))
    line_id: Mapped[int] = mapped_column(ForeignKey("line.id"))
    code: Mapped[str]
    name: Mapped[str]
    name_en: Mapped[str]
    summary: Mapped[str]
    summary_en: Mapped[str | None]
    initials: Mapped[str]
    matters: Mapped[list[str]]
    steps: Mapped[list[str]]
    together: Mapped[bool]
    position: Mapped[int]
    retired: Mapped[bool] = mapped_column(default=False)


Index("ix_window_line_line_id", WindowLine.line_id)
