"""A question to the passages that may answer it, every component score kept."""

from __future__ import annotations

from collections.abc import Sequence
from functools import lru_cache

import numpy as np

from content.normalize import fold
from content.passages import searchable_text
from content.readers.plain import UNTITLED
from content.roles import inferred_role, section_role
from content.schema import Fact, Passage
from index.danger import Meaning
from index.data import IndexData
from index.embedder import Embedder, FloatVector
from index.errors import EmbedderMismatch
from index.evidence import EvidenceModel, PassageText
from index.expansion import other_names
from index.fusion import Found, FusionWeights, convex_fusion, in_order
from index.lexical import terms
from index.question_keys import KeyMatch, QuestionKeys

# Deep enough that fusion sees what either side alone would have found.
_DEPTH = 100
# A staff question below this cosine says nothing about where the answer is.
_KEY_FLOOR = 0.5


class Hit(Fact):
    """One passage found. `rank` counts from 1; every score is higher-is-better.

    `dense`: cosine in [-1, 1]. `lexical`: BM25, 0 when no term is shared. `staff_question`:
    highest cosine to a staff question one of its sentences answers, else 0. `document`: cosine to
    the document as a whole. `fused`: their weighted sum (see FusionWeights).
    """

    passage: Passage
    row: int
    rank: int
    dense: float
    lexical: float
    staff_question: float
    fused: float
    document: float = 0.0


