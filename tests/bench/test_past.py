"""The past that is made in bulk is one that real days could have left, and a server goes on from it."""

import json
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import Engine, create_engine, text

from bench.ground import size
from bench.house import House
from bench.past import DAYS_WITH_EVENTS, make_past
from bench.past_day import EVENTS_EACH
from tinghao.basics.clock import hall_day
from tinghao.server.queueing.rules.choosing import Choice
from tinghao.server.queueing.rules.states import TRANSITIONS

TICKETS = 500
A_DAY = 120
NOW = datetime.now(UTC)


@pytest.fixture(scope="module", params=["sqlite", "postgresql"])
def house(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[House]:
    postgres = request.getfixturevalue("postgres") if request.param == "postgresql" else None
    made = House(tmp_path_factory.mktemp("house"), clerks=2, database=postgres.create() if postgres else None)
    make_past(made.database, TICKETS, NOW, A_DAY)
    yield made
    made.stop()
    if postgres:
        postgres.drop(made.database)


@pytest.fixture
def engine(house: House) -> Iterator[Engine]:
    engine = create_engine(house.database.url)
    yield engine
    engine.dispose()


def rows(engine: Engine, query: str) -> list[Any]:
    with engine.connect() as connection:
        return list(connection.execute(text(query)).all())


def of_json(value: Any) -> Any:
    """SQLite gives a JSON column's text when nobody says that it is one."""
    return json.loads(value) if isinstance(value, str) else value


def test_every_ticket_is_over_and_the_number_series_have_no_gap(engine: Engine) -> None:
    assert rows(engine, "SELECT state, count(*) FROM ticket GROUP BY state") == [("finished", TICKETS)]
    given = rows(
        engine,
        "SELECT line_id, day, min(number), count(*), max(number), count(DISTINCT number)"
        " FROM ticket GROUP BY line_id, day ORDER BY line_id, day",
    )
    assert all(row[2] == 1 and row[3] == row[4] == row[5] for row in given)
    series = rows(engine, "SELECT line_id, day, last, waiting FROM series ORDER BY line_id, day")
    assert [tuple(row) for row in series] == [(line, day, last, 0) for line, day, _, _, last, _ in given]
    scored = rows(engine, "SELECT line_id, day, tickets FROM wait_score ORDER BY line_id, day")
    assert [tuple(row) for row in scored] == [(line, day, last) for line, day, _, _, last, _ in given]


def test_the_days_before_today_are_full_but_for_the_oldest(engine: Engine) -> None:
    days = rows(engine, "SELECT day, count(*) FROM ticket GROUP BY day ORDER BY day")
    today = hall_day(NOW, "Asia/Shanghai")
    assert [(str(day), count) for day, count in days] == [
        (str(today - timedelta(days=5 - n)), count) for n, count in enumerate((20, 120, 120, 120, 120))
    ]
    in_order = (
        "SELECT count(*) FROM ticket a JOIN ticket b ON b.id = a.id + 1 WHERE b.issued_at <= a.issued_at"
    )
    assert rows(engine, in_order) == [(0,)]


def test_no_visitor_and_no_secret_comes_twice(engine: Engine) -> None:
    distinct = "SELECT count(DISTINCT visitor_digest), count(DISTINCT secret), min(length(visitor_digest)) FROM ticket"
    assert rows(engine, distinct) == [(TICKETS, TICKETS, 64)]


def test_each_ticket_went_through_its_states_without_a_gap(engine: Engine) -> None:
    stretches = rows(
        engine,
        "SELECT i.ticket_id, i.state, i.began_at, i.ended_at, i.line_id = t.line_id, i.window_id = t.window_id"
        " FROM ticket_interval i JOIN ticket t ON t.id = i.ticket_id ORDER BY i.id",
    )
    times = rows(engine, "SELECT id, issued_at, called_at, started_at, ended_at FROM ticket ORDER BY id")
    assert [tuple(stretch) for stretch in stretches] == [
        stretch
        for ticket, issued, called, started, ended in times
        for stretch in (
            (ticket, "waiting", issued, called, 1, None),
            (ticket, "called", called, started, 1, 1),
            (ticket, "serving", started, ended, 1, 1),
        )
    ]


def test_no_window_had_two_visitors_at_once(engine: Engine) -> None:
    together = (
        "SELECT count(*) FROM ticket a JOIN ticket b ON b.window_id = a.window_id AND b.day = a.day AND b.id > a.id"
        " WHERE b.called_at < a.ended_at"
    )
    assert rows(engine, together) == [(0,)]


def test_acts_follow_the_table_of_transitions_and_a_call_tells_its_choice(engine: Engine) -> None:
    acts = rows(
        engine,
        "SELECT a.ticket_id, a.verb, a.detail, t.label FROM ticket_act a JOIN ticket t ON t.id = a.ticket_id ORDER BY a.id",
    )
    assert [(ticket, verb) for ticket, verb, _, _ in acts] == [
        (ticket, verb) for ticket in range(1, TICKETS + 1) for verb in ("call", "start", "finish")
    ]
    for ticket, verb, told, label in acts:
        detail = of_json(told)
        assert (detail["before"]["state"], verb) in TRANSITIONS
        if verb == "call":
            choice = Choice.from_json(detail["choice"])
            assert (choice.ticket_id, choice.compared[0].label) == (ticket, label)
            assert choice.compared[1].id > ticket


def test_each_visit_has_one_outcome(engine: Engine) -> None:
    same = "SELECT count(*) FROM ticket t JOIN ticket_outcome o ON o.ticket_id = t.id AND o.matter_code = t.subject_code"
    assert rows(engine, same) == [(TICKETS,)]
    assert rows(engine, "SELECT count(*) FROM ticket_outcome") == [(TICKETS,)]


def test_a_clerk_was_at_every_window_every_day(engine: Engine) -> None:
    windows = rows(engine, 'SELECT count(*) FROM "window"')[0][0]
    assert rows(engine, "SELECT count(*) FROM shift WHERE closed_at > opened_at") == [(5 * windows,)]
    inside = (
        "SELECT count(*) FROM shift_interval i JOIN shift s ON s.id = i.shift_id"
        " WHERE i.began_at >= s.opened_at AND i.ended_at <= s.closed_at"
    )
    assert rows(engine, inside) == [(3 * 5 * windows,)]


def test_the_last_days_have_their_events_numbered_to_the_newest(engine: Engine) -> None:
    seqs = [seq for (seq,) in rows(engine, "SELECT seq FROM event WHERE kind LIKE 'ticket.%' ORDER BY seq")]
    ((newest,),) = rows(engine, "SELECT last FROM event_counter")
    count = DAYS_WITH_EVENTS * A_DAY * EVENTS_EACH
    assert seqs == list(range(newest - count + 1, newest + 1))
    assert rows(
        engine, "SELECT count(*) FROM event a JOIN event b ON b.seq = a.seq + 1 WHERE b.at < a.at"
    ) == [(0,)]


def test_a_server_starts_on_it_and_the_numbers_of_today_begin_with_1(house: House, engine: Engine) -> None:
    house.start()
    taken = house.station("kiosk").issue("fagai-touzi-beian")
    assert (taken["number"], taken["id"], taken["ahead"]) == ("A001", TICKETS + 1, 0)
    clerk, _ = house.clerk(0)
    ((window,),) = rows(engine, 'SELECT id FROM "window" WHERE number = 1')
    clerk.open_window(window)
    assert clerk.call_next(window)["number"] == "A001"
    # The rows of today have ids of their own.
    for table in ("ticket_act", "ticket_interval", "shift"):
        assert rows(engine, f"SELECT count(*) - count(DISTINCT id) FROM {table}") == [(0,)]
    assert size(house.database) > 0
