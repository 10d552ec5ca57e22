"""A question that its passage answers, changed by one word into one that it does not."""

from __future__ import annotations

import re

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from index.training.misfits import misfit

WORDS = st.sampled_from("What is the largest city before 1983 of 16 patients? men Children lupus".split())


@pytest.mark.parametrize(
    ("question", "changed"),
    [
        ("What is the largest city?", "What is the smallest city?"),
        ("Largest city?", "Smallest city?"),
        ("were children in it", "were adults in it"),
        ("were adults in it", "were children in it"),
        ("what happened before", "what happened after"),
    ],
)
def test_a_word_becomes_its_opposite(question: str, changed: str) -> None:
    assert misfit(question, np.random.default_rng(1)) == changed


def test_a_number_becomes_another_and_a_year_another_year() -> None:
    rng = np.random.default_rng(2)
    counts = {int(str(misfit("of 16 cells", rng)).split()[1]) for _ in range(200)}
    assert counts == set(range(17, 25))
    years = {int(str(misfit("in 1983", rng)).split()[1]) for _ in range(500)}
    assert 1983 not in years and min(years) >= 1944 and max(years) <= 2022 and len(years) > 60


@pytest.mark.parametrize("question", ["", "?", "What is lupus?", "lefty", "Beforehand"])
def test_a_question_without_a_telling_word_is_left_alone(question: str) -> None:
    assert misfit(question, np.random.default_rng(3)) is None


@given(st.lists(WORDS, max_size=8).map(" ".join), st.integers(0, 2**32))
def test_exactly_one_word_changes(question: str, seed: int) -> None:
    changed = misfit(question, np.random.default_rng(seed))
    if changed is not None:
        pairs = list(zip(re.findall(r"\w+|\W+", question), re.findall(r"\w+|\W+", changed), strict=True))
        assert sum(one != other for one, other in pairs) == 1
