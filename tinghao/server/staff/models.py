"""The tables of accounts and sessions."""

from datetime import datetime

from sqlalchemy import ForeignKey, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from tinghao.server.store import Base


class Staff(Base):
    """A person with an account in one hall; `skills` are the codes of what he is able to do."""

    __tablename__ = "staff"
    __table_args__ = (UniqueConstraint("hall_id", "username"),)
    id: Mapped[int] = mapped_column(primary_key=True)
    hall_id: Mapped[int] = mapped_column(ForeignKey("hall.id"))
    username: Mapped[str]
    name: Mapped[str]
    badge: Mapped[str]
    role: Mapped[str] = mapped_column(default="clerk")
    skills: Mapped[list[str]] = mapped_column(default=list)
    password_hash: Mapped[str]
    failures: Mapped[int] = mapped_column(default=0)
    locked_until: Mapped[datetime | None]


class StaffSession(Base):
    """A member of staff logged in at a counter or a desk."""

    __tablename__ = "staff_session"
    id: Mapped[int] = mapped_column(primary_key=True)
    staff_id: Mapped[int] = mapped_column(ForeignKey("staff.id"))
    station_id: Mapped[int] = mapped_column(ForeignKey("station.id"))
    token_digest: Mapped[str] = mapped_column(unique=True)
    began_at: Mapped[datetime]
    expires_at: Mapped[datetime]
    ended_at: Mapped[datetime | None]
