"""What a kiosk needs of the hall's server, and nothing more."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Protocol

from tinghao.server.client import Refused, Unreachable

__all__ = ["HallServer", "Json", "PrintOrder", "QueuePlace", "Refused", "Ticket", "Unreachable"]

Json = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Ticket:
    """A number as the kiosk shows and prints it."""

    id: int
    number: str
    line: int
    matter: str
    zone: str
    zone_en: str
    floor: str
    windows: tuple[str, ...]
    ahead: int | None
    wait: tuple[str, str] | None
    qr: str
    issued_at: str
    already: bool = False
    """The visitor had it before he asked."""
    priority: tuple[str, str] | None = None
    """The class he waits in, in Chinese and English, when it is not the ordinary one."""
    visitor: str | None = None
    """His name, masked, where only the server knows it."""


@dataclass(frozen=True, slots=True)
class PrintOrder:
    """A ticket that this kiosk shall print again."""

    id: int
    ticket: Ticket
    again: bool = True
    """A paper of it may exist already."""


@dataclass(frozen=True, slots=True)
class QueuePlace:
    """How things stand for a number that somebody already holds."""

    number: str
    state: str
    zone: str
    zone_en: str
    floor: str
    windows: tuple[str, ...]
    ahead: int | None
    wait: tuple[str, str] | None
    window: str | None


class HallServer(Protocol):
    """Every call raises `Unreachable` or `Refused` when it fails."""

    def hall(self) -> Json:
        """The hall: names, hours, zones, lines, windows."""

    def matters(self) -> Json:
        """Departments, themes and matters."""

    def issue(self, matter: str, identity: Json | None, key: str) -> Ticket:
        """Takes a number; the same key gives the same ticket. Who has one already is given that, told as such."""

    def report_print(self, ticket_id: int, outcome: str, reason: str | None) -> None:
        """Tells what became of the paper."""

    def reprint(self, ticket_id: int) -> None:
        """Orders this kiosk to print a ticket again."""

    def presence(self) -> tuple[str, datetime]:
        """The address that phones in the hall scan to take a number, and until when it is good."""

    def print_orders(self) -> Sequence[PrintOrder]:
        """What this kiosk shall print, oldest first."""

    def end_print_order(self, order_id: int, outcome: str, reason: str | None) -> None:
        """Tells what became of an ordered paper."""

    def ticket_by_slug(self, slug: str) -> QueuePlace:
        """Where a printed ticket stands in its line."""

    def heartbeat(self, devices: Sequence[Json]) -> None:
        """Tells that this kiosk lives, and how its devices are."""
