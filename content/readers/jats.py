"""The blocks of a JATS text: sections, paragraphs, lists and tables, in the order they are read."""

from __future__ import annotations

from collections.abc import Iterator
from xml.etree.ElementTree import Element

from content.extract import LeftOut, Piece
from content.readers.jats_tables import tables_of
from content.readers.marked_words import words_left_out, words_of
from content.readers.table import table_pieces
from content.readers.xml_tree import children, everywhere, first, local

Part = Piece | LeftOut

# They float: a sentence goes on around them, and they are read behind its paragraph.
_FLOATS = frozenset(
    "table-wrap table-wrap-group fig fig-group supplementary-material media boxed-text".split()
)
# They divide a paragraph where they stand.
_DIVIDERS = frozenset("list def-list disp-quote".split())
_SECTIONS = frozenset("sec app boxed-text disp-quote statement verse-group floats-group".split())
_NEVER = {
    "fig": "caption of a figure, which is not taken", "fig-group": "caption of a figure, which is not taken",
    "supplementary-material": "supplementary file", "media": "supplementary file",
    "ref-list": "references", "glossary": "glossary", "code": "program code", "preformat": "program code",
}  # fmt: skip
_NOT_HERE = _FLOATS | {"fn"}


def blocks(parent: Element, level: int) -> Iterator[Part]:
    """Yield pieces and what is left out of an element's children; headings start at `level`.

    A paragraph that no line of text can show without a change (a formula, a raised decimal) is left out
    whole: no sentence is ever shown with a hole in it.
    """
    for child in parent:
        name = local(child)
        if name == "p":
            yield from _paragraph(child, level)
        elif name in _SECTIONS:
            yield from _heading(child, level)
            yield from blocks(child, level + 1)
        elif name == "list":
            yield from _items(child)
        elif name == "def-list":
            yield from _definitions(child)
        elif name == "table-wrap":
            yield from _table(child)
        elif name == "table-wrap-group":
            yield from blocks(child, level)
        elif name in _NEVER:
            yield from _left_out(child, _NEVER[name])
        elif name not in ("title", "label"):
            yield from _piece(child, "paragraph")


def footnotes(parent: Element) -> Iterator[Part]:
    """Yield the notes that stand inside sentences, for behind the text."""
    told = [
        note for part in everywhere(parent, "table-wrap-foot", "fn-group") for note in everywhere(part, "fn")
    ]
    for note in everywhere(parent, "fn"):
        if not any(note is other for other in told):
            yield from _piece(note, "paragraph")


def _heading(section: Element, level: int) -> Iterator[Part]:
    words = " ".join(
        words_of(part, without=_NOT_HERE) for part in children(section, "label", "title")
    ).strip()
    if words:
        yield Piece(kind="heading", text=words, level=min(level, 6))


def _paragraph(paragraph: Element, level: int) -> Iterator[Part]:
    """Yield a paragraph, cut where a list or quotation divides it, then what floats in it."""
    group = Element("p")
    group.text = paragraph.text
    for child in paragraph:
        if local(child) not in _DIVIDERS:
            group.append(child)
            continue
        yield from _piece(group, "paragraph")
        holder = Element("sec")
        holder.append(child)
        yield from blocks(holder, level)
        group = Element("p")
        group.text = child.tail
    yield from _piece(group, "paragraph")
    floats = Element("sec")
    floats.extend(part for part in paragraph.iter() if local(part) in _FLOATS and part is not paragraph)
    yield from blocks(floats, level)


def _piece(element: Element, kind: str) -> Iterator[Part]:
    try:
        words = words_of(element, without=_NOT_HERE if local(element) != "fn" else frozenset())
    except ValueError as error:
        yield from _left_out(element, f"it cannot be written in lines of text: {error}")
        return
    if words:
        yield Piece.model_validate({"kind": kind, "text": words})


def _left_out(element: Element, why: str) -> Iterator[Part]:
    words = words_left_out(element)
    if words:
        yield LeftOut(why=why, text=words)


def _items(listing: Element) -> Iterator[Part]:
    """Yield each item with the label it was given; a number that only the list type makes is no word."""
    for item in children(listing, "list-item"):
        label = " ".join(words_of(part) for part in children(item, "label"))
        for part in children(item):
            if local(part) == "list":
                yield from _items(part)
            elif local(part) != "label":
                for piece in _paragraph(part, 6):
                    if label and isinstance(piece, Piece):
                        piece, label = piece.model_copy(update={"text": f"{label} {piece.text}"}), ""
                    yield (
                        piece.model_copy(update={"kind": "item"})
                        if isinstance(piece, Piece) and piece.kind == "paragraph"
                        else piece
                    )


def _definitions(listing: Element) -> Iterator[Part]:
    rows = [
        [words_of(part, without=_NOT_HERE) for part in children(item, "term", "def")]
        for item in children(listing, "def-item")
    ]
    yield from table_pieces("", (), rows)


def _table(wrap: Element) -> Iterator[Part]:
    """Yield the pieces of a table and its notes; one that no lines can show is left out."""
    try:
        pieces = tables_of(wrap)
    except ValueError as error:
        yield from _left_out(wrap, f"it cannot be written in lines of text: {error}")
        return
    yield from pieces
    for foot in children(wrap, "table-wrap-foot"):
        for note in foot:
            yield from _piece(note, "paragraph")


def first_words(element: Element, path: str) -> str:
    """Return the words of the element down a path, "" when there is none."""
    found = first(element, path)
    return words_of(found, without=_NOT_HERE) if found is not None else ""
