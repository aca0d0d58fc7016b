"""Kiosks and clerks in any order: what always holds, holds in every state that can be reached."""

import json
from typing import Any

import pytest
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule, run_state_machine_as_test

from tests.server.conftest import MORNING, Server
from tinghao.basics.problem import Problem
from tinghao.server.access import Caller
from tinghao.server.hall.book import HallBook
from tinghao.server.queueing import service
from tinghao.server.queueing.pictures import Pictures
from tinghao.server.store import Store

CLERKS = 3
CLERK = st.integers(1, CLERKS)
WINDOW_NUMBERS = (1, 2, 13)


class Hall(RuleBasedStateMachine):
    """The services on a real database, and a plain picture of what they should have done."""

    store: Store
    hall_id: int
    windows: list[int]
    matters: list[str]

    @initialize()
    def begin(self) -> None:
        self.now = MORNING
        self.store.write(_empty)
        self.kiosk = Caller(self.hall_id, 1, "kiosk")
        self.issued: dict[str, list[int]] = {}
        self.called: list[int] = []

    def clerk(self, n: int) -> Caller:
        return Caller(self.hall_id, 4, "counter", n, n, f"人员{n}")

    def attempt(self, act: Any) -> Any:
        try:
            return self.store.write(act)
        except Problem:
            return None

    @rule(matter=st.integers(0, 1))
    def take(self, matter: int) -> None:
        issued = self.store.write(
            lambda work: service.issue(work, self.kiosk, self.now, self.matters[matter], None)
        )
        series = self.issued.setdefault(issued["number"][0], [])
        series.append(issued["id"])
        assert int(issued["number"][1:]) == len(series)

    @rule(n=CLERK, window=st.integers(0, 2))
    def open(self, n: int, window: int) -> None:
        self.attempt(lambda work: service.open_window(work, self.clerk(n), self.now, self.windows[window]))

    @rule(n=CLERK, window=st.integers(0, 2))
    def close(self, n: int, window: int) -> None:
        self.attempt(lambda work: service.close_window(work, self.clerk(n), self.now, self.windows[window]))

    @rule(n=CLERK, window=st.integers(0, 2))
    def call_next(self, n: int, window: int) -> None:
        called = self.attempt(
            lambda work: service.call_next(work, self.clerk(n), self.now, self.windows[window])
        )
        if called:
            first = next(each for each in self.issued[called["number"][0]] if each not in self.called)
            assert called["id"] == first, "somebody was passed over"
            self.called.append(called["id"])

    @rule(n=CLERK, which=st.integers(0, 5), verb=st.sampled_from(["recall", "start", "finish", "no_show"]))
    def handle(self, n: int, which: int, verb: str) -> None:
        if self.called:
            ticket = self.called[-1 - which % len(self.called)]
            self.attempt(lambda work: getattr(service, verb)(work, self.clerk(n), self.now, ticket))

    @rule(which=st.integers(0, 5), outcome=st.sampled_from(["printed", "failed"]))
    def report_print(self, which: int, outcome: str) -> None:
        issued = [ticket for series in self.issued.values() for ticket in series]
        if issued:
            ticket = issued[-1 - which % len(issued)]
            self.store.write(
                lambda work: service.report_print(work, self.kiosk, self.now, ticket, outcome, None)
            )

    @invariant()
    def nobody_is_in_two_places_or_lost(self) -> None:
        with self.store.read() as connection:
            run = connection.exec_driver_sql
            assert not run(
                "SELECT 1 FROM ticket WHERE state IN ('called','serving') GROUP BY window_id HAVING count(*) > 1"
            ).all()
            assert not run("SELECT 1 FROM ticket WHERE (state = 'waiting') != (window_id IS NULL)").all()
            assert run("SELECT count(*) FROM ticket").scalar() == sum(map(len, self.issued.values()))
            open_intervals = (
                "SELECT t.state, i.state FROM ticket t LEFT JOIN ticket_interval i"
                " ON i.ticket_id = t.id AND i.ended_at IS NULL"
            )
            for state, interval in run(open_intervals).all():
                assert interval == (None if state in ("finished", "no_show") else state)
            counted = dict(
                run("SELECT line_id, count(*) FROM ticket WHERE state = 'waiting' GROUP BY line_id").all()
            )
            told = dict(run("SELECT line_id, waiting FROM series").all())
            assert told == {line: counted.get(line, 0) for line in told}
            seqs = (
                run("SELECT seq FROM event WHERE hall_id = ? ORDER BY seq", (self.hall_id,)).scalars().all()
            )
            assert seqs == list(range(1, len(seqs) + 1))

    @invariant()
    def the_last_event_of_a_window_is_its_state(self) -> None:
        with self.store.read() as connection:
            picture = Pictures(HallBook()).public(connection, self.hall_id, self.now)
            told: dict[int, Any] = {}
            query = "SELECT json_extract(data, '$.window') FROM event WHERE hall_id = ? ORDER BY seq"
            for (text,) in connection.exec_driver_sql(query, (self.hall_id,)):
                if text:
                    window = json.loads(text)
                    told[window["id"]] = window
        for window in picture["windows"]:
            if window["id"] in told:
                assert {name: window[name] for name in told[window["id"]]} == told[window["id"]]


def _empty(work: Any) -> None:
    for table in ("ticket_interval", "ticket", "series", "shift", "event"):
        work.connection.exec_driver_sql(f"DELETE FROM {table}")
    work.connection.exec_driver_sql("UPDATE event_counter SET last = 0")


@pytest.mark.timeout(240)
def test_what_always_holds_holds(server: Server) -> None:
    hall = server.ask("GET", "/hall", server.tokens["hengnan"]["board"]).json
    catalogue = server.ask("GET", "/matters", server.tokens["hengnan"]["kiosk"]).json["matters"]
    by_number = {window["number"]: window for window in hall["windows"]}
    Hall.store = server.store
    Hall.hall_id = hall["id"]
    Hall.windows = [by_number[number]["id"] for number in WINDOW_NUMBERS]
    lines = [by_number[number]["lines"][0] for number in (1, 13)]
    Hall.matters = [next(matter["code"] for matter in catalogue if matter["line"] == line) for line in lines]
    run_state_machine_as_test(Hall, settings=settings(max_examples=25, stateful_step_count=40, deadline=None))  # type: ignore[no-untyped-call]
