"""Where the words of a quote still stand: the index in use, the kept generations, the archive."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import suppress
from pathlib import Path
from typing import NamedTuple

from assistant.archive import Archive, archived
from assistant.citation import Citation, evidence_of, mismatch
from content.errors import FaqError
from content.schema import Document, Fact
from index.generations import current, generation_names
from index.rollback import read_revocation
from index.stored import read_words

IN_USE = "the index in use"
ARCHIVE = "the archive"


class Proof(Fact):
    """What became of one quote: `by` names what proves it, `problem` says why nothing does.

    `older`: the document has other words or facts now, or is gone.
    """

    by: str | None = None
    older: bool = False
    problem: str | None = None


class Source(NamedTuple):
    """Documents that may prove a quote, read when first needed."""

    by: str
    older: bool
    read: Callable[[], Iterable[Document]]


class Proofs:
    """The documents that may prove a quote, looked through in order.

    Law: a quote is proved by a document of the cited id whose text has the cited hash, holds the cited
    words at the cited place with the cited words around them, and whose facts are those shown beside them.
    """

    def __init__(self, sources: Iterable[Source], archive: Archive | None = None) -> None:
        self._unread, self._archive = list(sources), archive
        self._read: list[tuple[Source, dict[str, list[Document]]]] = []

    @classmethod
    def of(cls, documents: Mapping[str, Document]) -> Proofs:
        """Let documents prove quotes and nothing else."""
        return cls([Source("the documents", False, documents.values)])

    @classmethod
    def open(cls, home: Path, root: Path) -> Proofs:
        """Let everything that was ever published prove quotes, also what was revoked.

        Raises the error of the index in use where nothing else is kept either.
        """
        in_use, archive = None, archived(home)
        try:
            in_use = current(root)[0].name
        except FaqError:
            if not generation_names(root) and not archive.indexes():
                raise
        names = sorted(generation_names(root), key=lambda name: name != in_use)
        return cls([_source(root, name, in_use) for name in names], archive)

    def of_citation(self, citation: Citation) -> Proof:
        """Return what proves a quote: the first document that does, newest first."""
        problem = None
        for by, older, document in self._with_hash(citation.document_sha256):
            found = _disagreement(citation, document)
            if found is None:
                return Proof(by=by, older=older)
            problem = problem or found
        return Proof(problem=problem or self._unknown(citation))

    def _unknown(self, citation: Citation) -> str:
        """Say that no kept text has the hash of a citation."""
        document_id = citation.document_id
        known = (d.id for _, held in self._in_order() for documents in held.values() for d in documents)
        if document_id not in known:
            return f"document {document_id!r} is not stored"
        then = f"its text of then, {citation.document_sha256[:12]}…, is not kept"
        return f"{document_id}: the document has changed since it was quoted, and {then}"

    def _with_hash(self, sha256: str) -> Iterator[tuple[str, bool, Document]]:
        for source, documents in self._in_order():
            yield from ((source.by, source.older, document) for document in documents.get(sha256, ()))
        for document in self._archive.documents(sha256) if self._archive else ():
            yield ARCHIVE, True, document

    def _in_order(self) -> Iterator[tuple[Source, dict[str, list[Document]]]]:
        yield from self._read
        while self._unread:
            source = self._unread.pop(0)
            by_hash: dict[str, list[Document]] = {}
            for document in source.read():
                by_hash.setdefault(document.sha256, []).append(document)
            self._read.append((source, by_hash))
            yield source, by_hash


def _source(root: Path, name: str, in_use: str | None) -> Source:
    def read() -> Iterable[Document]:
        # A generation that cannot be read proves nothing.
        with suppress(FaqError):
            return read_words(root, name)[1]
        return ()

    if name == in_use:
        return Source(IN_USE, False, read)
    revoked = read_revocation(root / name)
    return Source(f"{name}, revoked by {revoked.by}: {revoked.reason}" if revoked else name, True, read)


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
