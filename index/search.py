"""A question to the passages that may answer it, every component score kept."""

from __future__ import annotations

from functools import lru_cache

from content.normalize import fold
from content.passages import searchable_text
from content.schema import Fact, Passage
from index.data import IndexData
from index.embedder import Embedder, FloatVector
from index.errors import EmbedderMismatch
from index.fusion import in_order, reciprocal_rank_fusion
from index.lexical import best_rows, terms
from index.question_keys import KeyMatch, QuestionKeys
from index.vectors import VectorStore

# Deep enough that fusion sees what either side alone would have found (Cormack et al. fuse 1000;
# beyond 100 the gain 1/(60 + rank) no longer reorders the first ten).
_DEPTH = 100
# A staff question below this cosine says nothing about where the answer is.
_KEY_FLOOR = 0.5


class Hit(Fact):
    """One passage found. `rank` counts from 1; every score is higher-is-better.

    `dense`: cosine in [-1, 1]. `lexical`: BM25, 0 when no term is shared. `staff_question`:
    highest cosine to a staff question one of its sentences answers, else 0. `fused`: RRF.
    """

    passage: Passage
    row: int
    rank: int
    dense: float
    lexical: float
    staff_question: float
    fused: float


class Searcher:
    """A loaded index and the embedder its vectors came from."""

    def __init__(self, data: IndexData, embedder: Embedder) -> None:
        """Raises EmbedderMismatch when vectors and embedder do not belong together."""
        if not data.embedder.same_vectors(embedder.facts):
            raise EmbedderMismatch(data.index_id, "the embedder", data.embedder.short, embedder.facts.short)
        self.data = data
        self._embedder = embedder
        self._passages = VectorStore(data.passage_vectors)
        self._keys = QuestionKeys(data.questions, data.question_vectors, data.answers, len(data.sentences))
        # Asking, reading and calibrating look at one question several times in a row, and at the
        # same sentences for every question.
        self.encode = lru_cache(maxsize=16)(self._encode)
        self.sentence_words = lru_cache(maxsize=4096)(self._sentence_words)
        self.passage_terms = lru_cache(maxsize=4096)(self._passage_terms)

    def _encode(self, question: str) -> FloatVector:
        vector: FloatVector = self._embedder.embed([question])[0]
        return vector

    def _sentence_words(self, row: int) -> tuple[str, frozenset[str]]:
        """Return a sentence's folded words and its terms."""
        words = self.data.sentence_text(row)
        return fold(words), frozenset(terms(words))

    def _passage_terms(self, row: int) -> frozenset[str]:
        """Return the terms of a passage with its title and headings."""
        passage = self.data.passages[row]
        document = self.data.by_id[passage.document_id]
        return frozenset(terms(searchable_text(document, passage)))

    def search(self, question: str, k: int = 10, *, leave_out: frozenset[str] = frozenset()) -> list[Hit]:
        """Return up to `k` passages, best fused score first, equal scores in passage order.

        Dense, lexical and staff-question rankings are fused with equal weight. `leave_out` holds
        folded staff questions to be ignored (see QuestionKeys). A blank question finds nothing.
        """
        if not fold(question):
            return []
        vector = self.encode(question)
        keyed = self._keyed_passages(self.match_keys(question, leave_out=leave_out))
        lexical_scores = self.data.lexical.scores(question)
        fused = reciprocal_rank_fusion(
            {
                "dense": [row for row, _ in self._passages.search(vector, _DEPTH)],
                "lexical": [row for row, _ in best_rows(lexical_scores, _DEPTH)],
                "staff": in_order({row: s for row, s in keyed.items() if s >= _KEY_FLOOR}),
            }
        )
        return [
            Hit(
                passage=self.data.passages[row],
                row=row,
                rank=rank,
                dense=float(self._passages.rows[row] @ vector),
                lexical=float(lexical_scores[row]),
                staff_question=keyed.get(row, 0.0),
                fused=fused[row],
            )
            for rank, row in enumerate(in_order(fused)[:k], 1)
        ]

    def match_keys(self, question: str, *, leave_out: frozenset[str] = frozenset()) -> KeyMatch:
        """Compare the question with the staff's labelled questions."""
        return self._keys.match(self.encode(question), leave_out=leave_out)

    def _keyed_passages(self, match: KeyMatch) -> dict[int, float]:
        best: dict[int, float] = {}
        for row in match.sentences.nonzero()[0]:
            passage_row = self.data.sentences[row][0]
            best[passage_row] = max(best.get(passage_row, 0.0), float(match.sentences[row]))
        return best
