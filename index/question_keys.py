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


def answer_rows(
    questions: Sequence[LabelledQuestion], sentences: Sequence[str]
) -> tuple[tuple[int, ...], ...]:
    """Return, for each question, the rows of the sentences that hold its accepted words.

    Done once for each build: every question is held against every sentence.
    """
    folded = [fold(words) for words in sentences]
    rows = []
    for question in questions:
        accepted = [fold(words) for words in question.accept_any]
        rows.append(
            tuple(row for row, words in enumerate(folded) if any(answer in words for answer in accepted))
        )
    return tuple(rows)


class QuestionKeys:
    """The labelled questions of a site, with the sentences that answer them."""

    def __init__(
        self,
        questions: Sequence[LabelledQuestion],
        vectors: FloatMatrix,
        answers: Sequence[Sequence[int]],
        sentence_count: int,
    ) -> None:
        """Take float32 (q, d) unit rows and, for each question, the sentence rows that answer it."""
        self._vectors = vectors
        self._folded = [fold(question.question) for question in questions]
        pairs = [(row, sentence) for row, rows in enumerate(answers) for sentence in rows]
        self._asked = np.array([row for row, _ in pairs], dtype=np.int64)
        self._answering = np.array([sentence for _, sentence in pairs], dtype=np.int64)
        self._sentence_count = sentence_count
        self._refused = np.array([q.expect == "no_passage" for q in questions], dtype=bool)

    def match(self, vector: FloatVector, *, leave_out: frozenset[str] = frozenset()) -> KeyMatch:
        """Compare a question's vector (float32 (d,), unit) with every key.

        `leave_out` holds folded questions that are treated as absent, so that a labelled question
        can be asked as if staff had never written it.
        """
        sentences = np.zeros(self._sentence_count, dtype=np.float32)
        if not len(self._folded):
            return KeyMatch(sentences, 0.0)
        cosines = np.maximum(self._vectors @ vector, 0.0)
        if leave_out:
            cosines[[folded in leave_out for folded in self._folded]] = 0.0
        np.maximum.at(sentences, self._answering, cosines[self._asked])
        return KeyMatch(sentences, float((cosines * self._refused).max()))
