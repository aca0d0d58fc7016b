"""Which lines a window serves now: by hand, by a plan in force, or its own; and who may serve whom."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, time, timedelta
from typing import Literal
from zoneinfo import ZoneInfo

from tinghao.server.hall.queue_rules import Plan, PlanWhen, Profile, QueueRules
from tinghao.server.queueing.rules.choosing import Serving, Way
from tinghao.server.queueing.rules.turns import Turns

DAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")


@dataclass(frozen=True)
class InForce:
    """What a window does now: `code`, `name`, `name_en` and `by` are None when it serves its own lines."""

    lines: tuple[str, ...]
    choice: Way = "score"
    ratio: tuple[int, ...] = ()
    skills: tuple[str, ...] | None = None
    """What the window is equipped for; None: everything"""
    code: str | None = None
    name: str | None = None
    name_en: str | None = None
    by: Literal["hand", "plan"] | None = None

    def serving(self, turns: Turns) -> Serving:
        """The same for `choose`, with the credits that the window's last choice left."""
        return Serving(self.lines, self.choice, self.ratio, turns)


def profile_for(
    window_number: int,
    base_lines: Sequence[str],
    by_hand: str | None,
    plans_in_force: Collection[str],
    rules: QueueRules,
) -> InForce:
    """By hand goes before the first plan in force for the window, that before its own lines.

    `by_hand` is a profile's code, None if none is given (the caller leaves out what is past its time); `plans_in_force` are
    codes of plans. A profile that the rules don't have any more is passed over.
    """
    profiles = {profile.code: profile for profile in rules.profiles}
    if by_hand in profiles:
        return _of(profiles[by_hand], "hand")
    for plan in rules.plans:
        if plan.code in plans_in_force and window_number in plan.windows and plan.profile in profiles:
            return _of(profiles[plan.profile], "plan")
    return InForce(tuple(base_lines))


def _of(profile: Profile, by: Literal["hand", "plan"]) -> InForce:
    return InForce(
        profile.lines,
        profile.choice,
        profile.ratio,
        profile.skills,
        profile.code,
        profile.name,
        profile.name_en,
        by,
    )


def plan_in_force(plan: Plan, timezone: str, active_since: datetime | None, now: datetime) -> bool:
    """Whether all holds that the plan names; `active_since` as `plan_by_load` told it last."""
    loaded = plan.when.waiting_over is None or active_since is not None
    return loaded and plan_holds_by_time(plan, timezone, now)


def plan_holds_by_time(plan: Plan, timezone: str, now: datetime) -> bool:
    """Whether `now` is on the plan's days from `begins` until `ends`, by the hall's clocks; what is left out is always so.

    A stretch that ends when or before it begins goes on past midnight and belongs to the day on which it began.
    """
    local = now.astimezone(ZoneInfo(timezone))
    begins, ends = plan.when.begins or time.min, plan.when.ends or time.max
    at, day = local.time(), local.date()
    if begins < ends:
        within = begins <= at and (at < ends or plan.when.ends is None)
    else:
        within = at >= begins or at < ends
        if at < ends:
            day -= timedelta(days=1)
    return within and (plan.when.days is None or DAYS[day.weekday()] in plan.when.days)


def plan_by_load(
    plan: Plan,
    waiting: Mapping[str, int],
    over_since: datetime | None,
    active_since: datetime | None,
    now: datetime,
) -> tuple[datetime | None, datetime | None]:
    """Since when the load is over the plan's mark, and since when the plan is in force; both None without a mark.

    `waiting` counts by line; a plan without lines counts them all. It comes into force when more than `waiting_over` have waited
    at every look for `for_minutes`, and ends when fewer than `until_below` wait; left out, when no more than half the mark do.
    An empty line always ends it, and what starts it never does. A clock that was put back starts the minutes anew.
    """
    when = plan.when
    if when.waiting_over is None:
        return None, None
    lines = waiting.keys() if when.lines is None else when.lines
    load = sum(waiting.get(line, 0) for line in lines)
    over_since = min(over_since or now, now) if load > when.waiting_over else None
    if active_since is not None:
        ended = load < _ends_below(when, when.waiting_over)
        return over_since, None if ended else min(active_since, now)
    begins = over_since is not None and now - over_since >= timedelta(minutes=when.for_minutes)
    return over_since, now if begins else None


def _ends_below(when: PlanWhen, mark: int) -> int:
    wanted = mark // 2 + 1 if when.until_below is None else when.until_below
    return min(max(wanted, 1), mark + 1)


def able(skill: str | None, window_skills: Collection[str] | None, clerk_skills: Collection[str]) -> bool:
    """Whether clerk and window can serve who needs `skill`; a window of which nothing is told is equipped for all."""
    if skill is None:
        return True
    return skill in clerk_skills and (window_skills is None or skill in window_skills)
