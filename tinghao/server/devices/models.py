"""The table of stations."""

from datetime import datetime
from typing import Any

from sqlalchemy import ForeignKey
from sqlalchemy.orm import Mapped, mapped_column

from tinghao.server.store import Base


class Station(Base):
    """A machine at the edge with a revocable token of its own."""

    __tablename__ = "station"
    id: Mapped[int] = mapped_column(primary_key=True)
    hall_id: Mapped[int] = mapped_column(ForeignKey("hall.id"))
    kind: Mapped[str]
    name: Mapped[str]
    token_digest: Mapped[str] = mapped_column(unique=True)
    added_at: Mapped[datetime]
    revoked_at: Mapped[datetime | None]
    seen_at: Mapped[datetime | None]
    devices: Mapped[list[dict[str, Any]] | None]
