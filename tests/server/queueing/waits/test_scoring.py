"""Scores of estimates."""

import pytest

from tinghao.server.queueing.waits.scoring import Outcome, score


def test_errors_and_coverage() -> None:
    found = score(
        [
            Outcome(actual=10, point=12, low=12, high=20),
            Outcome(actual=20, point=16, low=16, high=20),
            Outcome(actual=30, point=30, low=30, high=29),
            Outcome(actual=40, point=30, low=30, high=39),
        ]
    )
    assert found
    assert found.tickets == 4
    assert found.mean_absolute_error == pytest.approx(4)
    assert found.root_mean_square_error == pytest.approx(30**0.5)
    assert found.bias == pytest.approx(-3)
    assert found.below_low == 0.5
    assert found.coverage == 0.5
    assert found.mean_high == 27


def test_nothing_has_no_score() -> None:
    assert score([]) is None
