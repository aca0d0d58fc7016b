"""What a visitor gets on arrival: the line, the class, from when his waiting counts."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta

from tinghao.basics.id_number import IdNumberError, birth_date, check_id_number
from tinghao.server.hall.queue_rules import (
    AppointmentState,
    ArrivalThen,
    ArrivalWhen,
    QueueRules,
    QueueSettings,
)

_AS_USUAL = ArrivalThen()


@dataclass(frozen=True)
class Arrival:
    """All that is known of a visitor who asks for a number.

    `matter` is the code of a matter or theme, `line` the prefix of its line, `zone_waiting` how many wait in the line's zone;
    `age` in full years.
    """

    matter: str
    department: str | None
    line: str
    zone_waiting: int
    age: int | None = None
    statuses: frozenset[str] = frozenset()
    language: str | None = None
    booked_at: datetime | None = None
    visited_today: bool = False


@dataclass(frozen=True)
class Admission:
    """Where the visitor waits (a line's prefix), in which class, and since when; he is not called before `not_before`.

    `rule` names the arrival rule that fitted.
    """

    line: str
    priority: str
    remark: str | None
    since: datetime
    not_before: datetime | None
    rule: str | None


def admit(arrival: Arrival, rules: QueueRules, now: datetime) -> Admission:
    """Takes the first arrival rule that fits; without one, the matter's own line and the ordinary class."""
    appointment = appointment_state(arrival.booked_at, rules.settings, now)
    for rule in rules.arrival:
        if _fits(rule.when, arrival, appointment):
            return _admission(rule.then, arrival, rules, now, rule.name)
    return _admission(_AS_USUAL, arrival, rules, now, None)


def appointment_state(
    booked_at: datetime | None, settings: QueueSettings, now: datetime
) -> AppointmentState | None:
    """Whether a visitor with an appointment is early, in time or late."""
    if booked_at is None:
        return None
    if now < booked_at - timedelta(minutes=settings.booked_early_minutes):
        return "early"
    if now > booked_at + timedelta(minutes=settings.booked_late_minutes):
        return "late"
    return "in_time"


def age_on(id_number: str, day: date) -> int | None:
    """Full years on `day` by a resident's identity number of 18 characters; nothing from any other number."""
    number = id_number.upper()
    try:
        check_id_number(number, today=day)
    except IdNumberError:
        return None
    born = birth_date(number)
    return day.year - born.year - ((day.month, day.day) < (born.month, born.day))


def _fits(when: ArrivalWhen, arrival: Arrival, appointment: AppointmentState | None) -> bool:
    age = arrival.age
    return (
        (when.matters is None or arrival.matter in when.matters)
        and (when.lines is None or arrival.line in when.lines)
        and (when.departments is None or arrival.department in when.departments)
        and (when.zone_waiting_over is None or arrival.zone_waiting > when.zone_waiting_over)
        and (when.appointment is None or appointment == when.appointment)
        and (when.age_from is None or (age is not None and age >= when.age_from))
        and (when.age_below is None or (age is not None and age < when.age_below))
        and (when.statuses is None or not arrival.statuses.isdisjoint(when.statuses))
        and (when.language is None or arrival.language == when.language)
        and (when.visited_today is None or arrival.visited_today == when.visited_today)
    )


def _admission(
    then: ArrivalThen, arrival: Arrival, rules: QueueRules, now: datetime, name: str | None
) -> Admission:
    booked = arrival.booked_at if then.since == "booked" else None
    return Admission(
        line=then.line or arrival.line,
        priority=then.priority or rules.ordinary.code,
        remark=then.remark,
        since=booked or now,
        not_before=booked if booked and booked > now else None,
        rule=name,
    )
