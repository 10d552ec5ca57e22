"""What is known about a question and a sentence before anyone decides whether it answers."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from content.normalize import fold
from index.answer_types import AnswerType, absence_terms, asked_type, holds_type
from index.coverage import coverage, term_weights, unknown_name
from index.embedder import FloatVector
from index.evidence import bounded
from index.question_keys import KeyMatch
from index.search import Hit, Searcher
from index.settled import read_until_settled

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
    "unknown_name",  # how uncommon the rarest word of the question is that stands in no passage
    "best_passage_cosine",  # the same for every sentence of one question
    "bias",
)
_NEAR = 0.6
_AIM = re.compile(
    r"\b(?:aim(?:ed|s)?|objectives?|purposes?|goals?) (?:of|was|is|were|to)\b|\b(?:was|were) undertaken to\b|"
    r"\bsought to\b|\bto (?:determine|investigate|evaluate|assess|examine) (?:whether|the|if|its)\b"
)
_ASKS_AIM = re.compile(r"\b(aim|goal|purpose|objective|why|want|try(?:ing)?|find out|set out|question)\b")


class _Asked(NamedTuple):
    """What the columns need to know of a question."""

    vector: FloatVector
    match: KeyMatch
    weights: dict[str, float]
    kind: AnswerType | None
    aim: bool
    absence: frozenset[str]
    unknown_name: float


def candidate_rows(searcher: Searcher, hits: Sequence[Hit]) -> list[int]:
    """Return the sentence rows of the found passages, in passage order."""
    data = searcher.data
    rows: list[int] = []
    for hit in sorted(hits, key=lambda hit: hit.row):
        first = int(data.first_sentence[hit.row])
        rows.extend(range(first, first + len(hit.passage.sentences)))
    return rows


def sentence_features(
    searcher: Searcher, question: str, hits: Sequence[Hit], *, leave_out: frozenset[str] = frozenset()
) -> FeatureMatrix:
    """Return float64 (sentences, len(FEATURES)), one row for each of `candidate_rows`."""
    if not hits:
        return np.zeros((0, len(FEATURES)))
    asked = _asked(searcher, question, leave_out)
    evidence = _evidence(searcher, question, hits)
    of_question = _question_columns(searcher, asked, hits)
    of_passage = {hit.row: _passage_columns(searcher, asked, hit, evidence[hit.row]) for hit in hits}
    table = [
        of_question
        | of_passage[searcher.data.passage_of(row)]
        | _sentence_columns(searcher, asked, row, evidence)
        for row in candidate_rows(searcher, hits)
    ]
    return np.array([[columns[name] for name in FEATURES] for columns in table], dtype=np.float64)


def _asked(searcher: Searcher, question: str, leave_out: frozenset[str]) -> _Asked:
    kind, data = asked_type(question), searcher.data
    absence = absence_terms(question, kind)
    return _Asked(
        vector=searcher.encode(question),
        match=searcher.match_keys(question, leave_out=leave_out),
        weights=term_weights(data.lexical, question, len(data.passages)),
        kind=kind,
        absence=absence,
        unknown_name=unknown_name(data.lexical, question, absence),
        aim=bool(_ASKS_AIM.search(fold(question))),
    )


def _question_columns(searcher: Searcher, asked: _Asked, hits: Sequence[Hit]) -> dict[str, float]:
    known = frozenset(term for term in asked.weights if searcher.data.lexical.frequency(term)) | asked.absence
    return {
        "refused_question": asked.match.refused,
        "refused_question_near": _near(asked.match.refused),
        "unknown_terms": 1.0 - coverage(asked.weights, known),
        "unknown_name": asked.unknown_name,
        "best_passage_cosine": max(hit.dense for hit in hits),
        "bias": 1.0,
    }


def _passage_columns(
    searcher: Searcher, asked: _Asked, hit: Hit, evidence: tuple[float, ...]
) -> dict[str, float]:
    rows = candidate_rows(searcher, [hit])
    designed = asked.absence and any(_holds(searcher, asked, row) for row in rows)
    held_terms = searcher.passage_terms(hit.row) | (asked.absence if designed else frozenset())
    return {
        "evidence_passage": max(evidence),
        "result_section": float(searcher.passage_role(hit.row) in ("results", "conclusion")),
        "passage_cosine": hit.dense,
        "passage_coverage": coverage(asked.weights, held_terms),
        "fused": hit.fused,
    }


def _sentence_columns(
    searcher: Searcher, asked: _Asked, row: int, evidence: Mapping[int, tuple[float, ...]]
) -> dict[str, float]:
    data = searcher.data
    passage_row = data.passage_of(row)
    folded, held_terms = searcher.sentence_words(row)
    held = _holds(searcher, asked, row)
    if held:
        held_terms |= asked.absence
    staff = asked.match.sentences.get(row, 0.0)
    return {
        "evidence": evidence[passage_row][row - int(data.first_sentence[passage_row])],
        "aim_unasked": float(not asked.aim and bool(_AIM.search(folded))),
        "sentence_cosine": float(data.sentence_vectors[row] @ asked.vector),
        "staff_question": staff,
        "staff_question_near": _near(staff),
        "sentence_coverage": coverage(asked.weights, held_terms),
        "type_held": float(held),
        "type_missing": float(asked.kind is not None and not held),
    }


def _holds(searcher: Searcher, asked: _Asked, row: int) -> bool:
    """Say whether a sentence holds the kind of thing asked for."""
    return bool(asked.kind and holds_type(asked.kind, searcher.sentence_words(row)[0]))


def _evidence(searcher: Searcher, question: str, hits: Sequence[Hit]) -> dict[int, tuple[float, ...]]:
    """Return for each passage row the evidence of its sentences, 0 without a reader model."""
    if searcher.evidence is None:
        return {hit.row: (0.0,) * len(hit.passage.sentences) for hit in hits}
    words = searcher.expanded(question)
    found = read_until_settled(searcher.evidence, words, hits, searcher.passage_text)
    return {row: tuple(map(bounded, values)) for row, values in found.items()}


def _near(cosine: float) -> float:
    return max(0.0, cosine - _NEAR) * 2.0
