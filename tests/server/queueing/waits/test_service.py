"""Waits in a real database: what is told, learnt, scored, and how cheaply."""

from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import event, select

from tests.server.conftest import Server
from tests.server.queueing.waits.house import House
from tinghao.server.queueing.models import Ticket
from tinghao.server.queueing.waits import service
from tinghao.server.queueing.waits.estimating import rounded
from tinghao.server.queueing.waits.models import WaitModel, WaitScore

MORNING = datetime(2026, 11, 23, 1, 0, tzinfo=UTC)  # 9:00 in the hall
DAY = date(2026, 11, 23)
MINUTE = timedelta(minutes=1)


@pytest.fixture
def queries(house: House) -> list[tuple[str, Any]]:
    """Everything that is asked of the database."""
    asked: list[tuple[str, Any]] = []

    @event.listens_for(house.store.engine, "before_cursor_execute")
    def note(_c: Any, _cursor: Any, statement: str, parameters: Any, _context: Any, _many: bool) -> None:
        if not statement.startswith(("BEGIN", "SAVEPOINT", "RELEASE")):
            asked.append((statement, parameters))

    return asked


def windows_of(house: House, line: str = "A") -> list[int]:
    """Numbers of the windows that serve this line and no other."""
    return [window.number for window in house.facts.windows.values() if window.lines == (line,)]


def serve_many(house: House, minutes: float, count: int, **more: Any) -> None:
    """People who waited ten minutes and took a window for so long."""
    for n in range(count):
        issued = MORNING + n * 2 * MINUTE
        called = issued + 10 * MINUTE
        house.put(issued, called, called + minutes * MINUTE, "finished", **more)


def model_of(house: House) -> Any:
    with house.store.read() as connection:
        return connection.execute(select(WaitModel.__table__)).first()


def scores_of(house: House) -> list[Any]:
    with house.store.read() as connection:
        return list(connection.execute(select(WaitScore.__table__).order_by(WaitScore.day)))


def test_nobody_is_told_a_wait_while_no_window_is_open(house: House) -> None:
    assert house.told(3, MORNING) is None
    assert service.shown(None) is None


def test_an_opened_window_is_seen_at_once(house: House) -> None:
    assert house.told(3, MORNING) is None
    house.open_window(windows_of(house)[0], MORNING)
    told = house.told(3, MORNING)
    assert told
    assert told.based_on == "prior"
    assert service.shown(told) == {
        "low": 25,
        "high": 45,
        "words": "约 25–45 分钟",
        "words_en": "25–45 min",
    }


def test_more_windows_make_for_a_shorter_wait(house: House) -> None:
    first, second = windows_of(house)[:2]
    house.open_window(first, MORNING)
    alone = house.told(8, MORNING)
    house.open_window(second, MORNING)
    later = MORNING + service.LOOK_EVERY
    together = house.told(8, later)
    assert alone
    assert together
    assert together.mean_minutes < 0.6 * alone.mean_minutes


def test_who_pauses_for_long_or_calls_nobody_is_not_counted(house: House) -> None:
    idle, paused = windows_of(house)[:2]
    house.open_window(idle, MORNING)
    house.open_window(paused, MORNING, pause="开会")
    house.put(MORNING)
    for minute in range(12):
        now = MORNING + minute * MINUTE
        assert house.told(1, now) is not None or minute > 10
    assert house.told(1, MORNING + 12 * MINUTE) is None


def test_a_window_that_nobody_needs_stays_counted(house: House) -> None:
    house.open_window(windows_of(house)[0], MORNING)
    for minute in range(0, 60, 4):
        assert house.told(0, MORNING + minute * MINUTE) is not None


def test_the_wait_of_each_line(house: House) -> None:
    house.open_window(windows_of(house)[0], MORNING)
    lines = house.facts.lines_by_prefix
    with house.store.read() as connection:
        waiting = {line.id: 2 for line in lines.values()}
        told = service.for_lines(connection, house.facts, waiting, MORNING)
    assert told.keys() == waiting.keys()
    assert told[lines["A"].id]
    assert told[lines["B"].id] is None


def test_what_the_day_taught_is_told(house: House) -> None:
    house.open_window(windows_of(house)[0], MORNING)
    before = house.told(3, MORNING)
    serve_many(house, minutes=24, count=40)
    now = MORNING + timedelta(hours=3)
    house.tick(now)
    after = house.told(3, now)
    assert before
    assert after
    assert after.based_on == "history"
    assert after.mean_minutes > 2 * before.mean_minutes


def test_a_ticket_teaches_once(house: House) -> None:
    serve_many(house, minutes=10, count=5)
    now = MORNING + timedelta(hours=1)
    for minute in (0, 1, 5, 10, 15):
        house.tick(now + minute * MINUTE)
    with house.store.read() as connection:
        model = service.current(connection, house.facts, now + timedelta(hours=1))
    assert model.lines["A"].service.weight == pytest.approx(5, abs=0.1)


def test_nothing_is_learnt_from_those_who_were_at_windows_twice(house: House) -> None:
    called, ended = MORNING + 10 * MINUTE, MORNING + 90 * MINUTE
    first, second = ("called", called, called + 2 * MINUTE), ("called", ended - 5 * MINUTE, ended)
    house.put(
        MORNING,
        called,
        ended,
        "finished",
        stays=[first, second],
        wait_estimate=10.0,
        wait_low=8.0,
        wait_high=15.0,
    )
    served = [("called", called, called + MINUTE), ("serving", called + MINUTE, called + 7 * MINUTE)]
    house.put(MORNING, called, called + 7 * MINUTE, "finished", stays=served)
    house.tick(MORNING + timedelta(hours=3))
    with house.store.read() as connection:
        learnt = service.current(connection, house.facts, MORNING + timedelta(hours=3)).lines["A"]
    assert learnt.service == pytest.approx((1, 7, 49))
    assert sum(map(sum, learnt.ratios)) == pytest.approx(1)


