"""Tables without rules around their cells: read only where no line can belong to two rows."""

from __future__ import annotations

import itertools
from collections.abc import Sequence

from content.readers.pdf_grids import NUMERIC, Cells, Join
from content.readers.pdf_layout import Grid, lying
from content.readers.pdf_segments import Segment
from content.readers.pdf_shapes import Box

Line = list[list[Segment]]
# Lines of one cell stand nearer to each other than rows do, at most this share of it.
_CLOSER = 0.85
_CROWDED = 0.3


def aligned_rows(grid: Grid, rules: Sequence[Box], joined: Join) -> Cells | None:
    """Return the texts of the cells, or None where a line may go on the one above or be a row itself.

    A line is a row when rules divide all rows; or when it starts in the first column and nothing in it
    goes on in small letters; or when lines of one row stand clearly nearer to each other than rows do.
    """
    lines = [_in_columns(row, grid) for row in grid.rows]
    # Words apart in one cell: its columns run into each other somewhere, and no gutter is left.
    crowded = sum(any(len(cell) > 1 for cell in line) for line in lines)
    if crowded > _CROWDED * len(lines):
        return None
    for grouped in (_by_rules(lines, grid, rules), _by_line(lines), _by_distance(lines)):
        if grouped:
            return [_cells(group, joined) for group in grouped]
    return None


def _in_columns(row: Sequence[Segment], grid: Grid) -> Line:
    middles = [(start + end) / 2 for start, end in grid.gutters]
    cells: Line = [[] for _ in range(len(middles) + 1)]
    for segment in row:
        cells[sum(segment.left > middle for middle in middles)].append(segment)
    return cells


def _cells(group: Sequence[Line], joined: Join) -> list[str]:
    return [
        joined([" ".join(segment.text for segment in line[column]) for line in group if line[column]])
        for column in range(len(group[0]))
    ]


def _base(line: Line) -> float:
    return next(segment.base for cell in line for segment in cell)


def _by_rules(lines: list[Line], grid: Grid, rules: Sequence[Box]) -> list[list[Line]]:
    left = min(segment.left for row in grid.rows for segment in row)
    right = max(segment.right for row in grid.rows for segment in row)
    heights: dict[int, float] = {}
    for rule in lying(rules):
        shared = min(rule.right, right) - max(rule.left, left)
        heights[round(rule.top)] = heights.get(round(rule.top), 0.0) + max(0.0, shared)
    borders = sorted(height for height, width in heights.items() if width > 0.5 * (right - left))
    groups: dict[int, list[Line]] = {}
    for line in lines:
        groups.setdefault(sum(border < _base(line) for border in borders), []).append(line)
    # A rule under the heading row alone divides no rows below it.
    largest = max(map(len, groups.values()))
    wraps = all(_filled(line) < _filled(group[0]) for group in groups.values() for line in group[1:])
    return list(groups.values()) if len(groups) > 2 and largest <= 3 and wraps else []


def _filled(line: Line) -> int:
    return sum(bool(cell) for cell in line)


def _by_line(lines: list[Line]) -> list[list[Line]]:
    for at, line in enumerate(lines):
        if at and (
            not line[0]
            or any(cell and _goes_on(cell, lines[at - 1][column]) for column, cell in enumerate(line))
        ):
            return []
    return [[line] for line in lines]


def _goes_on(cell: Sequence[Segment], above: Sequence[Segment]) -> bool:
    """Tell whether a cell may go on what stands above it: both are words, and it starts small."""
    text = cell[0].text
    if not above:
        return False
    before = above[-1].text
    return (text[0].islower() and not NUMERIC.fullmatch(text)) or before[-1] in "-–,(/"


def _by_distance(lines: list[Line]) -> list[list[Line]]:
    distances = [_base(lower) - _base(upper) for upper, lower in itertools.pairwise(lines)]
    starts = [distance for distance, line in zip(distances, lines[1:], strict=True) if line[0]]
    inner = [distance for distance, line in zip(distances, lines[1:], strict=True) if not line[0]]
    if not starts or not inner:
        return []
    limit = _CLOSER * max(distances)
    between = [distance for distance in distances if distance > limit]
    within = [distance for distance in distances if distance <= limit]
    # Both kinds of distance must be there and far from each other, and each row must have its name.
    if not between or not within or max(within) > _CLOSER * min(between) or max(inner) > limit:
        return []
    groups = [[lines[0]]]
    for distance, line in zip(distances, lines[1:], strict=True):
        if distance > limit:
            groups.append([line])
        elif any(NUMERIC.fullmatch(segment.text) for cell in line for segment in cell):
            return []
        else:
            groups[-1].append(line)
    return groups if all(group[0][0] for group in groups[1:]) else []
