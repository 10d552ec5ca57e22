"""What is known about a question and a sentence before anyone decides whether it answers."""

from __future__ import annotations

import math
from collections.abc import Sequence

import numpy as np
import numpy.typing as npt

from index.answer_types import asked_type, holds_type
from index.lexical import terms
from index.search import Hit, Searcher

FeatureMatrix = npt.NDArray[np.float64]

# The columns of the feature matrix, in order. Weights name them, so a reordering cannot mix them up.
FEATURES = (
    "sentence_cosine",  # question and sentence, MiniLM
    "passage_cosine",  # question and the passage with its title and headings
    "staff_question",  # highest cosine to a staff question this sentence answers
    "staff_question_near",  # the same above 0.6 only: near wordings count more than twice as much
    "sentence_coverage",  # share of the question's terms in the sentence, weighted by rarity
    "passage_coverage",  # the same for the passage with its title
    "fused",  # reciprocal rank fusion of the passage, scaled to about 0..1
    "type_held",  # 1 when the sentence holds the kind of thing asked for
    "type_missing",  # 1 when it does not
    "refused_question",  # highest cosine to a staff question that no passage covers
    "refused_question_near",
    "unknown_terms",  # share of the question's terms found in no passage
    "best_passage_cosine",  # the same for every sentence of one question
    "bias",
)
_NEAR = 0.6
_FUSED_SCALE = 20.0


def candidate_rows(searcher: Searcher, hits: Sequence[Hit]) -> list[int]:
    """Return the sentence rows of the found passages, in passage order."""
    data = searcher.data
    rows: list[int] = []
    for hit in sorted(hits, key=lambda hit: hit.row):
        first = data.first_sentence[hit.row]
        rows.extend(range(first, first + len(hit.passage.sentences)))
    return rows


def sentence_features(
    searcher: Searcher, question: str, hits: Sequence[Hit], *, leave_out: frozenset[str] = frozenset()
) -> FeatureMatrix:
    """Return float64 (sentences, len(FEATURES)), one row for each of `candidate_rows`."""
    data = searcher.data
    rows = candidate_rows(searcher, hits)
    if not rows:
        return np.zeros((0, len(FEATURES)))
    by_passage = {hit.row: hit for hit in hits}
    vector = searcher.encode(question)
    match = searcher.match_keys(question, leave_out=leave_out)
    wanted = _rarity(searcher, question)
    unknown = 1.0 - _share(wanted, frozenset(t for t in wanted if data.lexical.frequency(t)))
    kind = asked_type(question)
    best = max(hit.dense for hit in hits)
    covered = {row: _share(wanted, searcher.passage_terms(row)) for row in by_passage}
    table = []
    for row in rows:
        hit, staff = by_passage[data.sentences[row][0]], float(match.sentences[row])
        folded, held_terms = searcher.sentence_words(row)
        held = bool(kind and holds_type(kind, folded))
        table.append(
            (
                float(data.sentence_vectors[row] @ vector),
                hit.dense,
                staff,
                _near(staff),
                _share(wanted, held_terms),
                covered[hit.row],
                hit.fused * _FUSED_SCALE,
                float(held),
                float(kind is not None and not held),
                match.refused,
                _near(match.refused),
                unknown,
                best,
                1.0,
            )
        )
    return np.array(table, dtype=np.float64)


def _near(cosine: float) -> float:
    return max(0.0, cosine - _NEAR) * 2.0


def _rarity(searcher: Searcher, question: str) -> dict[str, float]:
    """Return the terms of a question with their inverse document frequency (Robertson 2004)."""
    count = len(searcher.data.passages)
    found = {}
    for term in terms(question):
        frequency = searcher.data.lexical.frequency(term)
        found[term] = math.log(1.0 + (count - frequency + 0.5) / (frequency + 0.5))
    return found


def _share(wanted: dict[str, float], held: frozenset[str]) -> float:
    total = sum(wanted.values())
    return sum(weight for term, weight in wanted.items() if term in held) / total if total else 0.0
