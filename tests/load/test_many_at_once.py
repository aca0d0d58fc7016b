"""Many kiosks, many clerks, through HTTP against the running server."""

from collections.abc import Callable

import pytest

from bench.house import House
from tests.load import crowd

TICKETS = 2_000
KIOSKS = 32
CLERKS = 12

pytestmark = pytest.mark.timeout(180)


def test_numbers_are_given_once_and_everybody_is_called_once_in_order(house: Callable[..., House]) -> None:
    running = house(kiosks=KIOSKS, clerks=CLERKS)
    acknowledged = crowd.Acknowledged()

    crowd.take_tickets(running, TICKETS, acknowledged)
    crowd.check_series(running, acknowledged, TICKETS)

    crowd.serve_all(running, CLERKS, lambda: True, acknowledged)
    crowd.check_calls(running, acknowledged, TICKETS)
    in_order = [f"{crowd.PREFIX}{n:03d}" for n in range(1, TICKETS + 1)]
    called = crowd.rows(
        running, "SELECT json_extract(data, '$.number') FROM event WHERE kind = 'ticket.called' ORDER BY seq"
    )
    assert [label for (label,) in called] == in_order
    crowd.check_events(running)
    intervals = "SELECT count(*) FROM ticket_interval WHERE ended_at IS NULL OR ended_at < began_at"
    assert crowd.rows(running, intervals) == [(0,)]
