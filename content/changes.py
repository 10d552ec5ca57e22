"""What a changed document no longer says, and what it says now."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence

from content.passages import document_sentences
from content.schema import Document, Fact


class Changes(Fact):
    """The sentences that came and went, each in the order of its document; `kept` stand in both."""

    added: tuple[str, ...] = ()
    removed: tuple[str, ...] = ()
    kept: int = 0

    @property
    def any(self) -> bool:
        """Say whether a sentence came or went."""
        return bool(self.added or self.removed)


def sentence_changes(old: Document | None, new: Document) -> Changes:
    """Compare the quotable sentences of two versions of a document, character for character.

    Law: kept and removed together are the old sentences, kept and added the new ones, each counted as
    often as it stands there. A sentence that only moved is kept; one with another hyphen or space is
    removed and added, because a stored quote no longer matches it.
    """
    before = sentences(old) if old else []
    after = sentences(new)
    return Changes(
        added=tuple(_beyond(after, before)),
        removed=tuple(_beyond(before, after)),
        kept=sum((Counter(before) & Counter(after)).values()),
    )


def lost_caveats(
    removed: Sequence[str], document_id: str, documents: Iterable[Document]
) -> tuple[tuple[str, str], ...]:
    """Return (document id, sentence) of each caveat that names a removed sentence of a document.

    Until a person has chosen another one, `faq check` refuses the documents that name it.
    """
    gone = set(removed)
    return tuple(
        (document.id, words)
        for document in documents
        for words in _named(document, document_id)
        if words in gone
    )


def sentences(document: Document) -> list[str]:
    """Return the quotable sentences of a document in order."""
    return [document.slice(span) for span in document_sentences(document)]


def _named(document: Document, document_id: str) -> Iterable[str]:
    """Yield the sentences of `document_id` that the caveats of a document name."""
    for caveat in document.caveats:
        if caveat.startswith(f"{document_id}: "):
            yield caveat.removeprefix(f"{document_id}: ")
        elif document.id == document_id:
            yield caveat


def _beyond(here: Sequence[str], there: Sequence[str]) -> Iterable[str]:
    """Yield the sentences that stand here more often than there."""
    left = Counter(there)
    for sentence in here:
        if left[sentence]:
            left[sentence] -= 1
        else:
            yield sentence
