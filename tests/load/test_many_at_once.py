"""Many kiosks, many clerks, through HTTP against the running server."""

from collections.abc import Callable

import pytest

from bench.house import House
from tests.load import crowd

KIOSKS = 32
CLERKS = 12

pytestmark = pytest.mark.timeout(180)


@pytest.mark.parametrize(("kind", "tickets"), [("sqlite", 600), ("postgresql", 200), ("postgresql × 4", 200)])
def test_numbers_are_given_once_and_everybody_is_called_once_in_order(
    house: Callable[..., House], kind: str, tickets: int
) -> None:
    running = house(kind, kiosks=KIOSKS, clerks=CLERKS)
    acknowledged = crowd.Acknowledged()

    crowd.take_tickets(running, tickets, acknowledged)
    crowd.check_series(running, acknowledged, tickets)

    crowd.serve_all(running, crowd.at_windows(running, CLERKS), lambda: True, acknowledged)
    crowd.check_calls(running, acknowledged, tickets)
    assert crowd.numbers_called(running) == [f"{crowd.PREFIX}{n:03d}" for n in range(1, tickets + 1)]
    crowd.check_events(running)
    intervals = "SELECT count(*) FROM ticket_interval WHERE ended_at IS NULL OR ended_at < began_at"
    assert crowd.rows(running, intervals) == [(0,)]
