"""Passages found to documents ranked: which document answers, before which of its passages."""

from __future__ import annotations

import math

from index.evidence import CERTAIN, bounded
from index.search import Searcher

# Deep enough for ten documents of long pages.
_DEPTH = 200
# What the reader's evidence moves a document by, at most, up or down. Tuned on the development sets
# together with FusionWeights.
EVIDENCE_WEIGHT = 0.225


def ranked_documents(
    searcher: Searcher, question: str, k: int = 10, *,
    read: int = 10, evidence_weight: float = EVIDENCE_WEIGHT,
) -> list[tuple[str, float]]:  # fmt: skip
    """Return up to `k` (document id, score), best first, equal scores in order of the documents.

    A document scores as its best passage. The first `read` passages are read, and each gains or loses
    up to `evidence_weight` in proportion to the log-odds of its best sentence, ± 6 at most.
    """
    found = searcher.ranked(question, _DEPTH)
    rows = [row for row, _ in found]
    gains = [0.0] * len(rows)
    if searcher.evidence is not None and evidence_weight:
        searcher.data.fetch(rows[:read])
        texts = [searcher.passage_text(row) for row in rows[:read]]
        evidence = searcher.evidence.sentence_evidence(searcher.expanded(question), texts)
        gains[: len(texts)] = [evidence_weight * (bounded(max(values)) / CERTAIN) for values in evidence]
    documents = searcher.data.document_of[rows].tolist()
    scores: dict[int, float] = {}
    for document, (_, fused), gain in zip(documents, found, gains, strict=True):
        scores[document] = max(scores.get(document, -math.inf), fused + gain)
    best = sorted(scores.items(), key=lambda pair: (-pair[1], pair[0]))[:k]
    return [(searcher.data.front[document].id, score) for document, score in best]
