"""Every sentence of the found passages scored against the question."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np
import numpy.typing as npt
from pydantic import model_validator

from content.schema import Fact, Passage, Span
from index.features import FEATURES, FeatureMatrix, candidate_rows, sentence_features
from index.search import Hit, Searcher

# How much a sentence gains when the previous question points at its passage: follow-ups such as
# "and how long?" name no topic of their own.
_TOPIC_WEIGHT = 4.0


class ReaderWeights(Fact):
    """One weight for each feature; a sentence's score is their sum, in log-odds against "none"."""

    weights: dict[str, float]

    @model_validator(mode="after")
    def _names_every_feature(self) -> ReaderWeights:
        if set(self.weights) != set(FEATURES):
            raise ValueError(f"weights must name exactly: {', '.join(FEATURES)}")
        return self

    def as_vector(self) -> npt.NDArray[np.float64]:
        """Return float64 (len(FEATURES),) in the order of FEATURES."""
        return np.array([self.weights[name] for name in FEATURES])


class SentenceScore(NamedTuple):
    """One sentence with the reader's score: log-odds that it answers, against no sentence."""

    hit: Hit
    span: Span
    score: float

    @property
    def passage(self) -> Passage:
        """The passage the sentence stands in."""
        return self.hit.passage


class Reading(NamedTuple):
    """What the reader saw: sentences best first, and the features of the best one by name.

    `evidence`: log Σ exp(score) over all sentences, the log-odds that any of them answers.
    """

    sentences: list[SentenceScore]
    evidence: float
    features: dict[str, float]


class Reader:
    """A linear model over `sentence_features`, fitted on labelled questions.

    Trained with a shared normalisation over all candidate sentences and one constant "none"
    (conditional logit, McFadden 1974), so that scores compare between passages.
    """

    def __init__(self, searcher: Searcher, weights: ReaderWeights) -> None:
        self._searcher = searcher
        self._weights = weights.as_vector()

    def read(
        self,
        question: str,
        hits: Sequence[Hit],
        *,
        previous: str | None = None,
        leave_out: frozenset[str] = frozenset(),
    ) -> Reading:
        """Score every sentence of `hits`; equal scores keep the order of the documents.

        `previous`: the question before a follow-up; passages it points at gain, but only the
        last question is read (history glued to the question answers the earlier turn).
        """
        features = sentence_features(self._searcher, question, hits, leave_out=leave_out)
        rows = candidate_rows(self._searcher, hits)
        gain = self._topic_gain(previous, rows) if previous and rows else None
        return self.score(features, hits, gain)

    def score(
        self,
        features: FeatureMatrix,
        hits: Sequence[Hit],
        gain: npt.NDArray[np.float64] | None = None,
    ) -> Reading:
        """Return the reading of known features: float64 (sentences, len(FEATURES))."""
        rows = candidate_rows(self._searcher, hits)
        if not rows:
            return Reading([], -np.inf, {})
        # einsum sums every row alike; `@` may not, and would then break ties by place.
        scores = np.einsum("sf,f->s", features, self._weights) + (0.0 if gain is None else gain)
        order = np.argsort(-scores, kind="stable")
        by_row = {hit.row: hit for hit in hits}
        places = [self._searcher.data.sentences[row] for row in rows]
        sentences = [SentenceScore(by_row[places[i][0]], places[i][1], float(scores[i])) for i in order]
        best = dict(zip(FEATURES, map(float, features[order[0]]), strict=True))
        return Reading(sentences, float(np.logaddexp.reduce(scores)), best)

    def _topic_gain(self, previous: str, rows: Sequence[int]) -> npt.NDArray[np.float64]:
        """Return float64 (sentences,), at most 0: how far each passage is from the old topic."""
        data = self._searcher.data
        vector = self._searcher.encode(previous)
        passages = np.array([data.passage_of(row) for row in rows])
        cosines = np.einsum("sd,d->s", data.passage_vectors[passages], vector).astype(np.float64)
        gain: npt.NDArray[np.float64] = _TOPIC_WEIGHT * (cosines - cosines.max())
        return gain
