"""The words beside a quote, so that a reader sees what the sentence stands between."""

from __future__ import annotations

from collections.abc import Mapping
from typing import NamedTuple

from assistant.citation import Citation
from content.schema import Document, Passage

Passages = Mapping[str, Passage]
# Longer neighbours would bury the sentence that answers.
_LONGEST = 280


class Context(NamedTuple):
    """Document text that ends where a quote begins, and that begins where it ends; "" for none."""

    before: str = ""
    after: str = ""


def context_of(citation: Citation, document: Document, passages: Passages) -> Context:
    """Return the whole sentence before a quote and the one after it, of the same passage.

    Law: before + quote + after is one slice of the document, and each part is whole sentences with the
    blanks between them. A neighbour of over 280 characters is left out, and so is one of another
    passage, which may stand under another heading.
    """
    passage = passages.get(citation.passage_id)
    if passage is None or passage.document_id != document.id:
        return Context()
    start, end = citation.start_char_index, citation.end_char_index
    before = [s.start for s in passage.sentences if s.end <= start]
    after = [s.end for s in passage.sentences if s.start >= end]
    words = Context(
        document.text[before[-1] : start] if before else "", document.text[end : after[0]] if after else ""
    )
    return Context(*(part if len(part) <= _LONGEST else "" for part in words))
