"""Kiosks, clerks and the desk in any order, with restarts and clocks that jump: what always holds, holds in every state."""

import json
from collections.abc import Callable
from dataclasses import replace
from datetime import datetime, timedelta
from functools import partial
from typing import Any

import pytest
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule, run_state_machine_as_test
from sqlalchemy import text

from tests.server.conftest import MORNING, Server
from tinghao.basics.clock import hall_day
from tinghao.basics.problem import Problem
from tinghao.server.access import Caller
from tinghao.server.hall.book import HallBook
from tinghao.server.hall.facts import HallFacts
from tinghao.server.hall.queue_rules import QueueRules
from tinghao.server.hall.service import import_hall
from tinghao.server.queueing.pictures import Pictures
from tinghao.server.queueing.rules.states import TRANSITIONS
from tinghao.server.queueing.service import calling, days, moving, serving, taking, windows
from tinghao.server.queueing.visitors import Visitor
from tinghao.server.store import Store, Work

Json = dict[str, Any]
CLERKS = 3
CLERK = st.integers(1, CLERKS)
WINDOW = st.integers(0, 2)
WHICH = st.integers(0, 7)
WINDOW_NUMBERS = (1, 38, 13)
SUBJECTS = ("fagai-touzi-beian", "shuiwu-xinxi-queren", "xinshenger", "ershoufang")
HELP = {
    "code": "help",
    "name": "支援",
    "name_en": "Helping",
    "lines": ["B", "A"],
    "choice": "ratio",
    "ratio": [2, 1],
}
PLAN = {
    "code": "rush",
    "name": "高峰",
    "name_en": "Rush",
    "windows": [1],
    "profile": "help",
    "when": {"lines": ["B"], "waiting_over": 1, "for_minutes": 0, "until_below": 1},
}
LATEST = "SELECT max(day) FROM ticket"


