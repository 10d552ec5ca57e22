"""What the terms of a question give each text: BM25 added up over the few texts that hold any of them."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple, Protocol

import numpy as np
import numpy.typing as npt

_Rows = npt.NDArray[np.int32]
_Values = npt.NDArray[np.float32]
# So many sums stay in the processor's own memory while columns are added to them.
_BLOCK = 1 << 17
# Columns that are shorter together are added up as they are: to look for what can be left out takes longer.
_FEW = 100_000
# A look into a column costs as much as adding so many of its values.
_LOOK = 4
# So many texts with rare terms tell what a text needs at least to be among the best.
_TRIED = 2_000
# Sums of float32 in another order differ by less.
_ROUNDING = 1e-4


class Column(NamedTuple):
    """The texts that hold a term, rows ascending, and what the term gives each: BM25's summands."""

    rows: npt.NDArray[np.int32]
    values: _Values

    def of(self, wanted: npt.NDArray[np.int32]) -> _Values:
        """Return what the term gives some texts, 0 to those without it; not for a column of no text."""
        # Both of one type: else the whole column would be converted first.
        places = np.minimum(np.searchsorted(self.rows, wanted), len(self.rows) - 1)
        return np.where(self.rows[places] == wanted, self.values[places], np.float32(0.0))


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


class TermScores:
    """BM25 added up over the columns of a question's terms, a term twice where it is asked twice.

    Laws: float32 sums in the order of the terms, so that the same columns give the same bits wherever they
    are kept; what is left out of the sums could not be among the best. Values are not negative.
    """

    def __init__(self, columns: Sequence[Column], count: int) -> None:
        """Take the columns in the order of the terms; `count`: how many texts there are."""
        self._columns, self._count = tuple(column for column in columns if len(column.rows)), count
        self._named = sum(len(column.rows) for column in self._columns)
        self._best: list[tuple[int, float]] = []
        self._known = 0

    @property
    def highest(self) -> float:
        """The best score, 0 when no term is shared."""
        return next((score for _, score in self.best(1)), 0.0)

    def best(self, k: int) -> list[tuple[int, float]]:
        """Return up to `k` (row, score > 0), best first, equal scores in row order."""
        if k > self._known:
            few = self._candidates(k)
            rows, sums = self._added(self._columns, 0.0) if few is None else (few, self._sums(few))
            self._best, self._known = _sorted(rows, sums, k), k
        return self._best[: max(0, k)]

    def of(self, wanted: Sequence[int]) -> list[float]:
        """Return the scores of some rows, 0 for those that share no term."""
        scores: list[float] = self._sums(np.asarray(wanted, dtype=np.int32)).tolist()
        return scores

    def _sums(self, rows: _Rows) -> _Values:
        """Return the exact sums of some rows: a look into each column for each row."""
        sums = np.zeros(len(rows), np.float32)
        for column in self._columns:
            sums += column.of(rows)
        return sums

    def _candidates(self, k: int) -> _Rows | None:
        """Return rows, ascending, among which the `k` best are, None where to find out takes longer.

        Columns of common terms, long and of little worth, are only looked into: a text that holds nothing
        else cannot reach what the k-th best has at least. Source: MaxScore (Turtle and Flood, 1995).
        """
        if self._named <= max(_FEW, k):
            return None
        columns = sorted(self._columns, key=lambda column: len(column.rows))
        least = self._reached(columns, k) * (1 - _ROUNDING)
        spared: list[tuple[Column, float]] = []
        spare = 0.0
        while columns and spare + (most := float(columns[-1].values.max())) < least:
            spared.append((columns.pop(), most))
            spare += most
        if not spared:
            return None
        rows, sums = self._added(columns, least - spare)
        # What is worth most is looked into first, and the fewer texts are left for the others.
        for column, most in reversed(spared):
            if len(rows) * _LOOK > self._named:
                return None
            sums += column.of(rows)
            spare -= most
            kept = sums >= least - spare
            rows, sums = rows[kept], sums[kept]
        return rows

    def _reached(self, columns: Sequence[Column], k: int) -> float:
        """Return what the k-th best has at least, 0 if unknown, by the texts with the rarest terms."""
        tried = np.zeros(0, np.int32)
        for column in columns:
            rows = column.rows
            if len(rows) > _TRIED + k:
                rows = rows[np.argpartition(column.values, -_TRIED - k)[-_TRIED - k :]]
            tried = np.union1d(tried, rows)
            if len(tried) >= k:
                return float(np.partition(self._sums(tried), -k)[-k])
        return 0.0

    def _added(self, columns: Sequence[Column], least: float) -> tuple[_Rows, _Values]:
        """Return the rows, ascending, to which some columns give `least` and more than 0, and how much."""
        edges = np.array([*range(0, self._count, _BLOCK), self._count], dtype=np.int64)
        places = [np.searchsorted(column.rows, edges.astype(column.rows.dtype)) for column in columns]
        found: list[tuple[_Rows, _Values]] = [(np.zeros(0, np.int32), np.zeros(0, np.float32))]
        for number, first in enumerate(edges[:-1].tolist()):
            sums = np.zeros(min(_BLOCK, self._count - first), np.float32)
            for column, place in zip(columns, places, strict=True):
                some = slice(place[number], place[number + 1])
                sums[column.rows[some] - first] += column.values[some]
            rows = np.flatnonzero(sums >= least if least > 0 else sums > 0)
            found.append(((rows + first).astype(np.int32), sums[rows]))
        return np.concatenate([rows for rows, _ in found]), np.concatenate([sums for _, sums in found])


def _sorted(rows: _Rows, values: _Values, k: int) -> list[tuple[int, float]]:
    if k < len(values):
        # Everything as good as the k-th, so that equal scores are told apart by their rows alone.
        kept = values >= np.partition(values, -k)[-k]
        rows, values = rows[kept], values[kept]
    order = np.argsort(-values, kind="stable")[:k]
    return [(int(rows[place]), float(values[place])) for place in order if values[place] > 0]
