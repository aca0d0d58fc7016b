"""How long a visitor will wait, for the queue's services."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from sqlalchemy import Connection

from tinghao.server.hall.facts import HallFacts
from tinghao.server.queueing.waits.estimating import Estimate, rounded
from tinghao.server.store import Work


def at_issue(
    connection: Connection, hall: HallFacts, line_id: int, ahead: int, now: datetime
) -> Estimate | None:
    """The wait of one who has so many ahead of him in the line."""
    return None


def for_lines(
    connection: Connection, hall: HallFacts, waiting: Mapping[int, int], now: datetime
) -> dict[int, Estimate | None]:
    """The wait in each line if one took a number now."""
    return {line_id: at_issue(connection, hall, line_id, ahead, now) for line_id, ahead in waiting.items()}


def shown(estimate: Estimate | None) -> dict[str, Any] | None:
    """An estimate as people read it."""
    return rounded(estimate.low, estimate.high) if estimate else None


def tick(work: Work, hall: HallFacts, now: datetime) -> None:
    """Learns and scores what is due."""
