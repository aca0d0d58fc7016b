"""What is remembered of waits: the learned model of each hall, and how good its estimates were each day."""

from datetime import date, datetime
from typing import Any

from sqlalchemy import ForeignKey
from sqlalchemy.orm import Mapped, mapped_column

from tinghao.server.store import Base


class WaitModel(Base):
    """What a hall's past days have taught; `data` is for `waits.learning`."""

    __tablename__ = "wait_model"
    hall_id: Mapped[int] = mapped_column(ForeignKey("hall.id"), primary_key=True)
    learned_at: Mapped[datetime]
    data: Mapped[dict[str, Any]]


class WaitScore(Base):
    """How one day's estimates of a line turned out: errors in minutes, shares of waits not above their band's ends.

    `below_low` should be 0.5, `coverage` (not above the high end) 0.9.
    """

    __tablename__ = "wait_score"
    line_id: Mapped[int] = mapped_column(ForeignKey("line.id"), primary_key=True)
    day: Mapped[date] = mapped_column(primary_key=True)
    tickets: Mapped[int]
    mean_absolute_error: Mapped[float]
    bias: Mapped[float]
    below_low: Mapped[float]
    coverage: Mapped[float]
