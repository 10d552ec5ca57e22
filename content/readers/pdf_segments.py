"""Segments: words side by side on one baseline, without a wide gap, as the characters they mean."""

from __future__ import annotations

import itertools
import re
from collections.abc import Iterator, Sequence
from functools import reduce
from typing import NamedTuple

from content.readers.pdf_heights import moved_text, why_stacked, why_unreadable
from content.readers.pdf_pages import Page
from content.readers.pdf_runs import WIDEST_SPACE, Run, is_divided, runs
from content.transcription import one_line, without_ligatures

# Without a space drawn in the file, a gap of this many letter heights is one: TeX sets no narrower ones.
_NARROWEST_SPACE, _NARROWEST_BESIDE_SPACES = 0.16, 0.2
_NARROWEST_HINTED = 0.12
# From this share of drawn spaces on, a file draws all of its spaces.
_DRAWS_SPACES = 0.06
# A line with this share of bold letters is set in bold; one with less only starts so.
_ALL = 0.95
_WIDEST_STRETCHED = 3.0
_HEADING_NUMBER, _BEHIND_NUMBER = re.compile(r"(?:\d+|[A-Z])(?:\.\d+)*\.?"), 3.0


class Segment(NamedTuple):
    """Words of one line. `strange` says why they cannot be written as characters in a row."""

    text: str
    left: float
    right: float
    base: float
    size: float
    bold: bool
    first_word: float
    strange: str = ""
    # The place of the drawn table that it stands for, in the order of its page.
    table: int | None = None

    @property
    def top(self) -> float:
        """Where small letters with a stroke upwards reach to, about."""
        return self.base - 0.75 * self.size


class Words(NamedTuple):
    """The segments of a page, and the characters that raised and lowered glyphs turned into."""

    segments: list[Segment]
    moved: dict[int, str]


def draws_spaces(pages: Sequence[Page]) -> bool:
    """Tell whether a file draws its spaces, or leaves gaps between words as TeX does."""
    letters = sum(len(page.glyphs) for page in pages)
    spaces = sum(glyph.spaced for page in pages for glyph in page.glyphs)
    return spaces > _DRAWS_SPACES * letters


def segments(page: Page, *, spaces_drawn: bool) -> Words:
    """Return the words of a page, line for line."""
    borders = [rule for rule in page.rules if rule.height > rule.width]
    found = Words([], {})
    narrowest = _NARROWEST_BESIDE_SPACES if spaces_drawn else _NARROWEST_SPACE
    for line in _lines(runs(page.glyphs, borders)):
        parts = [_segment(part, narrowest, found.moved) for part in _parts(line, borders)]
        if _is_stretched(parts) or (len(parts) == 2 and _is_numbered_heading(*parts)):
            parts = [reduce(side_by_side, parts)]
        found.segments.extend(parts)
    return found


def _is_stretched(parts: Sequence[Segment]) -> bool:
    """Tell whether a line was drawn out to the margin: words of any length, and all gaps the same."""
    gaps = [other.left - one.right for one, other in itertools.pairwise(parts)]
    widths = [part.right - part.left for part in parts]
    return (
        len(parts) > 2
        and max(gaps) < _WIDEST_STRETCHED * parts[0].size
        and max(gaps) - min(gaps) < 0.06 * max(gaps)
        and max(widths) > 1.3 * min(widths)
    )


def _is_numbered_heading(number: Segment, words: Segment) -> bool:
    """Tell whether a heading stands behind its number: a wide gap there parts no columns."""
    near = number.base == words.base and 0 < words.left - number.right < _BEHIND_NUMBER * words.size
    return near and number.bold and words.bold and bool(_HEADING_NUMBER.fullmatch(number.text))


def side_by_side(one: Segment, other: Segment) -> Segment:
    """Return the words of two segments of one line as one."""
    return one._replace(
        text=f"{one.text} {other.text}", right=other.right, strange=one.strange or other.strange
    )


def _lines(found: list[Run]) -> Iterator[list[Run]]:
    """Yield the runs of one baseline from left to right, those attached to them among them."""
    attached: dict[int, list[Run]] = {}
    for run in found:
        if run.host is not None:
            attached.setdefault(id(run.host), []).append(run)
    line: list[Run] = []
    for run in sorted((run for run in found if run.host is None), key=lambda run: run.base):
        if line and run.base - line[0].base > 0.2 * min(run.size, line[0].size):
            yield sorted(line, key=lambda run: run.left)
            line = []
        line += [run, *attached.get(id(run), ())]
    if line:
        yield sorted(line, key=lambda run: run.left)


def _parts(line: list[Run], borders: Sequence[object]) -> Iterator[list[Run]]:
    """Yield the runs of a line cut at wide gaps and at standing rules."""
    part: list[Run] = []
    right = 0.0
    for run in line:
        size = max(run.size, run.host.size if run.host else 0.0)
        if part and (
            run.left - right > WIDEST_SPACE * size
            or (run.left - right > 0.1 * size and is_divided(right, run.left, run.base - 0.3 * size, borders))  # type: ignore[arg-type]
        ):
            yield part
            part = []
        right = max(right, run.right) if part else run.right
        part.append(run)
    yield part


def _segment(part: list[Run], narrowest: float, moved: dict[int, str]) -> Segment:
    text, strange = "", why_stacked(part)
    weights: dict[float, int] = {}
    right, first_word, bold = part[0].left, 0.0, 0
    for run in part:
        size = run.host.size if run.host else run.size
        words = ""
        for glyph in run.glyphs:
            character, left, end, _, style, _, spaced, hinted = glyph
            wide = left - right > (_NARROWEST_HINTED if hinted else narrowest) * size
            if (spaced or wide) and (text or words):
                first_word = first_word or right
                words += " "
            if character.isascii():
                words += character
            else:
                words += without_ligatures(character)
                strange = strange or why_unreadable(glyph)
            right = end if end > right else right
            bold += style.bold
        if run.host is not None:
            try:
                words = moved_text(run, words, text, moved)
            except ValueError:
                strange = strange or "moved"
        else:
            weights[run.size] = weights.get(run.size, 0) + len(words)
        text += words
    plain = [run for run in part if run.host is None] or part
    size = max(weights or {part[0].size: 1}, key=lambda size: weights.get(size, 0))
    return Segment(
        one_line(text),
        part[0].left,
        right,
        plain[0].base,
        size,
        bold >= _ALL * sum(len(run.glyphs) for run in part),
        (first_word or right) - part[0].left,
        strange,
    )
