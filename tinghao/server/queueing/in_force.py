"""Which lines windows serve now, read from what was set by hand and from the plans in force."""

from collections.abc import Iterable
from datetime import datetime

from sqlalchemy import Connection

from tinghao.server.hall.facts import HallFacts
from tinghao.server.queueing import statements
from tinghao.server.queueing.rules.profiles import InForce, plan_in_force, profile_for


def in_force(connection: Connection, hall: HallFacts, window_id: int, now: datetime) -> InForce:
    """Which lines a window serves now, and how it chooses between them."""
    return all_in_force(connection, hall, [window_id], now)[window_id]


def all_in_force(
    connection: Connection, hall: HallFacts, window_ids: Iterable[int], now: datetime
) -> dict[int, InForce]:
    """The same for several windows."""
    windows = [hall.windows[window_id] for window_id in window_ids]
    if not hall.rules.profiles:
        return {window.id: InForce(window.lines) for window in windows}
    asked = statements.numbered("window", (window.id for window in windows))
    rows = statements.by_hand(len(windows)).all(connection, asked)
    by_hand = {row.window_id: row.profile for row in rows if row.until is None or now < row.until}
    plans: set[str] = set()
    if hall.rules.plans:
        active = {
            row.plan: row.active_since for row in statements.PLANS.all(connection, {"of_hall": hall.id})
        }
        plans = {
            plan.code
            for plan in hall.rules.plans
            if plan_in_force(plan, hall.timezone, active.get(plan.code), now)
        }
    return {
        window.id: profile_for(window.number, window.lines, by_hand.get(window.id), plans, hall.rules)
        for window in windows
    }
