"""Fills a new house's database with the tickets of past days: the rows that real days leave, made in bulk, always the same."""

import sqlite3
from pathlib import Path

A_DAY = 2_500
"""Tickets a day of a busy county hall."""

EVENTS_EACH = 5
PACE_SECONDS = 12
"""From one ticket to the next; each then waits 20 minutes, is called for 30 seconds and served for 8 minutes."""

_PLACES = """
CREATE TEMP TABLE place AS
SELECT row_number() OVER (ORDER BY w.number) - 1 AS n, w.id AS window_id, w.hall_id, l.id AS line_id, l.prefix,
    (SELECT code FROM matter m WHERE m.line_id = l.id ORDER BY m.code LIMIT 1) AS code,
    (SELECT name FROM matter m WHERE m.line_id = l.id ORDER BY m.code LIMIT 1) AS name,
    (SELECT id FROM station WHERE kind = 'kiosk' ORDER BY id LIMIT 1) AS station_id
FROM window w JOIN window_line wl ON wl.window_id = w.id JOIN line l ON l.id = wl.line_id
"""

# One row for each ticket, oldest first, with its day, its number in its line that day, and when it was issued.
_VISITS = """
CREATE TEMP TABLE visit AS
WITH RECURSIVE turn(n) AS (SELECT 0 UNION ALL SELECT n + 1 FROM turn WHERE n + 1 < :tickets),
dated AS (
    SELECT n + 1 AS id, n % (SELECT count(*) FROM place) AS place_n,
        date('now', '-' || (1 + (:tickets - 1 - n) / :a_day) || ' days') AS day,
        (:a_day - 1 - (:tickets - 1 - n) % :a_day) * :pace AS second
    FROM turn
)
SELECT id, day, row_number() OVER (PARTITION BY line_id, day ORDER BY id) AS number,
    CAST(strftime('%s', day) AS INTEGER) + second AS issued, place.*
FROM dated JOIN place ON place.n = dated.place_n ORDER BY id
"""

_AT = "strftime('%Y-%m-%d %H:%M:%S.000000', issued + {}, 'unixepoch')"
_ISO = "strftime('%Y-%m-%dT%H:%M:%SZ', issued + {}, 'unixepoch')"
_LABEL = "prefix || printf('%03d', number)"
_ISSUED, _CALLED, _STARTED, _ENDED = 0, 1200, 1230, 1710

_TICKETS = f"""
INSERT INTO ticket (id, hall_id, line_id, day, number, label, subject_code, subject_name, secret, visitor_digest,
    visitor_name, visitor_tail, station_id, state, window_id, issued_at, called_at, started_at, ended_at, recalls, print_state)
SELECT id, hall_id, line_id, day, number, {_LABEL}, code, name, printf('%012d', id * 7919 % 999999999989),
    printf('%064x', id * 2654435761), '张*', printf('…%04d', id % 10000), station_id, 'finished', window_id,
    {_AT.format(_ISSUED)}, {_AT.format(_CALLED)}, {_AT.format(_STARTED)}, {_AT.format(_ENDED)}, 0, 'printed'
FROM visit ORDER BY id
"""

# SQLite goes through a CROSS JOIN in the order written: visit by visit, so the rows come in the order of their keys unsorted.
_INTERVALS = f"""
INSERT INTO ticket_interval (id, ticket_id, state, window_id, staff_id, began_at, ended_at)
SELECT 3 * (id - 1) + part, id, state, CASE part WHEN 1 THEN NULL ELSE window_id END,
    CASE part WHEN 1 THEN NULL ELSE 1 END, {_AT.format("began")}, {_AT.format("ended")}
FROM visit CROSS JOIN (
    SELECT 1 AS part, 'waiting' AS state, {_ISSUED} AS began, {_CALLED} AS ended
    UNION ALL SELECT 2, 'called', {_CALLED}, {_STARTED}
    UNION ALL SELECT 3, 'serving', {_STARTED}, {_ENDED}
)
"""

_EVENTS = f"""
INSERT INTO event (hall_id, seq, kind, at, actor, data)
SELECT visit.hall_id, last + {EVENTS_EACH} * (id - 1) + part, kind, {_AT.format("later")},
    CASE WHEN part < 3 THEN 'station:' || station_id ELSE 'staff:1' END,
    json_object('number', {_LABEL}, 'ticket', json_object('id', id, 'number', {_LABEL}, 'line', line_id, 'matter', code,
        'matter_name', name, 'state', state, 'window', window_id,
        'visitor', json_object('name', '张*', 'tail', printf('…%04d', id % 10000)), 'issued_at', {_ISO.format(_ISSUED)},
        'called_at', NULL, 'started_at', NULL, 'recalls', 0, 'print', 'printed'),
        'line', json_object('id', line_id, 'waiting', 0),
        'window', json_object('id', window_id, 'state', state, 'ticket', {_LABEL}, 'called_at', NULL, 'recalls', 0))
FROM visit CROSS JOIN (
    SELECT 1 AS part, 'ticket.issued' AS kind, 'waiting' AS state, {_ISSUED} AS later
    UNION ALL SELECT 2, 'ticket.printed', 'waiting', 2
    UNION ALL SELECT 3, 'ticket.called', 'called', {_CALLED}
    UNION ALL SELECT 4, 'ticket.started', 'serving', {_STARTED}
    UNION ALL SELECT 5, 'ticket.finished', 'finished', {_ENDED}
) CROSS JOIN event_counter USING (hall_id)
"""

_SERIES = """
INSERT INTO series (line_id, day, last, waiting) SELECT line_id, day, max(number), 0 FROM visit GROUP BY line_id, day
"""
_SHIFTS = """
INSERT INTO shift (hall_id, window_id, staff_id, clerk_name, opened_at, closed_at)
SELECT DISTINCT hall_id, window_id, 1, '窗口人员0', day || ' 00:00:00.000000', day || ' 09:00:00.000000' FROM visit
"""
_COUNTER = f"UPDATE event_counter SET last = last + {EVENTS_EACH} * (SELECT count(*) FROM visit)"


def make_past(database: Path, tickets: int) -> None:
    """Adds so many finished tickets of the days before today to a database that has none, with intervals, events and shifts."""
    if not tickets:
        return
    connection = sqlite3.connect(database, isolation_level=None)
    try:
        for pragma in ("synchronous=OFF", "temp_store=MEMORY", "cache_size=-262144"):
            connection.execute(f"PRAGMA {pragma}")
        connection.execute("BEGIN")
        connection.execute(_PLACES)
        connection.execute(_VISITS, {"tickets": tickets, "a_day": A_DAY, "pace": PACE_SECONDS})
        for statement in (_TICKETS, _INTERVALS, _EVENTS, _SERIES, _SHIFTS, _COUNTER):
            connection.execute(statement)
        connection.execute("COMMIT")
        connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    finally:
        connection.close()
