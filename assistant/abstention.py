"""Risk and coverage: how well confidence tells right answers from wrong ones."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import groupby
from typing import NamedTuple

import numpy as np

_BINS = 10


class Scored(NamedTuple):
    """One question: how sure the answer was, in [0, 1], and whether it was right.

    A question that nothing covers is never right. "Answered at a threshold" means a confidence at
    or above it, so equal confidences are answered together.
    """

    confidence: float
    right: bool


class Bin(NamedTuple):
    """Neighbouring confidences: their mean, the share of right answers, how many there are."""

    confidence: float
    right: float
    questions: int


def risk_coverage(scored: Sequence[Scored]) -> list[tuple[float, float]]:
    """Return (coverage, risk) for every threshold, most confident first.

    Coverage: share of all questions answered. Risk: share of the answered that are wrong
    (El-Yaniv and Wiener, JMLR 2010).
    """
    points: list[tuple[float, float]] = []
    answered = wrong = 0
    for count, bad in _levels(scored):
        answered, wrong = answered + count, wrong + bad
        points.append((answered / len(scored), wrong / answered))
    return points


def aurc(scored: Sequence[Scored]) -> float | None:
    """Return the area under the risk-coverage curve: mean risk of answering 1, 2, … n questions.

    Right, wrong, right in order of confidence give (0 + 1/2 + 1/3) / 3. Equal confidences count as
    the mean over all their orders. Lower is better. None without questions. Source: Geifman et
    al., ICLR 2019.
    """
    total, answered, wrong = 0.0, 0, 0
    for count, bad in _levels(scored):
        total += sum((wrong + bad * place / count) / (answered + place) for place in range(1, count + 1))
        answered, wrong = answered + count, wrong + bad
    return total / answered if answered else None


def augrc(scored: Sequence[Scored]) -> float | None:
    """Return the area under the generalised risk-coverage curve: P(wrong and answered), averaged
    over all coverages from 0 to 1; the average risk of failures nobody notices.

    With r the share of right answers it is (1 − AUROC) · r · (1 − r) + (1 − r)² / 2, where AUROC is
    that of right against wrong. Lower is better. None without questions. Source: Traub et al.,
    NeurIPS 2024, arXiv 2407.01032.
    """
    area, wrong = 0.0, 0
    for count, bad in _levels(scored):
        area += count * (wrong + bad / 2)
        wrong += bad
    return area / len(scored) ** 2 if scored else None


def coverage_at_risk(scored: Sequence[Scored], risk: float) -> float | None:
    """Return the largest coverage of any threshold whose risk is at most `risk`; 0 when none is.

    The best threshold in hindsight: what this confidence could do, not what a chosen threshold
    promises. None without questions.
    """
    if not scored:
        return None
    return max((coverage for coverage, wrong in risk_coverage(scored) if wrong <= risk), default=0.0)


def reliability(scored: Sequence[Scored], bins: int = _BINS) -> list[Bin]:
    """Return up to `bins` equally large bins of neighbouring confidences, lowest first.

    Sizes differ by one at most. Equal confidences share their right answers evenly, so that the
    order of the questions never matters.
    """
    ordered = sorted(scored, key=lambda one: one.confidence)
    right: list[float] = []
    for _, group in groupby(ordered, key=lambda one: one.confidence):
        flags = [one.right for one in group]
        right += [sum(flags) / len(flags)] * len(flags)
    if not ordered:
        return []
    parts = np.array_split(np.array([[one.confidence for one in ordered], right]), min(bins, len(right)), 1)
    return [Bin(float(part[0].mean()), float(part[1].mean()), part.shape[1]) for part in parts]


def calibration_error(scored: Sequence[Scored]) -> float | None:
    """Return the expected calibration error: |mean confidence − share right| over ten equally large
    bins, weighted by their size.

    0 means that of the answers given with confidence .8, 80 % are right. None without questions.
    Source: Naeini et al., AAAI 2015; equal masses: Nixon et al., CVPR workshops 2019.
    """
    gaps = [one.questions * abs(one.confidence - one.right) for one in reliability(scored)]
    return sum(gaps) / len(scored) if scored else None


def brier(scored: Sequence[Scored]) -> float | None:
    """Return the mean squared difference between confidence and being right (1) or wrong (0).

    Right at .9 and wrong at .2 give (.01 + .04) / 2. Lower is better. None without questions.
    Source: Brier, Monthly Weather Review 1950.
    """
    squares = [(one.confidence - one.right) ** 2 for one in scored]
    return sum(squares) / len(squares) if squares else None


def _levels(scored: Sequence[Scored]) -> list[tuple[int, int]]:
    """Return (questions, wrong ones) of each confidence, highest first."""
    ordered = sorted(scored, key=lambda one: -one.confidence)
    levels = []
    for _, group in groupby(ordered, key=lambda one: one.confidence):
        flags = [one.right for one in group]
        levels.append((len(flags), flags.count(False)))
    return levels
