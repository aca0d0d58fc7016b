"""The days that are rehearsed: zones or one pool, strict or accumulating priority, a whole county hall."""

from collections.abc import Mapping, Sequence

from tinghao.rehearsal.day import Break, Clerk, Day, Demand, Habits, Minutes, Rate
from tinghao.rehearsal.halls import Service, built_hall
from tinghao.server.hall.definition import Theme
from tinghao.server.hall.queue_rules import (
    DEFAULT_ARRIVAL,
    CallingRule,
    CallingWhen,
    Plan,
    PlanWhen,
    Priority,
    Profile,
    QueueRules,
    QueueSettings,
)

OPENS, CLOSES = "09:00", "17:00"
ORDINARY_ONLY = QueueRules(
    priorities=(Priority(code="ordinary", name="普通", name_en="Ordinary"),), arrival=()
)

# Zones or one pool

FOUR_SERVICES = (
    Service("A", "税务", "Tax", 8),
    Service("B", "人社", "Social Security", 8),
    Service("C", "医保", "Healthcare", 8),
    Service("D", "公安", "Police", 8),
)
SEPARATE = ("A",) * 3 + ("B",) * 3 + ("C",) * 3 + ("D",) * 3
A_QUARTER = ("A",) * 3 + ("B",) * 2 + ("C",) * 2 + ("D",) * 2 + ("ABCD",) * 3
UNIFIED = ("ABCD",) * 12
ZONES: Mapping[str, Sequence[str]] = {
    "separate zones 分区": SEPARATE,
    "a quarter unified 四分之一无差别": A_QUARTER,
    "all unified 全部无差别": UNIFIED,
}
LOAD = 0.8
SERVICE_SPREAD = 1.0
"""As scattered as exponential times, without their many very short ones."""


def zones(windows: Sequence[str], seed: int) -> Day:
    """Twelve windows, four services, load 0.8 all day; the same visitors however the windows are shared out."""
    rate = 3 * LOAD * 60 / 8
    demands = tuple(
        Demand(service.matter, (Rate(OPENS, rate), Rate(CLOSES, 0)), Minutes(8, SERVICE_SPREAD))
        for service in FOUR_SERVICES
    )
    return Day(
        built_hall(FOUR_SERVICES, windows, ORDINARY_ONLY),
        demands,
        tuple(Clerk(number, ((OPENS, CLOSES),)) for number in range(1, len(windows) + 1)),
        Habits(walk=Minutes(0)),
        seed,
    )


# Strict or accumulating priority

LATEST = 60
"""Minutes that nobody shall wait longer than"""


def _classes(ordinary: Mapping[str, float], priority: Mapping[str, float]) -> QueueRules:
    return QueueRules(
        priorities=(
            Priority(code="ordinary", name="普通", name_en="Ordinary", **ordinary),  # type: ignore[arg-type]
            Priority(code="priority", name="优先", name_en="Priority", **priority),  # type: ignore[arg-type]
        ),
        arrival=DEFAULT_ARRIVAL[:2],
    )


FIRST_COME = _classes({}, {})
STRICT = _classes({}, {"head_start_minutes": 1440})
ACCUMULATING = _classes(
    {"guarantee_minutes": LATEST}, {"weight": 2, "head_start_minutes": 15, "guarantee_minutes": 30}
)
PRIORITIES: Mapping[str, QueueRules] = {
    "first come 先到先办": FIRST_COME,
    "strict priority 绝对优先": STRICT,
    "accumulating + guarantee 累积优先+最长等候承诺": ACCUMULATING,
}


def priority(rules: QueueRules, seed: int) -> Day:
    """Six windows for one line, a morning rush that they cannot serve at once, every third visitor of the priority class."""
    service = Service("A", "综合受理", "General Services", 8)
    rates = (Rate(OPENS, 50), Rate("12:00", 40), Rate("15:00", 30), Rate(CLOSES, 0))
    return Day(
        built_hall((service,), ("A",) * 6, rules),
        (Demand(service.matter, rates, Minutes(8, 0.6)),),
        tuple(Clerk(number, ((OPENS, CLOSES),)) for number in range(1, 7)),
        Habits(aged=0.2, statuses=0.15, walk=Minutes(0.3, 0.3)),
        seed,
    )


# A whole county hall

