"""How uncommon a word is, by its place in a vocabulary ordered by frequency."""

from __future__ import annotations

from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from index.rarity import rarity


def test_common_words_are_less_rare_than_uncommon_ones() -> None:
    ordered = ["the", "people", "doctor", "knee", "umbrella", "parkinson", "sclerosis"]
    assert all(rarity(one) < rarity(other) for one, other in pairwise(ordered))


@pytest.mark.parametrize(
    ("word", "value"),
    # Lines of the vocabulary from 0: "the" is 1996, "how" 2129; 26,004 words lie between the ends.
    [("the", 0.0), ("how", 133 / 26_004), ("hydroxychloroquine", 1.0), ("", 1.0)],
)
def test_rarity_by_hand(word: str, value: float) -> None:
    assert rarity(word) == pytest.approx(value)


@given(st.text())
def test_rarity_lies_between_nothing_and_one(word: str) -> None:
    assert 0.0 <= rarity(word) <= 1.0
