"""Running heads and page numbers: what repeats at the edge of pages is no part of the words between."""

from __future__ import annotations

import itertools
import re
from collections import defaultdict
from collections.abc import Iterator, Sequence
from typing import NamedTuple

from content.readers.pdf_pages import Page
from content.readers.pdf_segments import Segment

# The share of a page's height in which heads and feet stand, and the most rows of them.
_EDGE, _MOST_ROWS = 0.14, 3
# The gap between a head and the words below it: in letter heights, and in usual distances of lines.
_GAP, _WIDER = 1.6, 1.4
_NEAR = 3.0
_DIGITS = re.compile(r"\d+")
_PAGE_NUMBER = re.compile(
    r"\W*(?:page|p\.|seite|página)?\W*(\d{1,4})(?:\s*(?:/|of|von|de)\s*\d{1,4})?\W*", re.IGNORECASE
)


class _EdgeRow(NamedTuple):
    page: int
    segment: Segment
    edge: str
    apart: bool
    line: tuple[int, str, int]

    @property
    def key(self) -> tuple[str, str]:
        text = self.segment.text
        # "12–20." at the end of a list is no head; "Volume 12" and a page number are.
        if sum(map(str.isalpha, text)) > 2 or _PAGE_NUMBER.fullmatch(text):
            text = _DIGITS.sub("#", text)
        return self.edge, text


def running(pages: Sequence[Page], words: Sequence[Sequence[Segment]]) -> list[set[int]]:
    """Return for each page the places of the segments that are a running head, a foot or a page number."""
    rows = [
        row
        for at, (page, found) in enumerate(zip(pages, words, strict=True))
        for row in _edge_rows(at, page, found)
    ]
    by_key: dict[tuple[str, str], list[_EdgeRow]] = defaultdict(list)
    for row in rows:
        by_key[row.key].append(row)
    chosen = [row for same in by_key.values() for row in _repeated(same, pages)]
    heads = {id(row.segment) for row in (*chosen, *_on_their_line(rows, chosen, len(pages)))}
    # A cell that repeats beside one that does not belongs to a table that goes on over pages.
    kept = {row.line for row in rows if id(row.segment) not in heads}
    taken: list[set[int]] = [set() for _ in pages]
    for row in rows:
        if row.line not in kept:
            taken[row.page].add(id(row.segment))
    return taken


def _on_their_line(rows: list[_EdgeRow], chosen: list[_EdgeRow], pages: int) -> Iterator[_EdgeRow]:
    """Yield what stands where most pages have a head: the name of a chapter, a number of its own."""
    heads: dict[tuple[str, int], set[int]] = defaultdict(set)
    for row in chosen:
        for base in (-1, 0, 1):
            heads[row.edge, round(row.segment.base) + base].add(row.page)
    for row in rows:
        if row.apart and len(heads[row.edge, round(row.segment.base)]) > max(2, pages // 2):
            yield row


def _edge_rows(at: int, page: Page, found: Sequence[Segment]) -> Iterator[_EdgeRow]:
    for edge in ("top", "bottom"):
        ordered = sorted(found, key=lambda segment: segment.base, reverse=edge == "bottom")
        rows: list[list[Segment]] = []
        for segment in ordered:
            if rows and abs(segment.base - rows[-1][0].base) <= _NEAR:
                rows[-1].append(segment)
            else:
                rows.append([segment])
            if len(rows) > _MOST_ROWS + 1:
                break
        depth, usual = _EDGE * page.height, _usual_distance(found)
        for place, row in enumerate(rows[:_MOST_ROWS]):
            base = row[0].base
            if (base - row[0].size if edge == "top" else page.height - base) > depth:
                break
            # The next gap inwards, behind other rows of the same head.
            gaps = [
                abs(nearer[0].base - further[0].base) > max(_GAP * further[0].size, _WIDER * usual)
                for further, nearer in zip(rows[place:], rows[place + 1 :], strict=False)
            ]
            apart = any(gaps) or len(rows) == place + 1
            yield from (
                _EdgeRow(at, s, edge, apart, (at, edge, place)) for s in row if any(map(str.isalnum, s.text))
            )


def _usual_distance(found: Sequence[Segment]) -> float:
    """Return the middle one of the distances between lines of a page."""
    bases = sorted({round(segment.base, 1) for segment in found})
    apart = sorted(lower - upper for upper, lower in itertools.pairwise(bases) if lower - upper > _NEAR)
    return apart[len(apart) // 2] if len(apart) > 3 else 0.0


def _repeated(same: list[_EdgeRow], pages: Sequence[Page]) -> Iterator[_EdgeRow]:
    """Yield those of equal text, numbers aside, that stand at the same height of several pages."""
    number = _PAGE_NUMBER.fullmatch(same[0].segment.text)
    for row in same:
        others = {
            other.page
            for other in same
            if other.page != row.page
            and abs(other.segment.base - row.segment.base) <= _NEAR
            and (not number or _counts_on(row, other))
        }
        if number and not others and row.apart and (_number(row) == row.page + 1):
            others = {row.page}
        if others and (
            row.apart or (len(others) > 1 and (number or sum(map(str.isalpha, row.segment.text)) > 2))
        ):
            yield row


def _counts_on(row: _EdgeRow, other: _EdgeRow) -> bool:
    return _number(row) - row.page == _number(other) - other.page


def _number(row: _EdgeRow) -> int:
    found = _PAGE_NUMBER.fullmatch(row.segment.text)
    return int(found.group(1)) if found else 0