class Hall(RuleBasedStateMachine):
    """The services on a real database, asked in any order."""

    store: Store
    hall_id: int
    windows: list[int]

    @initialize()
    def begin(self) -> None:
        self.now = MORNING
        self.book = self.eyes = HallBook()
        self.store.write(_empty)
        self.kiosk = Caller(self.hall_id, 1, "kiosk")
        self.guide = Caller(self.hall_id, 5, "desk", 8, 8, "导办", "guide")
        self.manager = Caller(self.hall_id, 5, "desk", 9, 9, "主管", "manager")

    def clerk(self, n: int) -> Caller:
        return Caller(self.hall_id, 4, "counter", n, n, f"人员{n}")

    def attempt(self, act: Callable[[Work, HallFacts], Any]) -> Any:
        """What the use case answers; None when it is refused."""
        try:
            return self.store.write(
                lambda work: act(work, self.book.at(work.connection, self.hall_id)), self.hall_id
            )
        except Problem:
            return None

    def ticket(self, which: int, where: str = "TRUE") -> int | None:
        """One of the newest tickets, by its id."""
        with self.store.read() as connection:
            ids = connection.execute(text(f"SELECT id FROM ticket WHERE {where} ORDER BY id DESC LIMIT 8"))
            found = list(ids.scalars())
        return found[which % len(found)] if found else None

    # What people do

    @rule(
        subject=st.sampled_from(SUBJECTS),
        who=st.sampled_from([None, "a", "b"]),
        statuses=st.sampled_from([frozenset(), frozenset({"pregnant"})]),
        booked=st.sampled_from([None, -60, -10, 15, 90]),
    )
    def take(self, subject: str, who: str | None, statuses: frozenset[str], booked: int | None) -> None:
        visitor = Visitor(who, "张*", "…0021") if who else None
        promised = None if booked is None else self.now + timedelta(minutes=booked)
        wanted = taking.Wanted(subject, visitor, None, statuses, None, promised)
        self.attempt(lambda work, hall: taking.issue(work, hall, self.kiosk, self.now, wanted))

    @rule(n=CLERK, window=WINDOW, move=st.booleans())
    def open(self, n: int, window: int, move: bool) -> None:
        at = self.windows[window]
        self.attempt(lambda work, hall: windows.open_window(work, hall, self.clerk(n), self.now, at, move))

    @rule(n=CLERK, window=WINDOW, verb=st.sampled_from(["close_window", "unpause"]))
    def close_or_unpause(self, n: int, window: int, verb: str) -> None:
        at, act = self.windows[window], getattr(windows, verb)
        self.attempt(lambda work, hall: act(work, hall, self.clerk(n), self.now, at))

    @rule(n=CLERK, window=WINDOW)
    def pause(self, n: int, window: int) -> None:
        at = self.windows[window]
        self.attempt(lambda work, hall: windows.pause(work, hall, self.clerk(n), self.now, at, "午餐"))

    @rule(n=CLERK, window=WINDOW)
    def call_next(self, n: int, window: int) -> None:
        at = self.windows[window]
        before = self.eligible(n, at)
        called = self.attempt(lambda work, hall: calling.call_next(work, hall, self.clerk(n), self.now, at))
        if called is None:
            free = self.rows(
                f"SELECT 1 FROM shift WHERE window_id = {at} AND staff_id = {n} AND closed_at IS NULL"
                " AND pause_reason IS NULL AND window_id NOT IN"
                " (SELECT window_id FROM ticket WHERE state IN ('called', 'serving'))"
            )
            assert not (free and before), "an able window stays idle while somebody it serves waits"
            return
        group = [each for each in before if (each.line_id, each.priority) == _group(called)]
        first = min(group, key=lambda each: (each.place, each.since, each.id))
        assert called["id"] == first.id, "somebody of the same class was passed over"

    @rule(n=CLERK, window=WINDOW, verb=st.sampled_from(["store_next", "drop_store_next"]))
    def store_next(self, n: int, window: int, verb: str) -> None:
        at, act = self.windows[window], getattr(calling, verb)
        self.attempt(lambda work, hall: act(work, hall, self.clerk(n), self.now, at))

    @rule(n=CLERK, which=WHICH, verb=st.sampled_from(["recall", "undo", "call_chosen"]))
    def call_again(self, n: int, which: int, verb: str) -> None:
        ticket, act = self.ticket(which), getattr(calling, verb)
        if ticket:
            self.attempt(lambda work, hall: act(work, hall, self.clerk(n), self.now, ticket))

    @rule(
        n=CLERK,
        which=WHICH,
        verb=st.sampled_from(["start", "finish", "finish", "no_show", "resume", "call_back"]),
    )
    def handle(self, n: int, which: int, verb: str) -> None:
        where = "state IN ('called', 'serving')" if verb in ("start", "finish", "no_show") else "TRUE"
        ticket, act = self.ticket(which, where), getattr(serving, verb)
        if ticket:
            self.attempt(lambda work, hall: act(work, hall, self.clerk(n), self.now, ticket))

    @rule(n=CLERK, which=WHICH)
    def finish_and_call(self, n: int, which: int) -> None:
        ticket = self.ticket(which, "state = 'serving'")
        if ticket:
            self.attempt(
                lambda work, hall: serving.finish(work, hall, self.clerk(n), self.now, ticket, (), True)
            )

    @rule(n=CLERK, window=WINDOW, subject=st.sampled_from(SUBJECTS[:2]))
    def serve_without_ticket(self, n: int, window: int, subject: str) -> None:
        at = self.windows[window]
        self.attempt(
            lambda work, hall: serving.serve_without_ticket(work, hall, self.clerk(n), self.now, at, subject)
        )

    @rule(n=CLERK, which=WHICH)
    def hold(self, n: int, which: int) -> None:
        ticket = self.ticket(which)
        if ticket:
            self.attempt(lambda work, hall: serving.hold(work, hall, self.clerk(n), self.now, ticket, "复印"))

    @rule(
        n=st.sampled_from([1, 2, 8, 9]),
        which=WHICH,
        to=st.sampled_from(["line", "window", "staff"]),
        position=st.sampled_from(["first", "last", "keep"]),
        delay=st.sampled_from([0, 0, 5]),
        comes_back=st.booleans(),
    )
    def transfer(
        self, n: int, which: int, to: str, position: moving.Position, delay: int, comes_back: bool
    ) -> None:
        ticket = self.ticket(which)
        if not ticket:
            return
        who = {8: self.guide, 9: self.manager}.get(n) or self.clerk(n)

        def act(work: Work, hall: HallFacts) -> Json:
            ends: Json = {
                "line": {"line": hall.lines_by_prefix["B"].id},
                "window": {"window": self.windows[2]},
                "staff": {"staff": 2},
            }[to]
            target = moving.Target(**ends, position=position, delay_minutes=delay, comes_back=comes_back)
            return moving.transfer(work, hall, who, self.now, ticket, target, "转办")

        self.attempt(act)

    @rule(which=WHICH, verb=st.sampled_from(["change_matter", "prioritise", "cancel", "cancel_own"]))
    def change(self, which: int, verb: str) -> None:
        ticket = self.ticket(which)
        more: Json = {
            "change_matter": (SUBJECTS[1],),
            "prioritise": ("priority", "行动不便"),
            "cancel": (None,),
            "cancel_own": (),
        }[verb]
        if ticket:
            act = getattr(moving, verb)
            self.attempt(lambda work, hall: act(work, hall, self.guide, self.now, ticket, *more))

    @rule(window=WINDOW, profile=st.sampled_from(["help", None]))
    def set_profile(self, window: int, profile: str | None) -> None:
        at = self.windows[window]
        self.attempt(
            lambda work, hall: windows.set_profile(work, hall, self.manager, self.now, at, profile, 30, None)
        )

    # What time does

    @rule(minutes=st.sampled_from([1, 3, 10, 45]))
    def time_goes_on(self, minutes: int) -> None:
        self.now += timedelta(minutes=minutes)

    @rule(hours=st.sampled_from([-2, 7, 15, 24]))
    def the_clock_jumps(self, hours: int) -> None:
        """Over midnight, back by an hour or two, on to another day: never back to a day before the last ticket's."""
        there = self.now + timedelta(hours=hours)
        latest = self.rows(LATEST)[0][0]
        day = hall_day(there, self.timezone())
        if latest is None or str(day) >= str(latest):
            self.now = there

    @rule()
    def tick(self) -> None:
        self.store.write(
            lambda work: days.tick(work, self.book.at(work.connection, self.hall_id), self.now), self.hall_id
        )

    @rule()
    def restart(self) -> None:
        """All that is only remembered is forgotten."""
        self.book = HallBook()

    # What always holds

    @invariant()
    def nobody_is_in_two_places_or_lost(self) -> None:
        two = "GROUP BY window_id HAVING count(*) > 1"
        assert not self.rows(f"SELECT 1 FROM ticket WHERE state IN ('called', 'serving') {two}")
        journeys = "AND journey_id IS NOT NULL GROUP BY journey_id HAVING count(*) > 1"
        assert not self.rows(f"SELECT 1 FROM ticket WHERE state IN ('called', 'serving') {journeys}")
        assert not self.rows("SELECT 1 FROM ticket WHERE state = 'waiting' AND window_id IS NOT NULL")
        assert not self.rows(
            "SELECT 1 FROM ticket WHERE state IN ('called', 'serving') AND window_id IS NULL"
        )
        without = (
            "SELECT 1 FROM ticket t WHERE state IN ('called', 'serving') AND NOT EXISTS"
            " (SELECT 1 FROM shift s WHERE s.window_id = t.window_id AND s.closed_at IS NULL)"
        )
        assert not self.rows(without), "a visitor stands at a closed window"

    @invariant()
    def numbers_have_no_gap_and_counts_are_right(self) -> None:
        given = self.rows(
            "SELECT origin_line_id, day, count(*), max(number) FROM ticket WHERE step = 0 AND number IS NOT NULL"
            " GROUP BY origin_line_id, day"
        )
        last = {
            (line, str(day)): last for line, day, last in self.rows("SELECT line_id, day, last FROM series")
        }
        for line, day, count, highest in given:
            assert count == highest == last[line, str(day)]
        waiting = {
            (line, str(day)): count
            for line, day, count in self.rows(
                "SELECT line_id, day, count(*) FROM ticket WHERE state = 'waiting' GROUP BY line_id, day"
            )
        }
        for line, day, told in self.rows("SELECT line_id, day, waiting FROM series"):
            assert told == waiting.get((line, str(day)), 0)
        assert {key for key, count in waiting.items() if count} <= last.keys()

    @invariant()
    def each_ticket_has_one_present_stretch_of_its_state(self) -> None:
        rows = self.rows(
            "SELECT t.state, t.line_id, i.state, i.line_id FROM ticket t LEFT JOIN ticket_interval i"
            " ON i.ticket_id = t.id AND i.ended_at IS NULL"
        )
        for state, line, interval, interval_line in rows:
            over = state in ("finished", "cancelled", "expired")
            assert (interval, interval_line) == ((None, None) if over else (state, line))
        tickets = self.rows("SELECT count(*) FROM ticket")[0][0]
        assert len(rows) == tickets

    @invariant()
    def states_change_only_along_the_table(self) -> None:
        allowed = {(verb, before) for before, verb in TRANSITIONS}
        for verb, detail in self.rows("SELECT verb, detail FROM ticket_act ORDER BY id DESC LIMIT 6"):
            told = json.loads(detail) if isinstance(detail, str) else detail
            before = (told or {}).get("before", {}).get("state")
            assert before is None or (verb, before) in allowed

    @invariant()
    def events_have_no_gap_and_the_last_of_a_window_or_ticket_is_its_state(self) -> None:
        told: dict[int, Json] = {}
        tickets: dict[int, Json] = {}
        seqs = []
        for seq, data in self.rows(
            f"SELECT seq, data FROM event WHERE hall_id = {self.hall_id} ORDER BY seq"
        ):
            seqs.append(seq)
            happened = json.loads(data) if isinstance(data, str) else data
            if window := happened.get("window"):
                told.setdefault(window["id"], {}).update(window)
            if ticket := happened.get("ticket"):
                tickets[ticket["id"]] = ticket
        assert seqs == list(range(1, len(seqs) + 1))
        with self.store.read() as connection:
            picture = Pictures(self.eyes).seen_by(connection, self.manager, self.now)
        assert {ticket["id"]: tickets.get(ticket["id"]) for ticket in picture["tickets"]} == {
            ticket["id"]: ticket for ticket in picture["tickets"]
        }
        for window in picture["windows"]:
            # Profiles end with their minutes; screens learn of that at the next tick.
            known = {
                name: value
                for name, value in told.get(window["id"], {}).items()
                if name not in ("lines", "profile")
            }
            assert {name: window[name] for name in known} == known

    # Looking

    def rows(self, query: str) -> list[Any]:
        with self.store.read() as connection:
            return list(connection.execute(text(query)).all())

    def timezone(self) -> str:
        return str(self.rows(f"SELECT timezone FROM hall WHERE id = {self.hall_id}")[0][0])

    def eligible(self, n: int, window: int) -> list[Any]:
        """Who may be called by this clerk at this window, by an own reading of the rows."""
        with self.store.read() as connection:
            picture = Pictures(self.eyes).public(connection, self.hall_id, self.now)
        lines = next(each["lines"] for each in picture["windows"] if each["id"] == window)
        today = hall_day(self.now, self.timezone())
        busy = {
            row[0]
            for row in self.rows("SELECT journey_id FROM ticket WHERE state IN ('called', 'serving')")
            if row[0]
        }
        found = self.rows(
            "SELECT id, line_id, priority, place, since, day, not_before, to_window_id, to_staff_id, journey_id"
            " FROM ticket WHERE state = 'waiting'"
        )
        return [
            each
            for each in found
            if (each.line_id in lines or each.to_window_id == window or each.to_staff_id == n)
            and str(each.day) == str(today)
            and each.to_window_id in (None, window)
            and each.to_staff_id in (None, n)
            and each.journey_id not in busy
            and (each.not_before is None or _instant(each.not_before) <= self.now)
        ]


