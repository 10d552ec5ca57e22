"""Thresholds that keep the risk of a wrong answer, on average or with stated confidence."""

from __future__ import annotations

import math
from bisect import bisect_left
from collections.abc import Iterable
from fractions import Fraction
from functools import cache
from itertools import takewhile

import numpy as np
import numpy.typing as npt

from content.schema import Fact

# Of each labelled question: `probabilities` float64 (n,), the confidence that what would be shown
# answers it; `wrong` bool (n,), whether what would be shown is wrong.
Floats = npt.NDArray[np.float64]
Flags = npt.NDArray[np.bool_]
# Thresholds are whole millionths: equal on machines whose last bits differ.
_MILLION = 10**6
# The lowest threshold above every probability.
ANSWERS_NOTHING = (_MILLION + 1) / _MILLION

# assistant.fitting is imported where it is used: what it imports, confidence, may hold a certificate.


class SelectiveRisk(Fact):
    """The loosest candidate whose P(wrong | answered) passed its test, or the one that ended the tests.

    `threshold` is a number exactly when `answered` is at least `needed`, the fewest answered
    questions that pass with so many errors. `p_value`: chance of so few if the risk were not kept.
    """

    threshold: float | None
    answered: int
    errors: int
    p_value: float
    needed: int


def controlled_threshold(probabilities: Floats, wrong: Flags, risk: float) -> float:
    """Return the lowest threshold with (errors at or above it + 1) / (n + 1) <= risk.

    Then P(answered and wrong) <= risk for the next question, on average over such calibrations.
    Of 99 questions at 2 % one error may be shown: just above the second highest wrong one.
    Conformal risk control: Angelopoulos, Bates, Fisch, Lei, Schuster, ICLR 2024, arXiv 2208.02814.
    """
    highest_wrong = np.sort(probabilities[wrong])[::-1]
    # As written, not as floats multiply: .29 of 100 are 29, and 0.29 * 100 is a little less.
    allowed = math.floor(Fraction(str(risk)) * (len(probabilities) + 1)) - 1
    if allowed < 0:
        return ANSWERS_NOTHING
    return (_steps(highest_wrong[allowed]) + 1) / _MILLION if allowed < len(highest_wrong) else 0.0


def candidate_thresholds(probabilities: Floats, count: int = 16) -> tuple[float, ...]:
    """Return the thresholds that answer 1/count, 2/count, … of the questions, strictest first.

    Such ranks are fixed in advance: they need no look at what is wrong. Let t be the loosest
    threshold that truly keeps the risk. Given how many questions reach t, those are a random
    sample, and any further ones are wrong more often than the risk where surer answers are not
    wrong more often; so the errors at the first candidate below t are no fewer than binomial ones,
    and it passes no more often than its test allows (exact unless probabilities tie).
    """
    surest_first, n = np.sort(probabilities)[::-1], len(probabilities)
    ranks = {-(-part * n // count) for part in range(1, count + 1)} - {0}
    return tuple(sorted({_steps(surest_first[rank - 1]) / _MILLION for rank in ranks}, reverse=True))


def certified_threshold(
    probabilities: Floats, wrong: Flags, risk: float, confidence: float, candidates: Iterable[float]
) -> SelectiveRisk:
    """Return the loosest threshold with P(wrong | answered) <= risk, sure to `confidence`.

    Learn then test (Angelopoulos, Bates, Candès, Jordan, Lei, arXiv 2110.01052): exact binomial
    tests in fixed sequence from the strictest candidate to the first that fails. The sequence
    starts at the first that answers enough to pass without an error; that, too, depends on the
    probabilities alone.
    """
    enough = needed_without_error(risk, confidence)
    tests = [
        _test(probabilities, wrong, risk, confidence, candidate)
        for candidate in sorted({ANSWERS_NOTHING, *candidates}, reverse=True)
    ]
    sequence = [test for test in tests if test.answered >= enough]
    passed = list(takewhile(lambda test: test.threshold is not None, sequence))
    return (passed or sequence[:1] or tests)[-1]


@cache
def needed_without_error(risk: float, confidence: float, errors: int = 0) -> int:
    """Return how many answered questions show P(wrong | answered) <= risk with so many errors.

    The smallest n with P(Binomial(n, risk) <= errors) <= 1 - confidence: at 5 % and 95 % sure 59
    without an error, 93 with one; at 1 % 299 and 473.
    """
    from assistant.fitting import binomial_tail

    if not (0 < risk < 1 and 0 < confidence < 1):
        raise ValueError("risk and confidence lie between 0 and 1")
    doubt, many = float(1 - Fraction(str(confidence))), errors + 1
    while binomial_tail(errors, many, risk) > doubt:
        many *= 2
    return bisect_left(range(many), True, lo=errors, key=lambda n: binomial_tail(errors, n, risk) <= doubt)


def needs(needed: int, errors: int, risk: float) -> str:
    """Return the gap in words: needs 59 answered questions without an error for 5 %."""
    allowed = {0: "without an error", 1: "with 1 error"}.get(errors, f"with {errors} errors")
    return f"needs {needed} answered questions {allowed} for {percent(risk)}"


def _test(
    probabilities: Floats, wrong: Flags, risk: float, confidence: float, candidate: float
) -> SelectiveRisk:
    from assistant.fitting import binomial_tail

    shown = probabilities >= candidate
    answered, errors = int(shown.sum()), int((shown & wrong).sum())
    needed = needed_without_error(risk, confidence, errors)
    return SelectiveRisk(
        threshold=candidate if answered >= needed else None,
        answered=answered,
        errors=errors,
        p_value=round(binomial_tail(errors, answered, risk), 6),
        needed=needed,
    )


def _steps(probability: float) -> int:
    """Return how many whole millionths fit into a probability, exactly as floats compare."""
    steps = math.floor(probability * _MILLION)
    return steps + ((steps + 1) / _MILLION <= probability) - (steps / _MILLION > probability)


def percent(share: float) -> str:
    """Return a share in words: .05 is 5 %."""
    return f"{100 * share:g} %"
