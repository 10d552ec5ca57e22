"""Whether the questions asked now still score like the labelled ones, for which alone promises hold."""

from __future__ import annotations

from collections import deque
from collections.abc import Sequence
from threading import Lock

import numpy as np
import numpy.typing as npt

from content.schema import Fact

Floats = npt.NDArray[np.float64]
# Newest scores that are compared; numbers only, so that nothing of a question is kept.
WINDOW = 1000
# Fewer tell too little about a shift; and because the test is repeated while scores come in, an
# alarm takes much more than the usual 5 %.
ENOUGH = 200
ALARM_BELOW = 0.001
_DIGITS = 4


class DriftReport(Fact):
    """How far `n` live scores are from the labelled ones; without numbers when too few can tell.

    `statistic`: widest gap between the shares at or below a score, in [0, 1]; `p_value`: chance of
    such a gap between equal populations.
    """

    n: int
    statistic: float | None
    p_value: float | None
    alarm: bool

    @property
    def says(self) -> str:
        """One sentence for staff: what is known and what to do."""
        if self.statistic is None or self.p_value is None:
            return f"Too little to compare: {self.n} questions asked, it needs {ENOUGH} and labelled ones."
        gap = f"gap {self.statistic:.2f}, p = {self.p_value:.2g}"
        if not self.alarm:
            return f"The last {self.n} questions score like the labelled ones ({gap})."
        return (
            f"The last {self.n} questions score unlike the labelled ones ({gap}): the certificate does not "
            "hold for them. Label questions like them, then run: faq calibrate QUESTIONS"
        )


class ScoreWindow:
    """The newest probabilities of asked questions, in no way tied to their words; any thread may use it."""

    def __init__(self, size: int = WINDOW) -> None:
        self._scores: deque[float] = deque(maxlen=size)
        self._lock = Lock()

    def add(self, probability: float) -> None:
        """Keep one probability and forget the oldest beyond the size; raises ValueError."""
        if not 0.0 <= probability <= 1.0:
            raise ValueError("a probability lies in [0, 1]")
        with self._lock:
            self._scores.append(float(probability))

    def scores(self) -> Floats:
        """Return float64 (n,), oldest first."""
        with self._lock:
            return np.array(self._scores, dtype=np.float64)


def reference_scores(probabilities: Floats) -> tuple[float, ...]:
    """Return what is stored of the labelled questions' probabilities: sorted, four digits each."""
    return tuple(np.sort(probabilities).round(_DIGITS).tolist())


def drift(reference: Sequence[float], live: Floats) -> DriftReport:
    """Compare live scores with the labelled questions' by the two-sample Kolmogorov-Smirnov test.

    An alarm takes at least ENOUGH live scores and a p-value below ALARM_BELOW. `reference` is what
    `reference_scores` gave; live scores are rounded alike.
    """
    from assistant.fitting import score_difference

    if not reference or len(live) < ENOUGH:
        return DriftReport(n=len(live), statistic=None, p_value=None, alarm=False)
    statistic, p_value = score_difference(np.array(reference), live.round(_DIGITS))
    return DriftReport(n=len(live), statistic=statistic, p_value=p_value, alarm=p_value < ALARM_BELOW)
