"""PDF files: letters and their places on the page become words, lines, paragraphs and tables."""

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import date
from pathlib import PurePath

from content.errors import SourceRefused
from content.extract import Extract, LeftOut, Piece
from content.fidelity import checked
from content.normalize import fold
from content.readers.pdf_blocks import Block
from content.readers.pdf_flow import Layout, blocks
from content.readers.pdf_glyphs import UNREADABLE
from content.readers.pdf_hyphens import Hyphenation
from content.readers.pdf_margins import running
from content.readers.pdf_pages import Page, PdfFacts, read_pages
from content.readers.pdf_segments import Segment, Words, draws_spaces, segments
from content.readers.pdf_spoilt import SPOILT, refuse_loss, refuse_spoilt
from content.readers.table import table_pieces
from content.schema import Source
from content.transcription import one_line

_DOI = re.compile(r"(?:doi:?\s*|doi\.org/)(10\.\d{4,9}/[^\s\"<>|]+)", re.IGNORECASE)
# The first of the largest words of page one is the title; a name in a figure may be a little larger.
_LONGEST_TITLE, _AS_LARGE = 300, 0.85
_PUBLISHED = re.compile(r"\bpublished(?: online)?:?\s+(?:on )?(\d{4})-(\d\d)-(\d\d)\b", re.IGNORECASE)


def read_pdf(data: bytes, name: str) -> tuple[Extract, ...]:
    """Read one PDF file as one document. Raises SourceRefused where a word could come out changed.

    Raised and lowered letters become characters of their own. A hyphen at a line end goes only where
    the file shows its word without one. What repeats on pages, what nobody can see, formulas, and tables
    that cannot be told apart into rows are left out and said so, and so is a paragraph with a letter
    without a meaning or with words that run from right to left; a file with much of that, a scan, and a
    locked file are refused.
    """
    facts = read_pages(data, name)
    pictures = _pictures(facts.pages, name)
    drawn = draws_spaces(facts.pages)
    words = [segments(page, spaces_drawn=drawn) for page in facts.pages]
    left_out, rest = _without_running(facts.pages, words)
    hyphens = Hyphenation(segment.text for page in rest for segment in page)
    layout = blocks(facts.pages, rest, hyphens.joined)
    refuse_spoilt(name, layout.blocks)
    pieces, aside = _pieces(layout, hyphens)
    found = (segment.text for page in rest for segment in page)
    refuse_loss(name, found, [*(piece.text for piece in pieces), *(entry.text for entry in aside)])
    first_page = " ".join(segment.text for segment in words[0].segments)
    extract = Extract(
        format="pdf",
        title=_title(facts, layout, hyphens, first_page, name),
        pieces=tuple(pieces),
        source=_source(first_page),
        left_out=(*pictures, *left_out, *aside),
    )
    seen = "\n".join(_seen(page, found) for page, found in zip(facts.pages, words, strict=True))
    return checked(name, (extract,), seen)


def _pictures(pages: Sequence[Page], name: str) -> list[LeftOut]:
    """Return the pages that are pictures; a file of which most pages are is refused."""
    scans = [page.number for page in pages if page.is_scan]
    if 2 * len(scans) > len(pages):
        which = "its pages are pictures" if len(scans) == len(pages) else "most of its pages are pictures"
        raise SourceRefused(name, f"{which} without words, as a scanner makes them")
    if not any(page.glyphs for page in pages):
        raise SourceRefused(name, "no words can be seen in it")
    return [LeftOut(why=f"page {number} is a picture, and nobody has read it", text="") for number in scans]


def _without_running(
    pages: Sequence[Page], words: Sequence[Words]
) -> tuple[list[LeftOut], list[list[Segment]]]:
    """Part the words of pages from their heads, feet and page numbers."""
    taken = running(pages, [found.segments for found in words])
    left_out = [entry for page in pages for entry in page.left_out]
    rest: list[list[Segment]] = []
    for found, heads in zip(words, taken, strict=True):
        text = " · ".join(segment.text for segment in found.segments if id(segment) in heads)
        if text:
            left_out.append(LeftOut(why="running head", text=text))
        rest.append([segment for segment in found.segments if id(segment) not in heads])
    return left_out, rest


def _pieces(layout: Layout, hyphens: Hyphenation) -> tuple[list[Piece], list[LeftOut]]:
    pieces: list[Piece] = []
    aside: list[LeftOut] = []
    levels = _levels(layout)
    for block in layout.blocks:
        if block.why_not:
            aside.append(LeftOut(why=SPOILT.get(block.why_not, block.why_not), text=block.raw))
        elif block.rows is not None:
            caption = hyphens.joined([line.text for line in block.caption])
            pieces += table_pieces(caption, block.rows[:1], block.rows[1:])
        else:
            pieces.append(_piece(block, hyphens, levels, layout.spacing.body))
    return pieces, aside


def _piece(block: Block, hyphens: Hyphenation, levels: dict[float, int], body: float) -> Piece:
    text = one_line(hyphens.joined([line.text for line in block.lines]))
    if not block.note and block.is_heading(body):
        return Piece(kind="heading", text=text, level=levels[_step(block.size)])
    return Piece(kind="item" if block.first.bullet else "paragraph", text=text)


def _step(size: float) -> float:
    return round(size * 2) / 2


def _levels(layout: Layout) -> dict[float, int]:
    """Return the level of headings by their size: the largest is the first."""
    body = layout.spacing.body
    sizes = {
        _step(block.size)
        for block in layout.blocks
        if not block.note and block.lines and block.is_heading(body)
    }
    return {size: min(6, at + 1) for at, size in enumerate(sorted(sizes, reverse=True))}


def _title(facts: PdfFacts, layout: Layout, hyphens: Hyphenation, first_page: str, name: str) -> str:
    """Return the title typed into the file where page one shows it, or the largest words of page one."""
    typed = one_line(facts.title)
    if len(typed) > 3 and _squeezed(typed) in _squeezed(first_page):
        return typed
    body = layout.spacing.body
    first = facts.pages[0].number
    headings = [
        block
        for block in layout.blocks
        if block.page == first and not block.why_not and block.is_heading(body)
    ]
    if headings:
        largest = max(block.size for block in headings)
        title = next(block for block in headings if block.size >= _AS_LARGE * largest)
        return one_line(hyphens.joined([line.text for line in title.lines]))[:_LONGEST_TITLE]
    return PurePath(name).stem or name


def _squeezed(text: str) -> str:
    return "".join(fold(text).split())


def _source(first_page: str) -> Source:
    """Return what page one says of where its words come from, where it says so itself."""
    dois = {found.rstrip(".,;:)]").lower(): found.rstrip(".,;:)]") for found in _DOI.findall(first_page)}
    doi = next(iter(dois.values())) if len(dois) == 1 else None
    dates = set(_PUBLISHED.findall(first_page))
    published = None
    if len(dates) == 1:
        try:
            published = date.fromisoformat("-".join(dates.pop()))
        except ValueError:
            published = None
    return Source(doi=doi, published=published)


def _seen(page: Page, words: Words) -> str:
    """Return the characters of a page in the order of the file, raised and lowered ones as written."""
    order = list(page.order)
    for at, character in words.moved.items():
        order[at] = character
    # A sign is read by what stands before it, which a character without meaning is not.
    return "".join(order).replace(UNREADABLE, "")
