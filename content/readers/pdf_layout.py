"""The segments of a page in reading order: columns one after the other, tables as they stand."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import NamedTuple

from content.readers.pdf_bands import Bands
from content.readers.pdf_columns import Gap, best_split, columns_of, rows_of
from content.readers.pdf_segments import Segment
from content.readers.pdf_shapes import Box

# Lines nearer to each other than this, in letter heights, overlap.
_OVERLAP = 0.78
_NEAR = 1.2
_DEEPEST = 4


class Column(NamedTuple):
    """Lines under each other; `right` is how far they may reach."""

    rows: list[list[Segment]]
    left: float
    right: float


class Grid(NamedTuple):
    """Rows of segments that stand in columns: a table, read by `pdf_tables`."""

    rows: list[list[Segment]]
    gutters: list[Gap]


def arranged(
    segments: Sequence[Segment], gutters: Sequence[float] = (), depth: int = 0
) -> list[Column | Grid]:
    """Return the blocks of a page, or of a column of it, in reading order.

    `gutters` are the places where other pages of the file part their columns: there, a column of words
    beside a table is enough.
    """
    if not segments:
        return []
    left, right = min(s.left for s in segments), max(s.right for s in segments)
    rows = rows_of(segments)
    found: list[Column | Grid] = []
    at = 0
    while at < len(rows):
        split = best_split(rows[at:], left, right, gutters) if depth < _DEEPEST else None
        if split is None:
            found += _tables(rows[at:], left, right)
            break
        found += _tables(rows[at : at + split.start], left, right)
        for column in columns_of(rows[at + split.start : at + split.end], [(split.middle, split.middle)]):
            found += arranged([segment for row in column for segment in row], (), depth + 1)
        at += split.end
    return found


def _tables(rows: list[list[Segment]], left: float, right: float) -> list[Column | Grid]:
    """Return rows without columns of words: lines, and tables where cells stand under each other."""
    found: list[Column | Grid] = []
    single: list[list[Segment]] = []
    bands, at = Bands(rows, left, right), 0
    while at < len(rows):
        until, gutters = bands.band(at)
        band = rows[at:until]
        start, end = _table_rows(band)
        formula = any(map(_overlaps, rows[max(0, at - 1) : until], rows[max(1, at) : until + 1]))
        if not gutters or end - start < 2 or formula:
            single += band
        else:
            single += band[:start]
            if single:
                found.append(Column(single, left, right))
            found.append(Grid(band[start:end], gutters))
            single, until = [], at + end
        at = until
    if single:
        found.append(Column(single, left, right))
    return found


def _overlaps(upper: list[Segment], lower: list[Segment]) -> bool:
    """Tell whether two rows reach into each other, as the parts of a formula do."""
    return any(is_overlapping(above, below) for above in upper for below in lower)


def is_overlapping(above: Segment, below: Segment) -> bool:
    """Tell whether words stand nearer under others than lines of a text do: parts of a fraction."""
    size = min(above.size, below.size)
    across = min(above.right, below.right) - max(above.left, below.left)
    return 0.25 * size < below.base - above.base < _OVERLAP * size and across > -size


def _table_rows(band: list[list[Segment]]) -> tuple[int, int]:
    """Return the first row of a table and the place behind the last one.

    They have several cells; lines of one cell above and below belong to it when they stand as near.
    """
    several = [at for at, row in enumerate(band) if len(row) > 1]
    if len(several) < 2:
        return 0, 0
    start, end = several[0], several[-1] + 1
    inner = [band[at + 1][0].base - band[at][0].base for at in range(start, end - 1)]
    near = _NEAR * sorted(inner)[len(inner) // 2]
    while start and band[start][0].base - band[start - 1][0].base <= near:
        start -= 1
    while end < len(band) and band[end][0].base - band[end - 1][0].base <= near:
        end += 1
    return start, end


def lying(rules: Sequence[Box]) -> Iterator[Box]:
    """Yield the rules that lie."""
    return (rule for rule in rules if rule.width > rule.height)
