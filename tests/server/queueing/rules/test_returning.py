"""Where a missed visitor stands who has come back."""

from hypothesis import given
from hypothesis import strategies as st

from tests.server.queueing.rules.simulation import NOW
from tinghao.server.hall.queue_rules import QueueRules
from tinghao.server.queueing.rules.ahead import calling_order
from tinghao.server.queueing.rules.choosing import MINUTE, Candidate, Serving, Standing
from tinghao.server.queueing.rules.returning import behind

NOTHING = Standing()


@given(
    st.lists(st.integers(1, 100), unique=True),
    st.integers(1, 5),
    st.integers(0, 100),
    st.sampled_from(["ordinary", "priority"]),
)
def test_so_many_of_his_class_are_called_before_him(
    waits: list[int], places: int, own_wait: int, code: str
) -> None:
    others = [
        Candidate(n, f"A{n:03}", "A", code, 0, NOW - waited * MINUTE)
        for n, waited in enumerate(sorted(waits, reverse=True), 1)
    ]
    own_since = NOW - own_wait * MINUTE
    kth = others[places - 1].since if len(others) >= places else None
    since = behind(kth, NOW, own_since)
    back = Candidate(0, "A000", "A", code, 0, since)
    order = calling_order([*others, back], Serving(("A",)), QueueRules(), NOTHING, NOW)
    before = sum(each.since < own_since for each in others)
    assert order.index(back) == max(min(places, len(others)), before)
    assert own_since <= since <= NOW


def test_without_others_he_counts_from_now() -> None:
    assert behind(None, NOW) == NOW


def test_a_time_that_has_not_come_is_no_place() -> None:
    assert behind(NOW + MINUTE, NOW) == NOW
    assert behind(NOW - MINUTE, NOW, NOW + MINUTE) == NOW