def _group(called: Json) -> tuple[int, str]:
    return called["line"], called["priority"]


def _instant(value: Any) -> datetime:
    """SQLite gives text where PostgreSQL gives an instant."""
    found = datetime.fromisoformat(value) if isinstance(value, str) else value
    return found if found.tzinfo else found.replace(tzinfo=MORNING.tzinfo)


def _empty(work: Work) -> None:
    for table in (
        "ticket_act",
        "ticket_outcome",
        "ticket_interval",
        "ticket",
        "journey",
        "series",
        "shift_interval",
        "shift",
        "event",
        "queue_alert",
        "plan_state",
        "window_profile",
    ):
        work.connection.exec_driver_sql(f"DELETE FROM {table}")
    work.connection.exec_driver_sql("UPDATE event_counter SET last = 0")


@pytest.mark.timeout(300)
@pytest.mark.parametrize("timezone", ["Asia/Shanghai", "Europe/Berlin"])
def test_what_always_holds_holds(server: Server, timezone: str) -> None:
    definition = server.definitions["hengnan"]
    rules: Json = {"settings": {"outside_hours": "serve"}, "profiles": [HELP], "plans": [PLAN]}
    changed = replace(
        definition,
        hall=definition.hall.model_copy(update={"timezone": timezone}),
        rules=QueueRules(**rules),
    )
    server.store.write(partial(import_hall, definition=changed, now=MORNING))
    hall = server.ask("GET", "/hall", server.tokens["hengnan"]["board"]).json
    by_number = {window["number"]: window["id"] for window in hall["windows"]}
    Hall.store, Hall.hall_id = server.store, hall["id"]
    Hall.windows = [by_number[number] for number in WINDOW_NUMBERS]
    quick = settings(
        max_examples=20,
        stateful_step_count=40,
        deadline=None,
        suppress_health_check=list(HealthCheck),
    )
    run_state_machine_as_test(Hall, settings=quick)  # type: ignore[no-untyped-call]
