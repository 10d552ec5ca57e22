"""The gate before a generation is published: what was written is there, found, and found by its filter."""

from __future__ import annotations

import numpy as np

from index.engines.errors import WriteRefused
from index.engines.nearest import exact_cosines
from index.engines.protocol import Generation, Where

_DOCUMENTS, _QUESTIONS, _AROUND, _CANDIDATES = 20, 20, 2_000, 50
_RECALL = 0.95


def check(generation: Generation, *, seed: int = 0) -> None:
    """Raise WriteRefused unless a generation gives back what was written.

    It holds as many passages as it says; a sample of documents, filtered for, give all their passages;
    searched with stored vectors, none of a sample of passages that is nearer than the candidates is
    missing from them, in 95 of 100 cases. That a stored vector finds itself proves nothing: engines
    that had lost most of a generation passed it.
    """
    facts = generation.facts
    held = generation.count()
    if held != facts.count:
        raise WriteRefused(facts.name, f"holds {held} passages, written were {facts.count}")
    if not facts.count:
        return
    random = np.random.default_rng(seed)
    rows = sorted({int(row) for row in random.integers(0, facts.count, _DOCUMENTS)})
    for document_id in sorted({record.document_id for record in generation.get(rows)}):
        _check_document(generation, document_id)
    _check_recall(generation, random)


def _check_document(generation: Generation, document_id: str) -> None:
    """All passages of a document: neighbours in rows, each found when only this document may be."""
    where = Where(document_id=(document_id,))
    rows = generation.rows_where(where)
    probe = generation.vectors(rows[:1])[0]
    found = set(generation.candidates(probe, len(rows), where).rows.tolist())
    if found != set(rows) or generation.count(where) != len(rows):
        raise WriteRefused(generation.facts.name, f"does not find all passages of {document_id}")


def _check_recall(generation: Generation, random: np.random.Generator) -> None:
    facts, expected, missed = generation.facts, 0, 0
    some = np.sort(random.choice(facts.count, min(_AROUND, facts.count), replace=False))
    vectors = generation.vectors(some.tolist())
    for question in vectors[random.integers(0, len(some), _QUESTIONS)]:
        found = generation.candidates(question, min(_CANDIDATES, facts.count))
        last = min(exact_cosines(found.vectors, question))
        cosines = np.array(exact_cosines(vectors, question))
        nearer = set(some[cosines > last].tolist())
        expected += len(nearer)
        missed += len(nearer - set(found.rows.tolist()))
    if missed > (1 - _RECALL) * expected:
        raise WriteRefused(facts.name, f"misses {missed} of {expected} passages that are near")
