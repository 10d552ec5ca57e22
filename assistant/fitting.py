"""Least-loss weights and a threshold from labelled examples (home of scipy and scikit-learn)."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import numpy.typing as npt

from assistant.confidence import SIGNALS
from index.features import FEATURES, FeatureMatrix
from index.reader import ReaderWeights

_READER_PENALTY = 2.0
_BIAS = FEATURES.index("bias")
Labelled = tuple[FeatureMatrix, npt.NDArray[np.bool_]]


def fit_reader(examples: Sequence[Labelled]) -> ReaderWeights:
    """Fit a conditional logit: one sentence of a question answers, or the constant "none" does.

    Minimises Σ −log P(right sentences, or none) + penalty · |w|² on standardised features by
    L-BFGS; convex, so the result depends on the examples only (McFadden 1974).
    """
    from scipy.optimize import minimize

    stacked = np.concatenate([features for features, _ in examples])
    mean, deviation = stacked.mean(axis=0), stacked.std(axis=0)
    deviation[deviation < 1e-9] = 1.0
    mean[_BIAS] = 0.0
    width = max(len(features) for features, _ in examples)
    table = np.zeros((len(examples), width, len(FEATURES)))
    present = np.zeros((len(examples), width), dtype=bool)
    right = np.zeros((len(examples), width), dtype=bool)
    for row, (features, answers) in enumerate(examples):
        table[row, : len(features)] = (features - mean) / deviation
        present[row, : len(features)] = True
        right[row, : len(features)] = answers

    def loss(weights: npt.NDArray[np.float64]) -> tuple[float, npt.NDArray[np.float64]]:
        scores = np.where(present, table @ weights, -np.inf)
        none = np.zeros((len(scores), 1))
        everything = np.logaddexp.reduce(np.hstack([scores, none]), axis=1)
        answered = right.any(axis=1)
        wanted_scores = np.where(right, scores, -np.inf)
        wanted = np.where(answered, np.logaddexp.reduce(wanted_scores, axis=1), 0.0)
        model = np.exp(scores - everything[:, None])
        target = np.where(right, np.exp(wanted_scores - wanted[:, None]), 0.0)
        gradient = np.einsum("qs,qsf->f", model - target, table) + 2 * _READER_PENALTY * weights
        return float((everything - wanted).sum() + _READER_PENALTY * weights @ weights), gradient

    # Nobody who did not ask for an aim is answered with one, whatever the examples happen to say.
    bounds = [(None, 0.0 if name == "aim_unasked" else None) for name in FEATURES]
    found = minimize(loss, np.zeros(len(FEATURES)), jac=True, method="L-BFGS-B", bounds=bounds).x
    weights = found / deviation
    weights[_BIAS] -= float((found * mean / deviation).sum())
    return ReaderWeights(weights=by_name(FEATURES, weights))


def fit_signals(values: npt.NDArray[np.float64], right: npt.NDArray[np.bool_]) -> list[float]:
    """Fit logistic regression on standardised signals; return weights for the raw ones.

    Where all are right, or none is, signals tell nothing: the share of right ones, counted with
    half a right and half a wrong one more, is the bias alone.
    """
    from sklearn.linear_model import LogisticRegression

    bias = len(SIGNALS) - 1
    if right.all() or not right.any():
        return [0.0] * bias + [float(np.log((right.sum() + 0.5) / ((~right).sum() + 0.5)))]
    mean, deviation = values.mean(axis=0), values.std(axis=0)
    deviation[deviation < 1e-9] = 1.0
    mean[bias] = 0.0
    model = LogisticRegression(C=1.0, max_iter=1000).fit((values - mean)[:, :bias] / deviation[:bias], right)
    weights = [float(w) for w in model.coef_[0] / deviation[:bias]]
    return [*weights, float(model.intercept_[0]) - float(np.dot(weights, mean[:bias]))]


def by_name(names: Sequence[str], values: Sequence[float] | npt.NDArray[np.float64]) -> dict[str, float]:
    """Return rounded weights by name: equal on machines whose last bits differ."""
    return {name: round(float(value), 6) for name, value in zip(names, values, strict=True)}


def binomial_tail(errors: int, answered: int, risk: float) -> float:
    """Return P(at most `errors` of the answered are wrong) where each is wrong with chance `risk`.

    None of 59 at 5 % is .95^59 = .0485.
    """
    from scipy.special import bdtr

    return float(bdtr(errors, answered, risk))


def highest_risk(errors: int, answered: int, confidence: float) -> float:
    """Return the risk at which so few errors are just as rare as 1 − confidence, 1 when all are wrong.

    None of 59 at 95 % gives .0495, as .9505^59 = .05 (one-sided; Clopper and Pearson, Biometrika 1934).
    """
    from scipy.special import betaincinv

    return 1.0 if errors == answered else float(betaincinv(errors + 1, answered - errors, confidence))


def score_difference(first: npt.NDArray[np.float64], second: npt.NDArray[np.float64]) -> tuple[float, float]:
    """Return the two-sample Kolmogorov-Smirnov statistic in [0, 1] and its asymptotic p-value.

    The statistic is the widest gap between the shares at or below a score: .1, .2 against .2, .3
    give .5. Ties make the p-value larger, never smaller (Smirnov, Ann. Math. Stat. 1948).
    """
    # scipy.stats has the test as well, but would cost a serving process some 45 MB and a second.
    from scipy.special import kolmogorov

    places = np.concatenate([first, second])
    shares = [
        np.searchsorted(np.sort(sample), places, side="right") / len(sample) for sample in (first, second)
    ]
    statistic = float(np.abs(shares[0] - shares[1]).max())
    size = len(first) * len(second) / len(places)
    return statistic, float(kolmogorov(statistic * np.sqrt(size)))
