"""Pure decisions of printing a ticket again: at which station, and how long an order is good."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import ClassVar

from tinghao.basics.problem import Problem

SEEN_WITHIN = timedelta(minutes=1)
"""A station that was not heard of for longer is away."""

GOOD_FOR = timedelta(minutes=2)
"""A station that comes back later than this does not print any more what nobody waits for."""

FORGOTTEN = "终端未响应"


class NoPrinter(Problem):
    code: ClassVar[str] = "no-printer"
    status: ClassVar[int] = 409
    detail: ClassVar[str] = "没有可用的打印终端，请选择一台联机的取号机。"
    detail_en: ClassVar[str] = "No station is there to print it. Please choose a kiosk that is online."


class StationAway(Problem):
    code: ClassVar[str] = "station-away"
    status: ClassVar[int] = 409
    detail: ClassVar[str] = "{station}没有联机，请选择另一台取号机。"
    detail_en: ClassVar[str] = "{station} is offline. Please choose another kiosk."


class TicketOver(Problem):
    code: ClassVar[str] = "ticket-over"
    status: ClassVar[int] = 409
    detail: ClassVar[str] = "号码 {number} {state}，不能补打。"
    detail_en: ClassVar[str] = "Ticket {number} is {state_en} and can't be printed again."


class BeingPrinted(Problem):
    code: ClassVar[str] = "being-printed"
    status: ClassVar[int] = 409
    detail: ClassVar[str] = "号码 {number} 正在补打，请稍候。"
    detail_en: ClassVar[str] = "Ticket {number} is being printed. Please wait a moment."


class NoSuchPrintOrder(Problem):
    code: ClassVar[str] = "no-such-print-order"
    status: ClassVar[int] = 404
    detail: ClassVar[str] = "没有找到该打印任务。"
    detail_en: ClassVar[str] = "There is no such print order for this station."


@dataclass(frozen=True)
class PrintingStation:
    """A station with a printer, and when it was last heard of."""

    id: int
    name: str
    seen_at: datetime | None

    def is_there(self, now: datetime) -> bool:
        """Whether it would hear of an order."""
        return self.seen_at is not None and now - self.seen_at <= SEEN_WITHIN


def station_for(
    stations: Sequence[PrintingStation], wanted: int | None, issued_at: int, now: datetime
) -> PrintingStation:
    """The wanted station, else the one that issued the ticket; raises `StationAway`, `NoPrinter`."""
    found = next((each for each in stations if each.id == (wanted or issued_at)), None)
    if found is None or (wanted is None and not found.is_there(now)):
        raise NoPrinter
    if not found.is_there(now):
        raise StationAway(station=found.name)
    return found


def is_good(wanted_at: datetime, now: datetime) -> bool:
    """Whether an order that nobody has answered may still be printed."""
    return now - wanted_at <= GOOD_FOR
