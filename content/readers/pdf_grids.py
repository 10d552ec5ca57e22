"""Tables that are drawn: rules around cells say which words belong together."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence
from typing import NamedTuple

from content.readers.pdf_segments import Segment
from content.readers.pdf_shapes import Box

Join = Callable[[Sequence[str]], str]
Cells = list[list[str]]
# Rules this near to each other are one border: browsers draw one around each cell.
_SAME = 3.5
_MOST_RULES = 600
_FEWEST_FILLED = 0.5
# More lines in a row than this, on average, are no cells of a table.
_MOST_LINES = 12
NUMERIC = re.compile(r"[\s\d.,:;/()\[\]±<>≤≥=~%*†‡§–−+-]*(?:n/?a|nr|nd)?[\s*†‡⁰-⁹ᵃ-ᶻ]*", re.IGNORECASE)


class Drawn(NamedTuple):
    """The area of a drawn table, what stands in it, and its rows, None where they cannot be told."""

    area: Box
    segments: list[Segment]
    rows: Cells | None


def drawn_tables(rules: Sequence[Box], segments: Sequence[Segment], joined: Join) -> list[Drawn]:
    """Return the tables that rules divide into cells."""
    if len(rules) > _MOST_RULES:
        return []
    found = []
    for part in _connected(rules):
        grid = _Grid(part)
        inside = [segment for segment in segments if grid.holds(segment)]
        if grid.is_table and len(inside) > 1 and not grid.arranges(inside):
            found.append(Drawn(grid.area, inside, grid.rows(inside, joined)))
    return found


def _connected(rules: Sequence[Box]) -> Iterator[list[Box]]:
    """Yield the rules that touch each other, directly or over others."""
    left = list(rules)
    while left:
        part, todo = [], [left.pop()]
        while todo:
            rule = todo.pop()
            part.append(rule)
            touching = [other for other in left if _touch(rule, other)]
            left = [other for other in left if not _touch(rule, other)]
            todo += touching
        yield part


def _touch(one: Box, other: Box) -> bool:
    return (
        one.left - _SAME <= other.right
        and other.left - _SAME <= one.right
        and one.top - _SAME <= other.bottom
        and other.top - _SAME <= one.bottom
    )


class _Grid:
    """Lines that cross each other, and the cells between them."""

    def __init__(self, rules: Sequence[Box]) -> None:
        self.lying = [rule for rule in rules if rule.width > rule.height]
        self.standing = [rule for rule in rules if rule.width <= rule.height]
        self.area = Box(
            min(rule.left for rule in rules),
            min(rule.top for rule in rules),
            max(rule.right for rule in rules),
            max(rule.bottom for rule in rules),
        )
        sides = (self.area.left, self.area.right) if self.standing and self.lying else ()
        self.xs = _lines([*sides, *((rule.left + rule.right) / 2 for rule in self.standing)])
        self.ys = _lines([(rule.top + rule.bottom) / 2 for rule in self.lying])

    @property
    def is_table(self) -> bool:
        return len(self.xs) > 2 and len(self.ys) > 1

    def holds(self, segment: Segment) -> bool:
        if not self.is_table:
            return False
        middle, height = (segment.left + segment.right) / 2, segment.base - 0.3 * segment.size
        return self.xs[0] < middle < self.xs[-1] and self.ys[0] < height < self.ys[-1]

    def arranges(self, inside: Sequence[Segment]) -> bool:
        """Tell whether the grid only puts text side by side: few cells, and columns of lines in them."""
        lines = len({round(segment.base) for segment in inside})
        return lines > _MOST_LINES * (len(self.ys) - 1)

    def rows(self, inside: Sequence[Segment], joined: Join) -> Cells | None:
        """Return the texts of the cells, those of a cell over several rows or columns in each of them."""
        across, down = len(self.xs) - 1, len(self.ys) - 1
        region = {(row, column): (row, column) for row in range(down) for column in range(across)}
        for row in range(down):
            for column in range(across):
                if column and not self._wall(row, column):
                    _merge(region, (row, column), (row, column - 1))
                if row and not self._floor(row, column):
                    _merge(region, (row, column), (row - 1, column))
        if not _are_rectangles(region):
            return None
        words: dict[tuple[int, int], list[Segment]] = {}
        for segment in inside:
            row, column = (
                _between(self.ys, segment.base - 0.3 * segment.size),
                _between(self.xs, segment.left),
            )
            if _between(self.xs, segment.right) != column:
                crossed = range(column + 1, _between(self.xs, segment.right) + 1)
                if any(region[row, at] != region[row, column] for at in crossed):
                    return None
            words.setdefault(region[row, column], []).append(segment)
        if len(words) < max(2, _FEWEST_FILLED * len(set(region.values()))):
            return None
        found: Cells = []
        for row in range(down):
            cells = [words.get(region[row, column], []) for column in range(across)]
            found += _split_rows(cells, joined)
        return found

    def _wall(self, row: int, column: int) -> bool:
        middle = (self.ys[row] + self.ys[row + 1]) / 2
        x = self.xs[column]
        return any(abs(r.left - x) <= 2 * _SAME and r.top <= middle <= r.bottom for r in self.standing)

    def _floor(self, row: int, column: int) -> bool:
        middle = (self.xs[column] + self.xs[column + 1]) / 2
        y = self.ys[row]
        return any(abs(r.top - y) <= 2 * _SAME and r.left <= middle <= r.right for r in self.lying)


def _lines(places: Sequence[float]) -> list[float]:
    """Return one place for those that are near each other, in order."""
    found: list[list[float]] = []
    for place in sorted(places):
        if found and place - found[-1][-1] <= _SAME:
            found[-1].append(place)
        else:
            found.append([place])
    return [sum(group) / len(group) for group in found]


def _between(lines: Sequence[float], place: float) -> int:
    return min(len(lines) - 2, max(0, sum(line <= place + 0.5 for line in lines) - 1))


def _merge(
    region: dict[tuple[int, int], tuple[int, int]], one: tuple[int, int], other: tuple[int, int]
) -> None:
    old, new = sorted((region[one], region[other]), reverse=True)
    for cell, name in region.items():
        if name == old:
            region[cell] = new


def _are_rectangles(region: dict[tuple[int, int], tuple[int, int]]) -> bool:
    cells: dict[tuple[int, int], list[tuple[int, int]]] = {}
    for cell, name in region.items():
        cells.setdefault(name, []).append(cell)
    return all(
        len({row for row, _ in group}) * len({column for _, column in group}) == len(group)
        for group in cells.values()
    )


def _split_rows(cells: Sequence[Sequence[Segment]], joined: Join) -> Cells:
    """Return the rows of one drawn row: several where numbers stand under each other without a rule."""
    lines = [lines_of(cell) for cell in cells]
    counts = {len(found) for found in lines if found}
    numbers = any(len(found) > 1 and all(NUMERIC.fullmatch(text) for _, text in found) for found in lines)
    words = [text for found in lines for _, text in found[1:] if not NUMERIC.fullmatch(text)]
    wrapped = any(text[0].islower() or text[0] in "([" for text in words)
    if len(counts) == 1 and counts != {1} and numbers and not wrapped:
        return [[found[at][1] if found else "" for found in lines] for at in range(counts.pop())]
    return [[joined([text for _, text in found]) for found in lines]]


def lines_of(cell: Sequence[Segment]) -> list[tuple[float, str]]:
    """Return the lines of a cell: baseline and text."""
    found: list[tuple[float, list[Segment]]] = []
    for segment in sorted(cell, key=lambda segment: segment.base):
        if found and segment.base - found[-1][0] <= 0.3 * segment.size:
            found[-1][1].append(segment)
        else:
            found.append((segment.base, [segment]))
    return [
        (base, " ".join(segment.text for segment in sorted(line, key=lambda segment: segment.left)))
        for base, line in found
    ]
