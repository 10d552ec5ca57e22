"""Intervals and p-values: by hand where a hand can count, by their laws, and by slower definitions."""

from __future__ import annotations

from math import comb

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from assistant.abstention import Scored, risk_coverage
from assistant.significance import RESAMPLES, _draws, auroc_interval, paired_p, risk_band, share_interval
from index.metrics import auroc


@pytest.mark.parametrize("flag", [True, False])
def test_what_never_varies_has_no_width(flag: bool) -> None:
    assert share_interval([flag] * 20, [True] * 20) == (float(flag), float(flag))
    assert auroc_interval([0.9, 0.8, 0.2], [flag, flag, not flag]) == (float(flag), float(flag))


def test_an_interval_is_that_of_the_binomial() -> None:
    # Drawing 100 questions of which half are right is a binomial of 100 and a half: 2.5 % of all
    # draws have at most 40 right ones, 97.5 % at most 60.
    low, high = share_interval([True, False] * 50, [True] * 100) or (0, 0)

    cumulative = np.cumsum([comb(100, k) / 2**100 for k in range(101)])
    expected = np.searchsorted(cumulative, (0.025, 0.975)) / 100
    assert (low, high) == pytest.approx(tuple(expected), abs=0.011)


def test_only_counted_questions_count() -> None:
    flags = [True] * 10 + [False] * 10
    counted = [True] * 10 + [False] * 10

    assert share_interval(flags, counted) == (1, 1)
    assert share_interval([True] * 20, counted) == (1, 1), "never more than all"
    assert share_interval([True], [False]) is None
    assert share_interval([], []) is None
    assert auroc_interval([0.5], [True]) is None
    assert auroc_interval([], []) is None


def test_the_same_rows_give_the_same_interval() -> None:
    flags = [True, False, True]

    assert share_interval(flags, [True] * 3) == share_interval(flags, [True] * 3)


@given(st.lists(st.tuples(st.integers(0, 4), st.booleans()), min_size=2, max_size=8))
@settings(deadline=None, max_examples=10)
def test_auroc_of_a_draw_is_auroc_of_the_questions_drawn(pairs: list[tuple[int, bool]]) -> None:
    scores, sides = [float(score) for score, _ in pairs], [side for _, side in pairs]
    areas = []
    for draw in _draws(len(pairs)):
        drawn = [index for index, times in enumerate(draw) for _ in range(int(times))]
        area = auroc([scores[i] for i in drawn if sides[i]], [scores[i] for i in drawn if not sides[i]])
        areas += [] if area is None else [area]

    expected = None if len(set(sides)) < 2 else tuple(np.percentile(areas, (2.5, 97.5)).round(4))
    found = auroc_interval(scores, sides)
    assert (found is None) == (expected is None)
    assert expected is None or found == pytest.approx(expected, abs=1e-4)


def test_draws_are_whole_questions() -> None:
    draws = _draws(7)

    assert draws.shape == (RESAMPLES, 7)
    assert (draws.sum(axis=1) == 7).all()


def test_the_band_surrounds_the_curve() -> None:
    scored = [Scored(n / 200, n % 10 != 0 and n > 30) for n in range(200)]
    points = risk_coverage(scored)
    band = risk_band(scored, [coverage for coverage, _ in points])

    # The bootstrap is centred on the curve; at the last point it is the share of wrong answers.
    assert len(band) == len(points)
    assert all(low <= risk <= high for (_, risk), (low, high) in zip(points, band, strict=True))
    whole = share_interval([not one.right for one in scored], [True] * 200)
    assert band[-1] == whole


def test_the_band_without_questions_or_without_doubt() -> None:
    assert risk_band([], []) == []
    assert risk_band([Scored(0.5, True)] * 4, [1.0]) == [(0, 0)]
    assert risk_band([Scored(0.5, False)] * 4, [0.5, 1.0]) == [(1, 1), (1, 1)]


@pytest.mark.parametrize(
    ("differences", "p"),
    [
        ([], 1),
        ([0, 0, 0], 1),
        ([1], 1),
        ([1, 1], 2 / 4),
        ([1] * 5, 2 / 32),
        ([-1] * 6, 2 / 64),
        # Questions on which both agree tell nothing.
        ([1] * 6 + [0] * 94, 2 / 64),
        # A sum of 2 or more from 4 signs: one pattern with 4, four with 2; and the same below 0.
        ([1, 1, 1, -1], 2 * (1 + 4) / 16),
        ([1, -1], 1),
        ([0.5, 0.25], 2 / 4),
    ],
)
def test_a_p_value_by_hand(differences: list[float], p: float) -> None:
    assert paired_p(differences) == p


def test_a_drawn_p_value_is_near_the_counted_one() -> None:
    # Sixty of a hundred gains: the sign test's binomial, counted exactly.
    exact = 2 * sum(comb(100, k) for k in range(60, 101)) / 2**100

    assert paired_p([1] * 60 + [-1] * 40) == pytest.approx(exact, abs=0.01)
    assert paired_p([1] * 50 + [-1] * 50) == 1
    assert paired_p([1] * 100) == 1 / 10_001, "never 0"


@given(st.lists(st.sampled_from((-1.0, 0.0, 1.0)), max_size=40))
@settings(deadline=None, max_examples=50)
def test_a_p_value_has_no_side_and_no_order(differences: list[float]) -> None:
    p = paired_p(differences)

    assert 0 < p <= 1
    assert paired_p([-value for value in differences]) == p
    if sum(value != 0 for value in differences) <= 13:
        assert paired_p(differences[::-1]) == p


def test_chance_alone_is_seldom_called_a_difference() -> None:
    # Two equally good runs, 200 times over: at p < .05 some 10 are called different by mistake.
    generator = np.random.default_rng(1)
    called = sum(
        paired_p(generator.integers(-1, 2, size=40).astype(float).tolist()) < 0.05 for _ in range(200)
    )

    assert called <= 20
