"""Bands: rows under each other that share a gutter, as the rows of a table do."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Sequence

from content.readers.pdf_columns import Gap, columns_of
from content.readers.pdf_markers import is_marker
from content.readers.pdf_segments import Segment

# In letter heights: the narrowest gutter between columns of words or of a table.
_NARROWEST_GUTTER = 0.6
_MOST_ROWS_AT_ONCE = 400
Row = list[Segment]


class Bands:
    """The rows of a page or column between two edges, asked which of them go together."""

    def __init__(self, rows: Sequence[Row], left: float, right: float) -> None:
        self.rows, self.left, self.right = rows, left, right
        self.several = [at for at, row in enumerate(rows) if len(row) > 1]
        self.known: dict[tuple[int, float], list[Gap]] = {}

    def band(self, at: int) -> tuple[int, list[Gap]]:
        """Return how far the rows share a gutter, and their gutters; none where they are simple lines."""
        if len(self.several) - bisect_left(self.several, at) < 2:
            return at + 1, []
        size = self.rows[at][0].size
        shared, until = self._gaps(at, size), at + 1
        least, most = _reach(self.rows[at])
        while until < min(len(self.rows), at + _MOST_ROWS_AT_ONCE):
            narrower = _common(shared, self._gaps(until, size), _NARROWEST_GUTTER * size)
            first, last = _reach(self.rows[until])
            lower, upper = min(least, first), max(most, last)
            # A row may not join that takes the last gutter that divided the rows above it.
            divided = any(least <= (start + end) / 2 < most for start, end in shared)
            if not narrower or (
                divided and not any(lower <= (start + end) / 2 < upper for start, end in narrower)
            ):
                break
            shared, least, most = narrower, lower, upper
            until += 1
        band = self.rows[at:until]
        gutters = _without_markers(
            band, [(start, end) for start, end in shared if least <= (start + end) / 2 < most]
        )
        if not gutters or sum(len(row) > 1 for row in band) < 2:
            return at + 1, []
        return until, gutters

    def _gaps(self, at: int, size: float) -> list[Gap]:
        """Return the gaps of a row that could be gutters beside letters of a size."""
        key = at, size
        if key not in self.known:
            row = self.rows[at]
            starts = [self.left - size, *(segment.right for segment in row)]
            ends = [*(segment.left for segment in row), self.right + size]
            found, reach = [], starts[0]
            for start, end in zip(starts, ends, strict=True):
                reach = max(reach, start)
                if end - reach >= _NARROWEST_GUTTER * size:
                    found.append((reach, end))
            self.known[key] = found
        return self.known[key]


def _reach(row: Row) -> tuple[float, float]:
    """Return where the first and the last words of a row start: a gutter between divides them."""
    return min(segment.left for segment in row), max(segment.left for segment in row)


def _common(one: list[Gap], other: list[Gap], narrowest: float) -> list[Gap]:
    return [
        (max(a, c), min(b, d))
        for a, b in one
        for c, d in other
        if (b if b < d else d) - (a if a > c else c) >= narrowest
    ]


def _without_markers(band: Sequence[Row], gutters: list[Gap]) -> list[Gap]:
    """Leave out the gaps behind the bullets and numbers of a list: these are no column."""
    columns = columns_of(band, gutters)
    return [
        gap
        for gap, column in zip(gutters, columns, strict=False)
        if not all(is_marker(segment.text) for row in column for segment in row)
    ]
