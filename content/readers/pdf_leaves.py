"""The columns and tables of pages in reading order, before lines become paragraphs."""

from __future__ import annotations

import itertools
import re
from collections.abc import Iterator, Sequence

from content.readers.pdf_columns import best_split, rows_of
from content.readers.pdf_grids import Drawn, Join, drawn_tables
from content.readers.pdf_layout import Grid, arranged, is_overlapping
from content.readers.pdf_lines import Line, lines_of
from content.readers.pdf_pages import Page
from content.readers.pdf_segments import Segment
from content.readers.pdf_shapes import Box

Leaf = list[Line] | Grid | Drawn
# Rows in columns that make sure that a file parts its columns there.
_ROWS_OF_COLUMNS = 15
_EQUATION_NUMBER = re.compile(r"\(\d{1,3}[a-z]?\)")


def leaves(
    pages: Sequence[Page], words: Sequence[Sequence[Segment]], joined: Join
) -> Iterator[tuple[Page, Leaf]]:
    """Yield the columns of lines and the tables of a file in reading order, each with its page."""
    gutters = _gutters(words)
    for page, segments in zip(pages, words, strict=True):
        yield from ((page, leaf) for leaf in _leaves(page, segments, joined, gutters))


def _gutters(words: Sequence[Sequence[Segment]]) -> list[float]:
    """Return the places where pages part their columns."""
    found = []
    for segments in words:
        rows = rows_of(segments)
        if rows:
            split = best_split(rows, min(s.left for s in segments), max(s.right for s in segments))
            if split and split.end - split.start >= _ROWS_OF_COLUMNS:
                found.append(split.middle)
    return found


def _leaves(
    page: Page, segments: Sequence[Segment], joined: Join, gutters: Sequence[float] = ()
) -> Iterator[list[Line] | Grid | Drawn]:
    """Yield the columns and tables of a page in reading order."""
    drawn = drawn_tables(page.rules, segments, joined)
    inside = {id(segment) for table in drawn for segment in table.segments}
    rest = [segment for segment in segments if id(segment) not in inside]
    rest += (_placeholder(at, table.area, table.segments[0].size) for at, table in enumerate(drawn))
    for leaf in arranged(rest, gutters):
        if isinstance(leaf, Grid):
            yield from _parts_of_grid(leaf, drawn)
            continue
        lines: list[Line] = []
        for line in lines_of(leaf, page.dots):
            if line.words.table is None:
                lines.append(line)
                continue
            if lines:
                yield _with_overlaps(lines)
                lines = []
            yield drawn[line.words.table]
        if lines:
            yield _with_overlaps(lines)


def _parts_of_grid(grid: Grid, drawn: Sequence[Drawn]) -> Iterator[Grid | Drawn]:
    """Yield a table, or the drawn ones that stand side by side."""
    held = [segment.table for row in grid.rows for segment in row if segment.table is not None]
    rows = [[segment for segment in row if segment.table is None] for row in grid.rows]
    if any(rows):
        yield grid._replace(rows=[row for row in rows if row])
    yield from (drawn[at] for at in held)


def _placeholder(at: int, area: Box, size: float) -> Segment:
    return Segment("x" * 40, area.left, area.right, area.top + size, size, False, area.width, table=at)


def _with_overlaps(lines: list[Line]) -> list[Line]:
    """Mark lines that overlap as parts of a formula; words in a row do not show what it says."""
    strange = {
        at
        for at, line in enumerate(lines)
        if line.words.strange == "formula" or (line.alone and _EQUATION_NUMBER.fullmatch(line.text))
    }
    for at, (upper, lower) in enumerate(itertools.pairwise(lines)):
        if is_overlapping(upper.words, lower.words):
            strange |= {at, at + 1}
    heights = {round(lines[at].words.base) for at in strange}
    return [
        line._replace(words=line.words._replace(strange=line.words.strange or "formula"))
        if round(line.words.base) in heights
        else line
        for line in lines
    ]
