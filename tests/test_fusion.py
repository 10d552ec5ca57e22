"""Reciprocal rank fusion is its formula, whatever order the rankings come in."""

from __future__ import annotations

from fractions import Fraction
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from index.fusion import in_order, reciprocal_rank_fusion

# No item stands twice in one ranking.
rankings = st.dictionaries(
    st.sampled_from("abcd"), st.lists(st.integers(0, 30), unique=True, max_size=20), max_size=4
)


def test_two_first_places_give_two_sixty_firsts() -> None:
    scores = reciprocal_rank_fusion({"dense": [7, 8], "lexical": [7, 9]})

    assert scores == {7: 1 / 61 + 1 / 61, 8: 1 / 62, 9: 1 / 62}


def test_ranks_count_from_one_and_an_item_that_is_missing_gets_nothing() -> None:
    scores = reciprocal_rank_fusion({"dense": [3, 1, 2], "lexical": [], "staff": [2]})

    assert scores == {3: 1 / 61, 1: 1 / 62, 2: 1 / 63 + 1 / 61}
    assert reciprocal_rank_fusion({}) == {}


def test_two_second_places_beat_one_first_place() -> None:
    scores = reciprocal_rank_fusion({"dense": [1, 2], "lexical": [3, 2]})

    assert in_order(scores) == [2, 1, 3]


def test_a_weight_multiplies_what_its_ranking_gives() -> None:
    scores = reciprocal_rank_fusion({"dense": [1], "lexical": [2, 1]}, weights={"dense": 3.0, "lexical": 0.5})

    assert scores == {1: 3 / 61 + 0.5 / 62, 2: 0.5 / 61}


def test_a_ranking_without_a_weight_is_refused() -> None:
    with pytest.raises(KeyError, match="lexical"):
        reciprocal_rank_fusion({"dense": [1], "lexical": [1]}, weights={"dense": 1.0})


def test_equal_scores_stand_in_the_order_of_the_items() -> None:
    assert in_order({5: 0.2, 2: 0.1, 9: 0.2, 1: 0.1}) == [5, 9, 1, 2]


def test_three_rankings_that_only_swap_places_tie_exactly() -> None:
    # 1/61 + 1/62 + 1/67 added in another order ends one bit away.
    scores = reciprocal_rank_fusion(
        {
            "dense": [10, 11, 0, 1, 2, 3, 12],
            "lexical": [11, 12, 0, 1, 2, 3, 10],
            "staff": [12, 10, 0, 1, 2, 3, 11],
        }
    )

    assert scores[10] == scores[11] == scores[12]
    assert [item for item in in_order(scores) if item >= 10] == [10, 11, 12]


@given(rankings, st.randoms())
def test_the_order_of_the_rankings_changes_nothing(found: dict[str, list[int]], random: object) -> None:
    names = list(found)
    random.shuffle(names)  # type: ignore[attr-defined]

    assert reciprocal_rank_fusion({name: found[name] for name in names}) == reciprocal_rank_fusion(found)


@given(rankings)
def test_every_score_is_the_exact_sum_rounded_once(found: dict[str, list[int]]) -> None:
    scores = reciprocal_rank_fusion(found)

    assert set(scores) == {item for ranking in found.values() for item in ranking}
    for item, score in scores.items():
        places = [ranking.index(item) + 1 for ranking in found.values() if item in ranking]
        # Each part is rounded to a float before the sum; the sum is rounded once more.
        assert score == float(sum(Fraction(1 / (60 + place)) for place in places))


@given(rankings)
def test_the_order_is_by_score_and_then_by_item(found: dict[str, list[int]]) -> None:
    scores = reciprocal_rank_fusion(found)
    order = in_order(scores)

    assert sorted(order) == sorted(scores)
    for first, second in pairwise(order):
        assert scores[first] > scores[second] or (scores[first] == scores[second] and first < second)
