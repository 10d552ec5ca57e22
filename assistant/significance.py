"""How much of a figure, or of a difference between two runs, may be chance."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import groupby

import numpy as np
import numpy.typing as npt

from assistant.abstention import Scored

Interval = tuple[float, float]
Numbers = npt.NDArray[np.float64]

RESAMPLES = 1000
FLIPS = 10_000
# Fixed, so that the same rows give the same intervals and the same verdict.
_SEED = 20_260_101
_PERCENTILES = (2.5, 97.5)
# Sums of the same differences added in another order may end a few bits apart.
_EQUAL = 1e-9


def share_interval(flags: Sequence[bool], counted: Sequence[bool]) -> Interval | None:
    """Return the 95 % percentile bootstrap interval of the share of `flags` among those `counted`.

    Whole questions are drawn with replacement, 1000 times; a draw without any counted question says
    nothing. None when no question is counted. Source: Efron and Tibshirani 1993, chapter 13.
    """
    if not any(counted):
        return None
    draws = _draws(len(flags))
    members = draws @ np.array(counted, dtype=np.float64)
    held = draws @ (np.array(flags) & np.array(counted)).astype(np.float64)
    return _percentiles(held[members > 0] / members[members > 0])


def mean_interval(values: Sequence[float]) -> Interval | None:
    """Return the 95 % percentile bootstrap interval of a mean, queries drawn with replacement 1000 times.

    None without values. Source: as `share_interval`.
    """
    return _percentiles(_draws(len(values)) @ np.array(values) / len(values)) if len(values) else None


def auroc_interval(confidences: Sequence[float], positive: Sequence[bool]) -> Interval | None:
    """Return the 95 % percentile bootstrap interval of the AUROC of positives against the others.

    Ties count half; a draw that misses a side says nothing. None when a side is empty.
    """
    if all(positive) or not any(positive):
        return None
    scores, side = np.array(confidences), np.array(positive)
    order = np.argsort(scores, kind="stable")
    starts = np.flatnonzero(np.r_[True, np.diff(scores[order]) > 0])
    draws = _draws(len(scores))[:, order]
    above = np.add.reduceat(draws * side[order], starts, axis=1)
    below = np.add.reduceat(draws * ~side[order], starts, axis=1)
    # Each positive beats the negatives at lower confidences and half of those at its own.
    wins = (above * (np.cumsum(below, axis=1) - below / 2)).sum(axis=1)
    pairs = above.sum(axis=1) * below.sum(axis=1)
    return _percentiles(wins[pairs > 0] / pairs[pairs > 0])


def risk_band(scored: Sequence[Scored], coverages: Sequence[float]) -> list[Interval]:
    """Return the 95 % bootstrap interval of the risk at each coverage above 0, most confident first."""
    if not scored:
        return []
    ordered = sorted(scored, key=lambda one: -one.confidence)
    sizes = [len(list(group)) for _, group in groupby(ordered, key=lambda one: one.confidence)]
    starts = np.r_[0, np.cumsum(sizes)[:-1]]
    draws = _draws(len(ordered))
    wrong = np.array([not one.right for one in ordered])
    answered = np.cumsum(np.add.reduceat(draws, starts, axis=1), axis=1)
    failed = np.cumsum(np.add.reduceat(draws * wrong, starts, axis=1), axis=1)
    wanted = np.array(coverages) * len(ordered)
    risks = np.array([
        np.interp(wanted, np.r_[0, ours], np.r_[0, theirs]) / wanted
        for ours, theirs in zip(answered, failed, strict=True)
    ])  # fmt: skip
    return [_percentiles(risks[:, place]) for place in range(len(coverages))]


def paired_p(differences: Sequence[float]) -> float:
    """Return how often chance alone gives a mean at least as far from 0, in (0, 1].

    If two runs were equally good, each question's difference might as well have the other sign.
    Up to 13 differences other than 0 every pattern of signs is looked at: five gains and no loss give
    2 / 2⁵ = .0625. Beyond that 10,000 patterns are drawn, the observed one among them, so p is
    never 0. Two-sided. Source: Smucker, Allan and Carterette, CIKM 2007.
    """
    moved = np.array([value for value in differences if value], dtype=np.float64)
    if not len(moved):
        return 1.0
    reached = abs(moved.sum()) - _EQUAL
    if 2 ** len(moved) <= FLIPS:
        patterns = np.arange(2 ** len(moved))[:, None] >> np.arange(len(moved)) & 1
        return float((np.abs((1 - 2 * patterns) @ moved) >= reached).mean())
    generator = np.random.default_rng(_SEED)
    # In slices, so that a set of many thousand questions fits in memory.
    extreme = sum(
        int((np.abs(generator.choice((-1.0, 1.0), (FLIPS // 100, len(moved))) @ moved) >= reached).sum())
        for _ in range(100)
    )
    return (extreme + 1) / (FLIPS + 1)


def _draws(questions: int) -> Numbers:
    """Return float64 (RESAMPLES, questions): how often each question was drawn."""
    generator = np.random.default_rng(_SEED)
    shares = np.full(questions, 1 / questions)
    return generator.multinomial(questions, shares, size=RESAMPLES).astype(np.float64)


def _percentiles(values: Numbers) -> Interval:
    low, high = np.percentile(values, _PERCENTILES)
    return round(float(low), 4), round(float(high), 4)
