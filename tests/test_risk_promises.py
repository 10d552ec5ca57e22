"""The promised risks hold on questions that calibration never saw, and the tests are those of MAPIE."""

from __future__ import annotations

from functools import cache

import numpy as np
import pytest
from mapie.risk_control import BinaryClassificationController  # type: ignore[import-untyped]
from mapie.risk_control.fwer_control import control_fwer  # type: ignore[import-untyped]
from mapie.risk_control.methods import compute_hoeffding_bentkus_p_value  # type: ignore[import-untyped]
from scipy.stats import binom

from assistant.fitting import binomial_tail
from assistant.risk import (
    ANSWERS_NOTHING,
    Flags,
    Floats,
    candidate_thresholds,
    certified_threshold,
    controlled_threshold,
)

RISK, CONFIDENCE = 0.05, 0.95
# MAPIE gets the errors back as n · (errors / n), rounded up, which floats can lift by a whole error;
# with these n they cannot.
POWERS_OF_TWO = np.array([64, 128, 256, 512])


@pytest.mark.parametrize("seed", range(20))
def test_p_values_and_selected_thresholds_are_those_of_mapie(seed: int) -> None:
    probabilities, wrong = drawn(np.random.default_rng(seed), 600)
    candidates = np.sort(probabilities)[::-1][POWERS_OF_TWO - 1]
    errors = np.array([wrong[probabilities >= candidate].sum() for candidate in candidates])
    oracle = compute_hoeffding_bentkus_p_value(errors / POWERS_OF_TWO, POWERS_OF_TWO, RISK, binary=True)[:, 0]
    ours = [binomial_tail(int(e), int(n), RISK) for e, n in zip(errors, POWERS_OF_TWO, strict=True)]
    passed = control_fwer(oracle, 1 - CONFIDENCE, "fixed_sequence")
    found = certified_threshold(probabilities, wrong, RISK, CONFIDENCE, candidates.tolist())

    assert ours == pytest.approx(oracle.tolist(), abs=1e-9)
    assert found.threshold == (candidates[passed[-1]] if len(passed) else None)


def test_the_whole_of_mapie_selects_the_same() -> None:
    # Ever more errors towards the loose end, so that MAPIE, too, tests from strict to loose.
    probabilities = np.linspace(0.9, 0.1, 512)
    wrong = np.isin(np.arange(1, 513), [100, 250, 251, 252, *range(260, 512, 3)])
    candidates = probabilities[POWERS_OF_TWO - 1]
    controller = BinaryClassificationController(
        lambda scores: np.column_stack([1 - scores, scores]), "precision", target_level=1 - RISK,
        confidence_level=CONFIDENCE, list_predict_params=candidates, fwer_method="fixed_sequence",
    )  # fmt: skip
    controller.calibrate(probabilities, (~wrong).astype(int))
    found = certified_threshold(probabilities, wrong, RISK, CONFIDENCE, candidates.tolist())

    assert found.threshold == controller.best_predict_param == min(controller.valid_predict_params)
    assert found.p_value == round(float(controller.p_values[candidates == found.threshold][0, 0]), 6)


def drawn(random: np.random.Generator, count: int) -> tuple[Floats, Flags]:
    """Draw calibrated probabilities: .6 right, AUROC about .98."""
    wrong = random.random(count) >= 0.6
    scores = random.standard_normal(count) + 2.9 * ~wrong
    return 1 / (1 + np.exp(-(2.9 * scores - 2.9**2 / 2 + np.log(1.5)))), wrong


@cache
def everyone() -> tuple[Floats, Floats, Floats]:
    """Return thresholds from high to low with the true joint and selective risk at each."""
    probabilities, wrong = drawn(np.random.default_rng(0), 400_000)
    order = np.argsort(-probabilities)
    errors = np.cumsum(wrong[order])
    return probabilities[order], errors / len(wrong), errors / np.arange(1, len(wrong) + 1)


def true_risks(threshold: float) -> tuple[float, float]:
    probabilities, joint, selective = everyone()
    last = int(np.searchsorted(-probabilities, -threshold, side="right")) - 1
    return (float(joint[last]), float(selective[last])) if last >= 0 else (0.0, 0.0)


def naive_threshold(probabilities: Floats, wrong: Flags) -> float:
    """Return the lowest threshold whose own answers kept the risk: what one would do without a test."""
    order = np.argsort(-probabilities)
    kept = np.nonzero(np.cumsum(wrong[order]) <= RISK * np.arange(1, len(wrong) + 1))[0]
    return float(probabilities[order][kept.max()]) if len(kept) else ANSWERS_NOTHING


RUNS = 300
# One run in a thousand of a sound method breaks its promise more often than this.
ALLOWED = int(binom.ppf(0.999, RUNS, 1 - CONFIDENCE))


@pytest.mark.parametrize(("questions", "risk"), [(150, 0.02), (600, 0.02), (600, 0.05)])
def test_the_joint_risk_is_kept_on_average_and_used_up(questions: int, risk: float) -> None:
    random = np.random.default_rng(questions)
    joint = [true_risks(controlled_threshold(*drawn(random, questions), risk))[0] for _ in range(RUNS)]
    error = np.std(joint) / np.sqrt(RUNS)

    assert np.mean(joint) <= risk + 3 * error
    # At most 2 / (n + 1) of it is wasted (arXiv 2208.02814, theorem 2).
    assert np.mean(joint) >= risk - 2 / (questions + 1) - 3 * error


def test_the_selective_risk_is_kept_where_a_naive_cut_off_breaks_it() -> None:
    random = np.random.default_rng(1)
    found, naive = [], []
    for _ in range(RUNS):
        probabilities, wrong = drawn(random, 600)
        test = certified_threshold(
            probabilities, wrong, RISK, CONFIDENCE, candidate_thresholds(probabilities)
        )
        found.append(ANSWERS_NOTHING if test.threshold is None else test.threshold)
        naive.append(naive_threshold(probabilities, wrong))

    assert sum(true_risks(threshold)[1] > RISK for threshold in found) <= ALLOWED
    assert sum(true_risks(threshold)[1] > RISK for threshold in naive) > 6 * ALLOWED
    # And it is no empty promise: nearly all calibrations answer.
    assert sum(threshold <= 1 for threshold in found) >= 0.9 * RUNS


def test_scores_that_tell_nothing_are_certified_no_more_often_than_promised() -> None:
    random = np.random.default_rng(2)
    certified = naive = 0
    for _ in range(RUNS):
        probabilities, wrong = random.random(400), random.random(400) < RISK + 0.001
        test = certified_threshold(
            probabilities, wrong, RISK, CONFIDENCE, candidate_thresholds(probabilities)
        )
        certified += test.threshold is not None
        naive += naive_threshold(probabilities, wrong) <= 1

    assert certified <= ALLOWED
    assert naive > RUNS / 2


def test_equal_probabilities_break_no_promise() -> None:
    # Two kinds of question: .9 is wrong in 4 %, .6 in 30 %; together they would break the promise.
    random = np.random.default_rng(3)
    broken = 0
    for _ in range(RUNS):
        sure = random.random(400) < 0.8
        wrong = random.random(400) < np.where(sure, 0.04, 0.3)
        values = np.where(sure, 0.9, 0.6)
        test = certified_threshold(values, wrong, RISK, CONFIDENCE, candidate_thresholds(values))
        assert test.threshold in (None, 0.9, 0.6)
        broken += test.threshold == 0.6

    assert broken <= ALLOWED
