"""A folder of documents, read whole or not at all."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Container, Iterable, Mapping
from pathlib import Path

from content.errors import CaveatNotFound, ContentNotFound, DuplicateDocument
from content.passages import split
from content.questions import LabelledQuestion, questions_sha256, read_questions
from content.readers import READERS, read
from content.schema import Document, Fact, FrontMatter, Span
from content.synonyms import SYNONYMS_FILE, Synonyms, read_synonyms

BUILT_IN = Path(__file__).parent / "documents"
QUESTIONS_FILE = "questions.jsonl"


class Caveat(Fact):
    """A sentence that must stand beside every quote of the documents that name it."""

    document_id: str
    passage_id: str
    span: Span


class Library(Fact):
    """All documents sorted by id, with the site's labelled questions and words that mean the same."""

    documents: tuple[Document, ...]
    questions: tuple[LabelledQuestion, ...] = ()
    synonyms: Synonyms = ()

    def document(self, document_id: str) -> Document:
        """Return the document of that id; KeyError when there is none."""
        for document in self.documents:
            if document.id == document_id:
                return document
        raise KeyError(document_id)

    @property
    def fingerprint(self) -> str:
        """Hash of everything an index is built from: words, facts, labelled questions and synonyms."""
        rows = [document.model_dump_json() for document in self.documents]
        rows.append(questions_sha256(self.questions))
        # A library without synonyms keeps the name it had before there were any.
        rows += [json.dumps(self.synonyms)] if self.synonyms else []
        return hashlib.sha256("\n".join(rows).encode("utf-8")).hexdigest()


def load_library(folder: Path = BUILT_IN) -> Library:
    """Read every document below `folder`, sorted by id, its `questions.jsonl` and `synonyms.toml` if any.

    One broken file stops the whole load (a half-loaded library would drop caveats).
    Raises ContentNotFound, UnreadableDocument, DuplicateDocument, BrokenQuestions, BrokenSynonyms.
    """
    documents = read_folder(folder)
    if not documents:
        raise ContentNotFound(folder)
    _refuse_duplicates(documents)
    questions_path = folder / QUESTIONS_FILE
    questions = read_questions(questions_path) if questions_path.exists() else []
    synonyms_path = folder / SYNONYMS_FILE
    synonyms = read_synonyms(synonyms_path) if synonyms_path.exists() else ()
    in_order = sorted((document for _, document in documents), key=lambda document: document.id)
    return Library(documents=tuple(in_order), questions=tuple(questions), synonyms=synonyms)


def read_folder(folder: Path) -> list[tuple[Path, Document]]:
    """Read every document below `folder` with its path, in order of paths; there may be none."""
    return [(path, read(path)) for path in sorted(folder.rglob("*")) if _is_document(path, folder)]


def caveats_of(
    document: Document, documents: Iterable[Document] | Mapping[str, Document]
) -> tuple[Caveat, ...]:
    """Find the sentences a document's caveats name, in the order given, and what its approval names last.

    A caveat is an exact whole sentence, of this document or, after "other-document-id: ", of
    another of `documents`, which many are better given by id. Raises CaveatNotFound: an outcome without
    its caveat must never be shown.
    """
    by_id = documents if isinstance(documents, Mapping) else {other.id: other for other in documents}
    found: list[Caveat] = []
    for caveat in _named(document):
        place = named_sentence(document, caveat, by_id)
        if place is None:
            raise CaveatNotFound(document.id, caveat)
        found.append(place)
    return tuple(found)


def leaning_on(document: FrontMatter, ids: Container[str]) -> tuple[str, ...]:
    """Return the ids of the other documents that a document's caveats are sentences of."""
    named = (caveat.partition(": ") for caveat in _named(document))
    return tuple(dict.fromkeys(prefix for prefix, colon, _ in named if colon and prefix in ids))


def _named(document: FrontMatter) -> tuple[str, ...]:
    said = document.approval.text if document.approval else None
    return (*document.caveats, *((said,) if said is not None else ()))


def named_sentence(document: Document, named: str, by_id: Mapping[str, Document]) -> Caveat | None:
    """Return where a sentence stands that a document names, or None when nowhere as a whole one."""
    prefix, colon, rest = named.partition(": ")
    elsewhere = colon and prefix in by_id
    home, words = (by_id[prefix], rest) if elsewhere else (document, named)
    places = (
        Caveat(document_id=home.id, passage_id=passage.id, span=span)
        for passage in split(home)
        for span in passage.sentences
        if home.slice(span) == words
    )
    return next(places, None)


def _is_document(path: Path, folder: Path) -> bool:
    hidden = any(part.startswith(".") for part in path.relative_to(folder).parts)
    return path.is_file() and path.suffix.lower() in READERS and not hidden


def _refuse_duplicates(documents: list[tuple[Path, Document]]) -> None:
    ids: dict[str, Path] = {}
    texts: dict[str, Path] = {}
    for path, document in documents:
        if document.id in ids:
            raise DuplicateDocument(str(ids[document.id]), str(path), f"the same id {document.id!r}")
        if document.sha256 in texts:
            raise DuplicateDocument(str(texts[document.sha256]), str(path), "the same words")
        ids[document.id], texts[document.sha256] = path, path
