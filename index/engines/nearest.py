"""The nearest passages of any engine: its candidates scored again, exactly and everywhere alike."""

from __future__ import annotations

import numpy as np

from index.embedder import FloatMatrix, FloatVector
from index.engines.errors import BadVector, GenerationDamaged
from index.engines.protocol import Candidates, Generation, Where

# Enough that codes of a few bits and graphs seldom lose one of the best.
_TIMES, _LEAST = 5, 50
# Sums of float32 differ in the seventh digit from machine to machine.
DIGITS = 6
_UNIT_TOLERANCE = 1e-3


def nearest(
    generation: Generation, vector: FloatVector, k: int, where: Where | None = None
) -> list[tuple[int, float]]:
    """Return up to `k` (row, cosine), best first, equal cosines in order of rows.

    Law: the cosine of a row is a function of its vector and the question's alone, whatever the engine
    and its codes, so a threshold means the same everywhere. Finding fewer than there are is a fault of
    the engine, never an answer. Raises BadVector, GenerationDamaged.
    """
    check_vector(generation, vector)
    wanted = max(_TIMES * k, _LEAST)
    found = generation.candidates(vector, wanted, where)
    if len(found.rows) < wanted:
        _refuse_fewer_than_there_are(generation, found, wanted, where)
    scores = exact_cosines(found.vectors, vector)
    best = sorted(zip(found.rows.tolist(), scores, strict=True), key=lambda pair: (-pair[1], pair[0]))
    return best[:k]


def exact_cosines(vectors: FloatMatrix, vector: FloatVector) -> list[float]:
    """Return inner products of float32 (n, d) and (d,), every row summed alike, rounded to six digits."""
    products = np.einsum("nd,d->n", vectors.astype(np.float32), vector.astype(np.float32))
    return [round(value, DIGITS) for value in products.astype(np.float64).tolist()]


def check_vector(generation: Generation, vector: FloatVector) -> None:
    """Raise BadVector for anything but one unit vector of the generation's dimension."""
    if vector.shape != (generation.facts.dimension,):
        raise BadVector(f"has the shape {vector.shape}, the index {(generation.facts.dimension,)}")
    if not abs(float(np.linalg.norm(vector)) - 1.0) < _UNIT_TOLERANCE:
        raise BadVector("is not of unit length")


def _refuse_fewer_than_there_are(
    generation: Generation, found: Candidates, wanted: int, where: Where | None
) -> None:
    matching = min(wanted, generation.count(where))
    if len(found.rows) < matching:
        raise GenerationDamaged(
            generation.facts.name, f"found {len(found.rows)} passages where {matching} match"
        )
