"""Rehearses the scenarios and tells in tables what they came to."""

from collections.abc import Callable, Iterable, Mapping
from time import perf_counter

from tinghao.rehearsal import scenarios
from tinghao.rehearsal.earliest import missed_deadlines
from tinghao.rehearsal.figures import Waits, by_class, late, promises, utilisation, waits
from tinghao.rehearsal.record import TicketRecord
from tinghao.rehearsal.run import Rehearsal, play, rehearse
from tinghao.rehearsal.stage import stage
from tinghao.rehearsal.tables import HEAD, NOTHING, table, waits_rows

Say = Callable[[str], None]
Report = Callable[[int, int, Say], bool]
"""Rehearses with a seed and a count of days, says the tables, and tells whether all was as it must be."""


def zones(seed: int, days: int, say: Say) -> bool:
    """Separate zones, a quarter of the windows unified, all unified; each day has its own visitors, the same in all three."""
    say(f"12 windows, 4 services, load {scenarios.LOAD}: zones or one pool 分区还是无差别; waits in minutes")
    played = {
        name: [rehearse(scenarios.zones(windows, seed + n)) for n in range(days)]
        for name, windows in scenarios.ZONES.items()
    }
    say(table(HEAD, waits_rows((name, _all(rehearsals)) for name, rehearsals in played.items())))
    return _sound(played, say)


def priority(seed: int, days: int, say: Say) -> bool:
    """First come, strict priority, accumulating priority with a guaranteed longest wait; the same visitors in all three."""
    say("6 windows, one line, a rush in the morning: priorities 优先办法; waits in minutes")
    played = {
        name: [rehearse(scenarios.priority(rules, seed + n)) for n in range(days)]
        for name, rules in scenarios.PRIORITIES.items()
    }
    for name, rehearsals in played.items():
        rules = scenarios.PRIORITIES[name]
        say(f"\n{name}")
        say(table(HEAD, waits_rows(by_class(_tickets(rehearsals), rules).items())))
    say("")
    kept = _guarantees(played["accumulating + guarantee 累积优先+最长等候承诺"], say)
    return _sound(played, say) and kept


def day(seed: int, days: int, say: Say) -> bool:
    """A county hall's day, or several in one database, so that the estimates of waits can learn."""
    first = scenarios.county(seed)
    say(
        f"{len(first.clerks)} windows, {len(first.hall.lines)} lines: a county hall 县级大厅; waits in minutes"
    )
    good = True
    with stage(first.hall) as place:
        for n in range(days):
            began = perf_counter()
            rehearsal = play(first.another(n), place)
            took = perf_counter() - began
            say(f"\n{rehearsal.day.date}: {len(rehearsal.record.tickets)} tickets in {took:.0f} s")
            _tell_day(rehearsal, say)
            good = _sound({"": [rehearsal]}, say) and good
    return good


SCENARIOS: Mapping[str, Report] = {"zones": zones, "priority": priority, "day": day}


def _tell_day(rehearsal: Rehearsal, say: Say) -> None:
    rules = rehearsal.day.hall.rules
    tickets = rehearsal.record.tickets
    names = {line.prefix: f"{line.prefix} {line.name}" for line in rehearsal.day.hall.lines}
    lines = [
        (names[line], waits([each for each in tickets if each.line == line], rules)) for line in sorted(names)
    ]
    say(table(HEAD, waits_rows([*lines, *by_class(tickets, rules).items()])))
    say(
        f"utilisation 窗口利用率 {utilisation(rehearsal.record):.0%}; refused 未取到号 {rehearsal.refused or NOTHING}"
    )
    told = promises(tickets)
    if told:
        say(
            f"told waits 等候预估: {told.tickets} visitors, mean absolute error {told.mean_absolute_error:.1f},"
            f" bias {told.bias:+.1f}, within `high` {told.coverage:.0%} (90% wanted),"
            f" below `low` {told.below_low:.0%} (50% wanted)"
        )


def _guarantees(rehearsals: Iterable[Rehearsal], say: Say) -> bool:
    """Says who waited longer than was promised, and whether the earliest deadline first would have kept it."""
    kept = True
    for rehearsal in rehearsals:
        tickets = list(rehearsal.record.tickets)
        ours = {ticket.id for ticket in tickets if late(ticket, rehearsal.day.hall.rules)}
        best = missed_deadlines(rehearsal.day, tickets)
        kept = kept and bool(best or not ours)
        say(
            f"seed {rehearsal.day.seed}: guarantee missed 承诺未兑现 {len(ours)};"
            f" by the earliest deadline first 按最早到期 {len(best)}"
        )
    return kept


def _sound(played: Mapping[str, Iterable[Rehearsal]], say: Say) -> bool:
    broken = [
        f"{name} seed {each.day.seed}: {sentence}".strip()
        for name, rehearsals in played.items()
        for each in rehearsals
        for sentence in each.broken
    ]
    say(
        "\n".join(broken)
        or "checks 检查: nobody idle while somebody waits for him, nobody called twice, no time lost"
    )
    return not broken


def _all(rehearsals: Iterable[Rehearsal]) -> Waits:
    found = list(rehearsals)
    return waits(_tickets(found), found[0].day.hall.rules)


def _tickets(rehearsals: Iterable[Rehearsal]) -> list[TicketRecord]:
    return [ticket for each in rehearsals for ticket in each.record.tickets]