def test_days_that_the_server_missed_are_made_up_for(house: House) -> None:
    for back in (6, 5, 4, 3, 2):
        issued = MORNING - timedelta(days=back)
        house.put(issued, issued + 10 * MINUTE, issued + 20 * MINUTE, "finished")
    for n in range(4):
        house.tick(MORNING + n * service.LEARN_EVERY)
    with house.store.read() as connection:
        model = service.current(connection, house.facts, MORNING + timedelta(hours=1))
    assert model.lines["A"].service.weight == pytest.approx(5, abs=0.1)


def test_a_day_is_scored_when_it_is_over(house: House) -> None:
    wait = {"wait_estimate": 9.0, "wait_low": 8.0, "wait_high": 11.0}
    serve_many(house, minutes=5, count=3, **wait)
    house.put(MORNING, MORNING + 4 * MINUTE, MORNING + 5 * MINUTE, "finished", **wait)
    house.put(MORNING, None, MORNING + 9 * MINUTE, "cancelled", **wait)
    house.put(
        MORNING,
        MORNING + 60 * MINUTE,
        MORNING + 70 * MINUTE,
        "finished",
        booked_at=MORNING,
        not_before=MORNING + 55 * MINUTE,
        **wait,
    )
    house.tick(MORNING + timedelta(hours=12))
    assert scores_of(house) == []
    for _ in range(2):
        house.tick(MORNING + timedelta(hours=24))
    [found] = scores_of(house)
    assert (found.line_id, found.day, found.tickets) == (house.facts.lines_by_prefix["A"].id, DAY, 4)
    assert found.mean_absolute_error == pytest.approx((3 * 2 + 4) / 4)
    assert found.bias == pytest.approx((-3 * 2 + 4) / 4)
    assert found.below_low == pytest.approx(1 / 4)
    assert found.coverage == pytest.approx(1)


def test_scores_wait_for_a_server_that_was_off_and_are_kept_once(house: House) -> None:
    wait = {"wait_estimate": 9.0, "wait_low": 8.0, "wait_high": 11.0}
    for back in (4, 2):
        issued = MORNING - timedelta(days=back)
        house.put(issued, issued + 10 * MINUTE, issued + 20 * MINUTE, "finished", **wait)
    house.tick(MORNING)
    house.tick(MORNING + timedelta(days=1))
    assert [row.day for row in scores_of(house)] == [DAY - timedelta(days=4), DAY - timedelta(days=2)]


def test_who_comes_now_costs_no_query(house: House, queries: list[tuple[str, Any]]) -> None:
    house.open_window(windows_of(house)[0], MORNING)
    house.told(3, MORNING)
    queries.clear()
    for _ in range(5):
        assert house.told(3, MORNING + timedelta(seconds=1))
    assert [
        statement
        for statement, _ in queries
        if "ticket" in statement or "shift" in statement or "wait" in statement
    ] == []


def test_no_question_reads_a_whole_table(
    house: House, queries: list[tuple[str, Any]], explain: Callable[[str, Any], list[str]]
) -> None:
    house.open_window(windows_of(house)[0], MORNING)
    serve_many(house, minutes=5, count=3, wait_estimate=9.0, wait_low=8.0, wait_high=11.0)
    queries.clear()
    house.told(3, MORNING)
    house.tick(MORNING + timedelta(hours=3))
    house.tick(MORNING + timedelta(days=1))
    asked = [query for query in queries if query[0].startswith("SELECT")]
    assert len(asked) > 8
    for statement, parameters in asked:
        for step in explain(statement, parameters):
            scanned = step.removeprefix("SCAN ").split()[0] if step.startswith("SCAN") else None
            assert (
                scanned not in ("ticket", "ticket_interval", "series", "shift_interval")
                or "ix_ticket" in step
            ), statement


@pytest.fixture
def explain(house: House) -> Callable[[str, Any], list[str]]:
    """The steps by which SQLite would answer; of PostgreSQL nothing, whose plan depends on how many rows there are."""

    def steps(statement: str, parameters: Any) -> list[str]:
        if house.store.engine.dialect.name != "sqlite":
            return []
        with house.store.read() as connection:
            return [
                str(row[-1])
                for row in connection.exec_driver_sql(f"EXPLAIN QUERY PLAN {statement}", parameters)
            ]

    return steps


def test_a_ticket_keeps_what_its_visitor_was_told(server: Server) -> None:
    assert server.take()["wait"] is None
    server.at_window(3)
    server.clock.forward(seconds=10)
    told = server.take()["wait"]
    assert told["low"] < told["high"]
    kept = select(Ticket.ahead, Ticket.wait_estimate, Ticket.wait_low, Ticket.wait_high).order_by(Ticket.id)
    with server.store.read() as connection:
        first, second = connection.execute(kept).all()
    assert first[1:] == (None, None, None)
    assert second.ahead == 1
    assert 0 < second.wait_low < second.wait_high
    assert rounded(second.wait_low, second.wait_high).items() <= told.items()
