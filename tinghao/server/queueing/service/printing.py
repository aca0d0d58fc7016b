"""Tickets that are printed again: the same number, ordered by somebody, done by a station that tells what became of it."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, exists, insert, or_, select, update
from sqlalchemy.orm import aliased

from tinghao.server.access import Caller
from tinghao.server.devices import service as devices
from tinghao.server.devices.models import Station
from tinghao.server.queueing.models import PrintOrder, Ticket
from tinghao.server.queueing.rules import printing as rules
from tinghao.server.queueing.rules import states
from tinghao.server.queueing.service import record
from tinghao.server.store import Work

Json = dict[str, Any]

_is_open = PrintOrder.outcome.is_(None)


def printing_stations(connection: Connection, hall_id: int) -> list[rules.PrintingStation]:
    """The hall's stations that print tickets."""
    return [
        rules.PrintingStation(row.id, row.name, row.seen_at)
        for row in devices.of_hall(connection, hall_id)
        if row.kind == "kiosk"
    ]


def order_reprint(work: Work, caller: Caller, now: datetime, ticket_id: int, station_id: int | None) -> Json:
    """Has a station print the ticket again; returns the ticket as staff see it, its print pending.

    Without `station_id` the kiosk prints that issued it. Raises `NoPrinter`, `StationAway`, `TicketOver`, `BeingPrinted`.
    """
    ticket = record.ticket_of(work, caller.hall_id, ticket_id)
    if ticket["state"] not in states.UNFINISHED:
        word, word_en = states.STATE_WORDS[ticket["state"]]
        raise rules.TicketOver(number=ticket["label"], state=word, state_en=word_en)
    stations = printing_stations(work.connection, caller.hall_id)
    station = rules.station_for(stations, station_id, ticket["station_id"], now)
    _end_forgotten(work, ticket, now)
    row = {"ticket_id": ticket_id, "station_id": station.id, "wanted_at": now, "actor": caller.actor}
    order_id = work.connection.execute(insert(PrintOrder).values(row).returning(PrintOrder.id)).scalar_one()
    detail = {"order": order_id, "station": station.id, "station_name": station.name}
    record.act(work, caller, now, ticket, "reprint", detail=detail)
    changed = _set_print(work, ticket, "pending", None)
    return record.tell(work, caller, now, "print.wanted", changed, station=station.id)


def open_orders(connection: Connection, station_id: int, now: datetime) -> list[Json]:
    """What the station shall print, oldest first: `{id, again, ticket}` with the ticket's row.

    It is printed `again` when a paper of it may exist already: a kiosk gave the number, or an earlier order may have succeeded.
    """
    earlier = aliased(PrintOrder)
    ordered_before = exists().where(
        earlier.ticket_id == PrintOrder.ticket_id,
        earlier.id < PrintOrder.id,
        earlier.outcome.in_(("printed", "unknown")),
    )
    again = or_(Station.kind == "kiosk", ordered_before)
    query = (
        select(PrintOrder.id.label("order_id"), again.label("again"), Ticket.__table__)
        .join(Ticket, Ticket.id == PrintOrder.ticket_id)
        .join(Station, Station.id == Ticket.station_id)
        .where(PrintOrder.station_id == station_id, _is_open, PrintOrder.wanted_at >= now - rules.GOOD_FOR)
        .order_by(PrintOrder.id)
    )
    rows = connection.execute(query).mappings()
    return [{"id": row["order_id"], "again": bool(row["again"]), "ticket": dict(row)} for row in rows]


def end_order(
    work: Work, caller: Caller, now: datetime, order_id: int, outcome: str, reason: str | None
) -> Json:
    """Takes down what became of an order's paper; the first report counts. Raises `NoSuchPrintOrder`."""
    mine = select(PrintOrder.__table__).where(
        PrintOrder.id == order_id, PrintOrder.station_id == caller.station_id
    )
    found = work.connection.execute(mine).mappings().first()
    if found is None:
        raise rules.NoSuchPrintOrder
    order = dict(found)
    if order["outcome"] is None:
        _end(work, order, now, outcome, reason)
        ticket = record.ticket_of(work, caller.hall_id, order["ticket_id"])
        record.tell(work, caller, now, "ticket.printed", _set_print(work, ticket, outcome, reason))
        order |= {"outcome": outcome, "reason": reason}
    return {name: order[name] for name in ("id", "outcome", "reason")}


def end_forgotten(work: Work, caller: Caller, now: datetime) -> None:
    """Calls the hall's orders failed that no station answered in time, so that everybody sees it."""
    query = (
        select(PrintOrder.__table__)
        .join(Ticket, Ticket.id == PrintOrder.ticket_id)
        .where(Ticket.hall_id == caller.hall_id, _is_open, PrintOrder.wanted_at < now - rules.GOOD_FOR)
    )
    for order in work.connection.execute(query).mappings().all():
        _end(work, order, now, "failed", rules.FORGOTTEN)
        ticket = record.ticket_of(work, caller.hall_id, order["ticket_id"])
        changed = _set_print(work, ticket, "failed", rules.FORGOTTEN)
        record.tell(work, caller, now, "ticket.printed", changed)


def _end_forgotten(work: Work, ticket: Mapping[str, Any], now: datetime) -> None:
    """Ends a former order of the ticket that nobody answered; one that is still good is in the way."""
    query = select(PrintOrder.__table__).where(PrintOrder.ticket_id == ticket["id"], _is_open)
    for order in work.connection.execute(query).mappings().all():
        if rules.is_good(order["wanted_at"], now):
            raise rules.BeingPrinted(number=ticket["label"])
        _end(work, order, now, "failed", rules.FORGOTTEN)


def _end(work: Work, order: Mapping[Any, Any], now: datetime, outcome: str, reason: str | None) -> None:
    values = {"outcome": outcome, "reason": reason, "ended_at": now}
    work.connection.execute(update(PrintOrder).where(PrintOrder.id == order["id"]).values(**values))


def _set_print(work: Work, ticket: Json, state: str, reason: str | None) -> Json:
    values = {"print_state": state, "print_reason": reason}
    work.connection.execute(update(Ticket).where(Ticket.id == ticket["id"]).values(**values))
    return {**ticket, **values}
