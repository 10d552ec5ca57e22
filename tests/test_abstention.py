"""Risk and coverage by hand, by trying every threshold and order, and by scikit-learn."""

from __future__ import annotations

from itertools import permutations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sklearn.calibration import calibration_curve
from sklearn.metrics import brier_score_loss, roc_auc_score

from assistant.abstention import (
    Scored,
    augrc,
    aurc,
    brier,
    calibration_error,
    coverage_at_risk,
    reliability,
    risk_coverage,
)

ONE = st.builds(Scored, st.integers(0, 4).map(lambda n: n / 4), st.booleans())
# Most confident first: right, wrong, right, right.
HAND = [Scored(0.2, True), Scored(0.9, True), Scored(0.8, False), Scored(0.5, True)]
FIGURES = (aurc, augrc, calibration_error, brier, lambda scored: coverage_at_risk(scored, 0.25))


def test_risk_and_coverage_by_hand() -> None:
    assert risk_coverage(HAND) == [(1 / 4, 0), (2 / 4, 1 / 2), (3 / 4, 1 / 3), (1, 1 / 4)]


def test_equal_confidences_enter_together() -> None:
    scored = [Scored(0.9, True), Scored(0.5, False), Scored(0.5, True), Scored(0.5, False)]

    # No threshold can tell the last three apart, in whatever order they stand.
    assert risk_coverage(scored) == risk_coverage(scored[::-1]) == [(1 / 4, 0), (1, 2 / 4)]


@given(st.lists(ONE, min_size=1))
@settings(deadline=None)
def test_the_curve_is_what_every_threshold_gives(scored: list[Scored]) -> None:
    by_threshold = []
    for threshold in sorted({one.confidence for one in scored}, reverse=True):
        shown = [one.right for one in scored if one.confidence >= threshold]
        by_threshold.append((len(shown) / len(scored), shown.count(False) / len(shown)))

    assert risk_coverage(scored) == by_threshold


def test_areas_by_hand() -> None:
    assert aurc(HAND) == pytest.approx((0 + 1 / 2 + 1 / 3 + 1 / 4) / 4)
    # Wrong and answered, of all four: 0 at no coverage and at 1/4, then 1/4; trapezoids between.
    assert augrc(HAND) == pytest.approx((0 + 1 / 8 + 1 / 4 + 1 / 4) / 4)


@pytest.mark.parametrize(("right", "area", "generalised"), [(True, 0, 0), (False, 1, 1 / 2)])
def test_areas_of_all_right_and_all_wrong(right: bool, area: float, generalised: float) -> None:
    scored = [Scored(0.1 * n, right) for n in range(5)]

    assert (aurc(scored), augrc(scored)) == pytest.approx((area, generalised))


@given(st.lists(ONE, min_size=1, max_size=6))
@settings(deadline=None)
def test_the_area_of_equal_confidences_is_the_mean_over_their_orders(scored: list[Scored]) -> None:
    ordered = [list(p) for p in permutations(scored) if sorted(p, key=lambda one: -one.confidence) == list(p)]
    areas = []
    for order in ordered:
        wrong = [not one.right for one in order]
        areas.append(sum(sum(wrong[:n]) / n for n in range(1, len(wrong) + 1)) / len(wrong))

    assert aurc(scored) == pytest.approx(sum(areas) / len(areas))


@given(st.lists(ONE, min_size=2))
@settings(deadline=None)
def test_the_generalised_area_follows_from_auroc_and_the_share_right(scored: list[Scored]) -> None:
    flags = [one.right for one in scored]
    share = sum(flags) / len(flags)
    # With all right or all wrong there is nothing to tell apart, and the factor is 0.
    area = roc_auc_score(flags, [one.confidence for one in scored]) if 0 < share < 1 else 0.0

    assert augrc(scored) == pytest.approx((1 - area) * share * (1 - share) + (1 - share) ** 2 / 2)


def test_coverage_at_a_risk_by_hand() -> None:
    assert coverage_at_risk(HAND, 0.0) == 1 / 4
    assert coverage_at_risk(HAND, 0.25) == 1, "a later threshold may be better than an earlier one"
    assert coverage_at_risk([Scored(0.9, False), Scored(0.1, False)], 0.05) == 0
    assert coverage_at_risk([*[Scored(0.9, True)] * 19, Scored(0.9, False)], 0.05) == 1, "one of 20 is 5 %"
    assert coverage_at_risk([*[Scored(0.9, True)] * 18, Scored(0.9, False)], 0.05) == 0


def test_reliability_by_hand() -> None:
    scored = [Scored(0.9, True), Scored(0.1, False), Scored(0.2, True), Scored(0.7, True), Scored(0.6, False)]

    low, high = reliability(scored, bins=2)

    assert low == pytest.approx(((0.1 + 0.2 + 0.6) / 3, 1 / 3, 3))
    assert high == pytest.approx(((0.7 + 0.9) / 2, 1, 2))


def test_calibration_error_by_hand() -> None:
    # Twenty questions, two to a bin, each bin half right: said .75, true .5.
    assert calibration_error([Scored(0.75, n % 2 == 0) for n in range(20)]) == pytest.approx(0.25)
    # Fewer questions than bins: every question is a bin of its own.
    assert calibration_error([Scored(0.9, True), Scored(0.2, False)]) == pytest.approx((0.1 + 0.2) / 2)
    assert calibration_error([Scored(1.0, True), Scored(0.0, False)]) == 0


def test_brier_by_hand() -> None:
    assert brier([Scored(0.9, True), Scored(0.2, False)]) == pytest.approx((0.1**2 + 0.2**2) / 2)


@given(st.lists(st.integers(0, 10**6), min_size=100, max_size=100, unique=True), st.data())
@settings(deadline=None, max_examples=30)
def test_bins_are_those_of_scikit_learn(millionths: list[int], data: st.DataObject) -> None:
    flags = data.draw(st.lists(st.booleans(), min_size=100, max_size=100))
    scored = [Scored(n / 10**6, right) for n, right in zip(millionths, flags, strict=True)]
    confidences = [one.confidence for one in scored]

    shares, means = calibration_curve(flags, confidences, n_bins=10, strategy="quantile")
    found = reliability(scored)

    assert [one.confidence for one in found] == pytest.approx(list(means))
    assert [one.right for one in found] == pytest.approx(list(shares))
    assert brier(scored) == pytest.approx(brier_score_loss(flags, confidences))


@given(st.lists(ONE, min_size=1), st.randoms(use_true_random=False))
@settings(deadline=None)
def test_the_order_of_the_questions_never_matters(scored: list[Scored], random: st.DataObject) -> None:
    shuffled = list(scored)
    random.shuffle(shuffled)  # type: ignore[attr-defined]

    assert [figure(shuffled) for figure in FIGURES] == pytest.approx([figure(scored) for figure in FIGURES])
    assert len(reliability(shuffled)) == min(10, len(scored))


def test_without_questions_there_is_nothing() -> None:
    assert risk_coverage([]) == []
    assert reliability([]) == []
    assert [figure([]) for figure in FIGURES] == [None] * len(FIGURES)
