"""A joint risk is controlled by the lowest threshold that may; what a test needs is exact."""

from __future__ import annotations

from fractions import Fraction
from random import Random

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.stats import binom, binomtest

from assistant.fitting import binomial_tail, highest_risk
from assistant.risk import (
    ANSWERS_NOTHING,
    Flags,
    Floats,
    controlled_threshold,
    needed_without_error,
    needs,
    percent,
)

# Coarse scores, so that ties are common.
ROWS = st.lists(st.tuples(st.integers(0, 40).map(lambda n: n / 40), st.booleans()), max_size=150)
SHARES = st.integers(1, 60).map(lambda n: n / 100)
Rows = list[tuple[float, bool]]


def arrays(rows: Rows) -> tuple[Floats, Flags]:
    return np.array([p for p, _ in rows], dtype=float), np.array([wrong for _, wrong in rows], dtype=bool)


@pytest.mark.parametrize(
    ("questions", "wrong", "risk", "just_above"),
    [
        (99, (0.8, 0.4), 0.02, 0.4),  # (1 + 1) / 100
        (98, (0.8, 0.4), 0.02, 0.8),  # (1 + 1) / 99 is more than 2 %
        (99, (0.8, 0.8, 0.4), 0.02, 0.8),  # equal probabilities enter together
        (49, (0.8, 0.4), 0.02, 0.8),  # (0 + 1) / 50
        (99, (0.8, 0.4, 0.3), 0.03, 0.3),
        (99, tuple(n / 100 for n in range(40)), 0.29, 0.11),  # as floats .29 · 100 is 28.999…
    ],
)
def test_a_controlled_threshold_by_hand(
    questions: int, wrong: tuple[float, ...], risk: float, just_above: float
) -> None:
    probabilities = np.array([*wrong, *[0.9] * (questions - len(wrong))])
    found = controlled_threshold(probabilities, np.arange(questions) < len(wrong), risk)

    assert found == pytest.approx(just_above + 1e-6, abs=1e-9)


def test_too_few_questions_answer_nothing_and_harmless_ones_everything() -> None:
    sure = np.ones(48)
    assert controlled_threshold(sure, sure < 0, 0.02) == ANSWERS_NOTHING > 1
    assert controlled_threshold(sure[:0], sure[:0] > 0, 0.5) == ANSWERS_NOTHING
    assert controlled_threshold(np.ones(49), np.ones(49) < 0, 0.02) == 0
    assert controlled_threshold(np.ones(99), np.arange(99) < 1, 0.02) == 0
    assert controlled_threshold(np.ones(99), np.arange(99) < 2, 0.02) == ANSWERS_NOTHING


@settings(deadline=None, max_examples=300)
@given(ROWS, SHARES)
def test_the_bound_holds_and_the_threshold_is_the_lowest(rows: Rows, risk: float) -> None:
    probabilities, wrong = arrays(rows)
    found = controlled_threshold(probabilities, wrong, risk)
    limit = Fraction(str(risk)) * (len(rows) + 1)

    assert ANSWERS_NOTHING >= found >= 0
    if limit >= 1:
        assert (probabilities[wrong] >= found).sum() + 1 <= limit
        assert found == 0 or (probabilities[wrong] >= found - 1.5e-6).sum() + 1 > limit
    else:
        assert found == ANSWERS_NOTHING


@settings(deadline=None, max_examples=200)
@given(ROWS, SHARES, SHARES, st.randoms(use_true_random=False))
def test_less_risk_is_no_lower_threshold_and_order_does_not_matter(
    rows: Rows, risk: float, other: float, random: Random
) -> None:
    low, high = sorted((risk, other))
    turned = random.sample(rows, len(rows))

    assert controlled_threshold(*arrays(rows), low) >= controlled_threshold(*arrays(rows), high)
    assert controlled_threshold(*arrays(turned), low) == controlled_threshold(*arrays(rows), low)


@settings(deadline=None, max_examples=200)
@given(ROWS, SHARES, st.floats(0, 1))
def test_one_more_sure_and_wrong_answer_never_lowers_a_threshold(
    rows: Rows, risk: float, surer: float
) -> None:
    before = controlled_threshold(*arrays(rows), risk)
    added = before + (1 - before) * surer

    # A threshold above 1 means too few questions; one more may be what was missing.
    assert before > 1 or controlled_threshold(*arrays([*rows, (added, True)]), risk) >= before


@pytest.mark.parametrize(
    ("risk", "needed"), [(0.05, (59, 93, 124, 153, 181)), (0.01, (299, 473))], ids=["5 %", "1 %"]
)
def test_how_many_answers_it_needs(risk: float, needed: tuple[int, ...]) -> None:
    assert tuple(needed_without_error(risk, 0.95, errors) for errors in range(len(needed))) == needed
    # .95^58 = .0510 and .95^59 = .0485
    assert [0.95**n <= 0.05 for n in (58, 59)] == [False, True]


@settings(deadline=None, max_examples=100)
@given(st.floats(0.005, 0.9), st.sampled_from([0.5, 0.9, 0.95, 0.99]), st.integers(0, 30))
def test_what_is_needed_is_the_least_that_passes(risk: float, confidence: float, errors: int) -> None:
    needed = needed_without_error(risk, confidence, errors)

    assert binom.cdf(errors, needed, risk) <= 1 - confidence + 1e-9
    assert binom.cdf(errors, needed - 1, risk) > 1 - confidence - 1e-9


@pytest.mark.parametrize(("risk", "confidence"), [(0, 0.95), (1, 0.95), (0.05, 0), (0.05, 1)])
def test_certainty_cannot_be_had(risk: float, confidence: float) -> None:
    with pytest.raises(ValueError, match="between 0 and 1"):
        needed_without_error(risk, confidence)


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        ((59, 0, 0.05), "needs 59 answered questions without an error for 5 %"),
        ((473, 1, 0.01), "needs 473 answered questions with 1 error for 1 %"),
        ((124, 2, 0.05), "needs 124 answered questions with 2 errors for 5 %"),
    ],
)
def test_a_gap_in_words(arguments: tuple[int, int, float], words: str) -> None:
    assert needs(*arguments) == words


def test_a_share_in_words() -> None:
    assert [percent(share) for share in (0.05, 0.29, 0.005, 1)] == ["5 %", "29 %", "0.5 %", "100 %"]


@settings(deadline=None, max_examples=150)
@given(st.integers(0, 400), st.integers(0, 400), st.floats(0.001, 0.999))
def test_exact_figures_are_those_of_scipy(answered: int, wrong: int, risk: float) -> None:
    errors = min(wrong, answered)
    assert binomial_tail(errors, answered, risk) == pytest.approx(
        binom.cdf(errors, answered, risk), abs=1e-12
    )
    if answered:
        oracle = binomtest(errors, answered, risk, alternative="less")
        assert binomial_tail(errors, answered, risk) == pytest.approx(oracle.pvalue, abs=1e-12)
        interval = oracle.proportion_ci(0.95, method="exact")
        assert highest_risk(errors, answered, 0.95) == pytest.approx(interval.high, abs=1e-9)
    else:
        assert highest_risk(errors, answered, 0.95) == 1
