"""Elastic windows: plans that begin and end by load or by time, and profiles by hand whose minutes are over."""

from datetime import datetime
from typing import Any

from sqlalchemy import delete, select

from tinghao.basics.clock import hall_day
from tinghao.server.access import Caller
from tinghao.server.hall.facts import HallFacts
from tinghao.server.hall.queue_rules import Plan
from tinghao.server.queueing import statements
from tinghao.server.queueing.models import PlanState, WindowProfile
from tinghao.server.queueing.rules import profiles
from tinghao.server.queueing.service import windows
from tinghao.server.store import Work
from tinghao.server.store.upsert import upsert

Standing = tuple[datetime | None, datetime | None]
"""Since when a plan's load is over its mark, since when it is in force."""


def review(work: Work, hall: HallFacts, server: Caller, now: datetime) -> None:
    """Brings plans and profiles up to date; every window that this concerns tells what it serves now."""
    concerned = _end_by_hand(work, hall, now) | _review_plans(work, hall, now)
    for window_id in sorted(concerned):
        windows.tell_profile(work, hall, server, now, window_id)


def _end_by_hand(work: Work, hall: HallFacts, now: datetime) -> set[int]:
    if not hall.rules.profiles:
        return set()
    over = select(WindowProfile.window_id).where(
        WindowProfile.window_id.in_(list(hall.windows)), WindowProfile.until <= now
    )
    ended = set(work.connection.execute(over).scalars())
    if ended:
        work.connection.execute(delete(WindowProfile).where(WindowProfile.window_id.in_(ended)))
    return ended


def _review_plans(work: Work, hall: HallFacts, now: datetime) -> set[int]:
    """The windows of plans that have begun or ended."""
    if not hall.rules.plans:
        return set()
    rows = statements.PLANS.all(work.connection, {"of_hall": hall.id})
    known: dict[str, Standing] = {row.plan: (row.over_since, row.active_since) for row in rows}
    waiting = _counts(work, hall, now)
    concerned: set[int] = set()
    for plan in hall.rules.plans:
        before = known.get(plan.code, (None, None))
        after = _standing(plan, hall.timezone, waiting, before, now)
        if after != before:
            _keep(work, hall, plan, after)
        if (after[1] is None) != (before[1] is None):
            numbers = hall.windows_by_number
            concerned |= {numbers[number].id for number in plan.windows if number in numbers}
    return concerned


def _standing(
    plan: Plan, timezone: str, waiting: dict[str, int], before: Standing, now: datetime
) -> Standing:
    if not profiles.plan_holds_by_time(plan, timezone, now):
        return None, None
    if plan.when.waiting_over is None:
        return None, before[1] or now
    return profiles.plan_by_load(plan, waiting, *before, now)


def _keep(work: Work, hall: HallFacts, plan: Plan, standing: Standing) -> None:
    values: dict[str, Any] = dict(zip(("over_since", "active_since"), standing, strict=True))
    row = {"hall_id": hall.id, "plan": plan.code, **values}
    work.connection.execute(upsert(PlanState, row, keys=("hall_id", "plan"), change=values))


def _counts(work: Work, hall: HallFacts, now: datetime) -> dict[str, int]:
    row = {**statements.numbered("line", hall.lines), "day": hall_day(now, hall.timezone)}
    found = statements.series(len(hall.lines)).all(work.connection, row)
    return {hall.lines[each.line_id].prefix: each.waiting for each in found}
