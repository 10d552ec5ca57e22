"""Staff questions stored with what they find: whenever an index is opened they must find it again."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from index.data import IndexData
from index.embedder import FloatMatrix
from index.manifest import Canary
from index.search import Searcher

_MOST = 5


def canaries_of(data: IndexData) -> tuple[Canary, ...]:
    """Return the first staff questions with the passage each finds, to be asked at every opening."""
    searcher = Searcher(data, _QuestionVectors(data))
    # A question with other names is embedded together with them, and that vector is not known here.
    known = (q for q in data.questions if searcher.expanded(q.question) == q.question)
    questions = [q for q in known if q.expect == "quote"][:_MOST]
    found = [(q.question, searcher.search(q.question, 1)) for q in questions]
    return tuple(Canary(question=q, passage_id=hits[0].passage.id) for q, hits in found if hits)


class _QuestionVectors:
    """An embedder of nothing but the labelled questions, whose vectors are known."""

    def __init__(self, data: IndexData) -> None:
        self.facts = data.embedder
        self._rows = dict(zip((q.question for q in data.questions), data.question_vectors, strict=True))

    def embed(self, texts: Sequence[str], *, progress: bool = False) -> FloatMatrix:
        return np.stack([self._rows[text] for text in texts])