MORNING, AFTERNOON = ("08:30", "12:00"), ("14:30", "17:30")
COUNTY_SERVICES = (
    Service("A", "综合受理", "General Services", 8),
    Service("B", "税务", "Tax", 7),
    Service("C", "人社", "Social Security", 9),
    Service("D", "医保", "Healthcare", 8),
    Service("E", "不动产", "Real Estate", 15),
    Service("F", "公安", "Police", 10),
)
COUNTY_WINDOWS = {"A": 14, "B": 8, "C": 8, "D": 7, "E": 12, "F": 11}
COUNTY_RULES = QueueRules(
    settings=QueueSettings(last_ticket_minutes=5),
    priorities=(
        Priority(code="ordinary", name="普通", name_en="Ordinary", guarantee_minutes=90),
        Priority(
            code="booked",
            name="预约",
            name_en="Booked",
            weight=1.5,
            head_start_minutes=10,
            guarantee_minutes=45,
        ),
        Priority(
            code="priority",
            name="优先",
            name_en="Priority",
            weight=2,
            head_start_minutes=15,
            guarantee_minutes=30,
        ),
    ),
    calling=(
        CallingRule(
            name="综合受理等候超过40分钟先办",
            when=CallingWhen(lines=("A",), longest_wait_over=40),
            lines=("A",),
        ),
    ),
    profiles=(
        Profile(
            code="shuiwu-zhiyuan",
            name="支援税务",
            name_en="Helping Tax",
            lines=("B", "A"),
            choice="ratio",
            ratio=(2, 1),
        ),
    ),
    plans=(
        Plan(
            code="shuiwu-gaofeng",
            name="税务高峰",
            name_en="Tax Rush",
            windows=(13, 14),
            profile="shuiwu-zhiyuan",
            when=PlanWhen(lines=("B",), waiting_over=15, for_minutes=10, until_below=5),
        ),
    ),
)
COUNTY_HABITS = Habits(
    aged=0.18,
    statuses=0.04,
    booked=0.1,
    patience=Minutes(90, 0.6),
    misses=0.05,
    returns=0.5,
    held=0.02,
    moved=0.015,
)
OPENING = Theme(
    code="qiye-kaiban",
    name="企业开办一件事",
    name_en="Starting a Business",
    summary="一次取号，依次办理",
    summary_en="One number for all its lines",
    line="A",
    matters=("shixiang-a", "shixiang-b"),
    steps=("A", "B", "C"),
)
RETIRING = Theme(
    code="tuixiu",
    name="退休一件事",
    name_en="Retiring",
    summary="一次取号，同时排队",
    summary_en="One number in all its lines",
    line="C",
    matters=("shixiang-c", "shixiang-d"),
    steps=("C", "D"),
    together=True,
)
THEME_SHARE = 0.02


def county(seed: int, tickets: int = 2000, scale: float = 1.0) -> Day:
    """About so many tickets at sixty windows, with all that happens in a hall; `scale` makes the hall smaller or larger."""
    windows = [
        prefix for prefix, count in COUNTY_WINDOWS.items() for _ in range(max(1, round(count * scale)))
    ]
    return Day(
        built_hall(COUNTY_SERVICES, windows, COUNTY_RULES, (MORNING, AFTERNOON), (OPENING, RETIRING)),
        _county_demands(tickets * scale),
        tuple(_county_clerk(number) for number in range(1, len(windows) + 1)),
        COUNTY_HABITS,
        seed,
    )


def _county_demands(tickets: float) -> tuple[Demand, ...]:
    capacity = {each.prefix: COUNTY_WINDOWS[each.prefix] / each.mean_minutes for each in COUNTY_SERVICES}
    shares = {each.matter: capacity[each.prefix] / sum(capacity.values()) for each in COUNTY_SERVICES}
    means = {each.matter: float(each.mean_minutes) for each in COUNTY_SERVICES}
    for theme in (OPENING, RETIRING):
        shares[theme.code], means[theme.code] = THEME_SHARE / 2, 6.0
    return tuple(
        Demand(subject, _busy_hours(share * tickets / sum(shares.values())), Minutes(means[subject], 0.7))
        for subject, share in shares.items()
    )


def _busy_hours(tickets: float) -> tuple[Rate, ...]:
    """A morning rush from opening on, a smaller one after lunch."""
    hours = (("08:20", 1.2), ("09:00", 1.5), ("10:30", 1.0), ("11:30", 0.5), ("12:00", 0.0))
    later = (("14:20", 1.1), ("15:00", 1.1), ("16:30", 0.6), ("17:25", 0.0))
    whole = 40 / 60 * 1.2 + 1.5 * 1.5 + 1.0 + 0.5 * 0.5 + 40 / 60 * 1.1 + 1.5 * 1.1 + 55 / 60 * 0.6
    return tuple(Rate(begins, tickets * part / whole) for begins, part in (*hours, *later))


def _county_clerk(number: int) -> Clerk:
    """A break of ten minutes in each shift, at his own time."""
    minute = number * 7 % 60
    breaks = (Break(f"10:{minute:02}", 10), Break(f"16:{minute:02}", 10))
    return Clerk(number, (MORNING, AFTERNOON), breaks)
