"""Staff questions as keys: a patient's wording often resembles another question, not the answer."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import NamedTuple

import numpy as np

from content.normalize import fold
from content.questions import LabelledQuestion
from index.embedder import FloatMatrix, FloatVector


class KeyMatch(NamedTuple):
    """How near a question is to the staff's: one value for each sentence, one for the refused.

    `sentences`: by row, for each sentence that answers a staff question the highest cosine to one,
    where it is above 0. `refused`: highest cosine to a staff question that no passage covers.
    """

    sentences: Mapping[int, float]
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
    ) -> None:
        """Take float32 (q, d) unit rows and, for each question, the sentence rows that answer it."""
        self._vectors = vectors
        self._folded = [fold(question.question) for question in questions]
        pairs = [(row, sentence) for row, rows in enumerate(answers) for sentence in rows]
        self._asked = np.array([row for row, _ in pairs], dtype=np.int64)
        answering = np.array([sentence for _, sentence in pairs], dtype=np.int64)
        # Of millions of sentences a few hundred answer a staff question: only these have a place here.
        self._answering, self._places = np.unique(answering, return_inverse=True)
        self._refused = np.array([q.expect == "no_passage" for q in questions], dtype=bool)

    def match(self, vector: FloatVector, *, leave_out: frozenset[str] = frozenset()) -> KeyMatch:
        """Compare a question's vector (float32 (d,), unit) with every key.

        `leave_out` holds folded questions that are treated as absent, so that a labelled question
        can be asked as if staff had never written it.
        """
        if not len(self._folded):
            return KeyMatch({}, 0.0)
        cosines = np.maximum(self._vectors @ vector, 0.0)
        if leave_out:
            cosines[[folded in leave_out for folded in self._folded]] = 0.0
        highest = np.zeros(len(self._answering), dtype=np.float32)
        np.maximum.at(highest, self._places, cosines[self._asked])
        rows = zip(self._answering.tolist(), highest.tolist(), strict=True)
        near = {row: cosine for row, cosine in rows if cosine}
        return KeyMatch(near, float((cosines * self._refused).max()))
