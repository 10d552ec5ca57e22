"""Vectors that are known already, found by their text."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import islice
from pathlib import Path

import numpy as np

from index.embedder import FloatMatrix
from index.vectors import roomy

_ROWS_AT_ONCE = 10_000


class KnownVectors:
    """Rows of matrices that somebody holds anyway, by the text they stand for; none is copied."""

    def __init__(self) -> None:
        self._matrices: list[FloatMatrix] = []
        self._starts = np.zeros(1, dtype=np.int64)
        self._rows: dict[str, int] = {}

    def __contains__(self, text: str) -> bool:
        return text in self._rows

    def add(self, texts: Sequence[str], vectors: FloatMatrix) -> None:
        """Take a row of float32 (n, d) for each text."""
        start = int(self._starts[-1])
        self._rows.update(zip(texts, range(start, start + len(vectors)), strict=True))
        self._matrices.append(vectors)
        self._starts = np.append(self._starts, start + len(vectors))

    def matrix(self, texts: Sequence[str], dimension: int, folder: Path) -> FloatMatrix:
        """Return float32 (n, d) with the vector of each text in order; a large one is in `folder`.

        KeyError for an unknown text. Raises BuildFailed.
        """
        filled = roomy(len(texts), dimension, folder)
        numbers = (self._rows[text] for text in texts)
        for begin, asked in _pieces(numbers):
            belongs = np.searchsorted(self._starts, asked, side="right") - 1
            for number in np.unique(belongs):
                its = np.flatnonzero(belongs == number)
                filled[begin + its] = self._matrices[number][asked[its] - self._starts[number]]
        return filled


def _pieces(numbers: Iterator[int]) -> Iterator[tuple[int, np.ndarray[tuple[int], np.dtype[np.int64]]]]:
    """Yield (place of the first, int64 (n,)) until there are no more."""
    begin = 0
    while piece := list(islice(numbers, _ROWS_AT_ONCE)):
        yield begin, np.array(piece, dtype=np.int64)
        begin += len(piece)
