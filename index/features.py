"""What is known about a question and a sentence before anyone decides whether it answers."""

from __future__ import annotations

import math
import re
from collections.abc import Sequence

import numpy as np
import numpy.typing as npt

from content.normalize import fold
from index.answer_types import asked_type, holds_type
from index.lexical import terms
from index.search import Hit, Searcher

FeatureMatrix = npt.NDArray[np.float64]

# The columns of the feature matrix, in order. Weights name them, so a reordering cannot mix them up.
FEATURES = (
    "evidence",  # the reader model's log-odds that the sentence answers, at most 6 either way
    "evidence_passage",  # the same for the best sentence of its passage
    "result_section",  # 1 when its passage reports results or the conclusion
    "aim_unasked",  # 1 when it states an aim and nobody asked for one
    "sentence_cosine",  # question and sentence, MiniLM
    "passage_cosine",  # question and the passage with its title and headings
    "staff_question",  # highest cosine to a staff question this sentence answers
    "staff_question_near",  # the same above 0.6 only: near wordings count more than twice as much
    "sentence_coverage",  # share of the question's terms in the sentence, weighted by rarity
    "passage_coverage",  # the same for the passage with its title
    "fused",  # weighted sum of the passage's search scores
    "type_held",  # 1 when the sentence holds the kind of thing asked for
    "type_missing",  # 1 when it does not
    "refused_question",  # highest cosine to a staff question that no passage covers
    "refused_question_near",
    "unknown_terms",  # share of the question's terms found in no passage
    "best_passage_cosine",  # the same for every sentence of one question
    "bias",
)
_NEAR = 0.6
_WIDEST = 6.0
_AIM = re.compile(
    r"\b(?:aim(?:ed|s)?|objective|purpose|goal) (?:of|was|is|were|to)\b|\b(?:was|were) undertaken to\b|"
    r"\bsought to\b|\bto (?:determine|investigate|evaluate|assess|examine) (?:whether|the|if|its)\b"
)
_ASKS_AIM = re.compile(r"\b(aim|goal|purpose|objective|why|want|try(?:ing)?|find out|set out|question)\b")


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
    evidence = _evidence(searcher, question, hits)
    passage_evidence = {row: max(found) for row, found in evidence.items()}
    aim_asked = bool(_ASKS_AIM.search(fold(question)))
    covered = {row: _share(wanted, searcher.passage_terms(row)) for row in by_passage}
    table = []
    for row in rows:
        hit, staff = by_passage[data.sentences[row][0]], float(match.sentences[row])
        folded, held_terms = searcher.sentence_words(row)
        held = bool(kind and holds_type(kind, folded))
        number = row - data.first_sentence[hit.row]
        table.append(
            (
                evidence[hit.row][number],
                passage_evidence[hit.row],
                float(searcher.passage_role(hit.row) in ("results", "conclusion")),
                float(not aim_asked and bool(_AIM.search(folded))),
                float(data.sentence_vectors[row] @ vector),
                hit.dense,
                staff,
                _near(staff),
                _share(wanted, held_terms),
                covered[hit.row],
                hit.fused,
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


def _evidence(searcher: Searcher, question: str, hits: Sequence[Hit]) -> dict[int, tuple[float, ...]]:
    """Return for each passage row the evidence of its sentences, 0 without a reader model."""
    rows = [hit.row for hit in hits]
    if searcher.evidence is None:
        return {row: (0.0,) * len(searcher.data.passages[row].sentences) for row in rows}
    found = searcher.evidence.sentence_evidence(
        searcher.expanded(question), [searcher.passage_text(row) for row in rows]
    )
    return {
        row: tuple(max(-_WIDEST, min(_WIDEST, value)) for value in values)
        for row, values in zip(rows, found, strict=True)
    }


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
