"""The hall's server through its public client, as `hall_server.HallServer` describes it."""

from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import datetime
from typing import Any, TypeVar

from tinghao.kiosk.hall_server import Json, PrintOrder, QueuePlace, Refused, Ticket, Unreachable
from tinghao.server.client import ServerClient

Answer = TypeVar("Answer")

ALREADY_WAITING = "already-waiting"


class RemoteServer:
    """One kiosk's link to its server; may be used from several threads."""

    def __init__(self, address: str, token: str) -> None:
        self._client = ServerClient(address, token)

    def hall(self) -> Json:
        """See `HallServer`."""
        return _heard(self._client.hall)

    def matters(self) -> Json:
        """See `HallServer`."""
        return _heard(self._client.matters)

    def issue(self, matter: str, identity: Json | None, key: str) -> Ticket:
        """See `HallServer`."""
        known = {name: value for name, value in identity.items() if value is not None} if identity else None
        try:
            return ticket_of(_heard(lambda: self._client.issue(matter, known, key)))
        except Refused as error:
            held = error.problem.get("ticket")
            if error.code != ALREADY_WAITING or not held:
                raise
            return replace(ticket_of(held), already=True)

    def report_print(self, ticket_id: int, outcome: str, reason: str | None) -> None:
        """See `HallServer`."""
        _heard(lambda: self._client.report_print(ticket_id, outcome, reason))

    def reprint(self, ticket_id: int) -> None:
        """See `HallServer`."""
        _heard(lambda: self._client.reprint(ticket_id))

    def presence(self) -> tuple[str, datetime]:
        """See `HallServer`."""
        told = _heard(self._client.presence)
        return told["url"], datetime.fromisoformat(told["ends"])

    def print_orders(self) -> Sequence[PrintOrder]:
        """See `HallServer`."""
        told = _heard(self._client.print_orders)
        return [PrintOrder(order["id"], ticket_of(order["ticket"]), order["again"]) for order in told]

    def end_print_order(self, order_id: int, outcome: str, reason: str | None) -> None:
        """See `HallServer`."""
        _heard(lambda: self._client.end_print_order(order_id, outcome, reason))

    def ticket_by_slug(self, slug: str) -> QueuePlace:
        """See `HallServer`."""
        return place_of(_heard(lambda: self._client.ticket_by_slug(slug)))

    def heartbeat(self, devices: Sequence[Json]) -> None:
        """See `HallServer`."""
        _heard(lambda: self._client.heartbeat(devices))


def _heard(ask: Callable[[], Answer]) -> Answer:
    # A fault within the server, or a proxy before it, leaves open whether the wish was fulfilled: as if nothing came back.
    try:
        return ask()
    except Refused as error:
        if error.status >= 500:
            raise Unreachable(error.code) from None
        raise


def ticket_of(told: Json) -> Ticket:
    """An issued ticket from the API's answer."""
    return Ticket(
        id=told["id"],
        number=told["number"],
        line=told["line"],
        matter=told["matter_name"],
        zone=told["zone"],
        zone_en=told["zone_en"],
        floor=str(told["floor"]),
        windows=_windows(told["windows"]),
        ahead=told["ahead"],
        wait=_wait(told["wait"]),
        qr=told["qr"],
        issued_at=told["issued_at"],
        priority=(told["priority_name"], told["priority_name_en"]) if told.get("priority_name") else None,
        visitor=(told.get("visitor") or {}).get("name"),
    )


def place_of(told: Json) -> QueuePlace:
    """A ticket's place from the API's answer."""
    return QueuePlace(
        number=told["number"],
        state=told["state"],
        zone=told["zone"],
        zone_en=told["zone_en"],
        floor=str(told["floor"]),
        windows=_windows(told["windows"]),
        ahead=told["ahead"],
        wait=_wait(told["wait"]),
        window=told["window"],
    )


def _windows(told: str | Sequence[Any]) -> tuple[str, ...]:
    if isinstance(told, str):
        return (f"{told}号窗口",) if told else ()
    return tuple(map(str, told))


def _wait(told: Json | None) -> tuple[str, str] | None:
    return (told["words"], told["words_en"]) if told else None
