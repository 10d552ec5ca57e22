"""Columns of words beside each other: the gutter between them, and the rows over which it reaches."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from functools import reduce
from operator import and_
from typing import NamedTuple

from content.readers.pdf_segments import Segment

Gap = tuple[float, float]
# Places on a line are compared in steps of two points; a gutter is free over three of them.
_STEP = 2.0
# Words that run on fill their lines; the cells of a table do not.
_FULL, _FEWEST_LETTERS = 0.6, 18
_GOING_ON = 0.3
_FEWEST_ROWS, _FEWEST_ON_A_SIDE = 4, 2
_SAME_GUTTER = 9.0
# Rows looked at in one go: a page has some fifty.
_MOST_ROWS = 3_000


class Split(NamedTuple):
    """Rows from `start` to before `end` stand in two columns, parted at `middle`."""

    start: int
    end: int
    middle: float


def rows_of(segments: Sequence[Segment]) -> list[list[Segment]]:
    """Return the words of a page or column line for line, each from left to right."""
    rows: list[list[Segment]] = []
    for segment in sorted(segments, key=lambda segment: segment.base):
        if rows and segment.base - rows[-1][0].base <= 0.3 * min(segment.size, rows[-1][0].size):
            rows[-1].append(segment)
        else:
            rows.append([segment])
    for row in rows:
        row.sort(key=lambda segment: segment.left)
    return rows


def best_split(
    rows: list[list[Segment]], left: float, right: float, known: Sequence[float] = ()
) -> Split | None:
    """Return where the most rows stand in two columns of words, or None.

    At a gutter that other pages have, words in one of the columns are enough: a table may stand beside.
    """
    rows = rows[:_MOST_ROWS]
    found = sorted(_splits(rows, left, right), key=lambda split: split.start - split.end)
    tried: set[tuple[int, int]] = set()
    for split in found:
        if (split.start, split.end) in tried:
            continue
        tried.add((split.start, split.end))
        columns = columns_of(rows[split.start : split.end], [(split.middle, split.middle)])
        prose = [runs_on(column) for column in columns]
        if all(prose) or (any(prose) and any(abs(split.middle - place) < _SAME_GUTTER for place in known)):
            return _without_tail(rows, split)
    return None


def _splits(rows: list[list[Segment]], left: float, right: float) -> Iterator[Split]:
    """Yield for each free place on the line the longest run of rows that has words on both sides of it."""
    steps = int((right - left) / _STEP) + 1
    free = [_free_places(row, left, steps) for row in rows]
    starts = [[segment.left for segment in row] for row in rows]
    if len(rows) < _FEWEST_ROWS:
        return
    # A run of rows is free somewhere only where the fewest in a row are, with words on both sides.
    somewhere = 0
    for together in zip(*(free[at:] for at in range(_FEWEST_ROWS)), strict=False):
        somewhere |= reduce(and_, together)
    lowest = sorted(start[0] for start in starts)[_FEWEST_ON_A_SIDE - 1]
    highest = sorted(start[-1] for start in starts)[-_FEWEST_ON_A_SIDE]
    last: tuple[int, int] | None = None
    for step in range(1, steps - 1):
        middle = left + (step + 0.5) * _STEP
        if not somewhere >> step & 1 or not lowest < middle < highest:
            continue
        run = _longest_run(free, starts, step, middle)
        # Of neighbouring places with the same rows the middle one does as well as the first.
        if run and run != last:
            yield Split(*run, middle)
        last = run


def _free_places(row: list[Segment], left: float, steps: int) -> int:
    """Return the places on a line that no word covers, as the bits of a number."""
    covered = 0
    for segment in row:
        first, last = int((segment.left - left) / _STEP), int((segment.right - left) / _STEP) + 1
        covered |= (1 << last) - (1 << max(0, first))
    free = ~covered & ((1 << steps) - 1)
    return free & (free << 1) & (free >> 1)


def _longest_run(
    free: list[int], starts: list[list[float]], step: int, middle: float
) -> tuple[int, int] | None:
    best: tuple[int, int] | None = None
    begin = 0
    for at in range(len(free) + 1):
        if at < len(free) and free[at] >> step & 1:
            continue
        if at - begin >= _FEWEST_ROWS and at - begin > (best[1] - best[0] if best else 0):
            before = sum(start[0] < middle for start in starts[begin:at])
            behind = sum(start[-1] > middle for start in starts[begin:at])
            if min(before, behind) >= _FEWEST_ON_A_SIDE:
                best = begin, at
        begin = at + 1
    return best


def _without_tail(rows: list[list[Segment]], split: Split) -> Split:
    """Leave short lines above a full one to what follows: a heading over the whole width."""
    last = split.end
    if last == len(rows):
        return split
    while last > split.start + 2 and all(segment.right <= split.middle for segment in rows[last - 1]):
        last -= 1
    return split._replace(end=last) if split.end - last <= 2 else split


def columns_of(rows: Sequence[Sequence[Segment]], gutters: Sequence[Gap]) -> list[list[list[Segment]]]:
    """Return for each column its rows; empty ones are left out."""
    middles = [(start + end) / 2 for start, end in gutters]
    found: list[list[list[Segment]]] = [[] for _ in range(len(middles) + 1)]
    for row in rows:
        parts: dict[int, list[Segment]] = {}
        for segment in row:
            parts.setdefault(sum(segment.left > middle for middle in middles), []).append(segment)
        for place, part in parts.items():
            found[place].append(part)
    return found


def runs_on(column: list[list[Segment]]) -> bool:
    """Tell whether the lines of a column are words that run on from line to line."""
    if not column:
        return False
    width = max(row[-1].right for row in column) - min(row[0].left for row in column)
    texts = [" ".join(segment.text for segment in row) for row in column]
    letters = sum(map(len, texts)) / len(texts)
    full = sum(row[-1].right - row[0].left >= _FULL * width for row in column) / len(column)
    going_on = sum(text[0].islower() for text in texts[1:]) / max(1, len(texts) - 1)
    sentences = sum(text[-1] in ".?!" for text in texts) / len(texts)
    words = letters >= _FEWEST_LETTERS and max(full, sentences) >= 0.5
    return words or (len(texts) > 2 and going_on >= _GOING_ON)
