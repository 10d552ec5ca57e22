"""Documents cut into passages: what is found, in the units that may be quoted."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator

from content.readers.plain import UNTITLED
from content.schema import Document, Passage, Span
from content.sentences import sentence_spans, trim

TOKEN_BUDGET = 160
_OPENING_CHARS = 1400
_TOKEN = re.compile(r"\w+|[^\w\s]")

# Changes when passages would come out differently, so that an old index is not mixed with a new one.
SPLITTER_ID = f"sentences-1 tokens-{TOKEN_BUDGET}"


def split(
    document: Document,
    *,
    token_budget: int = TOKEN_BUDGET,
    count_tokens: Callable[[str], int] | None = None,
) -> list[Passage]:
    """Cut a document into passages of whole sentences, in order of their place in the text.

    Law: every sentence of every block is in exactly one passage; no passage crosses a paragraph
    or a heading; none is over `token_budget` tokens unless it is a single sentence. Tokens are
    words and punctuation marks unless `count_tokens` knows better.
    """
    count = count_tokens or (lambda words: len(_TOKEN.findall(words)))
    passages: list[Passage] = []
    for block in document.blocks:
        headings = heading_path(document, block)
        for group in _groups(document, block, token_budget, count):
            passages.append(
                Passage(
                    id=f"{document.id}#p{len(passages) + 1}",
                    document_id=document.id,
                    span=Span(start=group[0].start, end=group[-1].end),
                    sentences=tuple(group),
                    headings=headings,
                )
            )
    return passages


def block_sentences(document: Document, block: Span) -> list[Span]:
    """Return the quotable sentences of one block: trimmed, as spans into the document."""
    words = document.slice(block)
    found: list[Span] = []
    for span in sentence_spans(words):
        trimmed = trim(words, span)
        if trimmed:
            found.append(Span(start=block.start + trimmed.start, end=block.start + trimmed.end))
    return found


def document_sentences(document: Document) -> list[Span]:
    """Return every quotable sentence of a document in order; headings are not among them."""
    return [span for block in document.blocks for span in block_sentences(document, block)]


def heading_path(document: Document, block: Span) -> tuple[str, ...]:
    """Return the headings a block stands under, outermost first."""
    path: list[tuple[int, str]] = []
    for heading in document.headings:
        if heading.span.start > block.start:
            break
        path = [entry for entry in path if entry[0] < heading.level]
        path.append((heading.level, document.slice(heading.span)))
    return tuple(words for _, words in path)


def searchable_text(document: Document, passage: Passage, *, titles: bool = True) -> str:
    """Return what is embedded for a passage: title and headings before the words, or the words alone.

    Only the words are ever quoted; a heading equal to the title is not said twice. Titles help where
    a document says one thing, as an abstract does, and can hurt in long full texts.
    """
    if not titles:
        return document.slice(passage.span)
    above = dict.fromkeys((document.title, *passage.headings))
    above.pop(UNTITLED, None)
    return ". ".join((*above, document.slice(passage.span)))


def opening_text(document: Document) -> str:
    """Return what is embedded for a whole document: its title and its first characters.

    The embedder reads 256 tokens at most; more text would be cut there anyway.
    """
    title = "" if document.title == UNTITLED else f"{document.title}. "
    return title + document.text[:_OPENING_CHARS]


def _groups(
    document: Document, block: Span, token_budget: int, count: Callable[[str], int]
) -> Iterator[list[Span]]:
    group: list[Span] = []
    for span in block_sentences(document, block):
        if group and count(document.slice(Span(start=group[0].start, end=span.end))) > token_budget:
            yield group
            group = []
        group.append(span)
    if group:
        yield group
