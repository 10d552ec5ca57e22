"""A selective risk passes its tests from the strictest candidate to the first that fails, no further."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.stats import binomtest

from assistant.risk import Flags, Floats, candidate_thresholds, certified_threshold

RISK, CONFIDENCE = 0.05, 0.95
# Coarse scores, so that ties are common.
ROWS = st.lists(st.tuples(st.integers(0, 40).map(lambda n: n / 40), st.booleans()), max_size=150)
Rows = list[tuple[float, bool]]


def arrays(rows: Rows) -> tuple[Floats, Flags]:
    return np.array([p for p, _ in rows], dtype=float), np.array([wrong for _, wrong in rows], dtype=bool)


def even(answered: int, *wrong_ranks: int) -> tuple[Floats, Flags]:
    """Return probabilities falling in equal steps, wrong at the given ranks, the surest being 1."""
    return np.linspace(0.9, 0.1, answered), np.isin(np.arange(1, answered + 1), wrong_ranks)


def test_candidates_by_hand() -> None:
    tenths = np.arange(10) / 10
    assert candidate_thresholds(tenths, 5) == (0.8, 0.6, 0.4, 0.2, 0.0)
    assert candidate_thresholds(tenths, 4) == (0.7, 0.5, 0.2, 0.0)  # 2.5 and 7.5 are rounded up
    assert candidate_thresholds(tenths[:3], 8) == (0.2, 0.1, 0.0)
    assert candidate_thresholds(np.array([0.5, 0.5, 0.1, 0.5]), 4) == (0.5, 0.1)
    assert candidate_thresholds(np.array([0.12345678]), 1) == (0.123456,)
    assert candidate_thresholds(tenths[:0]) == ()


def test_a_probability_of_whole_millionths_is_its_own_candidate() -> None:
    # Multiplied as floats, one in a hundred of them loses a millionth, and one in fifty just below gains one.
    for millionths in range(1, 10**6, 101):
        exact = millionths / 10**6
        assert candidate_thresholds(np.array([exact]), 1) == (exact,)
        assert candidate_thresholds(np.array([np.nextafter(exact, 0)]), 1) == ((millionths - 1) / 10**6,)


@settings(deadline=None, max_examples=200)
@given(st.lists(st.floats(0, 1), min_size=1, max_size=200), st.integers(1, 20))
def test_candidates_answer_at_least_their_share(probabilities: list[float], count: int) -> None:
    values = np.array(probabilities)
    found = candidate_thresholds(values, count)
    answered = [(values >= candidate).sum() for candidate in found]

    assert list(found) == sorted(set(found), reverse=True)
    assert len(found) <= count
    assert answered[-1] == len(values)
    if len(found) == count:
        assert all(n * count >= part * len(values) for part, n in enumerate(answered, 1))


def test_the_sequence_stops_at_the_first_that_fails() -> None:
    # Of 93 one may be wrong, of 124 two; with five 124 fail, and 300 are never looked at.
    probabilities, wrong = even(300, 50, 94, 95, 96, 97)
    candidates = [float(probabilities[n - 1]) for n in (93, 124, 300)]
    found = certified_threshold(probabilities, wrong, RISK, CONFIDENCE, candidates[::-1])

    assert (found.threshold, found.answered, found.errors, found.needed) == (candidates[0], 93, 1, 93)
    assert found.p_value == round(binomtest(1, 93, RISK, alternative="less").pvalue, 6) <= 0.05
    assert certified_threshold(probabilities, wrong, RISK, CONFIDENCE, candidates[2:]).answered == 300


def test_the_sequence_starts_where_it_can_pass() -> None:
    # 58 answered could not pass even without an error, so they are no reason to stop.
    probabilities, wrong = even(200, 190)
    candidates = [float(probabilities[n - 1]) for n in (10, 58, 59, 189)]
    found = certified_threshold(probabilities, wrong, RISK, CONFIDENCE, candidates)

    assert (found.threshold, found.answered) == (candidates[3], 189)


def test_a_failed_start_certifies_nothing_and_says_what_it_needs() -> None:
    probabilities, wrong = even(400, 1)
    candidates = [float(probabilities[n - 1]) for n in (59, 400)]
    found = certified_threshold(probabilities, wrong, RISK, CONFIDENCE, candidates)

    assert (found.threshold, found.answered, found.errors, found.needed) == (None, 59, 1, 93)
    assert found.p_value == pytest.approx(0.95**59 + 59 * 0.05 * 0.95**58, abs=1e-6)


@pytest.mark.parametrize("answered", [0, 1, 58])
def test_too_few_answers_certify_nothing(answered: int) -> None:
    probabilities, wrong = even(answered)
    found = certified_threshold(probabilities, wrong, RISK, CONFIDENCE, candidate_thresholds(probabilities))

    assert (found.threshold, found.answered, found.errors, found.needed) == (None, answered, 0, 59)
    assert found.p_value == pytest.approx(0.95**answered, abs=1e-6)


@settings(deadline=None, max_examples=150)
@given(ROWS, st.sampled_from([0.1, 0.2, 0.4]), st.integers(0, 40))
def test_selective_laws(rows: Rows, risk: float, step: int) -> None:
    probabilities, wrong = arrays(rows)
    candidates = [0.9, 0.7, 0.5, 0.3, 0.0]
    found = certified_threshold(probabilities, wrong, risk, 0.9, candidates)
    again = certified_threshold(probabilities[::-1], wrong[::-1], risk, 0.9, candidates[::-1])
    worse = certified_threshold(*arrays([*rows, (1.0, True)]), risk, 0.9, candidates)

    assert again == found
    assert (found.threshold is not None) == (found.answered >= found.needed)
    if found.threshold is None:
        assert worse.threshold is None
    else:
        shown = probabilities >= found.threshold
        assert (found.answered, found.errors) == (shown.sum(), wrong[shown].sum())
        assert found.p_value <= 0.1
        assert found.errors <= risk * found.answered
        assert worse.threshold is None or worse.threshold >= found.threshold
