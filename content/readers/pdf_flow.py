"""Blocks of a file in reading order: notes behind the words, and what goes on over columns and pages."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import NamedTuple

from content.readers.pdf_blocks import Block
from content.readers.pdf_captions import whole_tables, with_captions
from content.readers.pdf_grids import Drawn, Join
from content.readers.pdf_layout import Grid
from content.readers.pdf_leaves import leaves
from content.readers.pdf_lines import Line, Spacing, paragraphs
from content.readers.pdf_pages import Page
from content.readers.pdf_segments import Segment
from content.readers.pdf_tables import aligned_rows

_NOTE_SIZE = 0.93
_NOTE_MARK = re.compile(r"[⁰-⁹¹²³ᵃ-ᶻ*†‡§¶#]|\d{1,2}\s|[a-z]\s")
_ANY_WORD = re.compile(r"[^\W\d_]{3}")
# What spoils a whole paragraph, from what is found first on.
_REASONS = ("unreadable", "backwards", "moved", "formula")
# How far back a paragraph that is not finished may stand, behind figures and tables.
_LOOK_BACK = 6


class Layout(NamedTuple):
    """All blocks of a file in reading order, and how its lines are spaced."""

    blocks: list[Block]
    spacing: Spacing


def blocks(pages: Sequence[Page], words: Sequence[Sequence[Segment]], joined: Join) -> Layout:
    """Return the blocks of a file in reading order; notes at the foot of pages come last."""
    parts = list(leaves(pages, words, joined))
    spacing = Spacing([leaf for _, leaf in parts if isinstance(leaf, list)])
    found: list[Block] = []
    notes: list[Block] = []
    for at, (page, leaf) in enumerate(parts):
        if isinstance(leaf, list):
            cut = [Block(part, page.number, at, why_not=_strange(part)) for part in paragraphs(leaf, spacing)]
            body, foot = _without_notes(cut, page, spacing.body)
            found += body
            notes += foot
        else:
            found.append(_table(leaf, page, at, joined))
    return Layout(
        [*_continued(with_captions(whole_tables(found)), spacing.body), *_continued(notes, 0.0)], spacing
    )


def _strange(lines: Sequence[Line]) -> str:
    """Return why the words of some lines cannot be taken: a letter nobody can read comes first."""
    reasons = {line.words.strange for line in lines}
    return next((reason for reason in _REASONS if reason in reasons), "")


def _table(leaf: Grid | Drawn, page: Page, at: int, joined: Join) -> Block:
    if isinstance(leaf, Drawn):
        rows, segments = leaf.rows, leaf.segments
    else:
        rows, segments = aligned_rows(leaf, page.rules, joined), [s for row in leaf.rows for s in row]
    lines = [Line(segment, segment.left, segment.right) for segment in segments]
    strange = _strange(lines)
    if rows and not strange:
        return Block(lines, page.number, at, rows)
    # Without one of its cells a row would say something else.
    return Block(lines, page.number, at, why_not="formula" if strange == "formula" else "table")


def _without_notes(cut: list[Block], page: Page, body: float) -> tuple[list[Block], list[Block]]:
    """Part the blocks of a column from the notes at its foot: small letters below a rule or a mark."""
    at = len(cut)
    while at and cut[at - 1].size <= _NOTE_SIZE * body and not cut[at - 1].is_caption:
        at -= 1
    low = [block for block in cut[at:] if block.first.words.base > 0.5 * page.height]
    marked = [
        place
        for place, block in enumerate(low)
        if _NOTE_MARK.match(block.first.text) or _under_rule(block, page)
    ]
    if not marked:
        return cut, []
    start = len(cut) - len(low) + marked[0]
    return cut[:start], [block._replace(note=True) for block in cut[start:]]


def _under_rule(block: Block, page: Page) -> bool:
    top, size = block.first.words.top, block.size
    return any(
        rule.width > rule.height
        and -2 * size < rule.bottom - top < 0.5 * size
        and rule.left < block.first.words.left + size
        for rule in page.rules
    )


def _continued(found: Sequence[Block], body: float) -> list[Block]:
    """Join what goes on in the next column, on the next page, or behind a figure or table."""
    indented = _indents(found)
    done: list[Block] = []
    for block in found:
        if done and _belongs_to_spoilt(done[-1], block, body):
            done[-1].lines.extend(block.lines)
            continue
        at = _open_before(done, block)
        if at is not None and _goes_on(done[at], block, body, indented, at < len(done) - 1):
            done[at].lines.extend(block.lines)
            if block.why_not:
                done[at] = done[at]._replace(why_not=block.why_not)
        else:
            done.append(block._replace(lines=list(block.lines)))
    return done


def _belongs_to_spoilt(before: Block, block: Block, body: float) -> bool:
    """Tell whether a block right below a spoilt one is the rest of its sentence, or of its formula."""
    if not before.is_spoilt or before.leaf != block.leaf or block.rows or block.first.bullet:
        return False
    rest = block.first.text[0].islower() and not before.lines[-1].text.endswith((".", "?", "!"))
    other_part = before.why_not == "formula" and not _ANY_WORD.search(block.raw)
    return not block.is_heading(body) and (rest or other_part)


def _open_before(done: Sequence[Block], block: Block) -> int | None:
    """Return the place of the paragraph that a block could go on with: in the column or page before."""
    for back, other in enumerate(reversed(done[-_LOOK_BACK:]), start=1):
        if other.floats and not other.is_spoilt:
            continue
        elsewhere = other.page != block.page or other.first.right < block.first.left + block.size
        if not elsewhere:
            return None
        # What goes on behind words that were left out goes with them.
        if other.why_not or abs(other.size - block.size) <= 0.06 * block.size:
            return len(done) - back
    return None


def _goes_on(before: Block, block: Block, body: float, indented: bool, over: bool) -> bool:
    if (block.floats and not block.is_spoilt) or block.first.bullet or block.first.hanging:
        return False
    if before.is_heading(body) or block.is_heading(body) or before.note != block.note:
        return False
    if (
        before.first.words.bold != block.first.words.bold
        and before.lines[-1].words.bold != block.first.words.bold
    ):
        return False
    last, first = before.lines[-1], block.first
    full = not last.has_room_for(first)
    small = first.text[0].islower()
    if not last.ends_sentence:
        # A line may end as it stands before a formula, but not before the rest of words nobody can read.
        return small or (full and not over and before.why_not != "formula")
    flush = first.words.left - first.left < 0.5 * block.size
    return indented and full and flush and not over and not before.why_not


def _indents(found: Sequence[Block]) -> bool:
    """Tell whether paragraphs start with an indented line."""
    several = [block for block in found if len(block.lines) > 1 and not block.floats]
    shifted = sum(block.first.words.left - block.lines[1].words.left > 0.7 * block.size for block in several)
    return shifted > 0.25 * len(several)
