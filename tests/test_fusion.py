"""The fused score is the weighted sum, whatever order the scorers come in."""

from __future__ import annotations

from collections.abc import Mapping
from fractions import Fraction
from itertools import pairwise
from random import Random

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import ValidationError

from index.fusion import FusionWeights, convex_fusion, in_order

Scores = dict[str, dict[int, float]]
numbers = st.floats(-100, 100)
scorers: st.SearchStrategy[Scores] = st.dictionaries(
    st.sampled_from("abcd"), st.dictionaries(st.integers(0, 30), numbers, max_size=20), max_size=4
)
weights: st.SearchStrategy[Mapping[str, float]] = st.fixed_dictionaries(dict.fromkeys("abcd", numbers))


def test_the_weighted_sum_by_hand() -> None:
    found = {"dense": {7: 0.75, 8: 0.5}, "lexical": {7: 1.0, 9: 0.5}}

    # 7: ½ · ¾ + ¼ · 1, 8: ½ · ½, 9: ¼ · ½
    assert convex_fusion(found, {"dense": 0.5, "lexical": 0.25}) == {7: 0.625, 8: 0.25, 9: 0.125}


def test_a_missing_score_counts_nothing() -> None:
    assert convex_fusion({"dense": {1: 0.5}, "staff": {}}, {"dense": 1.0, "staff": 9.0}) == {1: 0.5}
    assert convex_fusion({}, {}) == {}


def test_how_far_apart_two_passages_are_decides_not_their_ranks() -> None:
    # One point first and second, one the other way round: by ranks a tie.
    found = {"dense": {1: 0.9, 2: 0.1}, "lexical": {1: 0.4, 2: 0.5}}

    assert in_order(convex_fusion(found, {"dense": 0.5, "lexical": 0.5})) == [1, 2]


def test_a_scorer_without_a_weight_is_refused() -> None:
    with pytest.raises(KeyError, match="lexical"):
        convex_fusion({"dense": {1: 0.5}, "lexical": {1: 0.5}}, {"dense": 1.0})


def test_three_scorers_that_only_swap_places_tie_exactly() -> None:
    # .1 + .2 + .3 added in another order ends one bit away.
    found = {
        "dense": {10: 0.1, 11: 0.2, 12: 0.3},
        "lexical": {10: 0.2, 11: 0.3, 12: 0.1},
        "staff": {10: 0.3, 11: 0.1, 12: 0.2},
    }
    assert 0.1 + 0.2 + 0.3 != 0.3 + 0.2 + 0.1

    fused = convex_fusion(found, dict.fromkeys(found, 1.0))
    assert fused[10] == fused[11] == fused[12]
    assert in_order(fused) == [10, 11, 12]


def test_equal_scores_stand_in_the_order_of_the_items() -> None:
    assert in_order({5: 0.2, 2: 0.1, 9: 0.2, 1: 0.1}) == [5, 9, 1, 2]


@given(scorers, weights, st.randoms())
def test_the_order_of_the_scorers_changes_nothing(
    found: Scores, weight: Mapping[str, float], random: Random
) -> None:
    names = list(found)
    random.shuffle(names)

    assert convex_fusion({name: found[name] for name in names}, weight) == convex_fusion(found, weight)


@given(scorers, weights)
def test_every_score_is_the_exact_sum_rounded_once(found: Scores, weight: Mapping[str, float]) -> None:
    fused = convex_fusion(found, weight)

    assert set(fused) == {item for scores in found.values() for item in scores}
    for item, score in fused.items():
        # Each product is rounded to a float before the sum; the sum is rounded once more.
        parts = [weight[name] * scores[item] for name, scores in found.items() if item in scores]
        assert score == float(sum(map(Fraction, parts)))


@given(scorers, weights)
def test_the_order_is_by_score_and_then_by_item(found: Scores, weight: Mapping[str, float]) -> None:
    fused = convex_fusion(found, weight)
    order = in_order(fused)

    assert sorted(order) == sorted(fused)
    for first, second in pairwise(order):
        assert fused[first] > fused[second] or (fused[first] == fused[second] and first < second)


def test_weights_name_four_scorers_and_no_other() -> None:
    assert list(FusionWeights().for_terms(5)) == ["dense", "document", "lexical", "staff"]
    with pytest.raises(ValidationError, match="luck"):
        FusionWeights.model_validate({"luck": 1.0})


@pytest.mark.parametrize(
    ("count", "lexical"), [(0, 0.12), (5, 0.12), (10, 0.285), (12, 0.351), (15, 0.45), (99, 0.45)]
)
def test_words_count_more_the_longer_the_question(count: int, lexical: float) -> None:
    weights = FusionWeights().for_terms(count)

    assert weights == pytest.approx({"dense": 0.5, "document": 0.5, "lexical": lexical, "staff": 0.5})
