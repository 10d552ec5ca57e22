"""Whether the words of a quote still stand where it says, in anything that was ever published."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path

from assistant.archive import Archive, archived
from assistant.citation import Citation, evidence_of, mismatch
from assistant.proof_sources import Source, among, source_here, sources_in_store
from content.errors import FaqError
from content.schema import Document, Fact
from index.engines.protocol import Engine
from index.generations import current, generation_names

ARCHIVE = "the archive"


class Proof(Fact):
    """What became of one quote: `by` names what proves it, `problem` says why nothing does.

    `older`: the document has other words or facts now, or is gone.
    """

    by: str | None = None
    older: bool = False
    problem: str | None = None


class Proofs:
    """The documents that may prove a quote, looked through in order.

    Law: a quote is proved by a document of the cited id whose text has the cited hash, holds the cited
    words at the cited place with the cited words around them, and whose facts are those shown beside them.
    """

    def __init__(self, sources: Iterable[Source], archive: Archive | None = None) -> None:
        self._sources, self._archive = tuple(sources), archive

    @classmethod
    def of(cls, documents: Mapping[str, Document]) -> Proofs:
        """Let documents prove quotes and nothing else."""
        return cls([Source("the documents", False, among(documents.values))])

    @classmethod
    def open(cls, home: Path, root: Path, engine: Engine | None = None) -> Proofs:
        """Let everything that was ever published prove quotes, also what was revoked.

        First what stands in a store, where there is one. Raises the error of the index in use where nothing
        else is kept either.
        """
        in_use, archive = None, archived(home)
        stored = sources_in_store(engine) if engine is not None else []
        try:
            in_use = current(root)[0].name
        except FaqError:
            if not stored and not generation_names(root) and not archive.indexes():
                raise
        names = sorted(generation_names(root), key=lambda name: name != in_use)
        # What is in use here answers nobody where there is a store.
        here = [source_here(root, name, in_use=name == in_use and not stored) for name in names]
        return cls([*stored, *here], archive)

    def of_citation(self, citation: Citation) -> Proof:
        """Return what proves a quote: the first document that does, newest first."""
        problem, known = None, False
        for by, older, document in self._in_order(citation):
            known = known or document.id == citation.document_id
            if document.sha256 != citation.document_sha256:
                continue
            found = _disagreement(citation, document)
            if found is None:
                return Proof(by=by, older=older)
            problem = problem or found
        return Proof(problem=problem or _unknown(citation, known=known))

    def _in_order(self, citation: Citation) -> Iterator[tuple[str, bool, Document]]:
        for source in self._sources:
            yield from ((source.by, source.older, document) for document in source.find(citation))
        for document in self._archive.documents(citation.document_sha256) if self._archive else ():
            yield ARCHIVE, True, document


def _unknown(citation: Citation, *, known: bool) -> str:
    """Say that no kept text has the hash of a citation."""
    document_id = citation.document_id
    if not known:
        return f"document {document_id!r} is not stored"
    then = f"its text of then, {citation.document_sha256[:12]}…, is not kept"
    return f"{document_id}: the document has changed since it was quoted, and {then}"


def _disagreement(citation: Citation, document: Document) -> str | None:
    """Say what a citation tells otherwise than a document, or None when all of it holds."""
    if document.id != citation.document_id:
        return f"{citation.document_id}: this text was published as {document.id}"
    before, after = citation.selector.prefix, citation.selector.suffix
    start, end = citation.start_char_index, citation.end_char_index
    around = document.text[:start].endswith(before) and document.text[end:].startswith(after)
    facts = {
        "the title": (citation.document_title, document.title),
        "the address": (_address(citation.url), _address(document.source.url)),
        "the facts of the source": (citation.evidence, evidence_of(document)),
    }
    wrong = [name for name, (told, known) in facts.items() if told != known]
    if problem := mismatch(citation, document):
        return problem
    if not around:
        return f"{citation.document_id}: the words around the quote differ from the document"
    if wrong:
        return f"{citation.document_id}: not as published, beside the quote: {', '.join(wrong)}"
    return None


def _address(url: str | None) -> str | None:
    """Return an address without the part that points at the words."""
    return url.partition(":~:text=")[0].removesuffix("#") if url else None
