"""Staff questions as keys: a patient's wording often resembles another question, not the answer."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from content.normalize import fold
from content.questions import LabelledQuestion
from index.embedder import FloatMatrix, FloatVector


class KeyMatch(NamedTuple):
    """How near a question is to the staff's: one value for each sentence, one for the refused.

    `sentences`: float32 (n,), highest cosine to a staff question this sentence answers, 0 where
    there is none. `refused`: highest cosine to a staff question that no passage covers.
    """

    sentences: npt.NDArray[np.float32]
    refused: float


class QuestionKeys:
    """The labelled questions of a site, with the sentences that answer them."""

    def __init__(
        self, questions: Sequence[LabelledQuestion], vectors: FloatMatrix, sentences: Sequence[str]
    ) -> None:
        """Take float32 (q, d) unit rows for the questions and the words of every sentence."""
        self._vectors = vectors
        self._folded = [fold(question.question) for question in questions]
        folded_sentences = [fold(words) for words in sentences]
        self._answered = np.zeros((len(questions), len(sentences)), dtype=bool)
        for row, question in enumerate(questions):
            accepted = [fold(words) for words in question.accept_any]
            self._answered[row] = [
                any(words in sentence for words in accepted) for sentence in folded_sentences
            ]
        self._refused = np.array([q.expect == "no_passage" for q in questions], dtype=bool)

    def match(self, vector: FloatVector, *, leave_out: frozenset[str] = frozenset()) -> KeyMatch:
        """Compare a question's vector (float32 (d,), unit) with every key.

        `leave_out` holds folded questions that are treated as absent, so that a labelled question
        can be asked as if staff had never written it.
        """
        count = self._answered.shape[1]
        if not len(self._folded):
            return KeyMatch(np.zeros(count, dtype=np.float32), 0.0)
        cosines = np.maximum(self._vectors @ vector, 0.0)
        if leave_out:
            cosines[[folded in leave_out for folded in self._folded]] = 0.0
        sentences = (cosines[:, None] * self._answered).max(axis=0)
        refused = float((cosines * self._refused).max())
        return KeyMatch(sentences.astype(np.float32), refused)
