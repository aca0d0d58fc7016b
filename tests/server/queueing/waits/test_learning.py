"""What the past teaches, and how carefully."""

import random
from datetime import datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.server.queueing.waits.simulation import HALL_TIME
from tinghao.server.queueing.waits import calibration
from tinghao.server.queueing.waits.learning import learn, watch
from tinghao.server.queueing.waits.model import Model
from tinghao.server.queueing.waits.moments import Moments, strength
from tinghao.server.queueing.waits.past import SERVED_WITHOUT_TICKET, Past

MORNING = datetime(2026, 11, 23, 9, 0, tzinfo=HALL_TIME)
PRIORS = {"A": 8.0, "B": 8.0, "C": 20.0}


def past(
    occupied: float | None = 5.0,
    waited: float | None = 10.0,
    estimate: float | None = None,
    line: str = "A",
    matter: str = "m",
    number: str = "A001",
    state: str = "finished",
    window: str | None = "1",
) -> Past:
    called = None if waited is None else MORNING + timedelta(minutes=waited)
    ended = None if called is None or occupied is None else called + timedelta(minutes=occupied)
    return Past(number, line, matter, "ordinary", MORNING, called, called, ended, state, window, estimate)


def minutes(model: Model, line: str = "A", matter: str = "m") -> float:
    tables = model.line(line, PRIORS[line])
    return tables.of_matter(matter) - tables.gap


def test_the_definition_is_left_as_history_grows() -> None:
    told = [minutes(learn(Model(), [past(occupied=20)] * count, PRIORS)) for count in (0, 3, 30, 300)]
    assert told == sorted(told)
    assert told[0] == 8
    assert told[-1] == pytest.approx(20, abs=1)


def test_a_line_without_history_follows_the_halls_pace() -> None:
    model = learn(Model(), [past(occupied=16)] * 200, PRIORS)
    assert minutes(model, "C") == pytest.approx(40, rel=0.1)


def test_a_rare_matter_lies_between_its_line_and_what_was_seen_of_it() -> None:
    ended = [past(occupied=5, matter="often")] * 200 + [past(occupied=25, matter="rare")] * 3
    model = learn(Model(), ended, PRIORS)
    assert minutes(model, matter="often") < minutes(model, matter="rare") < 25


@given(st.lists(st.floats(1, 60), min_size=1, max_size=60), st.floats(1, 60))
def test_a_drawn_mean_lies_between_both(values: list[float], prior: float) -> None:
    moments = Moments()
    for value in values:
        moments = moments.with_one(value, memory=1000)
    drawn = moments.drawn_to(prior, 10)
    low, high = sorted((moments.mean, prior))
    assert low - 1e-6 <= drawn <= high + 1e-6


def test_groups_that_do_not_differ_are_drawn_together_more_strongly() -> None:
    dice = random.Random(1)

    def groups(apart: float) -> list[Moments]:
        found = []
        for n in range(6):
            moments = Moments()
            for _ in range(40):
                moments = moments.with_one(dice.gauss(10 + n * apart, 4), memory=1000)
            found.append(moments)
        return found

    assert strength(groups(0)) > 5 * strength(groups(5))


def test_a_forgotten_visit_does_not_spoil_the_mean() -> None:
    visits = [past(occupied=6)] * 100
    clean, spoilt = (
        minutes(learn(Model(), each, PRIORS)) for each in (visits, [*visits, past(occupied=600)])
    )
    assert spoilt < clean + 0.5


def test_what_really_takes_longer_than_thought_is_learnt() -> None:
    model = Model()
    for _ in range(40):
        model = learn(model, [past(occupied=100)] * 10, PRIORS)
    assert minutes(model) == pytest.approx(100, rel=0.1)


def test_walk_aways_are_learnt_but_not_from_those_whom_the_day_cut_off() -> None:
    gone = [past(waited=None, state="cancelled")] * 50
    stayed = [past()] * 50
    cut_off = [past(waited=None, state="expired")] * 50
    assert learn(Model(), gone + stayed, PRIORS).line("A", 8).staying == pytest.approx(0.5, abs=0.1)
    assert learn(Model(), stayed + cut_off, PRIORS).line("A", 8).staying == 1


def test_one_served_without_a_ticket_took_a_window_but_did_not_wait() -> None:
    model = learn(Model(), [past(number=SERVED_WITHOUT_TICKET, occupied=30, estimate=1)] * 200, PRIORS)
    assert minutes(model) == pytest.approx(30, rel=0.1)
    assert model.lines["A"].ratios == calibration.EMPTY
    assert model.lines["A"].left == Moments()


def test_a_model_comes_back_from_json_as_it_was() -> None:
    ended = [past(estimate=8.0), past(line="C", waited=None, state="cancelled")]
    model = watch(learn(Model(), ended, PRIORS), {"A": 2.5}, MORNING)
    assert Model.from_json(model.as_json()) == model


def test_a_model_of_another_form_is_forgotten() -> None:
    assert Model.from_json({"lines": 3}) == Model()


def test_learning_in_steps_is_learning_at_once() -> None:
    dice = random.Random(2)
    ended = [past(occupied=dice.uniform(2, 9), matter=dice.choice("xy")) for _ in range(60)]
    steps = Model()
    for one in ended:
        steps = learn(steps, [one], PRIORS)
    assert steps.lines == learn(Model(), ended, PRIORS).lines


@pytest.mark.parametrize("spread", [0.2, 0.5, 1.0])
@pytest.mark.parametrize("off", [0.5, 1.0, 2.0])
def test_the_band_comes_to_hold_what_it_says(spread: float, off: float) -> None:
    dice = random.Random(3)
    histograms = calibration.EMPTY
    for _ in range(1500):
        histograms = calibration.with_one(histograms, 10.0, 10.0 * off * dice.lognormvariate(0, spread))
    hall = calibration.hall_wide([histograms])
    half, nine_tenths = (
        calibration.between_sizes(ratios, 10.0)
        for ratios in calibration.quantiles(histograms, hall, (0.5, 0.9))
    )
    waits = [off * dice.lognormvariate(0, spread) for _ in range(4000)]
    assert sum(wait <= half for wait in waits) / len(waits) == pytest.approx(0.5, abs=0.06)
    assert sum(wait <= nine_tenths for wait in waits) / len(waits) == pytest.approx(0.9, abs=0.03)


def test_a_line_without_waits_borrows_the_halls_band() -> None:
    hall_line = calibration.EMPTY
    for _ in range(500):
        hall_line = calibration.with_one(hall_line, 15.0, 45.0)
    [half] = calibration.quantiles(calibration.EMPTY, calibration.hall_wide([hall_line]), (0.5,))
    assert calibration.between_sizes(half, 15.0) == pytest.approx(3, rel=0.15)


@given(st.floats(0.01, 600), st.lists(st.tuples(st.floats(0.5, 300), st.floats(0, 600)), max_size=30))
def test_whatever_happened_the_band_is_in_order(estimate: float, waits: list[tuple[float, float]]) -> None:
    histograms = calibration.EMPTY
    for told, actual in waits:
        histograms = calibration.with_one(histograms, told, actual)
    low, high = calibration.quantiles(histograms, calibration.hall_wide([histograms]), (0.5, 0.9))
    assert 0 < calibration.between_sizes(low, estimate) <= calibration.between_sizes(high, estimate)
