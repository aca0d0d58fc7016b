"""Jobs in lanes: together with those of their hall, in order, one writer to a lane."""

import threading

import pytest

from tinghao.server.store.lanes import MOST_IN_A_COMMIT, Job, Lane, Lanes


def waiting(lanes: Lanes, *halls: Lane) -> list[Job]:
    """A job of each of these halls, in this order."""
    jobs = [Job(lambda work: None, hall) for hall in halls]
    for job in jobs:
        lanes.put(job.hall, job)
    return jobs


def served(lanes: Lanes) -> list[Job]:
    """What the next writer takes; it leaves the lane at once."""
    found = lanes.serve()
    assert found is not None
    (lane,) = found
    taken = lanes.take(lane)
    lanes.leave(lane)
    return taken


def test_what_waits_for_the_same_hall_is_taken_together_and_lanes_in_turn() -> None:
    lanes = Lanes()
    seven, eight, seven_again = waiting(lanes, 7, 8, 7)
    assert served(lanes) == [seven, seven_again]
    assert served(lanes) == [eight]


def test_a_commit_has_its_limit_and_other_lanes_their_turn() -> None:
    lanes = Lanes()
    *many, other = waiting(lanes, *[7] * (MOST_IN_A_COMMIT + 1), 8)
    assert served(lanes) == many[:MOST_IN_A_COMMIT]
    assert served(lanes) == [other]
    assert served(lanes) == many[MOST_IN_A_COMMIT:]


def test_those_without_a_hall_are_taken_one_by_one() -> None:
    lanes = Lanes()
    first, second = waiting(lanes, None, None)
    assert [served(lanes), served(lanes)] == [[first], [second]]


def test_a_lane_that_is_served_waits_for_its_writer() -> None:
    lanes = Lanes()
    waiting(lanes, 7)
    assert lanes.serve() == (7,)
    lanes.take(7)
    later, other = waiting(lanes, 7, 8)
    assert served(lanes) == [other]
    lanes.leave(7)
    assert served(lanes) == [later]


def test_a_closed_one_takes_nothing_more_and_gives_what_waits() -> None:
    lanes = Lanes()
    (last,) = waiting(lanes, 7)
    lanes.close()
    with pytest.raises(RuntimeError, match="closed"):
        waiting(lanes, 8)
    assert served(lanes) == [last]
    assert lanes.serve() is None


def test_who_waits_for_a_lane_is_woken_by_a_job_and_by_the_end() -> None:
    lanes = Lanes()
    found: list[tuple[Lane] | None] = []
    writers = [threading.Thread(target=lambda: found.append(lanes.serve())) for _ in range(2)]
    for writer in writers:
        writer.start()
    waiting(lanes, 7)
    lanes.close()
    for writer in writers:
        writer.join()
    assert sorted(found, key=str) == [(7,), None]
