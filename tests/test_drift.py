"""An alarm takes many scores and a clear difference, and then fewer questions are answered, never more."""

from __future__ import annotations

from threading import Thread

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.stats import ks_2samp

from assistant.drift import (
    ENOUGH,
    WINDOW,
    DriftReport,
    ScoreWindow,
    drift,
    reference_scores,
)
from assistant.fitting import score_difference

SCORES = st.lists(st.integers(0, 20).map(lambda n: n / 20), min_size=4, max_size=60)
RANDOM = np.random.default_rng(0)
LABELLED = reference_scores(RANDOM.beta(2, 1, 600))


def test_the_widest_gap_by_hand() -> None:
    # At .1 one of two against none, at .2 two of two against one of two.
    assert score_difference(np.array([0.1, 0.2]), np.array([0.2, 0.3]))[0] == 0.5
    assert score_difference(np.array([0.1, 0.2]), np.array([0.2, 0.1])) == (0, 1)
    assert score_difference(np.array([0.1]), np.array([0.2, 0.3, 0.4]))[0] == 1


@settings(deadline=None, max_examples=150)
@given(SCORES, SCORES)
def test_the_gap_is_that_of_scipy_and_has_no_side(one: list[float], other: list[float]) -> None:
    first, second = np.array(one), np.array(other)
    statistic, p_value = score_difference(first, second)

    assert statistic == pytest.approx(ks_2samp(first, second, method="asymp").statistic, abs=1e-12)
    assert (statistic, p_value) == score_difference(second[::-1], first[::-1])
    assert 0 <= p_value <= 1


@pytest.mark.parametrize("power", [1.0, 1.15, 1.3, 1.6])
@pytest.mark.parametrize("asked", [200, 500, 1000])
def test_p_values_are_a_little_cautious(asked: int, power: float) -> None:
    random = np.random.default_rng(asked)
    first, second = random.random(600), random.random(asked) ** power
    exact = ks_2samp(first, second, method="exact").pvalue

    assert exact <= score_difference(first, second)[1] <= 1.7 * exact + 1e-12


@pytest.mark.parametrize("asked", [0, 1, ENOUGH - 1])
def test_few_scores_are_no_alarm_however_strange(asked: int) -> None:
    report = drift(LABELLED, np.zeros(asked))

    assert report == DriftReport(n=asked, statistic=None, p_value=None, alarm=False)
    assert report.says == f"Too little to compare: {asked} questions asked, it needs 200 and labelled ones."
    assert not drift((), np.zeros(ENOUGH)).alarm


def test_enough_strange_scores_are_an_alarm() -> None:
    report = drift((0.5,) * 600, np.full(ENOUGH, 0.25))

    assert (report.n, report.statistic, report.alarm) == (200, 1, True)
    assert report.says.startswith("The last 200 questions score unlike the labelled ones (gap 1.00, p = ")
    assert "certificate does not hold" in report.says


@pytest.mark.parametrize(("shift", "alarm"), [(0.114, False), (0.135, True)])
def test_an_alarm_takes_more_than_one_chance_in_a_thousand(shift: float, alarm: bool) -> None:
    # 600 labelled and 400 asked: gaps of .114 and .135 have p-values of .004 and .0003.
    labelled = (np.arange(600) + 0.5) / 600
    report = drift(reference_scores(labelled), np.clip((np.arange(400) + 0.5) / 400 + shift, 0, 1))

    assert report.statistic == pytest.approx(shift, abs=0.003)
    assert report.p_value == pytest.approx(0.0003 if alarm else 0.004, rel=0.3)
    assert report.alarm == alarm


def test_scores_like_the_labelled_ones_are_no_alarm() -> None:
    report = drift(LABELLED, np.array(LABELLED))

    assert (report.statistic, report.p_value, report.alarm) == (0, 1, False)
    assert report.says == "The last 600 questions score like the labelled ones (gap 0.00, p = 1)."


def test_alarms_by_chance_are_as_rare_as_said_and_a_shift_is_seen() -> None:
    random = np.random.default_rng(1)
    runs = 2000
    false = sum(drift(LABELLED, random.choice(LABELLED, 500)).alarm for _ in range(runs))
    seen = sum(drift(LABELLED, random.beta(2, 2, 500)).alarm for _ in range(100))

    # Two are expected; more than nine happen in fewer than one of ten thousand such simulations.
    assert false <= 9
    assert seen == 100


def test_rounding_makes_no_difference_of_its_own() -> None:
    values = RANDOM.random(400)

    assert drift(reference_scores(values), values).statistic == 0
    assert reference_scores(np.array([0.30004, 0.1, 0.99996])) == (0.1, 0.3, 1.0)


def test_a_window_keeps_the_newest_numbers() -> None:
    window = ScoreWindow(3)
    assert window.scores().shape == (0,)
    for score in (0.1, 0.2, 0.3, 1):
        window.add(score)

    assert window.scores().tolist() == [0.2, 0.3, 1.0]
    assert window.scores().dtype == np.float64
    window.scores()[:] = 0
    assert window.scores().tolist() == [0.2, 0.3, 1.0]


@pytest.mark.parametrize("score", [-0.1, 1.1, float("nan"), float("inf")])
def test_a_window_holds_probabilities_only(score: float) -> None:
    window = ScoreWindow()
    with pytest.raises(ValueError, match="probability"):
        window.add(score)
    with pytest.raises(TypeError):
        window.add("Were there any deaths?")  # type: ignore[arg-type]

    assert len(window.scores()) == 0


def test_threads_lose_no_score_and_never_see_half_a_window() -> None:
    window = ScoreWindow()
    seen: list[int] = []

    def ask(score: float) -> None:
        for _ in range(2000):
            window.add(score)

    def look() -> None:
        seen.extend(len(window.scores()) for _ in range(300))

    threads = [Thread(target=ask, args=(n / 10,)) for n in range(4)] + [Thread(target=look)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert len(window.scores()) == WINDOW == max(*seen, WINDOW)
    assert seen == sorted(seen)
