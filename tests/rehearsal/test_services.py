"""What rehearsals have shown of the services: nobody waits for a window that waits for him."""

from collections.abc import Callable, Iterator
from datetime import datetime, timedelta
from typing import Any

import pytest

from tests.rehearsal.small import SERVICES, small_day
from tinghao.rehearsal.halls import built_hall
from tinghao.rehearsal.stage import Stage, stage
from tinghao.server.hall.definition import Theme
from tinghao.server.hall.queue_rules import QueueRules
from tinghao.server.queueing.service import calling, days, moving, serving, taking, windows

NINE = datetime.fromisoformat("2026-11-23T09:00+08:00")
IN_ORDER = Theme(
    code="yi-jian-shi",
    name="一件事",
    name_en="One Thing",
    summary="依次办理",
    summary_en="one after the other",
    line="A",
    matters=("shixiang-a", "shixiang-b"),
    steps=("A", "B"),
)
TOGETHER = IN_ORDER.model_copy(update={"code": "tong-shi", "together": True})


@pytest.fixture
def place() -> Iterator[Stage]:
    """Window 1 for line A, window 2 for line B, both open, and themes that go through both."""
    definition = built_hall(SERVICES, ("A", "B"), QueueRules(), themes=(IN_ORDER, TOGETHER))
    with stage(definition) as found:
        for number in (1, 2):
            clerk_does(found, number, windows.open_window, window(found, number))
        yield found


def clerk_does(place: Stage, number: int, act: Callable[..., Any], *arguments: Any, minute: int = 0) -> Any:
    """The clerk of the window with this number does something."""
    clerk = place.clerk(next(each for each in small_day(("A", "B")).clerks if each.window == number))
    now = NINE + timedelta(minutes=minute)
    return place.store.write(lambda work: act(work, place.hall, clerk, now, *arguments))


def window(place: Stage, number: int) -> int:
    """A window's id."""
    return place.hall.windows_by_number[number].id


def take(place: Stage, subject: str, booked_at: datetime | None = None) -> int:
    """A number taken at nine o'clock."""
    wanted = taking.Wanted(subject, booked_at=booked_at)
    issued = place.store.write(lambda work: taking.issue(work, place.hall, place.kiosk, NINE, wanted))
    return int(issued["id"])


def at_window(place: Stage, number: int) -> str | None:
    """The number of who is at a window now."""
    with place.store.read() as connection:
        told = windows.views.window_now(connection, place.hall, window(place, number), NINE)
    found: str | None = told["ticket"]
    return found


def test_a_booked_time_that_comes_calls_to_a_window_that_waits(place: Stage) -> None:
    take(place, "shixiang-a", NINE + timedelta(minutes=30))
    clerk_does(place, 1, calling.store_next, window(place, 1), minute=1)
    place.store.write(lambda work: days.tick(work, place.hall, NINE + timedelta(minutes=29)))
    assert at_window(place, 1) is None
    place.store.write(lambda work: days.tick(work, place.hall, NINE + timedelta(minutes=30)))
    assert at_window(place, 1) == "A001"


@pytest.mark.parametrize("leaves", [serving.finish, serving.no_show])
def test_who_waits_in_two_lines_is_called_in_one_when_he_leaves_the_other(
    place: Stage, leaves: Callable[..., Any]
) -> None:
    ticket = take(place, TOGETHER.code)
    clerk_does(place, 1, calling.call_next, window(place, 1))
    clerk_does(place, 2, calling.store_next, window(place, 2))
    assert at_window(place, 2) is None
    if leaves is serving.finish:
        clerk_does(place, 1, serving.start, ticket, minute=1)
    clerk_does(place, 1, leaves, ticket, minute=5)
    assert at_window(place, 2) == "A001"


def test_who_is_sent_away_in_one_line_is_called_in_the_other(place: Stage) -> None:
    ticket = take(place, TOGETHER.code)
    clerk_does(place, 1, calling.call_next, window(place, 1))
    clerk_does(place, 2, calling.store_next, window(place, 2))
    clerk_does(place, 1, serving.hold, ticket, "补充材料", minute=5)
    assert at_window(place, 2) == "A001"


def test_the_next_line_of_a_journey_is_not_bound_to_a_window_of_the_last(place: Stage) -> None:
    ticket = take(place, IN_ORDER.code)
    clerk_does(place, 1, calling.call_next, window(place, 1))
    target = moving.Target(window=window(place, 1), position="first")
    clerk_does(place, 1, moving.transfer, ticket, target, None)
    clerk_does(place, 1, calling.call_next, window(place, 1), minute=1)
    clerk_does(place, 1, serving.start, ticket, minute=2)
    clerk_does(place, 1, serving.finish, ticket, minute=5)
    clerk_does(place, 2, calling.call_next, window(place, 2), minute=6)
    assert at_window(place, 1) is None
    assert at_window(place, 2) == "A001"
