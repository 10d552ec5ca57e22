"""Documents that contradict each other, as staff marked them: where the other side of each stands."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from content.errors import FaqError
from content.library import Caveat, named_sentence
from content.schema import Document, FrontMatter


class ContradictionNotFound(FaqError):
    """Two documents that contradict each other do not name each other's sentences."""

    exit_code = 65

    def __init__(self, document_id: str, named: str, reason: str) -> None:
        super().__init__(
            f"{document_id}: the contradiction {named!r} {reason}. Each of the two documents names a whole "
            'sentence of the other, as "other-document-id: exact sentence"; then run: faq check'
        )
        self.reason = reason


def opposed_ids(document: FrontMatter) -> tuple[str, ...]:
    """Return the ids of the documents that contradict one, each once, as they stand in its front matter."""
    return tuple(dict.fromkeys(named.partition(": ")[0] for named in document.contradicts))


def disagreeing(document_id: str, by_id: Mapping[str, FrontMatter]) -> frozenset[str]:
    """Return a document with all that it contradicts, directly or through others; empty for none."""
    reached: set[str] = set()
    new = [document_id] if by_id[document_id].contradicts else []
    while new:
        one = new.pop()
        reached.add(one)
        new += [other for other in opposed_ids(by_id[one]) if other in by_id and other not in reached]
    return frozenset(reached)


def other_sides(
    document: Document, documents: Iterable[Document] | Mapping[str, Document]
) -> tuple[Caveat, ...]:
    """Return the sentences that say otherwise than a document, in the order given.

    Law: `a` finds a sentence of `b` if, and only if, `b` finds one of `a`. Raises
    ContradictionNotFound: of two that disagree neither must ever be shown alone.
    """
    by_id = documents if isinstance(documents, Mapping) else {other.id: other for other in documents}
    found = []
    for named in document.contradicts:
        place = named_sentence(document, named, by_id)
        reason = _problem(document, named, place, by_id)
        if reason or place is None:
            raise ContradictionNotFound(document.id, named, reason or "stands nowhere")
        found.append(place)
    return tuple(found)


def _problem(
    document: Document, named: str, place: Caveat | None, by_id: Mapping[str, Document]
) -> str | None:
    other = by_id.get(named.partition(": ")[0])
    if other is None or other.id == document.id:
        return "names no other document of the library"
    if place is None:
        return f"is not an exact sentence of {other.id}"
    if document.id not in opposed_ids(other):
        return f"is told on one side only: {other.id} names no sentence of {document.id}"
    return None
