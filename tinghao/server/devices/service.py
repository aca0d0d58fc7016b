"""Stations come, report and go."""

from datetime import datetime
from typing import Any

from sqlalchemy import Connection, bindparam, insert, select, update

from tinghao.server.access import Caller, digest_of, new_token
from tinghao.server.devices.models import Station
from tinghao.server.hall.models import Hall
from tinghao.server.store import Store, Work

PREFIX = "st"


def add(work: Work, hall_id: int, kind: str, name: str, now: datetime) -> str:
    """Makes a station and returns its token, which can't be shown again."""
    token = new_token(PREFIX)
    row = {"hall_id": hall_id, "kind": kind, "name": name, "token_digest": digest_of(token), "added_at": now}
    work.connection.execute(insert(Station).values(row))
    return token


def phones_of(connection: Connection, hall_id: int) -> int | None:
    """The id of the station that stands for all visitors' phones of the hall; nobody has a token of it."""
    query = select(Station.id).where(Station.hall_id == hall_id, Station.kind == "phone")
    found: int | None = connection.execute(query).scalar()
    return found


def add_phones(work: Work, hall_id: int, now: datetime) -> int:
    """Makes that station when it is needed for the first time; returns its id."""
    found = phones_of(work.connection, hall_id)
    if found is not None:
        return found
    row = {"hall_id": hall_id, "kind": "phone", "name": "手机取号", "added_at": now}
    row["token_digest"] = digest_of(new_token(PREFIX))
    made: int = work.connection.execute(insert(Station).values(row).returning(Station.id)).scalar_one()
    return made


def revoke(work: Work, station_id: int, now: datetime) -> bool:
    """Ends a station's right to come; false when there is no such station with a token in force."""
    statement = (
        update(Station).where(Station.id == station_id, Station.revoked_at.is_(None)).values(revoked_at=now)
    )
    return work.connection.execute(statement).rowcount == 1


def heartbeat(work: Work, caller: Caller, now: datetime, devices: list[dict[str, Any]]) -> None:
    """Remembers that a station is there and how its devices are."""
    statement = update(Station).where(Station.id == caller.station_id)
    work.connection.execute(statement.values(seen_at=now, devices=devices))


def everywhere(connection: Connection) -> list[Any]:
    """All stations of all halls, for the administrator."""
    query = select(
        Station.id, Hall.code.label("hall"), Station.kind, Station.name, Station.seen_at, Station.revoked_at
    )
    return list(connection.execute(query.join(Hall, Station.hall_id == Hall.id).order_by(Station.id)))


def of_hall(connection: Connection, hall_id: int) -> list[Any]:
    """The hall's stations whose tokens are in force."""
    query = select(Station.id, Station.kind, Station.name, Station.seen_at)
    theirs = query.where(Station.hall_id == hall_id, Station.revoked_at.is_(None)).order_by(Station.id)
    return list(connection.execute(theirs))


def caller_by_token(store: Store, token: str) -> Caller | None:
    """The station behind a token that is in force."""
    with store.look() as connection:
        row = connection.execute(_BY_DIGEST, {"digest": digest_of(token)}).first()
    return Caller(row.hall_id, row.id, row.kind) if row else None


_BY_DIGEST = select(Station.id, Station.hall_id, Station.kind).where(
    Station.token_digest == bindparam("digest"), Station.revoked_at.is_(None)
)
