"""What the terms of a question give each text: BM25 added up over the few texts that hold any of them."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple, Protocol

import numpy as np
import numpy.typing as npt

_Rows = npt.NDArray[np.int64]
_Values = npt.NDArray[np.float32]
# Where more than one text of so many is touched, adding to all of them is quicker than sorting rows.
_DENSE = 16


class Column(NamedTuple):
    """The texts that hold a term, rows ascending, and what the term gives each: BM25's summands."""

    rows: npt.NDArray[np.int32]
    values: _Values


class Lexical(Protocol):
    """BM25 over the passages of one generation, wherever its columns are kept."""

    count: int

    def column(self, term: str) -> Column | None:
        """Return the column of a stemmed term, None when no text holds it."""
        ...

    def scores(self, question: str) -> TermScores:
        """Return the BM25 score of every text that shares a term with a question."""
        ...

    def frequency(self, term: str) -> int:
        """Return in how many texts a stemmed term stands."""
        ...


class TermScores(NamedTuple):
    """Rows int64 (m,), ascending, of the texts that share a term, and their float32 scores."""

    rows: _Rows
    values: _Values

    @property
    def highest(self) -> float:
        """The best score, 0 when no term is shared."""
        return float(self.values.max(initial=0.0))

    def best(self, k: int) -> list[tuple[int, float]]:
        """Return up to `k` (row, score > 0), best first, equal scores in row order."""
        rows, values = self.rows, self.values
        if 0 < k < len(values):
            # Everything as good as the k-th, so that equal scores are told apart by their rows alone.
            kept = values >= np.partition(values, -k)[-k]
            rows, values = rows[kept], values[kept]
        order = np.argsort(-values, kind="stable")[:k]
        return [(int(rows[place]), float(values[place])) for place in order if values[place] > 0]

    def of(self, wanted: Sequence[int]) -> list[float]:
        """Return the scores of some rows, 0 for those that share no term."""
        asked = np.asarray(wanted, dtype=np.int64)
        if not len(self.rows) or not len(asked):
            return [0.0] * len(asked)
        places = np.minimum(np.searchsorted(self.rows, asked), len(self.rows) - 1)
        found = np.where(self.rows[places] == asked, self.values[places], np.float32(0.0))
        return [float(score) for score in found]


def added_up(columns: Sequence[Column], count: int) -> TermScores:
    """Return the sums over the columns of a question's terms, a term twice where it is asked twice.

    Law: float32 sums in the order of the terms, so that the same columns give the same bits wherever
    they are kept. `count`: how many texts there are.
    """
    total = sum(len(column.rows) for column in columns)
    if not total:
        return TermScores(np.zeros(0, np.int64), np.zeros(0, np.float32))
    if total * _DENSE > count:
        sums, touched = np.zeros(count, np.float32), np.zeros(count, bool)
        for column in columns:
            sums[column.rows] += column.values
            touched[column.rows] = True
        rows = np.flatnonzero(touched)
        return TermScores(rows, sums[rows])
    rows = np.unique(np.concatenate([column.rows for column in columns])).astype(np.int64)
    values = np.zeros(len(rows), np.float32)
    for column in columns:
        values[np.searchsorted(rows, column.rows)] += column.values
    return TermScores(rows, values)
