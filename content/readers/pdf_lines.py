"""Lines of a column, and which of them belong to one paragraph, list item or heading."""

from __future__ import annotations

import itertools
from collections import Counter
from collections.abc import Iterator, Sequence
from typing import NamedTuple

from content.readers.pdf_layout import Column
from content.readers.pdf_markers import BULLETS, DASH_BULLETS, NUMBERED, WEAK_BULLETS, is_marker
from content.readers.pdf_segments import Segment, side_by_side
from content.readers.pdf_shapes import Box

# In letter heights.
_APART, _INDENT, _DEEPEST_INDENT, _SPACE = 2.0, 0.7, 4.0, 0.3
_LOOSER, _WIDE, _USUAL = 1.25, 1.6, 1.25
_ENDS = '.!?:;”"’)]»…。'


class Line(NamedTuple):
    """One line of words, with the edges of its column and what starts it."""

    words: Segment
    left: float
    right: float
    bullet: bool = False
    # Where its words start behind a bullet or a number.
    hanging: float = 0.0
    # Nothing may be joined to it: it shares its height with others.
    alone: bool = False

    @property
    def text(self) -> str:
        """Its words."""
        return self.words.text

    @property
    def ends_sentence(self) -> bool:
        """Tell whether a sentence may end here."""
        return self.text.rstrip("⁰¹²³⁴⁵⁶⁷⁸⁹,–")[-1:] in tuple(_ENDS) or not self.text

    def has_room_for(self, other: Line) -> bool:
        """Tell whether the first word of another line would have stood here, had the text run on."""
        size = self.words.size
        return self.words.right + _SPACE * size + other.words.first_word < self.right - 0.02 * (
            self.right - self.left
        )


def lines_of(column: Column, dots: Sequence[Box]) -> Iterator[Line]:
    """Yield the lines of a column; words far from each other on one height are lines of their own."""
    for row in column.rows:
        rest = list(row)
        marker = None
        if _is_marked(rest):
            marker = rest.pop(0)
        joined: list[Segment] = []
        for segment in rest:
            # What stands for a drawn table is joined to nothing: the words beside it would go with it.
            table = segment.table is not None or (joined and joined[-1].table is not None)
            if joined and not table and segment.left - joined[-1].right <= _APART * segment.size:
                joined[-1] = side_by_side(joined[-1], segment)
            else:
                joined.append(segment)
        for at, words in enumerate(joined):
            line = Line(words, column.left, column.right, alone=len(joined) > 1)
            yield _with_marker(line, marker if at == 0 else None, dots)


def _is_marked(row: Sequence[Segment]) -> bool:
    """Tell whether a row starts with a bullet or number and its words."""
    if len(row) < 2 or not is_marker(row[0].text) or row[1].table is not None:
        return False
    return row[1].left - row[0].left < 6 * row[0].size


def _with_marker(line: Line, marker: Segment | None, dots: Sequence[Box]) -> Line:
    words = line.words
    if marker is not None:
        if marker.text in BULLETS or marker.text in WEAK_BULLETS:
            return line._replace(bullet=True, hanging=words.left)
        text = f"{marker.text} {words.text}"
        first = words.first_word + words.left - marker.left
        merged = words._replace(
            text=text, left=marker.left, first_word=first, strange=words.strange or marker.strange
        )
        dash = marker.text in DASH_BULLETS
        return line._replace(words=merged, bullet=dash, hanging=words.left)
    if words.text[0] in BULLETS and len(words.text) > 1:
        text = words.text[1:].strip()
        strange = "" if words.strange == "unreadable" and words.text[0] in BULLETS else words.strange
        return line._replace(
            words=words._replace(text=text, strange=strange),
            bullet=True,
            hanging=words.left + words.first_word,
        )
    if any(_is_before(dot, words) for dot in dots):
        return line._replace(bullet=True, hanging=words.left)
    if NUMBERED.match(words.text):
        return line._replace(hanging=words.left + words.first_word)
    return line


