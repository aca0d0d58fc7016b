"""Accounts, logging in and out."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from argon2 import PasswordHasher
from argon2.exceptions import VerifyMismatchError
from sqlalchemy import Connection, bindparam, insert, select, update

from tinghao.server.access import Caller, digest_of, new_token
from tinghao.server.access.callers import StaffRole
from tinghao.server.devices.models import Station
from tinghao.server.hall.models import Hall
from tinghao.server.staff import rules
from tinghao.server.staff.models import Staff, StaffSession
from tinghao.server.store import Store, Work

PREFIX = "cs"
_hasher = PasswordHasher()
_NOBODY = _hasher.hash("nobody has this password")


@dataclass(frozen=True)
class LoggedIn:
    """A new session and whose it is."""

    token: str
    staff_id: int
    name: str
    badge: str
    role: str


def add(
    work: Work,
    hall_id: int,
    username: str,
    name: str,
    badge: str,
    password: str,
    role: StaffRole = "clerk",
    skills: Sequence[str] = (),
) -> int:
    """Makes an account."""
    rules.check_password_strength(password)
    row = {
        "hall_id": hall_id,
        "username": username,
        "name": name,
        "badge": badge,
        "role": role,
        "skills": list(skills),
        "password_hash": _hasher.hash(password),
        "failures": 0,
        "locked_until": None,
    }
    return work.connection.execute(insert(Staff).values(row).returning(Staff.id)).scalar_one()


def change(
    work: Work, hall_id: int, username: str, role: StaffRole | None, skills: Sequence[str] | None
) -> bool:
    """Gives an account another role or other skills; false when there is no such account. What is None stays."""
    values: dict[str, Any] = {}
    if role is not None:
        values["role"] = role
    if skills is not None:
        values["skills"] = list(skills)
    theirs = update(Staff).where(Staff.hall_id == hall_id, Staff.username == username)
    return work.connection.execute(theirs.values(**values)).rowcount == 1


def everybody(connection: Connection) -> list[Any]:
    """All accounts of all halls, for the administrator."""
    query = select(Hall.code.label("hall"), Staff.username, Staff.name, Staff.badge, Staff.role, Staff.skills)
    return list(connection.execute(query.join(Hall, Staff.hall_id == Hall.id).order_by(Staff.id)))


def log_in(store: Store, station: Caller, now: datetime, username: str, password: str) -> LoggedIn:
    """Opens a session at a counter or a desk; wrong passwords are counted and lock the account for a while.

    The hash is computed outside the transaction: it is slow on purpose.
    """
    with store.read() as connection:
        query = select(Staff).where(Staff.hall_id == station.hall_id, Staff.username == username)
        found = connection.execute(query).first()
    if found:
        rules.check_lock(found.locked_until, now)
    right = _matches(found.password_hash if found else _NOBODY, password)
    if not found or not right:
        if found:
            store.write(lambda work: _count_failure(work, found.id, now), station.hall_id)
        raise rules.LoginRefused
    token = new_token(PREFIX)
    store.write(
        lambda work: _begin(work, found.id, station.station_id, digest_of(token), now), station.hall_id
    )
    return LoggedIn(token, found.id, found.name, found.badge, found.role)


def log_out(work: Work, session_id: int, now: datetime) -> None:
    """Ends a session."""
    work.connection.execute(update(StaffSession).where(StaffSession.id == session_id).values(ended_at=now))


def caller_by_token(store: Store, token: str, now: datetime) -> Caller | None:
    """The member of staff behind a session token, while the session and its station's own token last."""
    with store.look() as connection:
        row = connection.execute(_BY_DIGEST, {"digest": digest_of(token), "now": now}).first()
    if row is None:
        return None
    return Caller(
        row.hall_id, row.station_id, row.kind, row.staff_id, row.id, row.name, row.role, tuple(row.skills)
    )


def _matches(password_hash: str, password: str) -> bool:
    try:
        return _hasher.verify(password_hash, password)
    except VerifyMismatchError:
        return False


def _count_failure(work: Work, staff_id: int, now: datetime) -> None:
    before = work.connection.execute(select(Staff.failures).where(Staff.id == staff_id)).scalar_one()
    failures, locked_until = rules.after_failure(before, now)
    values: dict[str, Any] = {"failures": failures, "locked_until": locked_until}
    work.connection.execute(update(Staff).where(Staff.id == staff_id).values(**values))


def _begin(work: Work, staff_id: int, station_id: int, token_digest: str, now: datetime) -> None:
    work.connection.execute(update(Staff).where(Staff.id == staff_id).values(failures=0, locked_until=None))
    row = {
        "staff_id": staff_id,
        "station_id": station_id,
        "token_digest": token_digest,
        "began_at": now,
        "expires_at": now + rules.SESSION_LASTS,
    }
    work.connection.execute(insert(StaffSession).values(row))


_BY_DIGEST = (
    select(
        StaffSession.id,
        StaffSession.staff_id,
        StaffSession.station_id,
        Station.hall_id,
        Station.kind,
        Staff.name,
        Staff.role,
        Staff.skills,
    )
    .join(Staff, StaffSession.staff_id == Staff.id)
    .join(Station, StaffSession.station_id == Station.id)
    .where(
        StaffSession.token_digest == bindparam("digest"),
        StaffSession.ended_at.is_(None),
        StaffSession.expires_at > bindparam("now"),
        Station.revoked_at.is_(None),
    )
)
