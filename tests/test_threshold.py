"""A threshold is the lowest that lets no more than its share of the uncovered questions through."""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from assistant.fitting import choose_threshold


def threshold(uncovered: Sequence[float], share: float, covered: Sequence[float] = ()) -> float:
    flags = np.array([False] * len(uncovered) + [True] * len(covered))
    return choose_threshold(np.array([*uncovered, *covered]), flags, share)


@pytest.mark.parametrize(
    ("uncovered", "share", "just_above"),
    [
        ((0.9, 0.5, 0.2, 0.1), 0.25, 0.5),
        ((0.1, 0.2, 0.5, 0.9), 0.25, 0.5),
        ((0.9, 0.5, 0.2, 0.1), 0.24, 0.9),
        ((0.9, 0.5, 0.2, 0.1), 0.99, 0.1),
        ((0.9, 0.5, 0.5, 0.1), 0.25, 0.5),
        ((0.9, 0.9, 0.5, 0.1), 0.25, 0.9),
        ((0.3,), 0.5, 0.3),
        ((0.9995, 0.1), 0.25, 0.9995),
    ],
)
def test_a_threshold_by_hand(uncovered: tuple[float, ...], share: float, just_above: float) -> None:
    assert threshold(uncovered, share) == pytest.approx(just_above + 1e-6, abs=1e-9)
    assert threshold(uncovered, share, covered=(0.0, 1.0, 0.95)) == threshold(uncovered, share)


def test_shares_are_taken_as_they_are_written() -> None:
    # As floats 0.29 · 100 is 28.999…
    assert threshold([n / 100 for n in range(100)], 0.29) == pytest.approx(0.70 + 1e-6, abs=1e-9)


@settings(deadline=None, max_examples=300)
@given(st.lists(st.integers(0, 999_997), min_size=1, max_size=120), st.integers(1, 99))
def test_no_more_than_the_share_passes_and_a_lower_threshold_lets_more(
    millionths: list[int], percent: int
) -> None:
    uncovered = np.array(millionths) / 1e6
    allowed = Fraction(percent, 100) * len(uncovered)
    found = threshold(uncovered.tolist(), percent / 100)

    assert (uncovered >= found).sum() <= allowed
    assert (uncovered >= found - 3e-6).sum() > allowed