def _is_before(dot: Box, words: Segment) -> bool:
    """Tell whether a drawn dot is the bullet of a line."""
    height = words.base - 0.3 * words.size
    return (
        0 < words.left - dot.right < 2 * words.size and dot.top - 1 < height < dot.bottom + 0.2 * words.size
    )


class Spacing:
    """The usual distance between lines of a paragraph, for each size of letters."""

    def __init__(self, columns: Sequence[Sequence[Line]]) -> None:
        self.sizes: Counter[float] = Counter()
        distances: dict[float, Counter[float]] = {}
        finished: Counter[float] = Counter()
        for lines in columns:
            for upper, lower in itertools.pairwise(lines):
                size, apart = lower.words.size, lower.words.base - upper.words.base
                if size == upper.words.size and 0.9 * size < apart < 3.5 * size:
                    distances.setdefault(size, Counter())[round(apart * 2) / 2] += 1
                    finished[size] += upper.ends_sentence
            for line in lines:
                self.sizes[line.words.size] += len(line.text)
        self.usual = {
            size: apart
            for size, counts in distances.items()
            # Far apart and mostly whole sentences: paragraphs of one line, not lines with much space.
            if (apart := _smallest_common(counts)) < _WIDE * size or 2 * finished[size] < counts.total()
        }

    @property
    def body(self) -> float:
        """The size most words are set in."""
        return max(self.sizes, key=lambda size: self.sizes[size]) if self.sizes else 0.0

    def is_wider(self, upper: Line, lower: Line) -> bool:
        """Tell whether two lines stand further from each other than lines of a paragraph."""
        size = lower.words.size
        return lower.words.base - upper.words.base > _LOOSER * self.usual.get(size, _USUAL * size)


def _smallest_common(counts: Counter[float]) -> float:
    total = sum(counts.values())
    return min(
        apart for apart, count in counts.items() if count >= 0.15 * total or count == max(counts.values())
    )


def paragraphs(lines: Sequence[Line], spacing: Spacing) -> Iterator[list[Line]]:
    """Yield the lines of a column cut into paragraphs, headings and list items."""
    current: list[Line] = []
    for line in lines:
        if current and _starts(current, line, spacing):
            yield current
            current = []
        current.append(line)
    if current:
        yield current


def _starts(current: list[Line], line: Line, spacing: Spacing) -> bool:
    """Tell whether a line starts a paragraph of its own below those of `current`."""
    before = current[-1]
    size = line.words.size
    apart = line.words.base - before.words.base
    if "formula" in (line.words.strange, before.words.strange) and not line.bullet:
        indent = (line.words.left - line.left) / size
        indented = not line.words.strange and apart > size and _INDENT < indent < _DEEPEST_INDENT
        return indented or spacing.is_wider(before, line)
    if line.bullet or line.alone or before.alone or apart < 0.3 * size:
        return True
    going_on = line.text[0].islower() and not before.ends_sentence
    if abs(size - before.words.size) > 0.06 * size or (line.words.bold != before.words.bold and not going_on):
        return True
    if spacing.is_wider(before, line):
        return True
    first = current[0]
    shift = (line.words.left - before.words.left) / size
    if len(current) == 1 and first.hanging and abs(line.words.left - first.hanging) < 0.5 * size:
        return False
    centred = (
        abs(sum(line.words[1:3]) - sum(before.words[1:3])) < size
        and min(abs(shift), line.words.left - line.left) > 0.5
    )
    if centred and not before.ends_sentence:
        return False
    if shift > _INDENT:
        hangs = len(current) == 1 and not before.has_room_for(line) and not before.ends_sentence
        return not hangs
    if shift < -_INDENT and len(current) > 1:
        return True
    if NUMBERED.match(line.text) and (first.hanging or before.ends_sentence) and before.has_room_for(line):
        return True
    if not before.has_room_for(line) or before.text[-1] in "-‐–—/":
        return False
    return before.ends_sentence or not line.text[0].islower()