class Searcher:
    """A loaded index and the embedder its vectors came from."""

    def __init__(
        self, data: IndexData, embedder: Embedder, evidence: EvidenceModel | None = None, *,
        meaning: Meaning | None = None, weights: FusionWeights | None = None,
    ) -> None:  # fmt: skip
        """Take an index, its embedder and the reader's model; without one evidence is 0.

        `meaning` knows danger in a question; it comes along for whoever asks before searching.
        Raises EmbedderMismatch when vectors and embedder do not belong together.
        """
        if not data.embedder.same_vectors(embedder.facts):
            raise EmbedderMismatch(data.index_id, "the embedder", data.embedder.short, embedder.facts.short)
        self.data = data
        self.evidence = evidence
        self.meaning = meaning
        self._weights = weights or FusionWeights()
        self.embedder = embedder
        self._keys = QuestionKeys(data.questions, np.asarray(data.question_vectors), data.answers)
        # Asking, reading and calibrating look at one question several times in a row, and at the
        # same sentences for every question.
        self.encode = lru_cache(maxsize=16)(self._encode)
        self.sentence_words = lru_cache(maxsize=4096)(self._sentence_words)
        self.passage_role = lru_cache(maxsize=4096)(self._passage_role)
        self.passage_text = lru_cache(maxsize=4096)(self._passage_text)
        self.passage_terms = lru_cache(maxsize=4096)(self._passage_terms)

    def _encode(self, question: str) -> FloatVector:
        vector: FloatVector = self.embedder.embed([question])[0]
        return vector

    def _sentence_words(self, row: int) -> tuple[str, frozenset[str]]:
        """Return a sentence's folded words and its terms."""
        words = self.data.sentence_text(row)
        return fold(words), frozenset(terms(words))

    def _passage_terms(self, row: int) -> frozenset[str]:
        """Return the terms of a passage with its title and headings."""
        passage = self.data.passages[row]
        document = self.data.by_id[passage.document_id]
        return frozenset(terms(searchable_text(document, passage, titles=self.data.titles)))

    def _passage_role(self, row: int) -> str:
        """Return the part of a report a passage belongs to, "" when nothing tells."""
        passage = self.data.passages[row]
        words = self.data.by_id[passage.document_id].slice(passage.span)
        return section_role(words, passage.headings) or inferred_role(words)

    def _passage_text(self, row: int) -> PassageText:
        """Return what the reader model is given of a passage."""
        passage = self.data.passages[row]
        document = self.data.by_id[passage.document_id]
        above = dict.fromkeys((document.title, *passage.headings))
        above.pop(UNTITLED, None)
        return PassageText(
            title=", ".join(above), role=self.passage_role(row),
            sentences=tuple(document.slice(span) for span in passage.sentences),
        )  # fmt: skip

    def search(self, question: str, k: int = 10, *, leave_out: frozenset[str] = frozenset()) -> list[Hit]:
        """Return up to `k` passages, best fused score first, equal scores in passage order.

        `leave_out` holds folded staff questions to be ignored (see QuestionKeys). A blank question
        finds nothing.
        """
        if not fold(question):
            return []
        return self._hits(question, k, leave_out)

    def hits_in(self, question: str, document_id: str) -> list[Hit]:
        """Return every passage of one document as a hit, best first: the document is chosen already."""
        rows = self.data.passages_of(document_id)
        return self._hits(question, len(rows), frozenset(), rows)

    def ranked(self, question: str, k: int) -> list[tuple[int, float]]:
        """Return (passage row, fused score) of what `search` finds: no words are looked at or fetched."""
        if not fold(question):
            return []
        fused = self._found(question, frozenset()).fused
        return [(row, fused[row]) for row in in_order(fused)[:k]]

    def _hits(
        self, question: str, k: int, leave_out: frozenset[str], rows: Sequence[int] | None = None
    ) -> list[Hit]:
        found = self._found(question, leave_out, rows)
        best = in_order(found.fused)[:k]
        self.data.fetch(best)
        return [
            Hit(
                passage=self.data.passages[row],
                row=row,
                rank=rank,
                dense=found.scores["dense"][row],
                lexical=found.lexical[row],
                staff_question=found.staff.get(row, 0.0),
                fused=found.fused[row],
                document=found.scores["document"][row],
            )
            for rank, row in enumerate(best, 1)
        ]

    def _found(self, question: str, leave_out: frozenset[str], rows: Sequence[int] | None = None) -> Found:
        """Score some rows, by default those that any scorer puts high."""
        words = self.expanded(question)
        vector, lexical = self.encode(words), self.data.lexical.scores(words)
        staff = self._keyed_passages(self.match_keys(question, leave_out=leave_out))
        near = {row: score - _KEY_FLOOR for row, score in staff.items() if score >= _KEY_FLOOR}
        if rows is None:
            by_words = (row for row, _ in lexical.best(_DEPTH))
            by_vector = (row for row, _ in self.data.dense.search(vector, _DEPTH))
            rows = sorted({*by_vector, *by_words, *near})
        words_of = dict(zip(rows, lexical.of(rows), strict=True))
        scores = self._scores(rows, vector)
        # Comparable over questions: a share of the best.
        best_words = max(lexical.highest, 1e-9)
        scores["lexical"] = {row: score / best_words for row, score in words_of.items()}
        scores["staff"] = {row: near[row] for row in rows if row in near}
        weights = self._weights.for_terms(len(set(terms(question))))
        return Found(convex_fusion(scores, weights), scores, words_of, staff)

    def _scores(self, rows: Sequence[int], vector: FloatVector) -> dict[str, dict[int, float]]:
        """Return the cosines of `rows` and of their documents."""
        data = self.data
        documents = data.document_of[np.asarray(rows, dtype=np.int64)]
        # einsum sums every row alike; equal vectors give equal cosines wherever they stand.
        passage_cosines = np.einsum("nd,d->n", data.passage_vectors[rows], vector).tolist()
        document_cosines = np.einsum("nd,d->n", data.document_vectors[documents], vector).tolist()
        return {
            "dense": dict(zip(rows, passage_cosines, strict=True)),
            "document": dict(zip(rows, document_cosines, strict=True)),
        }

    def expanded(self, question: str) -> str:
        """Return the question with other names of what it names: "SLE" brings "lupus" along."""
        extra = other_names(question, self.data.equivalents)
        return f"{question} ({', '.join(extra)})" if extra else question

    def match_keys(self, question: str, *, leave_out: frozenset[str] = frozenset()) -> KeyMatch:
        """Compare the question with the staff's; it is embedded as it stands only where there are any."""
        if not self.data.questions:
            return KeyMatch({}, 0.0)
        return self._keys.match(self.encode(question), leave_out=leave_out)

    def _keyed_passages(self, match: KeyMatch) -> dict[int, float]:
        best: dict[int, float] = {}
        for row, cosine in match.sentences.items():
            passage_row = self.data.passage_of(row)
            best[passage_row] = max(best.get(passage_row, 0.0), cosine)
        return best
