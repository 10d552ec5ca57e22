"""Fitted numbers obey the equations they are said to solve."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import numpy.typing as npt
import pytest
import scipy.optimize

from assistant.confidence import SIGNALS
from assistant.fitting import Labelled, by_name, fit_reader, fit_signals
from index.features import FEATURES

BIAS = FEATURES.index("bias")
Floats = npt.NDArray[np.float64]
# Five features with weights far apart; the others are noise.
PLANTED = {
    "sentence_cosine": 6.0,
    "fused": 3.0,
    "type_held": 1.0,
    "type_missing": -1.5,
    "unknown_terms": -4.0,
}


def planted(seed: int, count: int = 400) -> list[Labelled]:
    """Draw questions of one to six sentences, the right one (or none) by the planted weights."""
    random = np.random.default_rng(seed)
    weights = np.array([PLANTED.get(name, 0.0) for name in FEATURES])
    examples = []
    for _ in range(count):
        features = random.standard_normal((int(random.integers(1, 7)), len(FEATURES)))
        features[:, BIAS] = 1.0
        odds = np.exp([*(features @ weights), 0.0])
        drawn = random.choice(len(odds), p=odds / odds.sum())
        examples.append((features, np.arange(len(features)) == drawn))
    return examples


@pytest.mark.parametrize("seed", range(3))
def test_planted_weights_are_found_again(seed: int) -> None:
    found = fit_reader(planted(seed)).weights

    noise = set(FEATURES) - set(PLANTED)
    order = sorted(PLANTED, key=lambda name: -found[name])
    assert order == ["sentence_cosine", "fused", "type_held", "type_missing", "unknown_terms"]
    assert max(abs(found[name]) for name in noise) < min(abs(found[name]) for name in PLANTED)


def test_the_same_examples_give_the_same_weights_in_any_order() -> None:
    examples = planted(7)
    found = fit_reader(examples)

    assert fit_reader(planted(7)) == found
    assert fit_reader(examples[::-1]).weights == pytest.approx(found.weights, abs=1e-3)


@pytest.mark.parametrize(("right", "wrong"), [(30, 10), (5, 45), (1, 1)])
def test_without_features_the_bias_solves_its_own_equation(right: int, wrong: int) -> None:
    alone = np.zeros((1, len(FEATURES)))
    alone[0, BIAS] = 1.0
    examples = [(alone, np.array([n < right])) for n in range(right + wrong)]
    weights = fit_reader(examples).weights

    # d/dw of Σ −log P + 2w² is n·σ(w) − right + 4w.
    w = weights.pop("bias")
    assert (right + wrong) / (1 + np.exp(-w)) - right + 4 * w == pytest.approx(0, abs=1e-3)
    assert set(weights.values()) == {0.0}


def test_the_unit_of_a_feature_does_not_matter() -> None:
    examples, scale = planted(3), np.where(np.arange(len(FEATURES)) == BIAS, 1.0, 20.0)
    shift = np.where(np.arange(len(FEATURES)) == BIAS, 0.0, 3.0)
    found, rescaled = fit_reader(examples), fit_reader([(f * scale + shift, right) for f, right in examples])

    for features, _ in examples[:20]:
        before, after = features @ found.as_vector(), (features * scale + shift) @ rescaled.as_vector()
        assert after == pytest.approx(before, abs=1e-2)


def test_the_gradient_is_the_slope_of_the_loss(monkeypatch: pytest.MonkeyPatch) -> None:
    losses: list[Callable[[Floats], tuple[float, Floats]]] = []
    minimize = scipy.optimize.minimize

    def watched(loss: Any, *given: Any, **named: Any) -> Any:
        losses.append(loss)
        return minimize(loss, *given, **named)

    monkeypatch.setattr(scipy.optimize, "minimize", watched)
    fit_reader([*planted(5, 30), (np.ones((2, len(FEATURES))), np.array([True, True]))])
    for seed in range(5):
        weights = np.random.default_rng(seed).standard_normal(len(FEATURES))
        slope = scipy.optimize.approx_fprime(weights, lambda w: losses[0](w)[0], 1e-6)
        assert losses[0](weights)[1] == pytest.approx(slope, rel=1e-4, abs=1e-4)


def signal_rows(count: int = 40) -> tuple[Floats, npt.NDArray[np.bool_]]:
    """Return rows whose first signal tells right from wrong, and whose last is the bias."""
    values = np.random.default_rng(0).standard_normal((count, len(SIGNALS)))
    right = np.arange(count) % 2 == 0
    values[:, 0] = np.where(right, 5.0, 3.0) + 0.1 * values[:, 0]
    values[:, -1] = 1.0
    return values, right


def test_signals_that_tell_right_from_wrong_are_believed() -> None:
    values, right = signal_rows()
    weights = np.array(fit_signals(values, right))

    assert ((values @ weights > 0) == right).all()
    assert weights[0] > 5 * max(abs(weights[1:-1]))
    assert fit_signals(values, right) == weights.tolist()


def test_weights_are_for_signals_in_their_own_unit() -> None:
    values, right = signal_rows()
    scale, shift = np.arange(2.0, 2.0 + len(SIGNALS)), np.arange(-3.0, len(SIGNALS) - 3.0)
    scale[-1], shift[-1] = 1, 0
    rescaled = values * scale + shift
    before = values @ np.array(fit_signals(values, right))

    assert rescaled @ np.array(fit_signals(rescaled, right)) == pytest.approx(before, abs=1e-3)


@pytest.mark.parametrize(("right", "wrong"), [(3, 1), (1, 3), (10, 10)])
def test_signals_that_never_differ_leave_the_share_of_right_ones(right: int, wrong: int) -> None:
    values = np.full((right + wrong, len(SIGNALS)), 0.25)
    values[:, -1] = 1.0
    weights = fit_signals(values, np.arange(right + wrong) < right)

    assert values @ np.array(weights) == pytest.approx(np.log(right / wrong), abs=1e-3)
    assert weights[:-1] == [0.0] * (len(SIGNALS) - 1)


@pytest.mark.parametrize(("right", "wrong", "ratio"), [(0, 20, 0.5 / 20.5), (20, 0, 20.5 / 0.5), (0, 0, 1)])
def test_where_all_are_alike_the_share_decides_alone(right: int, wrong: int, ratio: float) -> None:
    values = np.random.default_rng(0).standard_normal((right + wrong, len(SIGNALS)))
    weights = fit_signals(values, np.arange(right + wrong) < right)

    assert weights == pytest.approx([0.0] * (len(SIGNALS) - 1) + [np.log(ratio)])


def test_names_and_rounded_values_belong_together() -> None:
    assert by_name(("a", "b"), [0.12345649, -2]) == {"a": 0.123456, "b": -2.0}
    with pytest.raises(ValueError, match="shorter"):
        by_name(("a", "b"), [1.0])


def test_an_aim_is_never_preferred_where_nobody_asked_for_one() -> None:
    """Every right sentence states an aim: the weight stays at 0 all the same, and others carry it."""
    random = np.random.default_rng(3)
    aim, cosine = FEATURES.index("aim_unasked"), FEATURES.index("sentence_cosine")
    rows: list[Labelled] = []
    for _ in range(60):
        features = np.zeros((4, len(FEATURES)))
        features[:, BIAS] = 1.0
        features[:, cosine] = random.normal(0.0, 0.1, 4)
        features[0, aim], features[0, cosine] = 1.0, 0.5
        rows.append((features, np.array([True, False, False, False])))
    weights = fit_reader(rows).weights

    assert weights["aim_unasked"] == 0.0 and weights["sentence_cosine"] > 1.0
    # Where such sentences are wrong it counts against them.
    wrong = [(features, np.array([False, True, False, False])) for features, _ in rows]
    assert fit_reader(wrong).weights["aim_unasked"] < 0.0
