"""Figures computed by hand, and by the libraries of the field."""

from __future__ import annotations

from math import log2

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sklearn.metrics import roc_auc_score

from index.metrics import auroc, ranking_figures

NAMES = ("recall@1", "recall@3", "recall@5", "recall@10", "rr@10", "ndcg@10")
SCORES = st.lists(st.integers(0, 9).map(lambda tenths: tenths / 10), min_size=1, max_size=20)


def figures(found: dict[str, list[str]], right: dict[str, list[str]]) -> tuple[float | None, ...]:
    values = ranking_figures(found, right)
    assert list(values) == [f"passage_{name}" for name in NAMES]
    return tuple(values.values())


def test_one_question_by_hand() -> None:
    # Right at ranks 2 and 4 of 5: one of two within 3, both within 5.
    gained = 1 / log2(1 + 2) + 1 / log2(1 + 4)
    best = 1 / log2(1 + 1) + 1 / log2(1 + 2)

    assert figures({"q": ["x", "a", "y", "b", "z"]}, {"q": ["a", "b"]}) == pytest.approx(
        (0, 1 / 2, 1, 1, 1 / 2, gained / best)
    )


def test_figures_are_means_over_the_questions_that_have_a_right_passage() -> None:
    found = {"first": ["a", "x"], "third": ["x", "y", "a"], "none": ["a"]}
    right = {"first": ["a"], "third": ["a"], "none": []}

    assert figures(found, right) == pytest.approx((1 / 2, 1, 1, 1, (1 + 1 / 3) / 2, (1 + 1 / 2) / 2))


def test_a_question_without_a_ranking_counts_zero() -> None:
    right = {"asked": ["a"], "empty": ["a"], "forgotten": ["a"]}

    assert figures({"asked": ["a"], "empty": []}, right) == pytest.approx((1 / 3,) * 6)
    assert figures({}, right) == pytest.approx((0,) * 6)


def test_what_stands_beyond_rank_ten_counts_for_nothing() -> None:
    ranking = [f"x{n}" for n in range(10)] + ["a"]

    assert figures({"q": ranking}, {"q": ["a"]}) == pytest.approx((0,) * 6)
    assert figures({"q": ranking[1:]}, {"q": ["a"]}) == pytest.approx((0, 0, 0, 1, 1 / 10, 1 / log2(11)))


def test_without_any_right_passage_there_is_no_figure() -> None:
    assert figures({"q": ["a"]}, {"q": []}) == (None,) * 6
    assert figures({}, {}) == (None,) * 6


@pytest.mark.parametrize(
    ("positives", "negatives", "area"),
    [
        ([0.9, 0.4], [0.4, 0.1], (1 + 1 + 0.5 + 1) / 4),
        ([1.0], [0.0], 1.0),
        ([0.0], [1.0], 0.0),
        ([0.5, 0.5], [0.5], 0.5),
    ],
)
def test_auroc_by_hand(positives: list[float], negatives: list[float], area: float) -> None:
    assert auroc(positives, negatives) == area


def test_auroc_needs_both_sides() -> None:
    assert auroc([], [0.5]) is None
    assert auroc([0.5], []) is None


@given(SCORES, SCORES)
@settings(deadline=None)
def test_auroc_is_that_of_scikit_learn(positives: list[float], negatives: list[float]) -> None:
    labels = [1] * len(positives) + [0] * len(negatives)

    assert auroc(positives, negatives) == pytest.approx(roc_auc_score(labels, positives + negatives))
