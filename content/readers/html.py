"""Web pages: the words that a visitor of the page reads as its content, and nothing else."""

from __future__ import annotations

from content.encodings import decoded
from content.errors import SourceRefused
from content.extract import Extract, Format
from content.fidelity import checked
from content.readers.html_blocks import Blocks, words_of
from content.readers.html_frames import Page
from content.readers.html_main import main_parts
from content.readers.html_markup import declared_encoding, dumb_words, refuse_unbounded
from content.readers.html_source import Head, retraction, source_of, title_of
from content.readers.html_tree import Element, tree


def read_html(data: bytes, name: str) -> tuple[Extract, ...]:
    """Read a saved page. Raises SourceRefused; nothing is loaded from anywhere.

    What is hidden, struck through, a menu, a notice about cookies or beside the main part is left out
    and listed with its reason. Raised and lowered words become characters of their own.
    """
    return read_page(decoded(data, declared=declared_encoding(data), name=name), name)


def read_page(source: str, name: str, *, format: Format = "html") -> tuple[Extract, ...]:
    """Read the HTML of a page, or of another format that was turned into HTML."""
    refuse_unbounded(source, name)
    try:
        page = tree(source)
        body = next(
            (element for element in page.children if isinstance(element, Element) and element.tag == "body"),
            page,
        )
        parts, keeps = main_parts(body)
        blocks = Blocks(Page(frozenset(map(id, parts)), keeps, keeps)).read(body)
    except ValueError as error:
        raise SourceRefused(name, str(error)) from error
    head = Head(page)
    pieces = tuple(blocks.pieces)
    title = title_of(head, pieces, _first_heading(body), name)
    retracted, concern = retraction(title)
    extract = Extract(
        format=format, title=title, pieces=pieces, source=source_of(head), left_out=tuple(blocks.left_out),
        speaker="published_abstract" if head.is_article else None, retracted=retracted, concern=concern,
    )  # fmt: skip
    return checked(name, [extract], dumb_words(source))


def _first_heading(body: Element) -> str:
    """Return the main heading where it stands outside the main part."""
    heading = next((element for element in body.below() if element.tag == "h1"), None)
    return words_of(heading).replace("\n", " ") if heading else ""
